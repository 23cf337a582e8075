"""Counts the KPIs of the site, keeps what the pages show of them, raises alarms for conditions that hold (DOMAIN G; EU GMP Annex 11)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.control.kpis.budget import told as budget_told
from lotproof.control.kpis.judge import Judged, as_document, svg_of
from lotproof.jobs.register import Work, handler
from lotproof.quality.book import Book
from lotproof.quality.effect_watch import check_effects
from lotproof.quality.shell import load, open_by_program, table
from lotproof.workspace.kpis import judge_all

KEPT = Path("outcome") / "kpis.json"
"""File of the workspace with what was counted last; it may be removed."""
BEARABLE = 1.0
"""False alarms a day that people can follow up, for the budget on the page."""
PRIORITY = {"action": "high", "alert": "medium"}
"""Priority of an alarm by its condition; of all others it is low."""


@dataclass(frozen=True)
class Condition:
    """A condition that holds at some points of a KPI."""

    key: str
    """KPI and condition: what makes it one alarm."""
    name: str
    """What the KPI is."""
    condition: str
    """target, alert, action or rule and its number."""
    sentence: str
    """What holds at the last of the points."""
    points: tuple[str, ...]
    """The points."""
    response: str = ""
    """What a person does about it."""


def conditions(judged: Sequence[Judged]) -> Iterator[Condition]:
    """The conditions that hold, one for each KPI and kind of condition, whatever the number of points."""
    for one in judged:
        kpi = one.points.kpi
        for condition in dict.fromkeys(alarm.condition for alarm in one.alarms):
            met = [alarm for alarm in one.alarms if alarm.condition == condition]
            yield Condition(
                f"{kpi.id}:{condition}", kpi.name, condition, met[-1].sentence, tuple(alarm.point for alarm in met), kpi.response
            )


def raise_alarms(found: Sequence[Condition], time: str, actor: str) -> list[str]:
    """Raise what is new: not what is open already, and not again for points that were acknowledged. Gives the numbers."""
    raised = []
    for one in found:
        last = table("RecordRow").filter(book=Book.ALARM, key=one.key).order_by("-opened", "-number").first()
        seen = set(load(last.number).opened.body["points"]) if last else set()
        if (last is None or last.state == "closed") and not set(one.points) <= seen:
            raised.append(open_by_program("alarm", _given(one), time, actor).number)
    return raised


def _given(one: Condition) -> dict[str, Any]:
    more = f" and {len(one.points) - 1} more" if len(one.points) > 1 else ""
    return {
        "title": f"{one.name}, {one.condition} at {one.points[-1]}{more}: {one.sentence}"[:500],
        "about": one.name,
        "priority": PRIORITY.get(one.condition, "low"),
        "condition": one.condition,
        **({"response": one.response} if one.response else {}),
        "key": one.key,
        "points": list(one.points),
    }


@handler("kpis")
def kpis(work: Work) -> dict[str, Any]:
    """Count, keep, raise."""
    judged = judge_all(work.workspace.root, work.clock(), work.actor, lambda what, done, of: work.tell(done, of, what))
    document = {
        "time": work.clock(),
        "budget": budget_told(judged, BEARABLE),
        "kpis": [{**as_document(one), "svg": svg_of(one) if one.charted else ""} for one in judged],
        "effects": [one.as_json() for one in check_effects(judged, work.clock(), "lotproof work")],
    }
    path = work.workspace.root / KEPT
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)
    return {"alarms": raise_alarms(list(conditions(judged)), work.clock(), "lotproof work")}


def effect_so_far(home: Path, number: str) -> dict[str, Any] | None:
    """What was counted of the effect of an incident's actions; None where no indicator counts it."""
    found = kept(home) or {}
    return next((one for one in found.get("effects", ()) if one["case"] == number), None)


def kept(home: Path) -> dict[str, Any] | None:
    """What was counted last; None where nothing was."""
    path = home / KEPT
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
