"""A check after new sources judges only the lots that these touch, and says what a check of everything says."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[1] / "rules"))

from rules_story import build, written
from small_site import ACT, Site, invoke, json_of, refused
from test_partitions import LOTS, SERIALS, rows

from lotproof.diagnosis.diagnose import diagnose
from lotproof.diagnosis.scope import look_around, scope
from lotproof.lake import resolve
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules import recall
from lotproof.rules.check import Outcome, check
from lotproof.rules.engines import processes
from lotproof.workspace.recall import FileMemory

__all__ = ["LOTS", "SERIALS"]


@pytest.fixture(autouse=True)
def small_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "PARTITION_ROWS", 3)
    monkeypatch.setattr(resolve, "KEPT_ROWS", 0)  # straight from the files, as a large site is
    monkeypatch.setenv("LOTPROOF_THREADS", "1")


def judged(lake: Lake, sources: list[Source], root: Path, **more: Any) -> tuple[Outcome, FileMemory]:
    memory = FileMemory(root / "memory", **more)
    return check(lake, sources, root / "spill", explain=diagnose, look=look_around, reach=scope, memory=memory), memory


def everything(lake: Lake, sources: list[Source], root: Path) -> Outcome:
    return check(lake, sources, root / "spill", explain=diagnose, look=look_around, reach=scope)


def delivered(root: Path, body: dict[str, list[str]], deliveries: int, order: list[int]) -> tuple[Lake, list[Source]]:
    """Rows dealt out to several sources of each kind, in the order in which they are delivered."""
    dealt = {"rows": [], **{key: value for key, value in body.items() if key != "rows"}}
    for number, row in enumerate(body["rows"]):
        kind, _, rest = row.partition(" ")
        dealt["rows"].append(f"{kind}{number % deliveries + 1} {rest}")
    lake, sources = build(root, written(dealt, "L1"))
    return lake, [sources[place % len(sources)] for place in order] + sources


def agrees(found: list[str], deliveries: int, order: list[int], root: Path) -> None:
    body = {"rows": found, "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=1"], "claims": ["stock stock 1", "movements goods_receipt 2 lot=L2"],
            "records": ["messages message M-1 lot=none state=rejected", "messages message M-2 lot=L9"]}  # fmt: skip
    lake, sources = delivered(root, body, deliveries, order)
    sources = list({source.sha256: source for source in sources}.values())
    for known in range(1, len(sources) + 1):
        if known % 2 and known != len(sources):  # two sources a step
            continue
        assert judged(lake, sources[:known], root)[0] == everything(lake, sources[:known], root)


SITES = st.lists(rows(), min_size=4, max_size=18)
ORDERS = st.lists(st.integers(0, 30), max_size=8)


@pytest.mark.slow
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(rows(), min_size=4, max_size=9), st.integers(1, 2), ORDERS)
def test_a_random_site_in_steps_is_judged_as_one_that_is_judged_whole(found: list[str], deliveries: int, order: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        agrees(found, deliveries, order, Path(folder))


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(SITES, st.integers(1, 3), ORDERS)
def test_many_random_sites_in_steps_are_judged_as_those_that_are_judged_whole(found: list[str], deliveries: int, order: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        agrees(found, deliveries, order, Path(folder))


THREE = ["made A1..A3 > C-1", "made B1..B3 > C-2 lot=L2", "made D1..D3 > C-3 lot=L3", "line commissioned A9", "line commissioned B9 lot=L2"]


def steps(root: Path, before: list[str], added: list[str], known: dict[str, Any] | None = None, **more: Any) -> tuple[set[str], Outcome]:
    """The lots judged again after ``added`` and ``more`` came as sources of their own, and what is found then."""
    old = {source.sha256 for source in build(root, written({"rows": before, **(known or {})}, "L1"))[1]}
    lake, sources = build(root, written({"rows": [*before, *added], **more}, "L1"))
    judged(lake, [source for source in sources if source.sha256 in old], root)
    outcome, memory = judged(lake, sources, root)
    assert outcome == everything(lake, sources, root)
    return set(memory.judged), outcome


def test_nothing_new_judges_nothing(tmp_path: Path) -> None:
    assert steps(tmp_path, THREE, [])[0] == set()


@pytest.mark.parametrize(
    ("added", "lots"),
    [
        (["hub2 destroyed A1"], {"L1"}),
        pytest.param(["line2 commissioned A8 lot=L1"], {"L1"}, marks=pytest.mark.slow),
        pytest.param(["hub2 shipped C-2"], {"L2"}, marks=pytest.mark.slow),
        pytest.param(["hub2 aggregated A1 > C-2"], {"L1", "L2"}, marks=pytest.mark.slow),
        (["hub2 commissioned b9 lot=L7"], {"L2", "L7"}),
        pytest.param(["line2 commissioned E1 lot=L4"], {"L4"}, marks=pytest.mark.slow),
        pytest.param(["line2 commissioned A1 lot=L0"], {"L0", "L1"}, marks=pytest.mark.slow),
    ],
    ids=["an item", "a lot", "a container", "a shared container", "a misspelled serial", "a new lot", "an item that moves"],
)
def test_what_is_touched_is_judged_and_no_more(tmp_path: Path, added: list[str], lots: set[str]) -> None:
    assert steps(tmp_path, [*THREE, "hub2 destroyed X7", "line2 commissioned X8 lot=L8", "hub2 aggregated X8 > C-8", "hub2 shipped C-8"],
                 [row.replace("hub2", "hub3").replace("line2", "line3") for row in added])[0] - {""} == lots  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"rows": ["camera verified A1"]}, marks=pytest.mark.slow),
        {"orders": ["O1 case=3"]},
        pytest.param({"records": ["calendar downtime D-1 @10:00 until=11:00"]}, marks=pytest.mark.slow),
    ],
    ids=["a new kind of source", "an order", "a downtime"],
)
def test_a_fact_of_the_whole_site_judges_every_lot(tmp_path: Path, more: dict[str, list[str]]) -> None:
    rest = {key: value for key, value in more.items() if key != "rows"}
    assert steps(tmp_path, THREE, more.get("rows", []), **rest)[0] >= {"L1", "L2", "L3"}


@pytest.mark.slow
def test_a_claim_judges_its_lot_alone(tmp_path: Path) -> None:
    known = ["stock stock 1 lot=L1"]
    assert steps(tmp_path, THREE, [], {"claims": known}, claims=[*known, "stock2 stock 1 lot=L2"])[0] == {"L2"}


def test_a_source_that_was_read_otherwise_judges_its_lots(tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": [*THREE, "camera verified B1 lot=L2"]}, "L1"))
    judged(lake, sources, tmp_path)
    read = [replace(source, reading="with a zone") if source.kind == "camera" else source for source in sources]
    assert set(judged(lake, read, tmp_path)[1].judged) == {"L2"}


def test_a_change_of_the_program_judges_every_lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake, sources = build(tmp_path, written({"rows": THREE}, "L1"))
    judged(lake, sources, tmp_path)
    monkeypatch.setattr(recall, "program", lambda: "another")
    assert set(judged(lake, sources, tmp_path)[1].judged) == {"L1", "L2", "L3"}


@pytest.mark.slow
def test_full_judges_everything_and_a_broken_file_is_judged_again(tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": THREE}, "L1"))
    whole, _ = judged(lake, sources, tmp_path)
    assert set(judged(lake, sources, tmp_path, full=True)[1].judged) == {"L1", "L2", "L3"}
    files = sorted((tmp_path / "memory").glob("*.msgpack"))
    files[0].write_bytes(b"half a fi")
    (tmp_path / "memory" / "left.new").write_bytes(b"")
    again, memory = judged(lake, sources, tmp_path)
    assert again == whole
    assert len(memory.judged) == 1
    assert sorted((tmp_path / "memory").iterdir()) == files


def test_results_that_came_from_other_processes_are_remembered_as_well(tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": THREE}, "L1"))
    first = FileMemory(tmp_path / "memory")
    whole = check(lake, sources, tmp_path / "spill", explain=diagnose, look=look_around, reach=scope, engine=processes(2), memory=first)
    again, memory = judged(lake, sources, tmp_path)
    assert (again, memory.judged) == (whole, [])


def outcome_of(own: Site, *options: str) -> Any:
    return json_of("check", "--workspace", own.home, *options, *ACT)


def test_the_command_remembers_and_judges_again_with_full(own: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "PARTITION_ROWS", 2_000)
    monkeypatch.setenv("LOTPROOF_JOBS", "1")
    first = outcome_of(own)
    kept = sorted((own.home / "outcome" / "lots").iterdir())
    assert len(kept) > 1
    times = {file: file.stat().st_mtime_ns for file in kept}
    assert outcome_of(own) == first
    assert {file: file.stat().st_mtime_ns for file in kept} == times
    assert outcome_of(own, "--full") == first
    assert all(file.stat().st_mtime_ns > times[file] for file in kept)


RULE = '''
code = "X-PALLET"
title = "Line rows"
severity = "info"
symptom = "Inconsistent data"
six_m = "METHOD"
sentence = "{count} packs of lot {lot} are on product"
hint = "Nothing."
sql = """
SELECT t.lot, t.gtin, t.text AS item, l.state::VARCHAR AS note, l.source, l.position FROM line_state l JOIN thing t USING (subject) WHERE l.level = 'unit'
"""
'''


def test_a_local_rule_is_run_listed_sealed_and_recomputed(own: Site, tmp_path: Path) -> None:
    (own.home / "rules").mkdir()
    (own.home / "rules" / "X-PALLET.toml").write_text(RULE)
    assert any(rule["code"] == "X-PALLET" and rule["local"] for rule in json_of("rules", "--workspace", own.home)["rules"])
    assert "X-PALLET  info     Line rows (local)" in invoke("rules", "--workspace", own.home).stdout
    assert json_of("rules", "test", "--workspace", own.home, code=1)["stories"][0]["problem"].endswith("one in which it does not.")
    built = json_of("build", own.folder, "-o", tmp_path / "EP-L", "--workspace", own.home, *ACT)
    found = [finding for finding in built["findings"] if finding["code"] == "X-PALLET"]
    assert found and found[0]["count"] > 100
    (declared,) = json.loads((tmp_path / "EP-L" / "data" / "run.json").read_text())["local_rules"]
    assert declared["sql"].strip() in RULE
    runs = [json.loads(line)["body"] for line in (tmp_path / "EP-L/data/audit/audit.ndjson").read_text().splitlines() if '"local_rules"' in line]
    assert set(runs[-1]["local_rules"]) == {"X-PALLET"}
    (own.home / "rules" / "X-PALLET.toml").unlink()
    result = invoke("verify", tmp_path / "EP-L", "--key", own.key, "--recompute")
    assert result.exit_code == 0, result.output


def test_a_faulty_local_rule_stops_the_check_with_a_sentence(own: Site) -> None:
    (own.home / "rules").mkdir()
    (own.home / "rules" / "X-PALLET.toml").write_text(RULE.replace("line_state l", "read_csv('/etc/passwd') l"))
    assert 'X-PALLET.toml, field "sql": it may not select from the function "read_csv".' in refused("check", "--workspace", own.home, *ACT)


def test_an_engine_that_is_none_is_told(own: Site) -> None:
    assert '--engine "yarn" is none: write "local", or "spark://HOST:PORT"' in refused("check", "--engine", "yarn", "--workspace", own.home, *ACT)
