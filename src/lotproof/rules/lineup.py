"""Ranked suspects of one kind of failure in one lot: what the data support, never called a root cause."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

DIGITS = 4
"""Significant digits of a number in a document: more would differ between machines."""


@dataclass(frozen=True)
class IsIsNot:
    """One row of the is/is-not table (Kepner and Tregoe), filled in from the data; a person goes on from there."""

    question: str
    """what, where, when, extent."""
    is_: str
    """What is affected."""
    is_not: str
    """What could be and is not."""


@dataclass(frozen=True)
class RankedSuspect:
    """A value, or a combination of values, whose packs failed beyond expectation."""

    names: tuple[str, ...]
    """field=value (joined by " and " where it is a combination); then what cannot be told apart from it, since the same packs bear it."""
    failed: int
    """Failures from the onset on."""
    expected: float
    """Failures to be expected there."""
    exposed: int
    """Packs there."""
    ratio: float
    """Rate to the expected rate; infinite where all failures are here."""
    ratio_low: float
    """Lower end of its 95 % interval."""
    ratio_high: float
    """Upper end."""
    q: float
    """Corrected for all that was looked at (Benjamini and Hochberg)."""
    chance: float
    """How often chance alone gives a suspect as strong among all that was looked at."""
    share: float
    """Share of the excess that it accounts for."""
    began: str | None
    """Onset, ISO 8601 UTC."""
    began_from: str | None
    """Earliest onset that the data allow."""
    began_to: str | None
    """Latest onset that the data allow."""
    supported: bool
    """Whether it passed the gate."""
    against: tuple[str, ...]
    """Evidence against it."""
    swap: str
    """The test that would tell it from its aliases and from its surroundings."""
    table: tuple[IsIsNot, ...]
    """Is/is-not table."""

    @property
    def ratio_text(self) -> str:
        """The ratio with its interval, in words."""
        if not math.isfinite(self.ratio):
            return f"no failure elsewhere (ratio at least {_digits(self.ratio_low)})"
        return f"ratio {_digits(self.ratio)} ({_digits(self.ratio_low)} to {_digits(self.ratio_high)})"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.2g}"


@dataclass(frozen=True)
class Lineup:
    """The suspects of one kind of failure in one lot."""

    lot: str
    """Lot."""
    kind: str
    """no_read, rejected, low_grade, orphan, missing_at_hub, or a finding code."""
    what: str
    """The failure in words."""
    failed: int
    """Failures of the lot."""
    exposed: int
    """Packs that could have failed so."""
    basis: str
    """What said what is normal."""
    looked_at: int
    """Groups with their onsets that were looked at."""
    suspects: tuple[RankedSuspect, ...]
    """The first-ranked first."""
    second: RankedSuspect | None = None
    """A second supported suspect when the first is taken as given."""

    @property
    def supported(self) -> tuple[RankedSuspect, ...]:
        """The suspects that the gate let through: the first, and the second where there is one."""
        first = tuple(one for one in self.suspects[:1] if one.supported)
        return (*first, *((self.second,) if first and self.second else ()))

    def as_json(self) -> dict[str, Any]:
        """The lineup as it stands in the command line's document."""
        document: dict[str, Any] = _plain(asdict(self), _number)
        return document

    def as_record(self) -> dict[str, Any]:
        """The same for canonical JSON, which holds no fractions: they are written as texts."""
        document: dict[str, Any] = _plain(asdict(self), _text)
        return document


def _plain(value: Any, number: Any) -> Any:
    if isinstance(value, dict):
        return {name.rstrip("_"): _plain(one, number) for name, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one, number) for one in value]
    return number(value) if isinstance(value, float) else value


def _number(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def _text(value: float) -> str | None:
    return f"{value:.{DIGITS}g}" if math.isfinite(value) else None
