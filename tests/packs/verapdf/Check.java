import java.io.FileInputStream;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;

/** Says of each file whether veraPDF's engine finds it compliant: java -cp JARS Check.java FLAVOUR FILE... */
public class Check {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.fromString(arguments[0]);
        boolean good = true;
        for (int at = 1; at < arguments.length; at++) {
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(arguments[at]), flavour)) {
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
                ValidationResult result = validator.validate(parser);
                System.out.println(arguments[at] + " " + flavour + " " + (result.isCompliant() ? "compliant" : "NOT compliant") + " checks " + result.getTotalAssertions());
                for (Map.Entry<?, ?> failed : result.getFailedChecks().entrySet()) {
                    System.out.println("  " + failed.getKey() + " x" + failed.getValue());
                }
                good &= result.isCompliant();
            }
        }
        System.exit(good ? 0 : 1);
    }
}
