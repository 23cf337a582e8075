"""What a count shows, exactly: bounds of a process (Clopper and Pearson) and of the rest of one lot (hypergeometric)."""

from __future__ import annotations

from dataclasses import dataclass

import scipy

from lotproof.stats.exact import share_interval
from lotproof.stats.problem import MethodProblem


@dataclass(frozen=True)
class Shown:
    """What ``wrong`` of ``looked_at`` show."""

    wrong: int
    """Wrong units found."""
    looked_at: int
    """Units looked at."""
    lot: int | None
    """Units of the lot; None for a process."""
    confidence: float
    """Confidence of the bounds."""
    share_at_most: float
    """Upper bound of the share of a process like this one."""
    lot_at_most: int | None
    """Most wrong units in the whole lot, those found among them."""
    interval: tuple[float, float]
    """Two-sided interval of the share."""
    sentence: str
    """All of it, for a person."""


def upper_share(wrong: int, looked_at: int, confidence: float = 0.95) -> float:
    """One-sided upper bound of a share; 1 - alpha^(1/n) where none was wrong."""
    return 1.0 if wrong >= looked_at else float(scipy.stats.beta.ppf(confidence, wrong + 1, looked_at - wrong))


def most_in_lot(wrong: int, looked_at: int, lot: int, confidence: float = 0.95) -> int:
    """Largest number of wrong units in the lot that a count this small does not rule out: P(X <= wrong | D) > 1 - confidence."""
    low, high = wrong, lot - (looked_at - wrong)
    while low < high:
        middle = (low + high + 1) // 2
        if scipy.stats.hypergeom.cdf(wrong, lot, middle, looked_at) > 1 - confidence:
            low = middle
        else:
            high = middle - 1
    return low


def shown(wrong: int, looked_at: int, lot: int | None = None, confidence: float = 0.95, noun: str = "cases") -> Shown:
    """The statement; ``noun`` is what was looked at."""
    if not 0 <= wrong <= looked_at or looked_at < 1:
        raise MethodProblem(f"{wrong} wrong of {looked_at} is no count: look at one unit at least, and find no more than that.")
    if lot is not None and looked_at > lot:
        raise MethodProblem(f"{looked_at} {noun} cannot come from a lot of {lot}; check the lot size.")
    if not 0.5 < confidence < 1:
        raise MethodProblem(f"--confidence {confidence:g}: state a share above 0.5 and below 1; 95 % is 0.95.")
    share = upper_share(wrong, looked_at, confidence)
    most = None if lot is None else most_in_lot(wrong, looked_at, lot, confidence)
    of = f"{looked_at:,} {noun}" + (f" of {lot:,}" if lot is not None else "")
    text = f"{wrong:,} wrong in {of}: at most {percent(share)} at {100 * confidence:g} %"
    if most is not None:
        text += f"; of this lot at most {most:,}"
    return Shown(wrong, looked_at, lot, confidence, share, most, share_interval(wrong, looked_at, confidence), text)


def percent(share: float) -> str:
    """A share in per cent with two digits that count, rounded as usual."""
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.1f} %"
