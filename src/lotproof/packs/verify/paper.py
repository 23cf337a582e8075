"""The PDF report under --deep: that it is of this pack, and whose certificate signed it.

The seal of the pack covers the PDF already; this is for whoever gets the PDF alone, and reads the identifier and the root in it.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lotproof.packs.verify.report import UNDETERMINED, Problem
from lotproof.packs.verify.seal import Statement
from lotproof.packs.verify.source import Source, Unreadable, read
from lotproof.packs.verify.trust import Trust

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import EmbeddedPdfSignature

REPORT = "data/report/report.pdf"
"""Where the report lies."""

_LABEL = "Rootoftheledger"
"""What the report writes before the root, squeezed."""


def check_pdf(source: Source, statement: Statement | None, trust: Trust) -> tuple[list[Problem], list[str]]:
    """Check title and signatures of the PDF report; give problems and notes."""
    if REPORT not in source.files:
        return [], [f"{REPORT} is not in this copy."]
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        content = read(source, REPORT)
        reader = PdfFileReader(BytesIO(content))
        title = str(reader.trailer["/Info"]["/Title"])
        signatures = list(reader.embedded_regular_signatures)
    except Unreadable as error:
        return [error.problem], []
    except (PdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return [Problem("pdf", REPORT, f"{REPORT} cannot be read as PDF.")], []
    problems: list[Problem] = []
    if statement is not None and statement.pack not in title:
        problems.append(Problem("pdf", REPORT, f"{REPORT} has the title {title!r:.80}, which is not of pack {statement.pack}."))
    notes: list[str] = []
    if statement is not None:
        found, notes = check_text(content, statement)
        problems += found
    if signatures and not _whole(reader):
        problems.append(Problem("pdf", REPORT, f"{REPORT} goes on behind what its last signature covers: something was appended."))
    notes += [] if signatures else [f"{REPORT} has no signature of its own; the seal of the pack covers it."]
    for signature in signatures:
        found, told = _signature(signature, trust)
        problems += found
        notes += told
    return problems, notes


def check_text(content: bytes, statement: Statement) -> tuple[list[Problem], list[str]]:
    """Look for the identifier of the pack and the root of its ledger in the text of the PDF; give problems and notes."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    wanted, met, labelled = {"pack": _squeezed(statement.pack), "root": statement.head.root.hex()}, set(), False
    try:
        for page in PdfReader(BytesIO(content)).pages:
            text = _squeezed(page.extract_text())
            met |= {name for name, word in wanted.items() if word in text}
            labelled |= _LABEL in text
            if len(met) == len(wanted):
                return [], []
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError, NotImplementedError, OSError):
        return [Problem("pdf-text", REPORT, f"The text of {REPORT} cannot be read, so what it says of the pack is open.", UNDETERMINED)], []
    problems, notes = [], []
    if "pack" not in met:
        problems.append(Problem("pdf-text", REPORT, f"The text of {REPORT} does not name the pack {statement.pack}: it is another report."))
    if "root" not in met and labelled:
        sentence = f"The text of {REPORT} names another root of the ledger than {wanted['root']}, which is sealed: it is another report."
        problems.append(Problem("pdf-text", REPORT, sentence))
    elif "root" not in met:
        notes.append(f"The text of {REPORT} names no root of the ledger, as reports of earlier versions do not.")
    return problems, notes


def _squeezed(text: str) -> str:
    """Without what lines are broken by."""
    return "".join(character for character in text if not character.isspace() and character not in "\u200b\u00ad\u2060")


def _whole(reader: PdfFileReader) -> bool:
    """Say whether the last signature or timestamp covers the file to its end; an appended update could show anything.

    Behind the last timestamp of a PAdES B-LTA report lie what it takes to validate it, and nothing else.
    """
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        last = reader.embedded_signatures[-1]
        if last.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE:
            return True
        last.compute_integrity_info()
        stamp, added = last.sig_object["/Type"] == "/DocTimeStamp", last.diff_result
        return stamp and isinstance(added, DiffResult) and added.modification_level <= ModificationLevel.LTA_UPDATES
    except (SignatureValidationError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _stamped(signature: EmbeddedPdfSignature) -> datetime | None:
    from lotproof.packs.verify import cms

    try:
        return cms.stamped_time(signature.signer_info)
    except (cms.CmsError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _signature(signature: EmbeddedPdfSignature, trust: Trust) -> tuple[list[Problem], list[str]]:
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    from lotproof.packs.verify import cms

    try:
        signer: Any = signature.signer_cert
        intact, valid = validate_sig_integrity(signature.signer_info, signer, "data", signature.compute_digest())
    except (SignatureValidationError, ValueError, LookupError, TypeError, AttributeError):
        intact = valid = False
    if not intact or not valid:
        return [Problem("pdf", REPORT, f"The signature in {REPORT} does not hold.")], []
    name = signer.subject.human_friendly
    if not trust.ca or trust.at is None:
        return [], [f"{REPORT} is signed by {name}; no CA was given to judge that by."]
    signed = cms.Signed(signer, tuple(signature.other_embedded_certs), b"")
    if cms.chain_problem(signed, cms.certificates(trust.ca), _stamped(signature) or trust.at):
        sentence = f"{REPORT} is signed by {name}, whose certificate does not lead to the CA that was given, or had ended."
        return [Problem("pdf", REPORT, sentence, UNDETERMINED)], []
    return [], [f"{REPORT} is signed by {name}."]
