"""A camera or reader as an instrument with two answers: a challenge set of good and bad units, and what it shows at most."""

from __future__ import annotations

from dataclasses import dataclass

import scipy

from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling.confidence import percent, upper_share
from lotproof.stats.sampling.find import success_run


@dataclass(frozen=True)
class Challenge:
    """What a challenge set shows."""

    false_accepts: int
    """Bad units that passed."""
    bad: int
    """Bad units shown."""
    false_rejects: int
    """Good units that were rejected."""
    good: int
    """Good units shown."""
    false_accept_at_most: float
    """Upper bound of the share of bad units that pass."""
    false_reject_at_most: float
    """Upper bound of the share of good units that are rejected."""
    holds: bool
    """Whether both bounds keep what was required."""
    missing: str
    """What to do where they do not; empty where they do."""
    sentence: str
    """For a person."""


def challenge(
    false_accepts: int, bad: int, false_rejects: int, good: int,
    most_accepts: float = 0.05, most_rejects: float = 0.05, confidence: float = 0.95,
) -> Challenge:  # fmt: skip
    """One-sided exact bounds of both errors, against what is required."""
    if bad < 1 or good < 1:
        raise MethodProblem(f"A challenge set needs good and bad units; this one has {good} good and {bad} bad.")
    for name, count, shown in (("bad units passed", false_accepts, bad), ("good units rejected", false_rejects, good)):
        if not 0 <= count <= shown:
            raise MethodProblem(f"{count} {name} of {shown} is no count.")
    accepts, rejects = upper_share(false_accepts, bad, confidence), upper_share(false_rejects, good, confidence)
    told = []
    if accepts > most_accepts + 1e-12:
        told.append(_missing("bad", false_accepts, bad, most_accepts, confidence))
    if rejects > most_rejects + 1e-12:
        told.append(_missing("good", false_rejects, good, most_rejects, confidence))
    sentence = (
        f"{false_accepts} of {bad} bad units passed: at most {percent(accepts)} pass; {false_rejects} of {good} good units were rejected: "
        f"at most {percent(rejects)} are, each at {100 * confidence:g} %"
    )
    return Challenge(false_accepts, bad, false_rejects, good, accepts, rejects, not told, " ".join(told), sentence)


def _missing(kind: str, errors: int, shown: int, most: float, confidence: float) -> str:
    if errors == 0:
        needed = success_run(1 - most, confidence)
        return f"Show {needed - shown} more {kind} units without an error: {needed} are needed."
    anew = success_run(1 - most, confidence)
    return f"{errors} of {shown} {kind} units were judged wrongly: mend the reader, then challenge it anew with {anew}."


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided probability that two readers judge the same units equally well: those that only one judged rightly (McNemar)."""
    total = only_first + only_second
    return 1.0 if total == 0 else float(scipy.stats.binomtest(only_first, total, 0.5).pvalue)
