"""Tables read by columns become the same rows, receipts and small tables as those that SQL reads row by row."""

from __future__ import annotations

import random
import tempfile
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lotproof.intake.columns import held, read
from lotproof.intake.columns.clock import part
from lotproof.intake.folder import Delivery, intake
from lotproof.intake.odd_times import read_time
from lotproof.intake.times import TIME_MACROS
from lotproof.lake.store import Lake
from lotproof.simulate.site import simulate
from lotproof.simulate.spec import SiteSpec

NEVER = 1 << 40
GTIN = "09506000134352"


def taken(folder: Path, lake: Path, fewest: int, zone: str | None) -> tuple[list[object], dict[str, pa.Table], int]:
    """Receipts, tables by path, and how many files were read by columns."""
    before, whole = read.FEWEST, read._Reading.write
    done = []

    def write(self: read._Reading, *arguments: object) -> None:
        whole(self, *arguments)  # type: ignore[arg-type]
        done.append(self._name)

    read.FEWEST, read._Reading.write = fewest, write  # type: ignore[method-assign, assignment]
    try:
        receipts = intake(Delivery(folder, zone=zone), Lake(lake))
    finally:
        read.FEWEST, read._Reading.write = before, whole  # type: ignore[method-assign]
    tables = {str(path.relative_to(lake)): pq.read_table(path) for path in sorted((lake / "segments").rglob("*.parquet"))}
    plain = [{**receipt.as_json(), "segment": sorted(receipt.segment)} for receipt in receipts]
    return plain, tables, len(done)


def both(files: dict[str, bytes], zone: str | None = "Europe/Berlin") -> int:
    """Take files in both ways; the number that were read by columns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "delivery"
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        slow = taken(folder, Path(name) / "slow", NEVER, zone)
        fast = taken(folder, Path(name) / "fast", 0, zone)
    assert fast[0] == slow[0]
    assert fast[1].keys() == slow[1].keys()
    for path, table in slow[1].items():
        assert fast[1][path].to_pylist() == table.to_pylist(), path
    return fast[2]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(5, marks=pytest.mark.slow)])
def test_simulated_sites(seed: int) -> None:
    site = simulate(SiteSpec(seed=seed, units=600, neighbours=1))
    assert both(site.files, None) >= 3


def _sscc(digits: str) -> str:
    return digits + str(-sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(digits)) % 10)


SERIALS = st.one_of(
    st.text(alphabet="ABCXYZ0123456789", min_size=1, max_size=20), st.from_regex(r"\A[0-9]{17}\Z").map(_sscc), st.from_regex(r"\A[0-9]{12,20}\Z"),
    st.from_regex(r"\A01[0-9]{14}21[A-Z0-9]{1,6}\Z"), st.sampled_from(["", "A-1", "a_b", "x.5", "1,5E+12", "ä", "00" + _sscc("3" * 17), "1" * 15 + "000"]),
)  # fmt: skip
LABELS = st.builds(
    lambda frame, serial: frame.format(serial),
    st.sampled_from([f"]d201{GTIN}1728093010L1\x1d21{{}}", f"01{GTIN}21{{}}\x1d1728093010L1", f"01{GTIN}1728093010L121{{}}", f"01{GTIN}21{{}}", "{}"]),
    st.text(alphabet="ABC0127", min_size=1, max_size=20),
)
TIMES = st.one_of(
    st.datetimes(datetime(1990, 1, 1), datetime(2089, 1, 1)).flatmap(lambda at: st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+01:00",
         "%d-%b-%Y %H:%M:%S", "%Y%m%d%H%M%S", "%H:%M:%S"]).map(at.strftime)),
    st.sampled_from(["", "2026-10-25 02:30:00", "2026-03-29 02:30:00", "2026-02-30 10:00:00", "2026-03-01 24:00:00", "yesterday", "13:70:00"]),
)  # fmt: skip
STATES = st.sampled_from(["Good", "Good", "Reject", "Scrapped", "odd", ""])
NUMBERS = st.sampled_from(["", "3.5", "4.0", "0.5", "x"])


def _table(header: str, rows: list[tuple[str, ...]], times: int, seed: int) -> bytes:
    """Rows with times of mostly one form, as files have them, many times over."""
    chance = random.Random(seed)
    more = [row for row in rows for _ in range(times)]
    chance.shuffle(more)
    return "\n".join([header, *(";".join(row) for row in more), ""]).encode()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(SERIALS, STATES, SERIALS, TIMES, TIMES, st.sampled_from(["EA", "KAR", "", "??"]), st.sampled_from(["L1", "", "L2"])), min_size=1, max_size=30),
    st.sampled_from(["UTC", "Europe/Berlin", None]), st.integers(1, 30),
)
@pytest.mark.slow
@example([("A1", "Good", _sscc("3" * 17), "2026-10-25 02:30:00", "", "EA", "L1")], "Europe/Berlin", 9)
def test_line_exports(rows: list[tuple[str, ...]], zone: str | None, times: int) -> None:
    both({"line.csv": _table("SerialNumber;Status;ParentSerial;PrintTime;PackTime;Level;Lot", rows, times, len(rows))}, zone)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(TIMES, st.sampled_from(["PASS", "FAIL", "NOREAD"]), LABELS, LABELS, st.booleans(), NUMBERS, NUMBERS,
                       st.sampled_from(["L1", "L2", ""]), st.sampled_from(["280930", "09/2028", ""])), min_size=1, max_size=30),
    st.integers(1, 30),
)  # fmt: skip
@pytest.mark.slow
def test_camera_logs(rows: list[tuple[str, str, str, str, bool, str, str, str, str]], times: int) -> None:
    cells = [(at, word, one, one if same else other, *rest) for at, word, one, other, same, *rest in rows]
    both({"camera.csv": _table("Timestamp;Result;ExpectedString;ReadString;OverallGrade;SC;OCR_Lot;OCR_Exp", cells, times, len(rows))})


def test_common_files_are_read_by_columns() -> None:
    rows = [f"2026-03-01 06:{n // 60 % 60:02d}:{n % 60:02d};P1;A{n:07d}B;{n * 130};OK" for n in range(900)]
    assert both({"printer.csv": "\n".join(["Timestamp;PrinterId;Serial;EncoderCount;Result", *rows, ""]).encode()}) == 1


def test_facts_above_the_table_and_unreadable_rows() -> None:
    rows = [f"2026-03-01 06:{n // 60 % 60:02d}:{n % 60:02d};{'Good' if n % 7 else 'strange'};A{n:07d}B" for n in range(900)]
    assert both({"line.csv": "\n".join(["Lot: L77", "Time zone;UTC", "", "PrintTime;Status;SerialNumber", *rows, ""]).encode()}) == 1


def test_rows_beyond_memory_are_held_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MEMORY", 1000)
    rows = [f"2026-03-01 06:{n // 60 % 60:02d}:{n % 60:02d};Good;A{n:07d}B;{_sscc(f'{n // 9:017d}')}" for n in range(45_000)]
    assert both({"line.csv": "\n".join(["PrintTime;Status;SerialNumber;ParentSerial", *rows, ""]).encode()}) == 1


MACROS = duckdb.connect(":memory:")
MACROS.execute(TIME_MACROS)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(TIMES, st.text(max_size=22)), min_size=1, max_size=6))
def test_a_parted_time_is_the_time(texts: list[str]) -> None:
    """Day and clock together are what SQL, or the reader of odd times, makes of the whole text."""
    parted = part(pa.array(texts, pa.string()))
    for text, day, micros in zip(texts, parted.days.to_pylist(), parted.micros.tolist(), strict=True):
        if day == text:
            assert micros == 0
            continue
        for dmy in ("true", "false"):
            one, other = (_local(MACROS, value, dmy) for value in (text, day))
            assert one == (other if other is None else other + micros)


def _local(connection: duckdb.DuckDBPyConnection, text: str, dmy: str) -> int | None:
    row = connection.execute(f"SELECT epoch_us(lp_local(?, {dmy}))", [text]).fetchone()
    if row and row[0] is not None:
        return int(row[0])
    found = read_time(text, "DMY" if dmy == "true" else "MDY") if 6 <= len(text) <= 60 else None
    return round((found[0] - datetime(1970, 1, 1)).total_seconds() * 1e6) if found else None
