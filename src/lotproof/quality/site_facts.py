"""Reads what the 90-day plan rests on."""

from __future__ import annotations

from collections import Counter

from lotproof.ledger import store
from lotproof.quality.audits import yearly_gaps
from lotproof.quality.book import Book
from lotproof.quality.case import State
from lotproof.quality.plan import CaseGaps, Site
from lotproof.quality.readiness import MISSING, readiness
from lotproof.quality.roles import role_of
from lotproof.quality.shell import load, table
from lotproof.quality.signals import NEW
from lotproof.workspace.noted import BACKUP, DOCTOR, noted
from lotproof.workspace.people import people
from lotproof.workspace.place import Workspace

MOST = 200
"""Incidents that are looked into one by one, the latest."""


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
        cases=[gaps for number in _running() if (gaps := _gaps(number)).missing],
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
        roles=dict(Counter(str(role_of(person.role)) for person in people().values() if not person.retired)),
        anchored=store.table().filter(kind="anchor").exists(),
        witnessed=(workspace.root / "witness.policy").exists(),
        told=told,
        backed_up=str(noted(workspace.root, BACKUP).get("time", ""))[:10],
        examined=str(examined.get("time", ""))[:10],
        faults=tuple(examined.get("failed", ())),
        qualified=store.table().filter(stream="qualification").exists(),
    )


def _running() -> list[str]:
    rows = table("CaseRow").exclude(state=State.CLOSED).order_by("-opened")
    return list(rows.values_list("number", flat=True)[:MOST])


def _gaps(number: str) -> CaseGaps:
    case = load(number)
    severity = case.last("severity") or case.opened
    missing = tuple(one.item.name for one in readiness(case).items if one.state == MISSING)
    return CaseGaps(number, str(severity.body["severity"]), missing)
