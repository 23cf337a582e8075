"""The 90-day plan to become inspection-ready: what lacks on the site as a whole, in three windows by risk. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lotproof.quality.roles import Role

WINDOWS = ("days 1 to 30", "days 31 to 60", "days 61 to 90")
"""First what harms patients or runs against a clock, then what an inspector cites, then what makes it last."""
SESSION_DAYS = 90
"""Days within which a site verifies a sample of packs against its record."""
BACKUP_DAYS, DOCTOR_DAYS = 7, 31
"""Days after which a backup, and an examination of the installation, are asked for again."""


@dataclass(frozen=True)
class Task:
    """Something to do."""

    window: int
    """Place in WINDOWS."""
    what: str
    """What to do, with its count."""
    why: str
    """Requirement that asks for it."""
    owner: Role
    """Role that does it."""
    link: str
    """Page of the desk where it is done."""


@dataclass(frozen=True)
class CaseGaps:
    """What an incident lacks."""

    number: str
    """Its number."""
    severity: str
    """critical, major, minor."""
    missing: tuple[str, ...]
    """Items of the readiness list that are missing."""


@dataclass(frozen=True)
class Site:
    """What is known of a site."""

    signals: Sequence[tuple[str, str]] = ()
    """Number and severity of signals that nobody triaged."""
    overdue: Sequence[tuple[str, str]] = ()
    """Incident and name of clocks past due."""
    cases: Sequence[CaseGaps] = ()
    """Incidents that lack something."""
    late_actions: int = 0
    """CAPA past due."""
    alarms: int = 0
    """Alarms that nobody acknowledged."""
    late_trainings: int = 0
    """Trainings past due."""
    procedures: int = 0
    """Procedures that are registered."""
    audit_gaps: Sequence[str] = ()
    """Sentences about yearly audits that are neither planned nor held."""
    last_session: str = ""
    """Day of the last verification session that was signed; empty where there was none."""
    roles: dict[str, int] = field(default_factory=dict)
    """Role -> how many people are enrolled with it."""
    anchored: bool = False
    """Whether the ledger was ever anchored in outside time."""
    witnessed: bool = False
    """Whether somebody else cosigns its checkpoints."""
    told: bool = False
    """Whether anybody is told of anything."""
    qualified: bool = False
    """Whether the installation was qualified."""
    backed_up: str = ""
    """Day of the last backup; empty where none is known."""
    examined: str = ""
    """Day on which lotproof doctor ran last; empty where it never did."""
    faults: Sequence[str] = ()
    """What it found wrong, as sentences."""


def plan(site: Site, today: str, long_ago: str) -> list[Task]:
    """Everything to do, by window; ``long_ago`` is the day SESSION_DAYS before ``today`` (YYYY-MM-DD)."""
    found = [*_harm(site), *_cases(site.cases), *_people(site), *_keeping(site, today), *_order(site, long_ago)]
    return sorted(found, key=lambda task: task.window)


def _harm(site: Site) -> Iterator[Task]:
    for fault in site.faults:
        yield Task(0, f"Put right what lotproof doctor found: {fault}", "21 CFR 11.10(c), (e)", Role.ADMINISTRATOR, "/trail/")
    for severity, window in (("critical", 0), ("major", 0), ("minor", 1)):
        count = sum(1 for _, found in site.signals if found == severity)
        if count:
            yield Task(window, f"Triage signals ({severity}): {count:,}", "21 CFR 211.192", Role.INVESTIGATOR, "/signals/")
    for number, clock in site.overdue:
        yield Task(
            0, f"Answer the clock “{clock}” of {number}", "FD&C Act 582; (EU) 2016/161", Role.REGULATORY, _place(number)
        )
    if site.late_actions:
        yield Task(0, f"Finish or move actions past due: {site.late_actions:,}", "ICH Q10 3.2.2", Role.QA, "/actions/")
    if site.alarms:
        yield Task(0, f"Acknowledge alarms: {site.alarms:,}", "EU GMP Annex 11 (draft 2025), alarms", Role.OPERATOR, "/alarms/")


def _place(number: str) -> str:
    """Where a clock is answered: on the page of its signal, or at the gate of its incident."""
    return f"/signals/{number}/" if number.startswith("SIG-") else f"/incidents/{number}/#gate"


def _cases(cases: Iterable[CaseGaps]) -> Iterator[Task]:
    for case in cases:
        window = {"critical": 0, "major": 1}.get(case.severity, 2)
        what = f"Complete {case.number}: {', '.join(case.missing[:4])}{' and more' if len(case.missing) > 4 else ''}"
        yield Task(window, what, "21 CFR 211.192, 211.198; EU GMP 1.8, 8", Role.INVESTIGATOR, f"/incidents/{case.number}/#readiness")


def _people(site: Site) -> Iterator[Task]:
    if site.roles.get(Role.QA, 0) < 2:
        yield Task(0, "Enrol a second QA approver: nobody approves their own", "21 CFR 11.10(g); EU GMP 2", Role.ADMINISTRATOR, "/")
    if not site.roles.get(Role.REGULATORY, 0):
        yield Task(0, "Enrol somebody who speaks with authorities", "FD&C Act 582(b)(4)", Role.ADMINISTRATOR, "/")
    if site.late_trainings:
        yield Task(1, f"Hold trainings past due: {site.late_trainings:,}", "21 CFR 211.25; 11.10(i)", Role.QA, "/procedures/")
    if not site.procedures:
        yield Task(1, "Register the procedures that people work by, and who needs them", "21 CFR 211.25, 211.100", Role.QA, "/procedures/")
    if not site.told:
        yield Task(1, "Name who is told of incidents and clocks", "EU GMP Annex 11, 13", Role.ADMINISTRATOR, "/work/")


def _keeping(site: Site, today: str) -> Iterator[Task]:
    if site.backed_up < _before(today, BACKUP_DAYS):
        last = f"the last was made on {site.backed_up}" if site.backed_up else "none is known"
        yield Task(0, f"Make a backup and try its restore; {last}", "EU GMP Annex 11, 7.2", Role.ADMINISTRATOR, "/work/")
    if site.examined < _before(today, DOCTOR_DAYS):
        last = f"it ran last on {site.examined}" if site.examined else "it never ran"
        what = f"Examine ledger, originals and segments: lotproof doctor; {last}"
        yield Task(1, what, "EU GMP Annex 11, 7.1; 21 CFR 11.10(c)", Role.ADMINISTRATOR, "/trail/")


def _before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def _order(site: Site, long_ago: str) -> Iterator[Task]:
    for sentence in site.audit_gaps:
        yield Task(1, sentence, "EU GMP chapter 9; Annex 11, 11", Role.QA, "/audits/")
    if not site.qualified:
        yield Task(
            1, "Qualify this installation: lotproof doctor --qualify", "EU GMP Annex 15; 21 CFR 11.10(a)", Role.ADMINISTRATOR, "/work/"
        )
    if site.last_session < long_ago:
        last = f"the last was signed on {site.last_session}" if site.last_session else "none was ever signed"
        yield Task(2, f"Verify a sample of packs against the record; {last}", "EU GMP 5; 21 CFR 211.125", Role.OPERATOR, "/verify/")
    if not site.anchored:
        yield Task(2, "Anchor the ledger in outside time: lotproof ledger anchor", "21 CFR 11.10(e)", Role.ADMINISTRATOR, "/trail/")
    if not site.witnessed:
        yield Task(2, "Have another party cosign the ledger: lotproof witness", "ALCOA++, enduring", Role.ADMINISTRATOR, "/trail/")

