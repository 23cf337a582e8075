"""Local rules: declared in files, looked at before they run, tested by their own stories."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.rules.local import LocalRuleError, digest_of, document_of, load_local, rule_from
from lotproof.rules.local_sql import problem_of
from lotproof.rules.local_stories import tell
from lotproof.rules.tables import PARTITION, SITE, WHOLE_SITE, columns

SELECT = "SELECT o.lot, o.gtin, t.text AS item, 'seen at ' || o.device AS note, o.source, o.position FROM obs o JOIN thing t USING (subject)"
RULE = f'''
code = "LOCAL-01"
title = "Packs that the spare camera read"
severity = "minor"
symptom = "Failed scans"
six_m = "MACHINE"
sentence = "{{count}} packs of lot {{lot}} were read by the spare camera: {{note}}"
hint = "Check the calibration of the spare camera."
hda = "Packaging and Labeling"
emvs = []
sql = """
{SELECT} WHERE o.kind = 'camera' AND o.device = 'CAM-9'
"""
'''
STORIES = """
- story: the spare camera reads two packs
  rows:
    - made A1..A3 > C-1
    - camera verified A1..A2 device=CAM-9
  expect:
    - LOCAL-01 minor A1..A2 | 2 packs of lot L1 were read by the spare camera
- story: the usual camera reads them
  rows:
    - made A1..A3 > C-1
    - camera verified A1..A3 device=CAM-1
  expect: []
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOTPROOF_THREADS", "1")
    (tmp_path / "LOCAL-01.toml").write_text(RULE)
    (tmp_path / "LOCAL-01.yml").write_text(STORIES)
    return tmp_path


def test_a_rule_of_a_file_is_a_rule_like_any_other_marked_local(folder: Path) -> None:
    (rule,) = load_local(folder).values()
    assert (rule.code, rule.severity.value, rule.hda, rule.emvs, rule.whole_site, rule.local) == ("LOCAL-01", "minor", "Packaging and Labeling", (), False, True)
    assert load_local(folder / "nowhere") == {}


def test_what_travels_in_a_pack_is_the_same_rule_again(folder: Path) -> None:
    (rule,) = load_local(folder).values()
    again = rule_from(document_of(rule), "data/run.json")
    assert again == rule
    assert digest_of(again) == digest_of(rule)
    assert digest_of(rule_from(document_of(rule) | {"hint": "Another."}, "x")) != digest_of(rule)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('"LOCAL-01"', '"SN-99"', 'field "code": "SN-99" must begin with LOCAL- or X-'),
        ('"LOCAL-01"', '"LOCAL-02"', 'field "code": LOCAL-02 must stand in a file of that name, LOCAL-02.toml'),
        ('"minor"', '"awful"', 'field "severity": write one of critical, major, minor, info'),
        ('"MACHINE"', '"MAGIC"', 'field "six_m": write one of MATERIALS, METHOD, MACHINE'),
        ('"Failed scans"', '"Noise"', 'field "symptom": "Noise" is no word of it; write one of Failed scans'),
        ("emvs = []", 'emvs = ["A99"]', 'field "emvs": "A99" is no word of it; write one of A2, A3'),
        ("emvs = []", "emvs = 3", 'field "emvs": write a list of texts'),
        ("emvs = []", 'colour = "red"', 'field "colour": there is no such field; there are code, title'),
        ("emvs = []", 'whole_site = "yes"', 'field "whole_site": write true or false'),
        ("{note}", "{who}", 'field "sentence": {who} is filled in by nothing'),
        ("{note}", "{note", 'field "sentence": a brace has no counterpart'),
        ('hint = "Check the calibration of the spare camera."', 'hint = ""', 'field "hint": write a text'),
        ("FROM obs o", "FROM '/etc/passwd' o", 'field "sql": it may not select from "/etc/passwd"; the tables are alias'),
        ("emvs = []", "emvs = [", "is no TOML"),
    ],
)
def test_a_fault_is_told_with_file_and_field(folder: Path, before: str, after: str, sentence: str) -> None:
    path = folder / "LOCAL-01.toml"
    path.write_text(RULE.replace(before, after))
    with pytest.raises(LocalRuleError) as raised:
        load_local(folder)
    assert str(raised.value).startswith(str(path))
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        (f"{SELECT}; DROP TABLE obs", "write one SELECT statement and nothing else"),
        ("COPY obs TO '/tmp/x'", "write one SELECT statement and nothing else"),
        ("ATTACH '/tmp/x' AS y", "write one SELECT statement and nothing else"),
        ("SET enable_external_access = true", "write one SELECT statement and nothing else"),
        ("PRAGMA version", "write one plain SELECT statement"),
        ("SELEKT", "this is no SQL"),
        (f"{SELECT} JOIN read_csv('/etc/passwd') ON true", 'it may not select from the function "read_csv"'),
        (f"{SELECT} WHERE EXISTS (SELECT * FROM glob('*'))", 'it may not select from the function "glob"'),
        ("SELECT * FROM query('SELECT 1')", 'it may not select from the function "query"'),
        ("WITH \"/etc/passwd\" AS (SELECT 1) SELECT (WITH x AS (SELECT 1) SELECT 1) AS lot FROM main.'/etc/passwd'", "this is no SQL"),
        (f"{SELECT} WHERE o.at_utc < now()", 'it may not call "now", which gives another answer another time'),
        (f"{SELECT} WHERE o.at_utc < current_timestamp", 'it may not call "current_timestamp"'),
        (f"{SELECT} WHERE random() < 0.5", 'it may not call "random"'),
        (f"{SELECT} WHERE getenv('HOME') <> ''", 'it may not call "getenv"'),
        ("SELECT * FROM duckdb_settings()", 'it may not select from the function "duckdb_settings"'),
        ("SELECT * FROM information_schema.tables", 'it may not select from "information_schema.tables"'),
        ("SELECT * FROM (DESCRIBE obs)", "it may not ask for the engine's own tables"),
        ("SELECT lot FROM obs", "its columns are lot; they must be lot, gtin, item, note, source, position, and perhaps severity"),
        (f"{SELECT} WHERE no_such_column = 1", "the engine refuses it"),
        (SELECT.replace("obs", "quarantine"), 'it may not select from "quarantine"'),
    ],
)
def test_a_select_that_is_none_or_reaches_too_far_is_refused(sql: str, problem: str) -> None:
    assert (problem_of(sql, False) or "").startswith(problem)


@pytest.mark.parametrize("end", ["", ";", " -- a comment", "\n"])
def test_a_plain_select_is_accepted_however_it_ends(end: str) -> None:
    assert problem_of(SELECT + end, False) is None


def test_a_common_table_and_a_series_are_accepted() -> None:
    sql = f"WITH RECURSIVE n AS (SELECT 1 AS k UNION SELECT k + 1 FROM n WHERE k < 3) {SELECT} JOIN n ON true JOIN range(2) r ON true"
    assert problem_of(sql, False) is None


def test_a_rule_over_the_whole_site_sees_the_small_tables_alone() -> None:
    sql = "SELECT '' AS lot, '' AS gtin, '' AS item, reason AS note, source, position FROM quarantine"
    assert problem_of(sql, True) is None
    assert (problem_of(SELECT, True) or "").startswith("it may not select from")


def test_the_stories_of_a_rule_pass(folder: Path) -> None:
    assert [one.problem for one in tell(folder, load_local(folder))] == ["", ""]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("LOCAL-01 minor A1..A2 |", "LOCAL-01 minor A1..A3 |", "LOCAL-01 minor A1 A2 A3 in lot L1 was expected and not found."),
        ("  expect: []", "  expect: [LOCAL-01 minor A1]", "LOCAL-01 minor A1 in lot L1 was expected and not found."),
        ("device=CAM-1", "device=CAM-9", "LOCAL-01 minor A1 A2 A3 in lot L1 was found and not expected"),
        ("made A1..A3", "unmade", "the story cannot be read"),
    ],
)
def test_a_story_that_does_not_hold_is_told(folder: Path, before: str, after: str, problem: str) -> None:
    (folder / "LOCAL-01.yml").write_text(STORIES.replace(before, after))
    assert any(one.problem.startswith(problem) for one in tell(folder, load_local(folder)))


def test_a_rule_without_stories_is_told(folder: Path) -> None:
    (folder / "LOCAL-01.yml").unlink()
    (told,) = tell(folder, load_local(folder))
    assert told.problem.endswith("LOCAL-01.yml is not there; write a story in which LOCAL-01 fires and one in which it does not.")


def test_every_table_is_described_and_has_columns() -> None:
    found = columns()
    assert set(found) == {*PARTITION, *SITE, *WHOLE_SITE}
    assert all(found.values())
    assert ("step", "VARCHAR") in found["obs"]
