"""The check of effectiveness that runs by itself: where a criterion names an indicator, its points after the actions are counted.

A verdict is entered once the declared opportunities have passed, or as soon as the counts show that the actions do not work
(QUALITY_METHODS: a criterion is fixed before its data; ICH Q10 3.2.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from lotproof.control.kpis.judge import Judged
from lotproof.ledger import store
from lotproof.quality.acts.capa import criterion_of, verdict_of
from lotproof.quality.case import Case, State
from lotproof.quality.shell import by_program, load, table
from lotproof.quality.times import moment
from lotproof.stats.effectiveness import judge
from lotproof.stats.problem import MethodProblem

INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Counted:
    """What an indicator has counted since the actions of an incident."""

    case: str
    """Number of the incident."""
    kpi: str
    """Indicator that its criterion names."""
    since: str
    """When the actions were complete, UTC."""
    events: int
    """Events since."""
    opportunities: int
    """Opportunities since."""
    needed: int
    """Opportunities after which it is judged."""
    side_effects: int
    """Points of other indicators that signal since."""

    def as_json(self) -> dict[str, Any]:
        """For the pages."""
        return asdict(self)


def counted(case: Case, judged: Sequence[Judged]) -> Counted | None:
    """What was counted; None where the criterion names no indicator that counts events, or there is none. Pure."""
    criterion, complete = case.last("criterion"), case.last("actions-complete")
    mine = next((one for one in judged if criterion and one.points.kpi.id == criterion.body.get("kpi")), None)
    if criterion is None or complete is None or mine is None or mine.points.kpi.kind == "measure":
        return None
    since = moment(complete.time)
    after = [point for point in mine.points.points if _at_or_after(point.at, since)]
    others = sum(_signals(one, since) for one in judged if one is not mine)
    events, opportunities = (round(sum(getattr(point, name) for point in after)) for name in ("events", "opportunities"))
    return Counted(case.number, mine.points.kpi.id, complete.time, events, opportunities, criterion.body["opportunities"], others)


def _at_or_after(at: datetime | None, since: datetime) -> bool:
    return at is not None and (at if at.tzinfo else at.replace(tzinfo=UTC)) >= since


def _signals(one: Judged, since: datetime) -> int:
    """Points of an indicator that alarm, since then."""
    alarming = {alarm.point for alarm in one.alarms}
    return sum(point.label in alarming and _at_or_after(point.at, since) for point in one.points.points)


def is_due(case: Case, found: Counted) -> bool:
    """Whether a check is to be entered now: it is decided, or may be judged, and says something that the last one did not. Pure."""
    criterion, last = case.last("criterion"), case.last("effectiveness")
    assert criterion is not None
    try:
        verdict = judge(criterion_of(criterion), found.events, found.opportunities, found.since, found.side_effects).verdict
    except MethodProblem:  # the counts are none yet
        return False
    if last is None or last.index < criterion.index:
        return verdict != INCONCLUSIVE or found.opportunities >= found.needed
    return verdict_of(case, last).verdict != verdict


def check_effects(judged: Sequence[Judged], time: str, actor: str) -> list[Counted]:
    """Count for every incident whose actions are done, and enter the checks that are due."""
    found = list(_all(judged))
    for case, one in found:
        if is_due(case, one):
            _enter(one, time, actor)
    return [one for _, one in found]


def _all(judged: Sequence[Judged]) -> Iterator[tuple[Case, Counted]]:
    for number in table("CaseRow").filter(state=State.CHECKING).order_by("number").values_list("number", flat=True):
        case = load(number)
        one = counted(case, judged)
        if one is not None:
            yield case, one


def _enter(one: Counted, time: str, actor: str) -> None:
    given = {"events": one.events, "opportunities": one.opportunities, "since": one.since, "side_effects": one.side_effects}
    with transaction.atomic():
        store.lock()
        case = load(one.case)
        # Somebody may have closed it, or checked it, a moment ago.
        if case.state is State.CHECKING and is_due(case, one):
            by_program(one.case, "effectiveness", given, time, actor)
