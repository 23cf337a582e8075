"""Single cells of Parquet files: the same as Arrow reads, for every layout, or left to Arrow."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.lake.cells import Chunk, Unreadable
from lotproof.lake.places import find_places
from lotproof.lake.rows import _value
from lotproof.lake.schema import OBSERVATION

DAY = datetime(2026, 3, 2)


def table(seed: int, rows: int, holes: float, texts: int) -> pa.Table:
    """Random rows: ``holes`` is the share of nulls, ``texts`` how many different words there are."""
    draw = random.Random(seed)

    def some(make: object) -> list[object]:
        return [None if draw.random() < holes else make() for _ in range(rows)]  # type: ignore[operator]

    words = ["w" * draw.randint(0, 9) + str(n) for n in range(texts)]
    return pa.table({
        "item": pa.ExtensionArray.from_storage(pa.uuid(), pa.array(some(lambda: draw.randbytes(16)), pa.binary(16))),
        "step": pa.array(some(lambda: draw.choice(words)), pa.string()),
        "serial": pa.array(some(lambda: f"{draw.getrandbits(40):012x}"), pa.string()),
        "image": pa.array(some(lambda: "é" * draw.randint(0, 300)), pa.string()),
        "at_utc": pa.array(some(lambda: DAY + timedelta(microseconds=draw.getrandbits(40))), pa.timestamp("us")),
        "grade": pa.array(some(draw.random), pa.float64()),
        "partial": pa.array(some(lambda: draw.random() < 0.5), pa.bool_()),
        "position": pa.array(some(lambda: draw.getrandbits(62)), pa.int64()),
    })  # fmt: skip


def compare(path: Path, rows: list[int]) -> int:
    """Hold the cells of these rows against Arrow; return how many columns could be read."""
    places = find_places(path)
    whole = pq.read_table(path)
    firsts = list(places.firsts)
    for name, how in places.columns.items():
        assert how is not None, name
        for group, first in enumerate(firsts[:-1]):
            chunk = Chunk(path.read_bytes()[slice(*places.bounds(group, name))], how)
            for row in [row for row in rows if first <= row < firsts[group + 1]]:
                cell, arrow = chunk.cell(row - first), whole.column(name)[row].as_py()
                expected = getattr(arrow, "bytes", arrow)
                assert (cell if cell is None else _value(OBSERVATION[name], cell)) == expected, (name, row)
    return len(places.columns)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1 << 30), rows=st.integers(1, 3_000), holes=st.sampled_from([0.0, 0.01, 0.5, 0.99]), texts=st.sampled_from([1, 2, 3, 700]),
    group=st.sampled_from([100, 1_024, 8_192]), page=st.sampled_from([200, 4_000, 1 << 20]),
    codec=st.sampled_from(["zstd", "snappy", "none"]), dictionary=st.booleans(),
)  # fmt: skip
def test_each_cell_is_what_arrow_reads(
    tmp_path_factory: pytest.TempPathFactory, seed: int, rows: int, holes: float, texts: int, group: int, page: int, codec: str, dictionary: bool
) -> None:
    path = tmp_path_factory.mktemp("cells") / "t.parquet"
    pq.write_table(table(seed, rows, holes, texts), path, row_group_size=group, data_page_size=page, write_batch_size=50,
                   compression=codec, use_dictionary=dictionary, store_schema=False)  # fmt: skip
    compare(path, sorted(random.Random(seed).sample(range(rows), min(rows, 25))))


def test_files_as_duckdb_writes_them_are_read_too(tmp_path: Path) -> None:
    given_ = table(7, 5_000, 0.2, 40)
    path = tmp_path / "t.parquet"
    with duckdb.connect() as connection:
        connection.register("given_", given_)
        connection.execute(f"COPY (SELECT * FROM given_) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)")
    assert compare(path, list(range(0, 5_000, 97))) == given_.num_columns


@pytest.mark.parametrize("how", [{"data_page_version": "2.0"}, {"use_dictionary": False, "column_encoding": {"position": "DELTA_BINARY_PACKED"}}])
def test_other_layouts_are_left_to_arrow(tmp_path: Path, how: dict[str, object]) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(table(1, 100, 0.0, 5).select(["position"]), path, compression="zstd", **how)
    places = find_places(path)
    column = places.columns["position"]
    assert column is not None
    with pytest.raises(Unreadable):
        Chunk(path.read_bytes()[slice(*places.bounds(0, "position"))], column).cell(3)


def test_a_column_of_another_type_than_ours_is_left_to_arrow(tmp_path: Path) -> None:
    pq.write_table(pa.table({"position": pa.array([1, 2], pa.int32()), "at_utc": pa.array([DAY] * 2, pa.timestamp("ms"))}), tmp_path / "t.parquet")
    assert find_places(tmp_path / "t.parquet").columns == {"position": None, "at_utc": None}
