"""The GS1 application identifiers, as one frozen table (GenSpecs section 3.2 and figure 7.8.5-2).

A specification is one to three parts: `N14` fourteen digits, `N6,12` six or twelve, `X1..20` one to twenty characters
of set 82, `Y` set 39, `Z` the URL-safe base64 alphabet. A key `310{0-5}` stands for 3100 to 3105.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from lotproof.gs1.serial import CSET_82_CLASS


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """One application identifier: its digits and what its value may be."""

    code: str
    """Two to four digits, such as `21`."""
    spec: str
    """The value's parts, as written in the table."""
    value: re.Pattern[str]
    """Matches the whole value."""
    longest: int
    """Most characters that the value may have."""
    predefined: bool
    """True when the length follows from the first two digits, so that no separator is needed behind the value."""

    def fits(self, value: str) -> bool:
        """True when the value has the length and the characters that the standard allows (no check digit, no date)."""
        return self.value.fullmatch(value) is not None


PREDEFINED = frozenset(f"{pair:02}" for pair in (*range(5), *range(11, 21), *range(31, 37), 41))
"""First two digits of the identifiers whose element string needs no separator (GenSpecs figure 7.8.5-2)."""

_TABLE = """
00 N18 | 01 N14 | 02 N14 | 03 N14 | 10 X1..20 | 11 N6 | 12 N6 | 13 N6 | 15 N6 | 16 N6 | 17 N6 | 20 N2
21 X1..20 | 22 X1..20 | 235 X1..28 | 240 X1..30 | 241 X1..30 | 242 N1..6 | 243 X1..20 | 250 X1..30 | 251 X1..30
253 N13 X0..17 | 254 X1..20 | 255 N13 N0..12 | 30 N1..8 | 37 N1..8
31{0-6}{0-5} N6 | 32{0-9}{0-5} N6 | 33{0-7}{0-5} N6 | 34{0-9}{0-5} N6 | 35{0-7}{0-5} N6 | 36{0-9}{0-5} N6
390{0-9} N1..15 | 391{0-9} N3 N1..15 | 392{0-9} N1..15 | 393{0-9} N3 N1..15 | 394{0-3} N4 | 395{0-5} N6
400 X1..30 | 401 X1..30 | 402 N17 | 403 X1..30 | 41{0-7} N13 | 420 X1..20 | 421 N3 X1..9 | 422 N3
423 N3,6,9,12,15 | 424 N3 | 425 N3,6,9,12,15 | 426 N3 | 427 X1..3
4300 X1..35 | 4301 X1..35 | 430{2-6} X1..70 | 4307 X2 | 4308 X1..30 | 4309 N20
4310 X1..35 | 4311 X1..35 | 431{2-6} X1..70 | 4317 X2 | 4318 X1..20 | 4319 X1..30 | 4320 X1..35
432{1-3} N1 | 4324 N10 | 4325 N10 | 4326 N6 | 433{0-3} N6 -
7001 N13 | 7002 X1..30 | 7003 N10 | 7004 N1..4 | 7005 X1..12 | 7006 N6 | 7007 N6,12 | 7008 X1..3 | 7009 X1..10
7010 X1..2 | 7011 N6,10 | 702{0-2} X1..20 | 7023 X1..30 | 703{0-9} N3 X1..27 | 7040 N1 X3 | 7041 X1..4
71{0-7} X1..20 | 723{0-9} X3..30 | 7240 X1..20 | 7241 N2 | 7242 X1..25 | 7250 N8 | 7251 N12 | 7252 N1
7253 X1..40 | 7254 X1..40 | 7255 X1..10 | 7256 X1..90 | 7257 X1..70 | 7258 X3 | 7259 X1..40
8001 N14 | 8002 X1..20 | 8003 N14 X0..16 | 8004 X1..30 | 8005 N6 | 8006 N18 | 8007 X1..34 | 8008 N8..12
8009 X1..50 | 8010 Y1..30 | 8011 N1..12 | 8012 X1..20 | 8013 X1..25 | 8014 X1..25 | 8017 N18 | 8018 N18
8019 N1..10 | 8020 X1..25 | 8026 N18 | 8030 Z1..90 | 8040 N15 | 8041 N15 | 8042 N32 | 8043 N18..20
8110 X1..70 | 8111 N4 | 8112 X1..70 | 8200 X1..70 | 90 X1..30 | 9{1-9} X1..90
"""

_CLASSES = {"N": "[0-9]", "X": CSET_82_CLASS, "Y": "[A-Z0-9/#-]", "Z": "[0-9A-Za-z_-]"}
_PART = re.compile(r"([NXYZ])([0-9]+)(?:\.\.([0-9]+)|((?:,[0-9]+)+))?")
_RANGE = re.compile(r"\{([0-9])-([0-9])\}")


def _codes(key: str) -> Iterator[str]:
    """The identifiers that a key of the table stands for."""
    match = _RANGE.search(key)
    if match is None:
        yield key
        return
    for digit in range(int(match[1]), int(match[2]) + 1):
        yield from _codes(f"{key[: match.start()]}{digit}{key[match.end() :]}")


def _pattern(spec: str) -> tuple[str, int]:
    """The regular expression of a specification and its greatest length."""
    source, longest = "", 0
    for part in spec.split():
        if part == "-":
            source, longest = source + "-?", longest + 1
            continue
        match = _PART.fullmatch(part)
        assert match is not None, part
        ranges = [(int(match[2]), int(match[3] or match[2]))]
        ranges += [(int(length), int(length)) for length in (match[4] or "").split(",")[1:]]
        source += "(?:" + "|".join(f"{_CLASSES[match[1]]}{{{low},{high}}}" for low, high in ranges) + ")"
        longest += max(high for _, high in ranges)
    return source, longest


def _table() -> dict[str, ApplicationIdentifier]:
    rows: dict[str, ApplicationIdentifier] = {}
    for entry in _TABLE.replace("\n", "|").split("|"):
        key, _, spec = entry.strip().partition(" ")
        if not key:
            continue
        source, longest = _pattern(spec)
        for code in _codes(key):
            rows[code] = ApplicationIdentifier(code, spec, re.compile(source), longest, code[:2] in PREDEFINED)
    return rows


AIS = MappingProxyType(_table())
"""Every application identifier by its digits."""

_LENGTHS = {code[:2]: len(code) for code in AIS}
"""Digits of an identifier by its first two: the standard fixes it, so that one can tell where the value starts."""


def ai_at(text: str, start: int) -> ApplicationIdentifier | None:
    """The application identifier that begins at `start`, or None where there is none."""
    return AIS.get(text[start : start + _LENGTHS.get(text[start : start + 2], 2)])
