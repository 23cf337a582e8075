"""Acting on cases in tests: who is there, and one way to do anything."""

from __future__ import annotations

from typing import Any

from lotproof.quality.case import Case
from lotproof.quality.shell import Desk, open_case, perform
from lotproof.quality.times import after_hours
from lotproof.workspace.credentials import Given
from lotproof.workspace.people import active
from lotproof.workspace.place import Workspace

START = "2026-11-23T08:00:00Z"
PASSWORD = "correct horse battery"
PEOPLE = {
    "op-1": ("O. Perator", "operator"),
    "inv-1": ("Ana Silva", "investigator"),
    "inv-2": ("J. Peeters", "investigator"),
    "qa-1": ("Q. Approver", "QA approver"),
    "qa-2": ("R. Viewer", "QA approver"),
    "reg-1": ("L. Egal", "regulatory"),
    "read-1": ("A. Reader", "reader"),
}
OPENING = {"title": "96 units shipped, not received", "severity": "major", "lots": ["B7-2231"], "codes": ["RPT-03"]}
STEPS = ("stop-line", "isolate", "notify", "document", "review-logs")


class Floor:
    """A site with its people; each act is a minute after the one before."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.now = START
        self.criterion: dict[str, Any] = {}

    def desk(self, user: str) -> Desk:
        return Desk(self.workspace, active(user), lambda: self.now, "session-of-" + user)

    def wait(self, minutes: float) -> None:
        self.now = after_hours(self.now, minutes / 60)

    def opened(self, user: str = "op-1", **more: Any) -> str:
        return open_case(self.desk(user), {**OPENING, **more}).number

    def do(self, number: str, user: str, name: str, /, seen: int | None = None, password: str | None = PASSWORD, **given: Any) -> Case:
        self.wait(1)
        return perform(self.desk(user), number, name, given, seen, Given(password) if password else None)

    def contained(self, **more: Any) -> str:
        number = self.opened(**more)
        for step in STEPS:
            self.do(number, "op-1", "containment-step", step=step, what=f"Did {step} on line 2.")
        self.do(number, "inv-1", "contain")
        return number

    def approved(self, **more: Any) -> str:
        """A case whose cause is approved."""
        number = self.contained(**more)
        self.do(number, "reg-1", "gate", decision="clerical exception", market="EU", why="Product is there; the file is short.")
        shown = self.do(number, "inv-1", "observation", stream="data", what="The file ends at 14:02; the line went on.").acts[-1].index
        for reach in ("lots", "lines", "shipments", "customers"):
            self.do(number, "inv-1", "scope-search", reach=reach, query="RPT-03 in all lots since October", sources=["hub.xml"], rows=61204, found=0)
        self.do(number, "inv-1", "impact", statement="96 units of B7-2231 alone.", patients="None: product is genuine.", disposition="Release after upload.")
        self.do(number, "inv-1", "cause-tool", tool="5-Why", why="One chain from file to limit.")
        self.do(
            number, "inv-1", "cause", statement="The hub cuts files at 5 MB without an error.", role="root cause", category="method",
            verdict="supported", evidence=[shown],
        )  # fmt: skip
        self.do(
            number, "inv-1", "cause", statement="Camera 3 misses codes.", role="excluded cause", category="machine", verdict="contradicted",
            evidence=[shown],
        )  # fmt: skip
        self.do(number, "qa-1", "approve-cause")
        return number

    def acting(self) -> str:
        """A case whose plan is approved."""
        number = self.approved()
        cause = next(one.index for one in self.do(number, "inv-1", "observation", stream="data", what="x").all("cause"))
        for kind in ("correction", "corrective"):
            self.do(number, "inv-1", "action", type=kind, what=f"The {kind}.", cause=cause, owner="inv-2", due="2026-12-01")
        self.do(
            number, "inv-1", "criterion", metric="files cut short", opportunity="files", baseline_events=40, baseline_opportunities=1000,
            target_percent=50, opportunities=1000, owner="inv-1", **self.criterion,
        )  # fmt: skip
        self.do(number, "qa-1", "approve-plan")
        return number

    def checking(self) -> str:
        """A case whose actions are done."""
        number = self.acting()
        self.do(number, "inv-2", "change", trigger="system", touches="The hub's gateway.", decision="partial requalification",
                why="One parameter.", protocols=["OQ-0031"])  # fmt: skip
        case = self.do(number, "inv-2", "observation", stream="data", what="Limit raised.")
        for action in case.all("action"):
            self.do(number, "inv-2", "action-done", entry=action.index, what="Done, see the change record.")
        self.do(number, "inv-1", "actions-complete")
        return number
