"""A scratch workspace for the OQ: people of every role, a simulated site, a clock that goes on by a minute at each act."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Any

from lotproof.packs.job import Built, build_pack
from lotproof.quality.case import Case
from lotproof.quality.shell import Desk, open_case, perform
from lotproof.quality.times import after_hours
from lotproof.simulate import SiteSpec, simulate
from lotproof.workspace.credentials import Given, enrol
from lotproof.workspace.people import active
from lotproof.workspace.place import Workspace, open_workspace

PEOPLE = {
    "oq-operator": "operator",
    "oq-investigator": "investigator",
    "oq-second": "investigator",
    "oq-qa": "QA approver",
    "oq-other-qa": "QA approver",
    "oq-legal": "regulatory",
    "oq-reader": "reader",
}
"""Identifier -> role."""
FAULTS = ("truncated_upload", "jam_orphans", "double_print", "two_parents", "separator_lost", "stock_mismatch")
STEPS = ("stop-line", "isolate", "notify", "document", "review-logs")
ACTOR = "lotproof doctor"


class Scratch:
    """The workspace and what was done in it; parts are made when a check first asks for them."""

    def __init__(self, folder: Path, time: str) -> None:
        """Begin in an empty folder; ``time`` is UTC."""
        self.folder, self.now = folder, time
        self.home = folder / "workspace"
        self.password = secrets.token_urlsafe(15)

    @cached_property
    def made(self) -> dict[str, Any]:
        """The simulated site's truth; its files lie in ``site``."""
        spec = SiteSpec(seed=7, units=400, neighbours=1, units_per_case=8, cases_per_pallet=6, dialect="mixed", faults=FAULTS)
        site = simulate(spec)
        for name, content in site.files.items():
            path = self.folder / "site" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return site.truth

    @cached_property
    def built(self) -> Built:
        """The site taken in, judged, sealed."""
        assert self.made
        return build_pack(
            self.folder / "site", self.folder / "EP-OQ", self.home, None, self.now, ACTOR, None, lambda _what, _done, _of: None
        )

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace with its people."""
        workspace = open_workspace(self.home, self.now, ACTOR)
        for user, role in PEOPLE.items():
            enrol(workspace, user, user.upper(), role, "Europe/Brussels", self.password, None, self.now, ACTOR)
        return workspace

    def wait(self, minutes: float) -> None:
        """Let time pass."""
        self.now = after_hours(self.now, minutes / 60)

    def desk(self, user: str) -> Desk:
        """Somebody at the desk."""
        return Desk(self.workspace, active(user), lambda: self.now, f"session-of-{user}")

    def opened(self, **more: Any) -> str:
        """A new incident."""
        desk = self.desk("oq-operator")
        return open_case(desk, {"title": "96 units shipped, not received", "severity": "major", "lots": ["OQ-1"], **more}).number

    def do(self, number: str, user: str, name: str, /, seen: int | None = None, **given: Any) -> Case:
        """An act, a minute later, with the right password."""
        self.wait(1)
        return perform(self.desk(user), number, name, given, seen, Given(self.password))

    def contained(self) -> str:
        """An incident whose first hour is over."""
        number = self.opened()
        for step in STEPS:
            self.do(number, "oq-operator", "containment-step", step=step, what=f"Did {step} on line 2.")
        self.do(number, "oq-investigator", "contain")
        return number

    def investigated(self, by: str = "oq-investigator") -> str:
        """An incident whose cause waits for approval; ``by`` entered it."""
        number = self.contained()
        self.do(number, "oq-legal", "gate", decision="clerical exception", market="EU", why="Product is there; the file is short.")
        shown = self.do(number, by, "observation", stream="data", what="The file ends at 14:02; the line went on.").acts[-1].index
        for reach in ("lots", "lines", "shipments", "customers"):
            self.do(number, by, "scope-search", reach=reach, query="RPT-03 in all lots", sources=["hub.xml"], rows=61204, found=0)
        self.do(number, by, "impact", statement="96 units of OQ-1.", patients="None.", disposition="Release after upload.")
        self.do(number, by, "cause-tool", tool="5-Why", why="One chain from file to limit.")
        facts: dict[str, Any] = {"category": "method", "evidence": [shown]}
        self.do(number, by, "cause", statement="The hub cuts files at 5 MB.", role="root cause", verdict="supported", **facts)
        self.do(number, by, "cause", statement="Camera 3 misses codes.", role="excluded cause", verdict="contradicted", **facts)
        return number
