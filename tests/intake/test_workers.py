"""Files read in several processes: the same receipts and segments, and a clear sentence where a process is ended."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from intake_helper import write

from lotproof.intake import folder as folder_room
from lotproof.intake.folder import Delivery, intake
from lotproof.intake.problem import SourceProblem
from lotproof.intake.profile import Statement
from lotproof.intake.receipt import Receipt
from lotproof.intake.workers import Unread, in_processes
from lotproof.lake.store import Lake

LINE = "SerialNumber;Level;Status\n" + "".join(f"A{n:05d};EA;Good\n" for n in range(300))
FILES = {
    "a.csv": LINE, "b.csv": LINE.replace("A0", "B0"), "again.csv": LINE, "empty.csv": "", "odd.bin": b"\x00\x01\x02",
    "sub/c.csv": "Timestamp;PrinterId;Serial\n2026-03-01 06:00:00;P1;X1\nnever;P1;X2\n",
}  # fmt: skip


def test_processes_give_the_same_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_room, "WORTH", 0)
    source = write(tmp_path / "delivery", FILES)
    told: dict[int, list[tuple[str, str]]] = {1: [], 2: []}
    found = {}
    for jobs, names in told.items():
        lake = Lake(tmp_path / str(jobs))
        found[jobs] = intake(Delivery(source, acknowledge=lambda receipt, reading, to=names: to.append((receipt.name, reading)), jobs=jobs), lake)
        assert list(lake.scratch.iterdir()) == []
    assert found[1] == found[2]  # receipts hold the digests of the segments
    assert told[1] == told[2]


class _Ended(Unread):
    def read(self) -> Receipt:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def test_a_process_that_is_ended_loses_nothing_that_was_read(tmp_path: Path) -> None:
    known = Receipt("a.csv", "", 1, "line")
    ended = _Ended(Lake(tmp_path), "00", "b.csv", "table", Statement("*"), None, {}, "")
    seen = []
    with pytest.raises(SourceProblem) as problem:
        for name, receipt, _ in in_processes([("a.csv", known), ("b.csv", ended), ("c.csv", known)], 1):
            seen.append((name, receipt))
    assert seen == [("a.csv", known), ("c.csv", known)]
    assert str(problem.value) == (
        "a process that read files was ended from outside, perhaps because the machine had no memory left; 1 files were not read, the first "
        "of them b.csv, and all others are in the lake. Run the same command again, with --jobs 1 if it happens again."
    )


def test_a_failure_in_a_process_is_raised_here(tmp_path: Path) -> None:
    lost = Unread(Lake(tmp_path), "00" * 32, "b.csv", "table", Statement("*"), None, {}, "")
    with pytest.raises(OSError):
        list(in_processes([("b.csv", lost)], 1))
