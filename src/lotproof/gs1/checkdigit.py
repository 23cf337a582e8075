"""The GS1 modulo-10 check digit (GS1 General Specifications, section 7.9.1)."""

from __future__ import annotations

from functools import lru_cache

from lotproof.gs1.errors import UnreadableIdentifier

_ZERO = ord("0")


def is_digits(text: str) -> bool:
    """True when the text is one or more of the ASCII digits 0 to 9 (`str.isdigit` also accepts other scripts)."""
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> str:
    """The check digit that belongs behind `digits` (the number without its check digit).

    Weights alternate 3, 1, 3, ... from the right. Raises UnreadableIdentifier when `digits` is not all digits.
    """
    if not is_digits(digits):
        raise UnreadableIdentifier(digits, "a check digit is computed over the digits 0 to 9 only")
    codes = digits.encode("ascii")
    threes, ones = codes[::-2], codes[-2::-2]
    total = 3 * sum(threes) + sum(ones) - _ZERO * (3 * len(threes) + len(ones))
    return str(-total % 10)


@lru_cache(maxsize=65536)
def has_valid_check_digit(digits: str) -> bool:
    """True when the last digit is the check digit of those before it; False for anything that is not a number.

    Remembered, because a file names few distinct GTINs many times.
    """
    return len(digits) > 1 and is_digits(digits) and check_digit(digits[:-1]) == digits[-1]
