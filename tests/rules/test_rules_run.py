"""Rows of a rule become findings: one a lot and trade item, the worst severity, items cut at the limit, counts not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from rules_story import build, written

from lotproof.lake.engine import connect
from lotproof.rules import run as rules_run
from lotproof.rules.check import check, codes
from lotproof.rules.finding import Finding
from lotproof.rules.rule import Rule, Severity
from lotproof.rules.run import in_order, run_rule

ROW = "('L1', '0401', '{item}', '{note}', 's1', {position}, '{severity}')"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    made = connect(tmp_path, threads=1)
    made.execute("CREATE TABLE source AS SELECT 's1' AS source, 'line.csv' AS name, 'line' AS kind")
    yield made
    made.close()


def rule(*rows: tuple[str, str, str], sentence: str = "{count} packs of lot {lot}: {note}", columns: str = ", severity") -> Rule:
    """A rule that returns these (item, note, severity), all of lot L1."""
    values = ", ".join(ROW.format(item=item, note=note, severity=severity, position=n) for n, (item, note, severity) in enumerate(rows, 1))
    sql = f"SELECT lot, gtin, nullif(item, '') AS item, note, source, position{columns} FROM (VALUES {values}) t(lot, gtin, item, note, source, position, severity)"
    return Rule("XXX-01", "title", Severity.MAJOR, "symptom", "MAN", sentence, "hint", sql)


def test_a_rule_without_rows_gives_no_finding(connection: duckdb.DuckDBPyConnection) -> None:
    empty = rule(("A", "", "minor"))
    empty = Rule(**{**vars(empty), "sql": empty.sql + " WHERE false"})
    assert run_rule(connection, empty) == []


def test_a_finding_carries_count_items_sentence_hint_and_the_place_of_each_proof(connection: duckdb.DuckDBPyConnection) -> None:
    (found,) = run_rule(connection, rule(("B", "seen", "minor"), ("A", "seen", "minor")))
    assert (found.code, found.lot, found.gtin, found.count, found.items, found.hint) == ("XXX-01", "L1", "0401", 2, ("A", "B"), "hint")
    assert found.sentence == "2 packs of lot L1: seen."
    assert [(p.item, p.note, p.source, p.name, p.position) for p in found.proofs] == [("A", "seen", "s1", "line.csv", 2), ("B", "seen", "s1", "line.csv", 1)]


def test_one_item_is_spoken_of_in_the_singular(connection: duckdb.DuckDBPyConnection) -> None:
    (found,) = run_rule(connection, rule(("A", "seen", "minor")))
    assert found.sentence == "1 pack of lot L1: seen."


def test_an_item_with_several_rows_counts_once_and_keeps_its_proofs(connection: duckdb.DuckDBPyConnection) -> None:
    (found,) = run_rule(connection, rule(("A", "x", "minor"), ("A", "y", "minor")))
    assert (found.count, found.items, len(found.proofs)) == (1, ("A",), 2)


def test_rows_are_counted_where_no_row_has_an_item(connection: duckdb.DuckDBPyConnection) -> None:
    (found,) = run_rule(connection, rule(("", "x", "minor"), ("", "y", "minor")))
    assert (found.count, found.items) == (2, ())


def test_the_worst_severity_of_the_rows_is_the_severity_of_the_finding(connection: duckdb.DuckDBPyConnection) -> None:
    severities = [run_rule(connection, rule(("A", "", "info"), ("B", "", worst), ("C", "", "minor")))[0].severity for worst in ("major", "critical", "info")]
    assert severities == ["major", "critical", "minor"]


def test_a_rule_that_states_no_severity_has_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    assert run_rule(connection, rule(("A", "", "minor"), columns=""))[0].severity == "major"


def test_beyond_the_limit_the_count_goes_on_and_the_items_end(connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_run, "ITEM_LIMIT", 2)
    (found,) = run_rule(connection, rule(*[(item, "", "minor") for item in "DCBA"]))
    assert (found.count, found.items, [proof.item for proof in found.proofs]) == (4, ("A", "B"), ["A", "B"])


def test_the_sentence_names_the_three_most_frequent_notes(connection: duckdb.DuckDBPyConnection) -> None:
    notes = ["rare", "often", "often", "often", "b", "b", "c", "c"]
    (found,) = run_rule(connection, rule(*[(str(n), note, "minor") for n, note in enumerate(notes)]))
    assert found.sentence == "8 packs of lot L1: often; b; c; …."


def test_braces_in_a_note_are_text(connection: duckdb.DuckDBPyConnection) -> None:
    (found,) = run_rule(connection, rule(("A", "{lot} {nothing}", "minor"), ("B", "{lot} {nothing}", "minor")))
    assert found.sentence == "2 packs of lot L1: {lot} {nothing}."


def test_each_trade_item_of_a_lot_has_its_own_finding(connection: duckdb.DuckDBPyConnection) -> None:
    both = rule(("A", "", "minor"))
    both = Rule(**{**vars(both), "sql": f"{both.sql} UNION ALL SELECT 'L1', '0402', 'B', '', 's1', 1, 'minor'"})
    assert [(found.gtin, found.items) for found in run_rule(connection, both)] == [("0401", ("A",)), ("0402", ("B",))]


def test_findings_stand_by_severity_then_code_lot_and_trade_item() -> None:
    def finding(severity: str, code: str, lot: str, gtin: str) -> Finding:
        return Finding(code, severity, lot, gtin, 1, (), "", "")

    expected = [finding("critical", "SN-03", "L2", ""), finding("major", "AGG-01", "L2", ""), finding("major", "SN-01", "L1", "1"),
                finding("major", "SN-01", "L1", "2"), finding("major", "SN-01", "L2", ""), finding("minor", "AGG-01", "L1", ""), finding("info", "AGG-01", "L1", "")]  # fmt: skip
    assert in_order(reversed(expected)) == expected
    assert list(codes(expected)) == ["SN-03", "AGG-01", "SN-01"]


def test_a_check_tells_its_progress_and_shows_each_partition(tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": ["made A1..A3 > C-1"]}, "L1"))
    told: list[tuple[str, int, int]] = []
    seen: list[tuple[int, list[str]]] = []

    def visit(open_connection: duckdb.DuckDBPyConnection, lots: list[str]) -> None:
        seen.append((len(open_connection.execute("SELECT * FROM number_class").fetchall()), list(lots)))

    outcome = check(lake, sources, tmp_path / "spill", progress=lambda *what: told.append(what), visit=visit)
    assert told == [("rules", 0, 1), ("rules", 1, 1)]
    assert seen == [(3, ["L1"])]
    assert outcome.observations == 13


def test_no_sources_give_no_findings(tmp_path: Path) -> None:
    lake, sources = build(tmp_path, {})
    outcome = check(lake, sources, tmp_path / "spill")
    assert (outcome.findings, outcome.balances, outcome.observations) == ((), (), 0)


def test_two_runs_over_one_lake_say_the_same(tmp_path: Path) -> None:
    rows = ["made A1..A3 > C-1", "line commissioned A4..A9", "hub commissioned X1..X9", "camera verified A1..A9 grade=1.0"]
    lake, sources = build(tmp_path, written({"rows": rows}, "L1"))
    first, second = (check(lake, order, tmp_path / "spill") for order in (sources, sources[::-1]))
    assert first == second
    assert first.findings
