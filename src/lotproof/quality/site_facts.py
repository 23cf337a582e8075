"""Reads what the 90-day plan rests on."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lotproof.ledger import store
from lotproof.quality.audits import yearly_gaps
from lotproof.quality.book import Book
from lotproof.quality.case import State
from lotproof.quality.plan import CaseGaps, Site
from lotproof.quality.roles import role_of
from lotproof.quality.shell import table
from lotproof.quality.signals import NEW
from lotproof.workspace.noted import BACKUP, DOCTOR, noted
from lotproof.workspace.people import enrolled
from lotproof.workspace.place import Workspace

MOST = 200
"""Incidents that the plan names, the latest."""


def site_facts(workspace: Workspace, now: str, told: bool) -> Site:
    """What lacks on the site as of now; ``told`` says whether anybody is notified of anything."""
    today, examined = now[:10], noted(workspace.root, DOCTOR)
    records = table("RecordRow")
    audits = records.filter(book=Book.AUDIT)
    procedures = records.filter(book=Book.PROCEDURE).exclude(state=State.CLOSED)
    sessions = records.filter(book=Book.SESSION, state=State.CLOSED).order_by("-closed").values_list("closed", flat=True)
    return Site(
        signals=list(table("SignalRow").filter(state=NEW, count__gt=0).values_list("number", "severity")),
        overdue=list(table("ClockRow").filter(ended=None, due__lt=now).values_list("case", "name")),
        cases=[CaseGaps(row.number, row.severity, tuple(row.missing.split("\n"))) for row in _running() if row.missing],
        late_actions=table("ActionRow").filter(done=None, due__lt=today).count(),
        alarms=records.filter(book=Book.ALARM).exclude(state=State.CLOSED).count(),
        late_trainings=table("TrainingRow").exclude(due="").filter(due__lt=today).count(),
        procedures=procedures.count(),
        audit_gaps=yearly_gaps(
            audits.exclude(state=State.CLOSED).values_list("kind", "due"),
            audits.filter(state=State.CLOSED).values_list("kind", "due"),
            today,
        ),
        last_session=(sessions.first() or "")[:10],
        roles=dict(Counter(str(role_of(person.role)) for person in enrolled().values() if not person.retired)),
        anchored=store.table().filter(kind="anchor", stream="anchors").exists(),
        witnessed=(workspace.root / "witness.policy").exists(),
        told=told,
        backed_up=str(noted(workspace.root, BACKUP).get("time", ""))[:10],
        examined=str(examined.get("time", ""))[:10],
        faults=tuple(examined.get("failed", ())),
        qualified=store.table().filter(stream="qualification").exists(),
    )


def _running() -> list[Any]:
    return list(table("CaseRow").exclude(state=State.CLOSED).order_by("-opened")[:MOST])
