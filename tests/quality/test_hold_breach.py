"""What moves while the desk has it on hold is found, by the same rule as any list of holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_kit import Floor
from small_site import invoke, json_of

from lotproof.quality.shell import table

SSCC = "340123459000000010"


def _check(floor: Floor) -> list[dict[str, object]]:
    told = json_of("check", "--workspace", floor.workspace.root, "--now", floor.now, "--actor", "Q")
    return [one for one in told["findings"] if one["code"] == "PHY-04"]


def _ship(floor: Floor, folder: Path, time: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "goods-issues.csv").write_text(f"Issued at;SSCC;Delivery\n{time};{SSCC};D100\n")
    assert invoke("add", folder, "--workspace", floor.workspace.root, "--now", floor.now, "--actor", "Q", "--zone", "UTC").exit_code == 0


@pytest.mark.shows("D1-DSCSA")
def test_a_case_that_leaves_while_the_desk_holds_it_is_a_breach_and_a_signal(floor: Floor, tmp_path: Path):
    number = floor.opened()
    floor.do(number, "op-1", "hold", held=[f"(00){SSCC}"], why="Photo differs from the record.", event_time="2026-11-23T07:00:00Z")
    assert _check(floor) == []
    _ship(floor, tmp_path / "wms", "2026-11-23T07:40:00Z")
    (found,) = _check(floor)
    assert found["items"] == [f"(00){SSCC}"]
    assert "on hold since 2026-11-23T07:00:00Z, left at 2026-11-23T07:40:00Z" in str(found["sentence"])
    assert [(row.code, row.state) for row in table("SignalRow").filter(code="PHY-04")] == [("PHY-04", "new")]


def test_what_left_after_its_release_is_no_breach(floor: Floor, tmp_path: Path):
    number = floor.opened()
    held = floor.do(number, "op-1", "hold", held=[f"(00){SSCC}"], why="Photo differs.", event_time="2026-11-23T07:00:00Z").acts[-1]
    assert _check(floor) == [], "the list is taken in with its hold open"
    floor.do(number, "reg-1", "gate", decision="clerical exception", market="EU", why="It is there.", event_time="2026-11-23T07:10:00Z")
    floor.do(number, "inv-1", "release", entry=held.index, why="Counted again.", event_time="2026-11-23T07:30:00Z")
    _ship(floor, tmp_path / "wms", "2026-11-23T07:40:00Z")
    assert _check(floor) == []
    assert sum(1 for line in invoke("sources", "--workspace", floor.workspace.root).stdout.splitlines() if "desk-holds.csv" in line) == 2
