import java.io.FileInputStream;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;

/** Says of each file whether veraPDF's engine finds it compliant with each flavour: java -cp JARS Check.java FLAVOUR,... FILE... */
public class Check {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean good = true;
        for (String name : arguments[0].split(",")) {
            PDFAFlavour flavour = PDFAFlavour.fromString(name);
            for (int at = 1; at < arguments.length; at++) {
                good &= check(flavour, arguments[at]);
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean check(PDFAFlavour flavour, String file) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour)) {
            PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
            ValidationResult result = validator.validate(parser);
            System.out.println(file + " " + flavour + " " + (result.isCompliant() ? "compliant" : "NOT compliant") + " checks " + result.getTotalAssertions());
            for (Map.Entry<?, ?> failed : result.getFailedChecks().entrySet()) {
                System.out.println("  " + failed.getKey() + " x" + failed.getValue());
            }
            return result.isCompliant();
        }
    }
}
