"""An explanation of findings: a failure mode that the data support, never called a root cause."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Suspect:
    """The value of an attribute that is over-represented among the items concerned."""

    field: str
    """printer, station, operator, material_lot, source."""
    value: str
    """Its value, as the source has it."""
    share: float
    """Share of the items concerned that bear it."""
    ratio: float
    """Rate among those that bear it to the rate among the others; infinite where no other is concerned."""
    aliases: tuple[str, ...] = ()
    """field=value of what cannot be told apart from it, because the same items bear it."""


@dataclass(frozen=True)
class Hypothesis:
    """One failure mode that would give these findings."""

    mode: str
    """Name of the failure mode (DOMAIN B.4)."""
    six_m: str
    """Where such a cause most often lies: MATERIALS, METHOD, MACHINE, MAN, MEASUREMENT, ENVIRONMENT."""
    lot: str
    """Lot."""
    confidence: float
    """0 to 1: how well the data fit, to rank by; no probability."""
    sentence: str
    """What the data look like, in plain words."""
    test: str
    """What would tell this mode from the others."""
    codes: tuple[str, ...]
    """Finding codes that it explains."""
    started_at: str | None = None
    """When it began, ISO 8601 UTC; None where the data do not say."""
    suspect: Suspect | None = None
    """What is over-represented, if anything is."""
    supports: tuple[str, ...] = ()
    """Evidence for it."""
    against: tuple[str, ...] = ()
    """Evidence against it."""

    def as_json(self) -> dict[str, Any]:
        """The hypothesis as it stands in the command line's document."""
        suspect = None if self.suspect is None else {
            "field": self.suspect.field, "value": self.suspect.value, "share": round(self.suspect.share, 4),
            "ratio": round(self.suspect.ratio, 2) if math.isfinite(self.suspect.ratio) else None, "aliases": list(self.suspect.aliases),
        }  # fmt: skip
        return {
            "mode": self.mode, "six_m": self.six_m, "lot": self.lot, "confidence": round(self.confidence, 3), "started_at": self.started_at,
            "suspect": suspect, "sentence": self.sentence, "test": self.test, "codes": list(self.codes),
            "supports": list(self.supports), "against": list(self.against),
        }  # fmt: skip

    def as_record(self) -> dict[str, Any]:
        """The same for canonical JSON, which holds no fractions: they are written as texts."""
        record = self.as_json() | {"confidence": f"{self.confidence:.3f}"}
        if self.suspect is not None:
            ratio = f"{self.suspect.ratio:.2f}" if math.isfinite(self.suspect.ratio) else None
            record["suspect"] = record["suspect"] | {"share": f"{self.suspect.share:.4f}", "ratio": ratio}
        return record


def ranked(hypotheses: Iterable[Hypothesis]) -> list[Hypothesis]:
    """The best fit first; equal ones by lot and mode."""
    return sorted(hypotheses, key=lambda found: (-found.confidence, found.lot, found.mode))
