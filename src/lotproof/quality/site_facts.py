"""Reads what the 90-day plan and the readiness of lots rest on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from lotproof.ledger import store
from lotproof.quality.audits import yearly_gaps
from lotproof.quality.book import Book
from lotproof.quality.case import State
from lotproof.quality.plan import CaseGaps, Site
from lotproof.quality.roles import role_of
from lotproof.quality.shell import table
from lotproof.quality.signals import NEW
from lotproof.workspace.outcomes import lot_found
from lotproof.workspace.people import enrolled
from lotproof.workspace.place import Workspace

MOST = 200
"""Incidents that the plan names, the latest."""


def site_facts(workspace: Workspace, now: str, told: bool) -> Site:
    """What lacks on the site as of now; ``told`` says whether anybody is notified of anything."""
    today = now[:10]
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
        qualified=store.table().filter(stream="qualification").exists(),
    )


def _running() -> list[Any]:
    return list(table("CaseRow").exclude(state=State.CLOSED).order_by("-opened")[:MOST])


@dataclass(frozen=True)
class LotItem:
    """Something that a lot needs to be shown to an inspector."""

    name: str
    """Short name."""
    asks: str
    """What has to be there."""
    lacks: str
    """What is missing; empty where it is there."""


def lot_readiness(workspace: Workspace, lot: str) -> list[LotItem]:
    """How ready a lot is (DOMAIN F.2): record, explanation, decisions, proof on the shelf."""
    found = lot_found(workspace, lot)
    balance = found["balance"] if found else None
    signals = table("SignalRow").filter(lot=lot, state=NEW, count__gt=0).count()
    cases = [row for row in table("CaseRow").filter(lots__contains=lot) if lot in row.lots.split("\n")]
    running = [row.number for row in cases if row.state != State.CLOSED]
    held = table("HoldRow").filter(released=None, case__in=[row.number for row in cases]).count()
    session = table("RecordRow").filter(book=Book.SESSION, about=lot, state=State.CLOSED).exists()
    unaccounted = (balance or {}).get("counts", {}).get("unaccounted", 0)
    return [
        LotItem("record", "what the sources say of it, reconciled", "" if balance else "the last run of the rules speaks of no such lot"),
        LotItem("explained", "every serial number accounted for", f"{unaccounted:,} are unaccounted" if unaccounted else ""),
        LotItem("triaged", "every finding looked at by a person", f"{signals} signals wait for triage" if signals else ""),
        LotItem("closed", "its incidents closed", f"{', '.join(running[:3])} still run" if running else ""),
        LotItem("released", "nothing on hold", f"{held:,} items or containers are on hold" if held else ""),
        LotItem("verified", "a sample of packs verified against the record", "" if session else "no verification session was signed"),
    ]
