"""Numbers: which sign is the decimal one, what groups digits, and what is no number."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake_helper import take_texts

HEADER = "Material;Batch;Unrestricted\n"


def stock(*numbers: str) -> str:
    return HEADER + "".join(f"M1;L{index};{number}\n" for index, number in enumerate(numbers))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["12", "0", "-3", "+4", "007"], [12.0, 0.0, -3.0, 4.0, 7.0]),
        (["1,5", "1.234,5", "12"], [1.5, 1234.5, 12.0]),
        (["1.5", "1,234.5", "12"], [1.5, 1234.5, 12.0]),
        (["1.234.567", "12"], [1234567.0, 12.0]),
        (["1,234,567", "12"], [1234567.0, 12.0]),
        (["1.234", "0,5"], [1234.0, 0.5]),
        (["1,234", "0.5"], [1234.0, 0.5]),
        (["24-", "1.200,00-"], [-24.0, -1200.0]),
        (["1 234", "1\u00a0234", "1\u202f234", "1'234", "1’234"], [1234.0] * 5),
        (["1234,5", "1234,567"], [1234.5, 1234.567]),
    ],
)
def test_the_decimal_sign_is_decided_from_the_whole_column(written: list[str], read: list[float], tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": stock(*written)})
    assert (taken.column("claim", "quantity"), taken.only.problems) == (read, ())


@pytest.mark.parametrize("doubtful", [["1,234"], ["1.234", "12"], ["1,5", "1.5"]])
def test_a_sign_that_could_be_both_is_asked_about(doubtful: list[str], tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": stock(*doubtful)})
    assert taken.only.problems == (
        "x.csv: numbers such as 1,234 can be read in two ways; say which sign is the decimal one in a mapping profile: "
        '[[file]] match = "x.csv" decimal = "," (or ".").',
    )
    assert taken.only.quarantined == len(doubtful) + 1


@pytest.mark.parametrize(("sign", "read"), [(",", 1.234), (".", 1234.0)])
def test_a_profile_decides_the_sign(sign: str, read: float, tmp_path: Path) -> None:
    profile = f'[[file]]\nmatch = "x.csv"\ndecimal = "{sign}"\n'
    assert take_texts(tmp_path, {"x.csv": stock("1,234"), "p.toml": profile}).column("claim", "quantity", "x.csv") == [read]


def test_an_export_note_decides_the_sign(tmp_path: Path) -> None:
    note = "Plant time zone: UTC\nx.csv: no times, decimal comma\n"
    assert take_texts(tmp_path, {"x.csv": stock("1.234"), "README.txt": note}).column("claim", "quantity", "x.csv") == [1234.0]


def test_what_is_no_number_is_quarantined(tmp_path: Path) -> None:
    written = ["nan", "inf", "1_000", "0x10", "twelve", "1.2.3", "12 EA", "1,2,3", "--5", "."]
    taken = take_texts(tmp_path, {"x.csv": stock(*written, "2.5")})
    assert taken.column("quarantine", "reason") == [f'column "Unrestricted": "{number}" is no number' for number in written]
    assert taken.column("claim", "quantity") == [2.5]


def test_the_other_sign_is_never_read_as_a_mark_of_groups(tmp_path: Path) -> None:
    """One and a half under a stated decimal point is no fifteen."""
    profile = '[[file]]\nmatch = "x.csv"\ndecimal = "."\n'
    taken = take_texts(tmp_path, {"x.csv": stock("1,5", "1.5"), "p.toml": profile})
    assert taken.column("claim", "quantity", "x.csv") == [1.5]
    assert taken.column("quarantine", "reason", "x.csv") == ['column "Unrestricted": "1,5" is no number']
