"""Status words: the site's own statement first, then the three languages, then a question."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from intake_helper import Taken, take_texts

LINE = "SerialNumber;Level;Status\n"


def steps(taken: Taken, name: str = "x.csv") -> list[object]:
    return taken.column("observation", "step", name)


def states(*words: str) -> str:
    return LINE + "".join(f"A{number};EA;{word}\n" for number, word in enumerate(words))


@pytest.mark.parametrize(
    "words",
    [
        ("Good", "Rejected", "Sampled", "Scrapped", "Inactive", "Unused", "Invalid", "LabelSampled", "Printed"),
        ("Gut", "Ausschuss", "Muster", "Vernichtet", "Inaktiv", "Unbenutzt", "Ungültig", "Etikettenmuster", "Gedruckt"),
        ("CMSN", "LabelScrapped", "SMPL", "DSTR", "Decommissioned", "Unallocated", "SN_INVALID", "LBL_SMPL", "Encoded"),
        ("GOOD", "rejected", "QA sample", "destroyed", "LOCKED", "un-used", "De-activated", "label sampled", "in process"),
    ],
    ids=["english", "german", "open-scs", "any-case"],
)
def test_each_set_of_words_gives_the_same_states(words: tuple[str, ...], tmp_path: Path) -> None:
    expected = ["commissioned", "label_scrapped", "sampled", "destroyed", "inactivated", "returned_unused", "invalidated", "label_sampled", "encoded"]
    assert steps(take_texts(tmp_path, {"x.csv": states(*words)})) == expected


def test_the_export_note_s_own_definition_goes_before_the_common_meaning(tmp_path: Path) -> None:
    note = (
        "Plant time zone: UTC\n\nLine status words:\n  Scrapped = rejected at print or verification, label destroyed, never commissioned\n"
        "  Good = sample taken after commissioning\n"
    )
    taken = take_texts(tmp_path, {"x.csv": states("Scrapped", "Good", "Rejected"), "README.txt": note})
    assert steps(taken) == ["label_scrapped", "sampled", "label_scrapped"]
    assert taken["README.txt"].kind == "export-note"


def test_a_profile_goes_before_the_export_note(tmp_path: Path) -> None:
    note = "Plant time zone: UTC\n\nLine status words:\n  Weird = destroyed after commissioning\n"
    profile = '[[file]]\nmatch = "x.csv"\nwords = { "Weird" = "sampled" }\n'
    assert steps(take_texts(tmp_path, {"x.csv": states("Weird"), "README.txt": note, "p.toml": profile})) == ["sampled"]


def test_an_unknown_word_is_one_question_and_its_rows_are_quarantined(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": states("Good", "Zebra", "Zebra", "Quagga")})
    meanings = "commissioned, destroyed, encoded, inactivated, invalidated, label_sampled, label_scrapped, returned_unused, sampled"
    assert taken.only.problems == tuple(
        f'x.csv: the word "{word}" in the column "Status" is not known; say what it means in a mapping profile: '
        f'[[file]] match = "x.csv" words = {{ "{word}" = "commissioned" }} (one of {meanings}).'
        for word in ("Quagga", "Zebra")
    )
    assert taken.rows("quarantine", "position reason") == [
        (3, 'column "Status": "Zebra" is no known word for state'),
        (4, 'column "Status": "Zebra" is no known word for state'),
        (5, 'column "Status": "Quagga" is no known word for state'),
    ]
    assert steps(taken) == ["commissioned"]


@pytest.mark.parametrize(
    ("header", "row", "word", "meaning", "step"),
    [
        ("SerialNumber;Level;Status", "A1;EA;Zebra", "Zebra", "destroyed", "destroyed"),
        ("SerialNumber;Level;Status", "A1;Zebra;Good", "Zebra", "unit", "commissioned"),
        ("Timestamp;PrinterId;Serial;EncoderCount;Result", "2026-03-01T09:00:00Z;P1;A1;7;Zebra", "Zebra", "setup", "setup_print"),
        ("Timestamp;StationId;Result;ReadString;OverallGrade", "2026-03-01T09:00:00Z;C1;Zebra;A1;4", "Zebra", "fail", "rejected"),
    ],
    ids=["state", "level", "print", "read"],
)
def test_the_answer_that_a_question_asks_for_works_in_every_vocabulary(header: str, row: str, word: str, meaning: str, step: str, tmp_path: Path) -> None:
    text = f"{header}\n{row}\n"
    asked = take_texts(tmp_path / "asked", {"x.csv": text}).only
    assert (asked.stored, asked.quarantined, len(asked.problems)) == (0, 1, 1)
    assert f'words = {{ "{word}" = "' in asked.problems[0]
    profile = f'[[file]]\nmatch = "x.csv"\nwords = {{ "{word}" = "{meaning}" }}\n'
    answered = take_texts(tmp_path / "answered", {"x.csv": text, "p.toml": profile})
    assert (answered["x.csv"].problems, steps(answered)) == ((), [step])


def test_words_in_other_scripts_are_not_confused_with_each_other(tmp_path: Path) -> None:
    profile = '[[file]]\nmatch = "x.csv"\nwords = { "良" = "commissioned", "不良" = "label_scrapped", "✓" = "encoded" }\n'
    taken = take_texts(tmp_path, {"x.csv": states("良", "不良", "✓", "✗"), "p.toml": profile})
    assert steps(taken) == ["commissioned", "label_scrapped", "encoded"]
    assert taken.column("quarantine", "reason", "x.csv") == ['column "Status": "✗" is no known word for state']


def test_a_question_is_toml_even_where_the_word_or_the_name_holds_quotation_marks(tmp_path: Path) -> None:
    name = 'say "hi" {}.csv'
    problem = take_texts(tmp_path, {name: states('"a ""b"" \\c"')}).only.problems[0]
    line = problem.partition("profile: [[file]] ")[2].partition(" (one of")[0]
    match, words = line.split(" words = ")
    assert tomllib.loads(f"{match}\nwords = {words}") == {"match": name, "words": {'a "b" \\c': "commissioned"}}


def test_a_very_long_word_does_not_make_a_very_long_sentence(tmp_path: Path) -> None:
    problem = take_texts(tmp_path, {"x.csv": states("z" * 100_000)}).only.problems[0]
    assert len(problem) < 600
