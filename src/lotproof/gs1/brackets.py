"""Bracketed element strings, the human readable form: `(01)09512345678901(21)ABC123` (GenSpecs section 4.14).

Brackets are no data, but `(` and `)` may be: they are members of set 82. A bracket pair begins an element only where
everything behind it still fits the table.
"""

from __future__ import annotations

import re

from lotproof.gs1.ai import AIS
from lotproof.gs1.element_string import Elements, Parse
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gtin import normalise_gtin
from lotproof.gs1.separators import GS, trim
from lotproof.gs1.serial import is_admissible, serial_notes

_MARK = re.compile(r"[(\[]\s?([0-9]{2,4})\s?[)\]]")
_TOLERATED = frozenset({"10", "21"})


def parse_brackets(text: str) -> Parse:
    """The elements of a bracketed text and what was tolerated; the first is always `brackets`.

    `[01]` counts as `(01)`, and `\\(` is a bracket that belongs to the value (the GS1 syntax engine's spelling). Raises
    UnreadableIdentifier when the brackets do not begin the text or their values do not fit.
    """
    hidden = text.replace("\\(", "\ue000")
    marks = list(_MARK.finditer(hidden))
    if not marks or marks[0].start() != 0:
        raise UnreadableIdentifier(text, "it does not begin with an application identifier in brackets such as (01)")
    for mark, behind in zip(marks, [*(mark.start() for mark in marks[1:]), len(hidden)], strict=True):
        if mark[1] in AIS and not trim(hidden[mark.end() : behind]):
            raise UnreadableIdentifier(text, f"({mark[1]}) has no value")
    for strict in (True, False):
        chosen = _choose(hidden, marks, strict)
        if chosen is not None:
            return _collect(text, chosen)
    raise UnreadableIdentifier(text, _reason(hidden, marks))


def _choose(text: str, marks: list[re.Match[str]], strict: bool) -> list[tuple[str, str]] | None:
    """The finest division into elements that fit, found from the right: what follows never depends on the left."""
    best: list[list[tuple[str, str]] | None] = [None] * len(marks) + [[]]
    for index in range(len(marks) - 1, -1, -1):
        code = marks[index][1]
        for behind in range(index + 1, len(marks) + 1):
            rest = best[behind]
            stop = marks[behind].start() if behind < len(marks) else len(text)
            value = _clean(code, text[marks[index].end() : stop])
            if rest is not None and _fits(code, value, strict):
                best[index] = [(code, value), *rest]
                break
    return best[0]


def _clean(code: str, raw: str) -> str:
    """The value without blanks around it, the separator behind it, and blanks inside a number."""
    value = trim(raw).rstrip(GS).replace("\ue000", "(")
    return value.replace(" ", "") if code in {"00", "01", "02"} else value


def _fits(code: str, value: str, strict: bool) -> bool:
    rule = AIS.get(code)
    if rule is None:
        return False
    if rule.fits(value):
        return True
    if code in {"01", "02"}:
        return len(value) in {8, 12, 13} and rule.fits(value.zfill(14))
    return not strict and code in _TOLERATED and is_admissible(value)


def _collect(text: str, pairs: list[tuple[str, str]]) -> Parse:
    elements: Elements = {}
    notes: dict[str, None] = {"brackets": None}
    for code, value in pairs:
        kept, why = _kept(code, value)
        if elements.setdefault(code, kept) != kept:
            raise UnreadableIdentifier(text, f"({code}) stands in it twice, as '{elements[code]}' and as '{kept}'")
        notes.update(dict.fromkeys(why))
    return elements, tuple(notes)


def _kept(code: str, value: str) -> tuple[str, tuple[str, ...]]:
    if code in _TOLERATED:
        return value, serial_notes(value)
    if code in {"01", "02"} and len(value) < 14:
        return normalise_gtin(value)
    return value, ()


def _reason(text: str, marks: list[re.Match[str]]) -> str:
    """The first element that does not fit, in words."""
    for index, mark in enumerate(marks):
        stop = marks[index + 1].start() if index + 1 < len(marks) else len(text)
        value = _clean(mark[1], text[mark.end() : stop])
        if mark[1] not in AIS:
            return f"({mark[1]}) is no application identifier"
        if not _fits(mark[1], value, False):
            return f"({mark[1]}) holds '{value}', which does not fit it"
    return "its brackets do not divide it into elements"
