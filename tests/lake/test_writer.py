"""Observations written as sorted runs, with their index."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.lake import writer as writing
from lotproof.lake.index import HEADS, RUNS, digests, positions, write_index
from lotproof.lake.schema import OBSERVATION
from lotproof.lake.writer import SHAPE, ObservationWriter


def batch(first: int, count: int, **more: object) -> pa.Table:
    texts = [f"(01)09506000134352(21){number}" for number in range(first, first + count)]
    keys = digests(texts)
    return pa.table(
        {
            "item": pa.array(keys, pa.binary(16)),
            "item_prefix": [int.from_bytes(key[:8], "big") >> 4 for key in keys],
            "serial": [str(number) for number in range(first, first + count)],
            "step": pa.array(["commissioned"] * count).dictionary_encode(),
            "position": list(range(first, first + count)),
            **{name: pa.array([value] * count) for name, value in more.items()},
        }
    )


def test_the_file_has_the_columns_and_types_of_the_schema(tmp_path: Path) -> None:
    with ObservationWriter(tmp_path / "observation.parquet", "ab" * 32) as writer:
        writer.add(batch(0, 10))
        writer.add(batch(10, 10, lot="L1", parent=hashlib.sha256(b"(00)x").digest()[:16]))
    assert pq.read_schema(tmp_path / "observation.parquet") == SHAPE
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{tmp_path}/observation.parquet'").fetchall()
    assert {name: kind for name, kind, *_ in described} == dict(OBSERVATION)
    assert duckdb.sql(f"SELECT count(*), count(lot), count(parent), min(source) FROM '{tmp_path}/observation.parquet'").fetchone() == (
        20, 10, 10, "ab" * 32,
    )  # fmt: skip


def test_each_run_is_sorted_and_the_index_says_where_it_begins(tmp_path: Path) -> None:
    with ObservationWriter(tmp_path / "observation.parquet", "s") as writer:
        for first in range(0, 3 * writing.RUN_ROWS, 5_000):
            writer.add(batch(first, 5_000))
    prefix = pq.read_table(tmp_path / "observation.parquet", columns=["item_prefix"]).column(0).to_numpy()
    runs = np.fromfile(tmp_path / RUNS, "<i8")
    assert len(runs) > 3
    assert runs[-1] == len(prefix) == writer.rows
    for start, end in itertools.pairwise(runs):
        assert (np.diff(prefix[start:end]) >= 0).all()


def test_an_index_made_later_is_the_same_to_the_byte(tmp_path: Path) -> None:
    with ObservationWriter(tmp_path / "observation.parquet", "s") as writer:
        for first in range(0, 80_000, 5_000):
            writer.add(batch(first, 5_000))
    made = [(tmp_path / name).read_bytes() for name in (HEADS, RUNS)]
    for name in (HEADS, RUNS):
        (tmp_path / name).unlink()
    write_index(tmp_path)
    assert [(tmp_path / name).read_bytes() for name in (HEADS, RUNS)] == made


def test_rows_of_one_item_keep_the_order_in_which_they_came(tmp_path: Path) -> None:
    with ObservationWriter(tmp_path / "observation.parquet", "s") as writer:
        for position in range(50):
            writer.add(batch(7, 1, ordinal=position))
            writer.add(batch(100 + position, 3))
    rows = [row for row, _ in positions(tmp_path, digests(["(01)09506000134352(21)7"]))]
    found = pq.read_table(tmp_path / "observation.parquet", columns=["ordinal"]).take(pa.array(rows))
    assert found.column("ordinal").to_pylist() == list(range(50))


def test_a_writer_that_got_nothing_leaves_no_file(tmp_path: Path) -> None:
    with ObservationWriter(tmp_path / "observation.parquet", "s") as writer:
        pass
    assert writer.rows == 0
    assert list(tmp_path.iterdir()) == []
