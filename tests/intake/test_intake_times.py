"""Times: what is a time, which comes first, day or month, and in which zone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from intake_helper import Taken, take_texts

from lotproof.intake.problem import SourceProblem
from lotproof.intake.zones import zone_in

LINE = "SerialNumber;Level;Status;PackTime\n"


def table(*times: str) -> str:
    return LINE + "".join(f"A{number};EA;Good;{time}\n" for number, time in enumerate(times))


def times_of(taken: Taken, name: str = "x.csv") -> list[object]:
    return taken.column("observation", "at_utc", name)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


WITH_ZONE = [
    ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00"),
    ("2026-03-01T10:00:00z", "2026-03-01T10:00:00"),
    ("2026-03-01 10:00:00+01:00", "2026-03-01T09:00:00"),
    ("2026-03-01T10:00:00-0530", "2026-03-01T15:30:00"),
    ("2026-03-01T10:00:00+01", "2026-03-01T09:00:00"),
    ("2026-03-01 10:00 UTC", "2026-03-01T10:00:00"),
    ("2026-03-01 10:00:00 GMT", "2026-03-01T10:00:00"),
    ("2026-03-01 10:00:00 CET", "2026-03-01T09:00:00"),
    ("2026-07-01 10:00:00 MESZ", "2026-07-01T08:00:00"),
    ("2026-03-01T10:00:00.123Z", "2026-03-01T10:00:00.123"),
    ("2026-03-01T10:00:00,123Z", "2026-03-01T10:00:00.123"),
    ("2026-03-01 10:00:00:123Z", "2026-03-01T10:00:00.123"),
    ("2026-03-01 10:00:00.123456789Z", "2026-03-01T10:00:00.123456"),
    ("20260301T100000Z", "2026-03-01T10:00:00"),
    ("2026-03-01T24:00:00Z", "2026-03-02T00:00:00"),
    ("2026-03-01T00:30:00+14:00", "2026-02-28T10:30:00"),
]


def test_a_time_with_its_zone_needs_nothing_else(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": table(*(written for written, _ in WITH_ZONE))}, zone="Asia/Tokyo")
    assert taken.rows("observation", "at_text at_utc") == [(written, at(utc)) for written, utc in WITH_ZONE]
    assert None not in taken.column("observation", "zone_offset")


LOCAL = [
    ("2026-03-01 10:00:00", "2026-03-01T10:00"),
    ("2026/03/01 10:00", "2026-03-01T10:00"),
    ("2026.03.01 10:00", "2026-03-01T10:00"),
    ("20260301100000", "2026-03-01T10:00"),
    ("20260301 100000", "2026-03-01T10:00"),
    ("20260301 1000", "2026-03-01T10:00"),
    ("2026-03-01 9:05", "2026-03-01T09:05"),
    ("2026-03-01", "2026-03-01T00:00"),
    ("20260301", "2026-03-01T00:00"),
    ("01.03.2026, 10:00", "2026-03-01T10:00"),
    ("01.03.2026 10:00 Uhr", "2026-03-01T10:00"),
    ("01-MAR-2026 10:00:30", "2026-03-01T10:00:30"),
    ("1 Mrz 2026 10:00", "2026-03-01T10:00"),
    ("15. Dezember 2026 10:00", "2026-12-15T10:00"),
    ("15 Aug 2026 10:00 PM", "2026-08-15T22:00"),
    ("2026-03-01 12:05 AM", "2026-03-01T00:05"),
    ("2026-03-01 12:05:00 PM", "2026-03-01T12:05"),
    ("2026-03-01 1:05:06 pm", "2026-03-01T13:05:06"),
    ("2026-03-01 11:59 p.m.", "2026-03-01T23:59"),
    ("46082.25", "2026-03-01T06:00"),
    ("46082", "2026-03-01T00:00"),
]


def test_a_local_time_is_read_in_each_of_its_forms(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": table(*(written for written, _ in LOCAL))}, zone="UTC")
    assert taken.rows("observation", "at_text at_utc") == [(written, at(utc)) for written, utc in LOCAL]


NO_TIMES = [
    "soon", "2026-03-01 foo", "2026-02-30 10:00", "2026-13-01 10:00", "2026-03-01 25:00", "2026-03-01 10:61", "2026-03-01 13:05 PM",
    "2026-03-01T10:00:00+99:99", "2026-03-01 10:00 XYZ", "31.02.26 10:00", "10:00:00", "2026-03-01 10:00 2026-03-02", "0", "99999",
]  # fmt: skip


def test_what_is_no_time_is_quarantined_and_never_half_read(tmp_path: Path) -> None:
    """A tail that is passed over turns an unknown form into midnight or into another zone."""
    taken = take_texts(tmp_path, {"x.csv": table(*NO_TIMES, "2026-03-01 10:00")}, zone="UTC")
    assert taken.rows("quarantine", "position reason") == [
        (line, f'column "PackTime": "{written}" is no time') for line, written in enumerate(NO_TIMES, 2)
    ]
    assert times_of(taken) == [at("2026-03-01T10:00")]


def test_one_day_above_twelve_decides_day_and_month_for_the_whole_column(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"d.csv": table("02/03/2026 10:00", "25/03/2026 10:00"), "m.csv": table("02/03/2026 10:00", "03/25/2026 10:00")}, zone="UTC")
    assert times_of(taken, "d.csv") == [at("2026-03-02T10:00"), at("2026-03-25T10:00")]
    assert times_of(taken, "m.csv") == [at("2026-02-03T10:00"), at("2026-03-25T10:00")]


def test_points_mean_day_first_unless_someone_says_otherwise(tmp_path: Path) -> None:
    profile = '[[file]]\nmatch = "said.csv"\ndates = "MDY"\n'
    taken = take_texts(tmp_path, {"x.csv": table("02.03.2026 10:00"), "said.csv": table("02.03.2026 10:01"), "p.toml": profile}, zone="UTC")
    assert times_of(taken) == [at("2026-03-02T10:00")]
    assert times_of(taken, "said.csv") == [at("2026-02-03T10:01")]


def test_dates_that_cannot_be_told_apart_are_asked_about_and_kept_without_a_time(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": table("02/03/2026 10:00", "04/05/2026 10:00")}, zone="UTC")
    assert taken.only.problems == (
        'x.csv: no date in the column "PackTime" tells day and month apart; say which comes first in a mapping profile: '
        '[[file]] match = "x.csv" dates = "DMY" (or "MDY").',
    )
    assert taken.rows("observation", "serial at_utc at_text") == [("A0", None, "02/03/2026 10:00"), ("A1", None, "04/05/2026 10:00")]


@pytest.mark.parametrize(("order", "utc"), [("DMY", "2026-03-02T10:00"), ("MDY", "2026-02-03T10:00")])
def test_a_profile_tells_day_and_month_apart(order: str, utc: str, tmp_path: Path) -> None:
    profile = f'[[file]]\nmatch = "x.csv"\ndates = "{order}"\n'
    taken = take_texts(tmp_path, {"x.csv": table("02/03/2026 10:00"), "p.toml": profile}, zone="UTC")
    assert (times_of(taken), taken["x.csv"].problems) == ([at(utc)], ())


def test_dates_that_contradict_each_other_are_asked_about(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": table("25/03/2026 10:00", "03/25/2026 10:00")}, zone="UTC")
    assert "tells day and month apart" in taken.only.problems[0]
    assert times_of(taken) == [None, None]


def test_times_without_any_zone_are_kept_asked_about_and_doubted(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": table("2026-03-01 10:00:00", "2026-03-01 10:00:01", "2026-03-01T10:00:02Z")})
    assert taken.only.problems == (
        'x.csv: the times in the column "PackTime" have no zone and nobody states one; say it with --zone Area/City or in a '
        'mapping profile: [[file]] match = "x.csv" zone = "Europe/Berlin".',
    )
    assert taken.rows("observation", "at_utc at_text") == [
        (None, "2026-03-01 10:00:00"), (None, "2026-03-01 10:00:01"), (at("2026-03-01T10:00:02"), "2026-03-01T10:00:02Z"),
    ]  # fmt: skip
    assert taken.rows("time_doubt", "column_name rows example doubt position") == [("PackTime", 2, "2026-03-01 10:00:00", "no zone", 2)]


def test_the_doubted_column_is_the_one_that_is_named(tmp_path: Path) -> None:
    text = "SerialNumber;Level;Status;PrintTime;PackTime\nA1;EA;Good;2026-03-01T09:00:00Z;2026-03-01 10:00\n"
    assert 'the times in the column "PackTime" have no zone' in take_texts(tmp_path, {"x.csv": text}).only.problems[0]


NOTE = "Plant time zone: Europe/Berlin\n\nx.csv: times plant local time, YYYY-MM-DD\n"
PROFILE = '[[file]]\nmatch = "x.csv"\nzone = "America/New_York"\n'


@pytest.mark.parametrize(
    ("value", "preamble", "profile", "note", "utc"),
    [
        ("2026-03-01 10:00Z", True, True, True, "2026-03-01T10:00"),
        ("2026-03-01 10:00", True, True, True, "2026-03-01T01:00"),
        ("2026-03-01 10:00", False, True, True, "2026-03-01T15:00"),
        ("2026-03-01 10:00", False, False, True, "2026-03-01T09:00"),
        ("2026-03-01 10:00", False, False, False, "2026-03-01T12:00"),
    ],
    ids=["value", "preamble", "profile", "note", "command-line"],
)
def test_the_zone_nearest_to_the_value_goes_first(value: str, preamble: bool, profile: bool, note: bool, utc: str, tmp_path: Path) -> None:
    files = {"x.csv": ("Time zone;Asia/Tokyo\n" if preamble else "") + table(value)}
    files |= {"p.toml": PROFILE} if profile else {}
    files |= {"README.txt": NOTE} if note else {}
    taken = take_texts(tmp_path, files, zone="America/Noronha")
    assert (times_of(taken), taken["x.csv"].problems) == ([at(utc)], ())


@pytest.mark.parametrize(
    ("stated", "zone"),
    [
        ("UTC", "UTC"), ("Z", "UTC"), ("utc", "UTC"), ("Europe/Berlin", "Europe/Berlin"), ("Europe/Berlin (CET)", "Europe/Berlin"),
        ("America/Port-au-Prince", "America/Port-au-Prince"), ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Etc/GMT+5", "Etc/GMT+5"), ("UTC+1", "Etc/GMT-1"), ("GMT-05:00", "Etc/GMT+5"), ("UTC+00:00", "UTC"),
        ("UTC+05:30", None), ("(UTC+01:00) Amsterdam, Berlin", None), ("Mars/Phobos", None), ("local", None), ("UTC+25", None),
    ],
)  # fmt: skip
def test_a_stated_zone_is_a_place_or_whole_hours(stated: str, zone: str | None) -> None:
    assert zone_in(stated) == zone


def test_a_preamble_with_an_offset_is_no_utc(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "Time zone: UTC+01:00\n" + table("2026-03-01 10:00")})
    assert times_of(taken) == [at("2026-03-01T09:00")]


def test_a_preamble_that_names_no_zone_leads_to_the_question(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "Time zone;Mars/Phobos\n" + table("2026-03-01 10:00")})
    assert "have no zone and nobody states one" in taken.only.problems[0]


def test_an_hour_that_the_clocks_skip_or_repeat_is_doubted(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": table("2026-03-29 01:59:59", "2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-10-25 03:00:00")}, zone="Europe/Berlin")
    assert times_of(taken) == [at("2026-03-29T00:59:59"), at("2026-03-29T01:30"), at("2026-10-25T01:30"), at("2026-10-25T02:00")]
    assert taken.rows("time_doubt", "column_name rows example doubt position") == [("PackTime", 2, "2026-03-29 02:30:00", "clock change", 3)]
    assert taken.only.problems == ()


def test_an_offset_settles_the_repeated_hour(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": table("2026-10-25 02:30:00+02:00", "2026-10-25 02:30:00+01:00")}, zone="Europe/Berlin")
    assert times_of(taken) == [at("2026-10-25T00:30"), at("2026-10-25T01:30")]
    assert taken.rows("time_doubt", "doubt") == []


def test_a_zone_from_the_command_line_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceProblem, match=r'--zone: "Europe/Berlinn" is no time zone; write Area/City, for example Europe/Berlin, or UTC.'):
        take_texts(tmp_path, {"x.csv": table("2026-03-01 10:00")}, zone="Europe/Berlinn")
