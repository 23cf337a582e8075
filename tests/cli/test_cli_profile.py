"""lotproof profile suggest and test: exit codes, sentences, and a profile that parses as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lotproof.cli.main import main
from lotproof.intake.profile import parse_profile

KNOWN = "SerialNumber;Level;Status;PackTime;Extra\nA1;EA;Good;2026-03-01T10:00:00Z;x\n"
STRANGE = "Kennz.;Lvl;Zust.;Packzeit\n00012;EA;XGOOD;2026-03-01T10:00:00Z\n00013;EA;Gut;2026-03-01T10:01:00Z\n"


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["profile", *arguments])
    return done.exit_code, done.output


def test_suggest_writes_what_was_recognised_and_marks_the_rest_with_values(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(KNOWN)
    code, text = run("suggest", str(tmp_path / "x.csv"))
    assert code == 0
    assert 'kind = "line"' in text and '"SerialNumber" = "code"   # values: A1' in text
    assert '# "Extra" = "?"   # not recognised; values: x' in text
    assert dict(parse_profile(text, "p.toml")[0].columns)["PackTime"] == "packed"


def test_suggest_asks_what_only_a_person_knows(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("SerialNumber;Level;Status;PackTime\nA1;EA;XGOOD;02/03/2026 10:00\n")
    _, text = run("suggest", str(tmp_path / "x.csv"))
    assert '# dates = "DMY"' in text and '# "XGOOD" = "?"   # a word of Status; one of commissioned, ' in text


def test_a_profile_from_suggest_filled_in_reads_the_file(tmp_path: Path) -> None:
    source, profile = tmp_path / "x.csv", tmp_path / "p.toml"
    source.write_text(STRANGE)
    code, said = run("suggest", str(source), "-o", str(profile))
    assert code == 0 and "lines wait for a decision" in said
    assert run("test", str(profile), str(source))[0] == 1
    text = profile.read_text().replace('# "Kennz." = "?"', '"Kennz." = "code"').replace('# "Lvl" = "?"', '"Lvl" = "level"').replace('# "Zust." = "', '"Zust." = "')
    profile.write_text(text.replace('# kind = "?"', 'kind = "line"') + '\n[file.words]\n"XGOOD" = "commissioned"\n')
    code, said = run("test", str(profile), str(source), "--json")
    document = json.loads(said)
    assert (code, document["ok"], document["files"][0]["observations"]) == (0, True, 2)
    assert [row["serial"] for row in document["files"][0]["sample"]] == ["00012", "00013"]


def test_an_existing_profile_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(KNOWN)
    (tmp_path / "p.toml").write_text("mine")
    code, said = run("suggest", str(tmp_path / "x.csv"), "-o", str(tmp_path / "p.toml"))
    assert code == 2 and "may hold decisions of a person; name a new file with -o." in said
    assert (tmp_path / "p.toml").read_text() == "mine"


def test_test_says_reasons_unused_columns_and_whether_the_profile_speaks_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(KNOWN + "A2;EA;Good;soon;x\n")
    (tmp_path / "p.toml").write_text('[[file]]\nmatch = "other.csv"\n')
    code, said = run("test", str(tmp_path / "p.toml"), str(tmp_path / "x.csv"))
    assert code == 1
    for line in ("recognised as line; the profile says nothing about it", "columns not used: Extra", 'quarantined 1: column "PackTime": "soon" is no time'):
        assert line in said


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('columns = { "a" = "sate" }', 'the field "sate" (did you mean "state"?)'),
        ("widths = [0]", "widths = [0] is no list of widths; write widths = [20, 8, 12], in characters."),
        ('separator = "ab"', 'separator = "ab" is not one character that may part cells.'),
        ('encoding = "latin9000"', 'encoding = "latin9000" is no encoding; write for example utf-8, cp1252 or cp1250.'),
        ("header = 5", 'header = 5 is no list of names; write header = ["SerialNumber", "Status"].'),
        ('colums = { "a" = "state" }', 'the unknown key "colums" (did you mean "columns"?)'),
    ],
)
def test_a_wrong_profile_names_the_field_and_the_nearest(toml: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(KNOWN)
    (tmp_path / "p.toml").write_text(f'[[file]]\nmatch = "x.csv"\n{toml}\n')
    code, said = run("test", str(tmp_path / "p.toml"), str(tmp_path / "x.csv"))
    assert code == 2 and says in said


@pytest.mark.parametrize(
    ("content", "toml"),
    [
        (b"A1   EA Good\nA2   EA Good\n", 'widths = [5, 3, 10]\nheader = ["SerialNumber", "Level", "Status"]'),
        (b"A1~EA~Good\nA2~EA~Good\n", 'separator = "~"\nheader = ["SerialNumber", "Level", "Status"]'),
        ("SerialNumber;Level;Status\nA1;EA;Prawidłowy\nA2;EA;Dobry\n".encode("cp1250"), 'encoding = "cp1250"'),
    ],
    ids=["widths", "separator", "encoding"],
)  # fmt: skip
def test_what_bytes_do_not_tell_a_profile_states(content: bytes, toml: str, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(content)
    (tmp_path / "p.toml").write_text(f'[[file]]\nmatch = "x.txt"\nkind = "line"\n{toml}\n')
    code, said = run("test", str(tmp_path / "p.toml"), str(tmp_path / "x.txt"), "--json")
    assert (code, [row["serial"] for row in json.loads(said)["files"][0]["sample"]]) == (0, ["A1", "A2"])
