"""Mapping profiles: what a person states about files, and what is wrong with a profile."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake_helper import take_texts

from lotproof.intake.profile import Statement, load_profiles, parse_profile

ODD = "Nummer X;Was;Wann\nA1;Good;2026-03-01 10:00\n"
ROW = ("A1", "commissioned")


def profile(**keys: str) -> str:
    return "[[file]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


FULL = profile(match='"odd.csv"', kind='"line"', zone='"UTC"', columns='{ "Nummer X" = "code", "Was" = "state", "Wann" = "packed" }')


def test_a_profile_in_the_folder_names_kind_columns_and_zone(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"odd.csv": ODD, "profile.toml": FULL})
    assert taken.rows("observation", "serial step", "odd.csv") == [ROW]
    assert (taken["odd.csv"].problems, taken["profile.toml"].kind) == ((), "profile")


def test_a_statement_of_the_workspace_does_the_same(tmp_path: Path) -> None:
    statement = parse_profile(FULL, "p.toml")
    taken = take_texts(tmp_path, {"odd.csv": ODD}, statements=statement)
    assert taken.rows("observation", "serial step") == [ROW]


def test_the_folder_s_profile_goes_before_the_workspace_s(tmp_path: Path) -> None:
    own = parse_profile(FULL, "p.toml") + (Statement(match="odd.csv", words={"Good": "sampled"}),)
    taken = take_texts(tmp_path, {"odd.csv": ODD, "p.toml": profile(match='"odd.csv"', words='{ "Good" = "destroyed" }')}, statements=own)
    assert taken.column("observation", "step", "odd.csv") == ["destroyed"]


@pytest.mark.parametrize("match", ["odd.csv", "*.csv", "sub/odd.csv", "sub/*", "*", "o[d]d.csv"])
def test_a_pattern_covers_the_name_or_the_path(match: str) -> None:
    assert Statement(match=match).covers("sub/odd.csv")


@pytest.mark.parametrize("match", ["*.txt", "sub", "ODD.CSV", ""])
def test_a_pattern_covers_no_other_file(match: str) -> None:
    assert not Statement(match=match).covers("sub/odd.csv")


def test_a_name_with_brackets_covers_itself(tmp_path: Path) -> None:
    """The profile line that a question suggests must match the very file."""
    taken = take_texts(tmp_path, {"odd [1].csv": ODD, "p.toml": FULL.replace("odd.csv", "odd [1].csv")})
    assert taken["odd [1].csv"].stored == 1


def test_a_column_stated_in_other_letters_is_found(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"odd.csv": ODD, "p.toml": FULL.replace("Nummer X", "NUMMER_x")})
    assert taken["odd.csv"].stored == 1


def test_a_kind_alone_lets_a_narrow_text_be_a_table(tmp_path: Path) -> None:
    text = "Asset,Due\nCamera 1,2027-01-15\n"
    taken = take_texts(tmp_path, {"x.csv": text, "p.toml": profile(match='"x.csv"', kind='"calibration"')})
    assert taken.rows("record", "record subject text", "x.csv") == [("calibration", "Camera 1", "2027-01-15")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (profile(mach='"x"'), 'p.toml: the mapping profile has the unknown key "mach" (did you mean "match"?); known are columns, dates, decimal, encoding, header, kind, match, separator, widths, words, zone.'),
        (profile(dates='"dmy"'), 'p.toml: dates = "dmy" is none of DMY, MDY, YMD.'),
        (profile(decimal='"comma"'), 'p.toml: decimal = "comma" is neither "," nor ".".'),
        (profile(zone='"Berlin"'), 'p.toml: "Berlin" is no time zone; write Area/City, for example Europe/Berlin, or UTC.'),
        (profile(zone='"../../etc/passwd"'), 'p.toml: "../../etc/passwd" is no time zone; write Area/City, for example Europe/Berlin, or UTC.'),
        (profile(zone='""'), 'p.toml: "" is no time zone; write Area/City, for example Europe/Berlin, or UTC.'),
        (profile(match="5"), "p.toml: match = 5 is no text; put it into quotation marks."),
        (profile(kind='["line"]'), "p.toml: kind = ['line'] is no text; put it into quotation marks."),
        (profile(columns='"x"'), 'p.toml: columns is no table; write columns = { "as in the file" = "field" }.'),
        (profile(words="[1]"), 'p.toml: words is no table; write words = { "as in the file" = "meaning" }.'),
        ("file = [1, 2]\n", "p.toml: the mapping profile says nothing about files; begin each file's lines with [[file]]."),
    ],
)
def test_a_wrong_profile_is_said_in_one_sentence_and_the_files_are_read_without_it(text: str, sentence: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"p.toml": text, "x.csv": "SerialNumber;Level;Status\nA1;EA;Good\n"})
    assert taken["p.toml"].problems == (sentence,)
    assert taken["x.csv"].stored == 1


@pytest.mark.parametrize(
    ("key", "value", "begins"),
    [
        ("columns", '{ "Was" = "stat" }', 'p.toml: columns gives "Was" the field "stat" (did you mean "state"?), which is none of acknowledged, action, actor, '),
        ("words", '{ "Weg" = "gone" }', 'p.toml: words gives "Weg" the meaning "gone", which is none of bundle, case, commissioned, '),
        ("words", '{ "Weg" = 5 }', 'p.toml: words gives "Weg" the meaning "5", which is none of '),
        ("columns", "{ Was = [1] }", 'p.toml: columns gives "Was" the field "[1]", which is none of '),
    ],
)
def test_a_mistyped_field_or_meaning_is_refused_with_those_there_are(key: str, value: str, begins: str, tmp_path: Path) -> None:
    problem = take_texts(tmp_path, {"p.toml": profile(match='"x"', **{key: value})}).only.problems[0]
    assert problem.startswith(begins)


def test_a_profile_with_an_error_in_its_toml_is_said_to_be_one(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"p.toml": '# ours\n[[file]]\nmatch = "x.csv\n'})
    assert taken.only.kind == "profile"
    assert taken.only.problems[0].startswith("p.toml: the mapping profile is no TOML (Illegal character")


def test_a_kind_that_does_not_exist_is_said(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"p.toml": profile(match='"x.csv"', kind='"lines"'), "x.csv": "SerialNumber;Level;Status\nA1;EA;Good\n"})
    assert taken["x.csv"].problems[0].startswith('x.csv: the mapping profile names the kind "lines", which is none of line, numbers, printer, camera, ')
    assert taken["x.csv"].quarantined == 2


def test_a_column_of_another_kind_is_passed_over(tmp_path: Path) -> None:
    """One profile may speak of several kinds: `pallet` is a field of receipts and none of a line export."""
    taken = take_texts(tmp_path, {"p.toml": profile(match='"*"', columns='{ "Status" = "pallet" }'), "x.csv": "SerialNumber;Level;Status\nA1;EA;Good\n"})
    assert taken["x.csv"].stored == 1


def test_profiles_of_a_folder_are_loaded_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(profile(match='"b"'))
    (tmp_path / "a.toml").write_text(profile(match='"a"'))
    assert [statement.match for statement in load_profiles(tmp_path)] == ["a", "b"]
    assert load_profiles(tmp_path / "absent") == ()
