"""The columns of packs hold every row of a pack once, under the lot and order that its source states."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lotproof.lake import packs
from lotproof.lake.columns import ColumnFile
from lotproof.lake.packs import NAME, packs_of, write_packs
from lotproof.lake.store import Lake
from lotproof.lake.writer import SHAPE, ObservationWriter

ROWS = [  # item, level, step, lot, order, container
    (5, "unit", "commissioned", "L1", None, None), (5, "unit", "aggregated", None, None, 900), (3, "unit", "commissioned", "L2", "O2", None),
    (3, "unit", "aggregated", None, None, 901), (4, "unit", "label_scrapped", "L1", None, None), (9, "case", "commissioned", "L1", None, None),
    (None, "unit", "commissioned", "L1", None, None), (7, "unit", "aggregated", None, None, 900), (1, "unit", "commissioned", None, "O2", None),
]  # fmt: skip


def _key(number: int | None) -> bytes | None:
    return None if number is None else (number << 68).to_bytes(16, "big")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    item, level, step, lot, order, box = (list(column) for column in zip(*ROWS, strict=True))
    table = pa.table({
        "item_prefix": pa.array([None if one is None else one for one in item], pa.int64()), "item": pa.array(map(_key, item), pa.binary(16)),
        "level": level, "step": step, "lot": lot, "order_no": order, "parent": pa.array(map(_key, box), pa.binary(16)),
        "position": pa.array(range(len(ROWS)), pa.int64()),
    })  # fmt: skip
    with ObservationWriter(tmp_path / "observation.parquet", "s") as out:
        out.add(table)
    return tmp_path


def _sections(path: Path) -> dict[str, list[tuple[int, object, int]]]:
    """(item, group, container) of the rows of each section; containers of all parts by their keys."""
    file = ColumnFile(path)
    found: dict[str, list[tuple[int, object, int]]] = {}
    for part in file.directory["parts"]:
        boxes = file.read(part["boxes"][0], 0, part["box_count"])
        for name, told in part["sections"].items():
            count = sum(told["counts"])
            groups = np.repeat(told["groups"], told["counts"])
            high, box = (file.read(told["columns"][each], 0, count) for each in ("high", "box"))
            named = [tuple(file.directory["group"][group]) for group in groups]
            found.setdefault(name, []).extend(zip((high >> np.uint64(4)).tolist(), named, (boxes[box] >> np.uint64(4)).tolist(), strict=True))
    return found


@pytest.mark.parametrize("part_rows", [1, 4, 1_000])
def test_rows_of_packs_lie_in_their_section(folder: Path, monkeypatch: pytest.MonkeyPatch, part_rows: int) -> None:
    monkeypatch.setattr(packs, "PART_ROWS", part_rows)
    write_packs(folder)
    found = _sections(folder / NAME)
    first, second, order = ("L1", None), ("L2", "O2"), (None, "O2")
    assert sorted(found["commissioned"], key=str) == sorted([(5, first, 0), (3, second, 0), (1, order, 0)], key=str)
    assert found["label_scrapped"] == [(4, first, 0)]
    # Rows without a lot take it from the other rows of their item; one item has none.
    boxes = 900, 901
    assert sorted(found["aggregated"], key=str) == sorted([(5, first, boxes[0]), (3, second, boxes[1]), (7, (None, None), boxes[0])], key=str)


def test_rows_of_no_pack_are_marked_and_lie_behind(folder: Path) -> None:
    write_packs(folder)
    file = ColumnFile(folder / NAME)
    (part,) = file.directory["parts"]
    marked = np.unpackbits(file.read(part["stays"], 0, 2), count=part["rows"])
    assert marked.tolist() == [0] * 7 + [1, 1]
    assert set(file.directory["silent"]) >= {"expiry", "grade", "transform"}
    assert file.directory["nameless"]


def test_a_folder_without_observations_gets_no_columns(tmp_path: Path) -> None:
    write_packs(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_columns_are_kept_until_the_segment_is_another(tmp_path: Path) -> None:
    lake, sha = Lake(tmp_path), "ab" * 32
    folder = lake.segment(sha)
    folder.mkdir(parents=True)
    source = folder / "observation.parquet"
    pq.write_table(SHAPE.empty_table(), source)
    first = packs_of(lake, sha)
    made = first.stat().st_mtime_ns
    assert packs_of(lake, sha) == first and first.stat().st_mtime_ns == made
    os.utime(source, ns=(1, 1))
    again = packs_of(lake, sha)
    assert again != first and again.exists() and not first.exists()
