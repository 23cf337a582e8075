"""Plain lines in bulk and rows one by one give the same cells; labels cut in bulk read as each of them alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lotproof.gs1.reading import read
from lotproof.intake import raw_table
from lotproof.intake.labels import Labels
from lotproof.intake.table_source import make_out_tables
from lotproof.intake.tally import Tally
from lotproof.intake.text import bulk
from lotproof.intake.text.header import Header
from lotproof.intake.text.rows import TextTable

HEADER = ("Serial", "Level", "Status", "Time")
CELLS = st.one_of(
    st.sampled_from(["A1", "", " ", "EA", "Good", "Total", "Page 2", "2 of 3", "Serial", "#", "---", '"x"', '"', '="001"', "\t", "\u00a0B", "ä", "1;2", "\x1dC", "Report"]),
    st.text(alphabet="A1ä ;\t\"#", max_size=4),
)
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=6).map(";".join), max_size=30)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def loaded(path: Path, in_bulk: bool) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], Tally]:
    connection = duckdb.connect(":memory:")
    make_out_tables(connection)
    tally, table = Tally(), TextTable(path, "utf-8", ";")
    loader = raw_table.Loader(connection, Header(0, HEADER, None), tally, lambda _rows: None, frozenset({"Report", "\0"}))
    if in_bulk:
        loader.text(table, 2)
    else:
        loader.rows(table.rows_from(2))
    raw = connection.execute("SELECT * FROM raw ORDER BY position").fetchall()
    return raw, connection.execute("SELECT position, reason, raw FROM out_quarantine ORDER BY position").fetchall(), tally


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, ENDS, st.sampled_from([8, 40, 4 << 20]), st.booleans())
@example(["A1;EA;Good;", "", "A2;EA;Good;x"], "\r\n", 8, True)
@example(["A1;EA;Good;x;", "A2;EA;Good"], "\n", 40, True)
@example([";;;", "#;;;", ";Total;;", ";;#;"], "\n", 4 << 20, True)
def test_bulk_and_rows_give_the_same_table(lines: list[str], end: str, block: int, closed: bool) -> None:
    text = end.join([";".join(HEADER), *lines]) + (end if closed else "")
    before = bulk.BLOCK
    bulk.BLOCK = block
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.csv"
            path.write_bytes(text.encode())
            fast, slow = loaded(path, True), loaded(path, False)
    finally:
        bulk.BLOCK = before
    assert fast == slow


def test_plain_lines_are_taken_in_bulk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    path.write_text(";".join(HEADER) + "\n" + "".join(f"A{n};EA;Good;x\n" for n in range(100)))
    monkeypatch.setattr(raw_table.Loader, "rows", lambda *_: pytest.fail("not in bulk"))
    assert len(loaded(path, True)[0]) == 100


GTIN = "09506000134352"
SERIALS = st.text(alphabet="0123456789ABCXYZabc172110-/", min_size=1, max_size=21)
FRAMES = [
    f"]d201{GTIN}1728093010L1\x1d21{{}}", f"01{GTIN}21{{}}\x1d1728093010L1", f"01{GTIN}21{{}}\x1d10L1\x1d17280930", f"01{GTIN}1728093010L121{{}}",
    f"01{GTIN}21{{}}", f"01{GTIN}10L1\x1d21{{}}", "{}", f"(01){GTIN}(21){{}}(10)L1(17)280930", f"01{GTIN}21{{}}<GS>1728093010L1",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.builds(lambda frame, serial: frame.format(serial), st.sampled_from(FRAMES), SERIALS), min_size=1, max_size=40, unique=True))
def test_labels_cut_in_bulk_read_as_each_of_them_alone(texts: list[str]) -> None:
    done, rest = Labels().cut(pa.array(texts, pa.string()))
    seen = [row for table, _ in done for row in table.to_pylist()]
    assert sorted([*(row["text"] for row in seen), *rest]) == sorted(texts)
    for row in seen:
        found = read(row["text"])
        assert (row["gtin"], row["serial"], row["lot"], row["expiry"]) == (found.gtin, found.serial, found.lot, found.expiry)
        assert found.alternatives == ()
        assert row["transform"] == (" ".join(name for name in found.transforms if name != "plain") or None)
