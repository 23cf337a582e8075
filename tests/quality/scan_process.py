"""A device that scans, as a process of its own: `python scan_process.py HOME plan|scan|end ...`; prints what the record then holds as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[1] / "workspace")]

from case_kit import PASSWORD, PEOPLE, Floor

from lotproof.quality.shell import load, open_record
from lotproof.quality.verification.running import Session
from lotproof.quality.verification.scan_shell import Came, take_scans
from lotproof.workspace import credentials
from lotproof.workspace.place import open_workspace

NOW = "2026-11-23T08:00:00Z"


def main(home: str, what: str, *more: str) -> None:
    workspace = open_workspace(Path(home), NOW, "x")
    floor = Floor(workspace)
    number = "VER-2026-0001"
    if what == "plan":
        for user in ("op-1", "inv-1"):
            credentials.enrol(workspace, user, *PEOPLE[user], "UTC", PASSWORD, None, NOW, "x")
        plan = {"title": "Cage", "scope": "a list", "about": "cage", "level": "packs", "expected": "anything that has not ended", "size": len(more),
                "confidence": "95 %", "tolerated": "0", "listed": list(more)}  # fmt: skip
        number = open_record(floor.desk("op-1"), "session", plan).number
    elif what == "scan":
        for one in more:  # a device sends each of its scans twice, as after an answer that was lost
            take_scans(floor.desk("op-1"), number, [Came(one, NOW, one, "scanner")])
            take_scans(floor.desk("op-1"), number, [Came(one, NOW, one, "scanner")])
    else:
        session = Session(load(number))
        floor.do(number, "op-1", "session-result", result=session.result, statement=session.sentence, why="The lot is small.")
        floor.do(number, "inv-1", "countersign")
    session = Session(load(number))
    scans = [one.text for one in session.scans]
    print(json.dumps({"number": number, "scans": sorted(scans), "counted": session.counted, "wrong": session.wrong, "state": str(session.case.state)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
