"""The desk of lotproof demo: people of every role, signals, and an incident in its first hour."""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.quality.shell import Desk, perform, table
from lotproof.quality.signal_shell import take_signals, to_incident
from lotproof.quality.signals import raised_by
from lotproof.rules.finding import Finding
from lotproof.workspace.credentials import enrol
from lotproof.workspace.people import active
from lotproof.workspace.place import Workspace

PASSWORD = "packs and pallets 42"
PEOPLE = {
    "op.demo": ("Omar Haddad", "operator"),
    "inv.demo": ("Ana Silva", "investigator"),
    "qa.demo": ("Jan Peeters", "QA approver"),
    "qa2.demo": ("Marta Nowak", "QA approver"),
    "reg.demo": ("Lena Vogt", "regulatory"),
    "read.demo": ("Rosa Conti", "reader"),
    "admin.demo": ("Ida Holm", "administrator"),
}
"""Identifier -> name and role of the sample accounts; all have PASSWORD."""
DONE = (
    ("stop-line", "Line stopped after the last good case; shift lead told by telephone."),
    ("isolate", "Cases of the lot moved to the quarantine cage, blocked in the warehouse system."),
    ("document", "Photos of the last pallet label and of the camera screen taken."),
)
"""Steps that are done when the demo opens: two are left."""


def sample_desk(workspace: Workspace, findings: Sequence[Finding], time: str) -> str:
    """Make it; ``time`` is when the incident is opened. Gives the number of the incident."""
    for user, (name, role) in PEOPLE.items():
        enrol(workspace, user, name, role, "Europe/Brussels", PASSWORD, None, time, "lotproof demo")
    take_signals(raised_by(findings), time, "lotproof demo", full=True)
    grave = table("SignalRow").order_by("severity", "-count").first()
    number = to_incident(_desk(workspace, "op.demo", time), grave.number, {}).number
    held = next((list(found.items[:12]) for found in findings if (found.code, found.lot) == (grave.code, grave.lot)), [])
    for step, what in DONE:
        given = {"step": step, "what": what, "event_time": time, "held": held if step == "isolate" else []}
        perform(_desk(workspace, "op.demo", time), number, "containment-step", given)
    return number


def _desk(workspace: Workspace, user: str, time: str) -> Desk:
    return Desk(workspace, active(user), lambda: time, "demo")
