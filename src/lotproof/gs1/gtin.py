"""Global Trade Item Numbers of 8, 12, 13 and 14 digits, brought to 14 (GenSpecs sections 2.1 and 3.3.2)."""

from __future__ import annotations

from lotproof.gs1.checkdigit import check_digit, has_valid_check_digit, is_digits
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.separators import trim
from lotproof.gs1.transforms import is_scientific

LENGTHS = frozenset({8, 12, 13, 14})
"""Digits that a GTIN may have."""


def normalise_gtin(text: str) -> tuple[str, tuple[str, ...]]:
    """The GTIN-14 of a GTIN in any length, and what was needed to get there.

    Notes: `trimmed` (blanks or hyphens cut), `ai_prefix` (`(01)` or `01` in front), `gtin_padded` (8, 12 or 13 digits).
    Raises UnreadableIdentifier for other lengths, characters that are no digits, and a wrong check digit.
    """
    digits = trim(text).replace(" ", "").replace("-", "").replace("\u00a0", "")
    notes: tuple[str, ...] = () if digits == text else ("trimmed",)
    if digits.startswith("(01)"):
        digits, notes = digits[4:], (*notes, "ai_prefix")
    elif len(digits) == 16 and digits.startswith("01"):
        digits, notes = digits[2:], (*notes, "ai_prefix")
    if not is_digits(digits) or len(digits) not in LENGTHS:
        raise UnreadableIdentifier(text, _shape_reason(digits))
    if not has_valid_check_digit(digits):
        raise UnreadableIdentifier(text, check_digit_reason("GTIN", digits))
    return digits.zfill(14), (notes if len(digits) == 14 else (*notes, "gtin_padded"))


def check_digit_reason(name: str, digits: str) -> str:
    """The sentence part for a number whose last digit is not its check digit."""
    return f"the check digit of this {name} is {digits[-1]} and would have to be {check_digit(digits[:-1])}"


def _shape_reason(digits: str) -> str:
    if is_scientific(digits):
        return "a spreadsheet rounded the number and its digits cannot be restored; export the column as text"
    if not digits:
        return "there is no GTIN in it"
    if not is_digits(digits):
        return "a GTIN holds the digits 0 to 9 only"
    hint = "; leading zeros may have been lost" if len(digits) < 14 else ""
    return f"a GTIN has 8, 12, 13 or 14 digits and this has {len(digits)}{hint}"
