"""Serial Shipping Container Codes: 18 digits, AI (00) (GenSpecs sections 2.2.1 and 3.3.1)."""

from __future__ import annotations

from lotproof.gs1.checkdigit import has_valid_check_digit, is_digits
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gtin import check_digit_reason
from lotproof.gs1.separators import trim
from lotproof.gs1.transforms import is_scientific


def normalise_sscc(text: str) -> tuple[str, tuple[str, ...]]:
    """The SSCC-18 of a text with or without its AI, and what was needed to get there.

    Notes: `trimmed` (blanks or hyphens cut), `sscc_prefix` (`(00)` or `00` in front of the 18 digits).
    Raises UnreadableIdentifier for other lengths, characters that are no digits, and a wrong check digit.
    """
    digits = trim(text).replace(" ", "").replace("-", "").replace("\u00a0", "")
    notes: tuple[str, ...] = () if digits == text else ("trimmed",)
    if digits.startswith("(00)"):
        digits, notes = digits[4:], (*notes, "sscc_prefix")
    elif len(digits) == 20 and digits.startswith("00"):
        digits, notes = digits[2:], (*notes, "sscc_prefix")
    if not is_digits(digits) or len(digits) != 18:
        raise UnreadableIdentifier(text, _shape_reason(digits))
    if not has_valid_check_digit(digits):
        raise UnreadableIdentifier(text, check_digit_reason("SSCC", digits))
    return digits, notes


def _shape_reason(digits: str) -> str:
    if is_scientific(digits):
        return "a spreadsheet rounded the number and its digits cannot be restored; export the column as text"
    if not digits:
        return "there is no SSCC in it"
    if not is_digits(digits):
        return "an SSCC holds the digits 0 to 9 only"
    return f"an SSCC has 18 digits, or 20 with its (00), and this has {len(digits)}"
