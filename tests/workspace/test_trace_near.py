"""Suggestions for an item that nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_site import ACT, invoke, json_of

from lotproof.gs1.checkdigit import check_digit
from lotproof.lake.directory import FEW

GTIN, OTHER = "09512345678901", "09512345678918"
LINE = "OrderNo;Lot;GTIN;Level;SerialNumber;Status;ParentSSCC;PackTime\n"
CASE = "395123456789012340"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two trade items; one pack of the second has a number of its own."""
    (tmp_path / "in").mkdir()
    rows = [(GTIN, "KX7B41"), (GTIN, "KX7B42"), (GTIN, "RT0091"), (OTHER, "ZZZ999")]
    text = "".join(f"1;LOT-1;{gtin};EA;{serial};Good;{CASE};2026-03-09T08:5{n}:00Z\n" for n, (gtin, serial) in enumerate(rows))
    (tmp_path / "in" / "line.csv").write_text(LINE + text + f"1;LOT-1;;CSE;{CASE};Good;;2026-03-09T09:00:00Z\n")
    json_of("add", tmp_path / "in", "--workspace", tmp_path / "w", "--zone", "UTC", *ACT)
    return tmp_path / "w"


@pytest.mark.parametrize(
    ("asked", "known", "why"),
    [
        ("QQQ111", "", ""),
        ("XK7B41", "KX7B41", "two characters exchanged"),
        ("KX7B4", "KX7B41", "one character is missing"),
        ("KX7BB41", "KX7B41", "one character is too many"),
        ("KX7C41", "KX7B41", "one character differs"),
        ("RTO091", "RT0091", "characters that are mistaken for each other"),
        ("ZZZ999", "ZZZ999", "the same serial of another trade item"),
    ],
)
def test_one_slip_is_found_and_named(home: Path, asked: str, known: str, why: str) -> None:
    life = invoke("trace", f"(01){GTIN}(21){asked}", "--workspace", home)
    assert life.exit_code == 1
    assert f"no source of the workspace knows (01){GTIN}(21){asked}" in life.stderr
    if known:
        gtin = OTHER if known == "ZZZ999" else GTIN
        assert f"Known is (01){gtin}(21){known} of lot LOT-1: {why}." in life.stderr
    else:
        assert "Known is" not in life.stderr


def test_a_container_with_two_digits_exchanged_is_found_in_spite_of_its_check_digit(home: Path) -> None:
    body = CASE[:15] + CASE[16] + CASE[15]
    life = invoke("trace", f"(00){body}{check_digit(body)}", "--workspace", home)
    assert f"Known is (00){CASE} of lot LOT-1: two characters exchanged." in life.stderr


def test_an_item_that_is_known_gets_no_suggestion(home: Path) -> None:
    assert json_of("trace", f"(01){GTIN}(21)KX7B41", "--workspace", home)["near"] == []


def test_suggestions_stand_in_the_document_the_likeliest_first(home: Path) -> None:
    asked = invoke("trace", f"(01){GTIN}(21)KX7B4", "--workspace", home, "--json")
    assert asked.stdout.index("KX7B41") < asked.stdout.index("KX7B42")


def test_extracts_without_a_pack_do_not_keep_suggestions_away(home: Path, tmp_path: Path) -> None:
    """A source of movements has no observation, so it is in no volume of the directory, however many there are."""
    (tmp_path / "erp").mkdir()
    head = "Material Document;Item;Movement Type;Material;Batch;Plant;Storage Location;Quantity;Unit of Entry;Posting Date"
    for number in range(FEW + 2):
        (tmp_path / "erp" / f"{number}.csv").write_text(f"{head}\n490000{number:04d};1;101;M-1;LOT-1;DE10;0001;{number + 1};EA;2026-03-10\n")
    added = json_of("add", tmp_path / "erp", "--workspace", home, "--zone", "UTC", *ACT)
    assert [(one["stored"], one["observations"]) for one in added["sources"]] == [(1, 0)] * (FEW + 2)
    life = invoke("trace", f"(01){GTIN}(21)XK7B41", "--workspace", home)
    assert f"Known is (01){GTIN}(21)KX7B41 of lot LOT-1: two characters exchanged." in life.stderr
