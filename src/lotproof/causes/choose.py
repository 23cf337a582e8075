"""Which tool fits the problem, and why: a rule with its numbers, no opinion (DOMAIN F.3).

One chain of events: 5-Why. Many areas that could each be it: fishbone. Several barriers that failed together, or that should have stopped
it one after the other: a fault tree.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lotproof.causes.model import Tool
from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.lineup import Lineup

CLEAR = 0.15
"""A mode that leads the next by this much in fit stands alone."""
ESCAPED = frozenset({"RPT-01", "RPT-03", "PHY-01", "PHY-02", "PHY-04", "SN-07", "AGG-12"})
"""Findings that reached somebody although a barrier should have stopped them."""


@dataclass(frozen=True)
class _Numbers:
    modes: int
    areas: int
    lead: float
    escaped: tuple[str, ...]
    suspects: int


def choose(findings: Sequence[Finding], hypotheses: Sequence[Hypothesis], lineups: Sequence[Lineup]) -> Tool:
    """The tool for the problem of these findings."""
    fits = [(one.confidence, one.six_m) for one in hypotheses]
    return choose_by({one.code for one in findings}, fits, sum(len(one.supported) for one in lineups))


def choose_by(codes: Collection[str], fits: Sequence[tuple[float, str]], suspects: int) -> Tool:
    """The same from finding codes, fit and area (one of the six M) of each failure mode, and how many suspects are supported."""
    numbers = _numbers(codes, fits, suspects)
    if numbers.escaped and numbers.modes >= 2:
        reason = (
            f"{numbers.modes} failure modes fit together and {', '.join(numbers.escaped)} passed a barrier that should have stopped it: "
            "what has to fail together is a fault tree's question. A 5-Why for each branch can follow."
        )
        return Tool("fault_tree", reason)
    if numbers.modes == 1 or (numbers.modes > 1 and numbers.lead >= CLEAR and numbers.areas == 1):
        lead = f", {numbers.lead:.2f} ahead of the next" if numbers.modes > 1 else ""
        suspect = f" and {numbers.suspects} supported suspect{'s' if numbers.suspects > 1 else ''}" if numbers.suspects else ""
        asked = "one chain is asked to its end. If it breaks off, take the fishbone."
        return Tool("five_why", f"One failure mode stands out{lead}{suspect}: {asked}")
    if numbers.modes == 0:
        return Tool("fishbone", "No failure mode fits: every area has to be looked at, and the empty ribs are a result too.")
    return Tool(
        "fishbone",
        f"{numbers.modes} failure modes of {numbers.areas} area{'s' if numbers.areas > 1 else ''} fit, none clearly better "
        f"(lead {numbers.lead:.2f}): "
        "lay them side by side, test each, then ask why of those that stand.",
    )


def _numbers(codes: Collection[str], fits: Sequence[tuple[float, str]], suspects: int) -> _Numbers:
    ranked = sorted((fit for fit, _ in fits), reverse=True)
    lead = ranked[0] - ranked[1] if len(ranked) > 1 else (ranked[0] if ranked else 0.0)
    return _Numbers(len(ranked), len({area for _, area in fits}), lead, tuple(sorted(ESCAPED & {*codes})), suspects)
