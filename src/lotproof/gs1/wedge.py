"""What a keyboard makes of a scan, undone: a scanner that types (a keyboard wedge) names keys, and the computer turns keys into
characters by its own layout. Where the two disagree, or Caps Lock is on, other characters arrive than stand in the symbol.

The layouts are rows of keys of an ISO keyboard, as Windows and Linux ship them (US; German T1, DIN 2137-1; French AZERTY). Nothing
is undone where the text reads as it is: what is typed by hand, and what a good scanner sends, stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.reading import Reading, read
from lotproof.gs1.separators import GS1_SYMBOLOGIES

LAYOUTS = {
    "US": ("`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./", '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'),
    "German": ("^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-", "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_"),
    "French": ("²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!", "~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§"),
}
"""Layout -> its keys without and with Shift, key by key in one order."""
PAIRS = (("US", "German"), ("US", "French"), ("German", "US"), ("French", "US"))
"""Layout of the scanner, layout of the computer: the pairs that are looked for."""
DOUBTFUL = frozenset({"symbology_not_gs1", "check_digit_wrong", "not_cset82", "too_long"})
"""Notes of a reading that a wrong keyboard may be the reason for."""


@dataclass(frozen=True)
class Damage:
    """What can happen between symbol and text."""

    name: str
    """caps, shift, or layout:SCANNER:COMPUTER; with + between where two happened."""
    undo: Callable[[str], str]
    """The text as the scanner meant it."""


@dataclass(frozen=True)
class Mended:
    """A text with what the keyboard did to it undone."""

    text: str
    """As the symbol has it, as far as can be told."""
    damages: tuple[str, ...] = ()
    """Names of the damages that were undone; empty where there was none."""


@lru_cache
def _table(scanner: str, computer: str) -> dict[int, str]:
    meant, typed = LAYOUTS[scanner], LAYOUTS[computer]
    return {ord(came): sent for row in (0, 1) for sent, came in zip(meant[row], typed[row], strict=True)}


@lru_cache
def _shift_table(layout: str) -> dict[int, str]:
    plain, shifted = LAYOUTS[layout]
    return {ord(a): b for pair in ((plain, shifted), (shifted, plain)) for a, b in zip(*pair, strict=True)}


def _caps(text: str) -> str:
    """Caps Lock turns letters round: large ones come small."""
    return "".join(char.swapcase() if char.isascii() else char for char in text)


def _layout(scanner: str, computer: str) -> Callable[[str], str]:
    return lambda text: text.translate(_table(scanner, computer))


def _shift(layout: str) -> Callable[[str], str]:
    return lambda text: text.translate(_shift_table(layout))


def _then(first: Callable[[str], str], second: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: second(first(text))


def _damages() -> Iterator[Damage]:
    """Single damages before pairs of them: the simplest that explains the text is taken."""
    layouts = [Damage(f"layout:{scanner}:{computer}", _layout(scanner, computer)) for scanner, computer in PAIRS]
    yield Damage("caps", _caps)
    yield from layouts
    for name in LAYOUTS:
        yield Damage("shift", _shift(name))
    for one in layouts:
        yield Damage(f"caps+{one.name}", _then(_caps, one.undo))


DAMAGES = tuple(_damages())
"""Every damage that is looked for, the likeliest first."""


def mended(text: str) -> Mended:
    """The text with the first damage undone that makes a clean GS1 reading of it; unchanged where it reads, or where none helps."""
    if is_clean(text):
        return Mended(text)
    return next((one for one in variants(text) if is_clean(one.text)), Mended(text))


def variants(text: str) -> Iterator[Mended]:
    """What the text may have been before a keyboard changed it, the likeliest first."""
    for one in DAMAGES:
        meant, names = one.undo(text), tuple(one.name.split("+"))
        if meant != text:
            yield Mended(meant, names)
            # A bracket is typed with AltGr on most layouts, which another layout takes for nothing.
            if f"]{meant[:2]}" in GS1_SYMBOLOGIES:
                yield Mended(f"]{meant}", names)


def is_clean(text: str) -> bool:
    """Whether the text reads as a trade item or a container by its own check digit, with no sign of a wrong keyboard."""
    try:
        found: Reading = read(text)
    except UnreadableIdentifier:
        return False
    return (found.gtin is not None or found.sscc is not None) and DOUBTFUL.isdisjoint(found.transforms)
