"""Grades of two-dimensional symbols after ISO/IEC 15415: parameters to grades, the overall grade as number and letter.

The thresholds of symbol contrast were confirmed by look-up; the others are from memory of the standard and were NOT held against a
licensed copy, so they are data that a caller may replace, and results say which are unconfirmed. Grades are ordinal: chart the numeric
parameters (I-MR), and the share below C (p').
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lotproof.stats.problem import MethodProblem

LETTERS = ("A", "B", "C", "D", "F")
CUTS = (3.5, 2.5, 1.5, 0.5)
"""Mean grades from which a symbol is A, B, C, D."""


@dataclass(frozen=True)
class Thresholds:
    """Bounds of the grades 4, 3, 2, 1 of one parameter."""

    bounds: tuple[float, float, float, float]
    """In the order of the grades."""
    rising: bool
    """Whether more is better."""
    confirmed: bool
    """Whether they were held against the standard."""


PARAMETERS: Mapping[str, Thresholds] = MappingProxyType({
    "contrast": Thresholds((0.70, 0.55, 0.40, 0.20), True, True),
    "modulation": Thresholds((0.50, 0.40, 0.30, 0.20), True, False),
    "axial": Thresholds((0.06, 0.08, 0.10, 0.12), False, False),
    "grid": Thresholds((0.38, 0.50, 0.63, 0.75), False, False),
    "uec": Thresholds((0.62, 0.50, 0.37, 0.25), True, False),
})  # fmt: skip
"""Symbol contrast, modulation, axial and grid non-uniformity, unused error correction; fixed pattern damage is given as a grade."""


@dataclass(frozen=True)
class Symbol:
    """A graded symbol."""

    grade: float
    """Mean over the scans of the lowest parameter grade of each, one decimal, 0.0 to 4.0."""
    letter: str
    """A, B, C, D or F."""
    lowest: str
    """The parameter that most often sets the grade."""
    report: str
    """Grade/aperture/wavelength/angle, as the standard wants it reported."""
    unconfirmed: tuple[str, ...]
    """Parameters whose thresholds were not held against the standard."""


def parameter_grade(value: float, limits: Thresholds) -> int:
    """4 to 0."""
    reached = (value >= bound if limits.rising else value <= bound for bound in limits.bounds)
    return next((4 - at for at, good in enumerate(reached) if good), 0)


def letter(grade: float) -> str:
    """The letter of a numeric grade."""
    return LETTERS[next((at for at, cut in enumerate(CUTS) if grade >= cut), 4)]


def number(word: str) -> float:
    """A grade as a number, whether written 2.8, C, or 2.8/08/660."""
    text = word.strip().partition("/")[0].upper().replace(",", ".")
    if text in LETTERS:
        return float(4 - LETTERS.index(text))
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 4:
        raise MethodProblem(f'"{word}" is no symbol grade; write a letter A, B, C, D, F or a number from 0.0 to 4.0.')
    return value


def grade(
    scans: Sequence[Mapping[str, float]], aperture: str = "", wavelength: str = "", angle: str = "",
    thresholds: Mapping[str, Thresholds] = PARAMETERS,
) -> Symbol:  # fmt: skip
    """The overall grade of scans, each a parameter -> value; ``decode`` and ``fixed`` (pattern damage) are grades 0 to 4 themselves."""
    if not scans or not all(scans):
        raise MethodProblem("A grade needs one scan with one parameter at least; the standard wants five scans.")
    known = {*thresholds, "decode", "fixed"}
    if unknown := sorted({name for scan in scans for name in scan} - known):
        raise MethodProblem(f'There is no parameter "{unknown[0]}"; known are {", ".join(sorted(known))}.')
    grades = [{name: parameter_grade(v, thresholds[name]) if name in thresholds else int(v) for name, v in scan.items()} for scan in scans]
    worst = [min(scan, key=lambda name: (scan[name], name)) for scan in grades]
    mean = sum(scan[name] for scan, name in zip(grades, worst, strict=True)) / len(grades)
    # one decimal, halves up: 2.45 is 2.5, which Python's own rounding would not always give
    value = int(mean * 10 + 0.5 + 1e-9) / 10
    open_points = tuple(sorted({name for scan in scans for name in scan if name in thresholds and not thresholds[name].confirmed}))
    parts = [part for part in (f"{value:.1f}", aperture, wavelength, angle) if part]
    return Symbol(value, letter(value), max(sorted(set(worst)), key=worst.count), "/".join(parts), open_points)
