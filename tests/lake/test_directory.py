"""Which segments speak of an item, and the rows of it: with volumes, without, and where they no longer fit."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lotproof.lake import directory, places
from lotproof.lake.directory import FEW, refresh, volumes
from lotproof.lake.index import digests
from lotproof.lake.rows import Reader
from lotproof.lake.store import Lake, publish_segment
from lotproof.lake.writer import ObservationWriter

GTIN = "09506000134352"


def text(number: int) -> str:
    return f"(01){GTIN}(21){number}"


def add(lake: Lake, name: str, numbers: list[int], place: str | None = None) -> str:
    """A segment that speaks of these numbers."""
    sha = hashlib.sha256(name.encode()).hexdigest()
    built = lake.scratch / name
    built.mkdir(parents=True)
    keys = digests([text(number) for number in numbers])
    with ObservationWriter(built / "observation.parquet", sha) as writer:
        writer.add(pa.table({
            "item": pa.array(keys, pa.binary(16)), "item_prefix": [int.from_bytes(key[:8], "big") >> 4 for key in keys],
            "gtin": [GTIN] * len(keys), "serial": [str(number) for number in numbers], "step": ["verified"] * len(keys),
            "at_utc": pa.array([datetime(2026, 3, 2)] * len(keys), pa.timestamp("us")), "position": numbers,
            "place": pa.array([place] * len(keys), pa.string()),
        }))  # fmt: skip
    publish_segment(lake, sha, built)
    return sha


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    made = Lake(tmp_path / "lake")
    made.prepare()
    return made


def told(lake: Lake, shas: list[str], *numbers: int) -> list[tuple[str, int]]:
    """Source and line of what is found of these numbers."""
    keys = digests([text(number) for number in numbers])
    return [(sha, row["position"]) for sha, _, row in Reader(lake, shas).rows_of(keys, ["position"])]


def some(lake: Lake, count: int, first: int = 0) -> list[str]:
    return [add(lake, f"s{n}", list(range(n, 400, 7)), "PARIS" if n % 2 else None) for n in range(first, first + count)]


def test_the_volumes_give_the_rows_that_a_scan_gives(lake: Lake) -> None:
    shas = some(lake, 2 * FEW)
    assert refresh(lake) == 2 * FEW
    assert [len(volume.segments) for volume in volumes(lake)] == [2 * FEW]
    for number in (0, 3, 10, 399, 400):
        files = ", ".join(f"'{file}'" for file in lake.segment_files("observation", shas))
        scanned = duckdb.sql(f"SELECT source, position FROM read_parquet([{files}]) WHERE serial = '{number}'").fetchall()
        assert sorted(told(lake, shas, number)) == sorted(scanned), number


def test_sources_out_of_scope_are_passed_over_and_the_order_is_that_given(lake: Lake) -> None:
    shas = some(lake, FEW)
    refresh(lake)
    assert told(lake, shas[1:], 7) == [(shas[7], 7)]
    twice = some(lake, FEW, 2 * FEW)
    assert told(lake, [twice[0], shas[2]], 16) == [(twice[0], 16), (shas[2], 16)]


def test_few_new_segments_are_searched_as_they_are(lake: Lake) -> None:
    shas = some(lake, FEW)
    refresh(lake)
    late = add(lake, "late", [3])
    assert refresh(lake) == 0
    assert told(lake, [*shas, late], 3) == [(shas[3], 3), (late, 3)]


def test_volumes_of_like_size_are_made_into_one(lake: Lake) -> None:
    shas: list[str] = []
    for turn in range(FEW):
        shas += some(lake, FEW, turn * FEW)
        refresh(lake)
        assert len(volumes(lake)) < FEW
    assert [len(volume.segments) for volume in volumes(lake)] == [FEW * FEW]
    assert len(told(lake, shas, 70)) == len([n for n in range(FEW * FEW) if n <= 70 and (70 - n) % 7 == 0])


def test_a_segment_made_anew_is_read_as_it_is_now(lake: Lake) -> None:
    shas = some(lake, FEW)
    refresh(lake)
    shutil.rmtree(lake.segment(shas[0]))
    assert told(lake, shas, 7) == [(shas[7], 7)]
    assert add(lake, "s0", [3, 900]) == shas[0]
    assert told(lake, shas, 7, 900) == [(shas[0], 900), (shas[7], 7)]
    refresh(lake)
    assert told(lake, shas, 7, 900) == [(shas[0], 900), (shas[7], 7)]


@pytest.mark.parametrize("harm", ["gone", "torn", "other version", "half a volume"])
def test_a_lake_without_a_sound_directory_is_read_all_the_same(lake: Lake, harm: str) -> None:
    shas = some(lake, FEW)
    refresh(lake)
    (volume,) = volumes(lake)
    if harm == "gone":
        shutil.rmtree(lake.index)
    elif harm == "torn":
        (volume.folder / "about.json").write_text("{")
        for file in (lake.index / "places").iterdir():
            file.write_bytes(file.read_bytes()[:-8])
    elif harm == "other version":
        about = json.loads((volume.folder / "about.json").read_text())
        (volume.folder / "about.json").write_text(json.dumps(about | {"version": 0}))
    else:
        (volume.folder / "whose").unlink()
    assert told(lake, shas, 7) == [(shas[0], 7), (shas[7], 7)]
    refresh(lake)
    assert told(lake, shas, 7) == [(shas[0], 7), (shas[7], 7)]


def test_the_directory_of_an_old_lake_is_made_when_it_is_next_written(lake: Lake) -> None:
    shas = some(lake, FEW)
    assert not lake.index.exists()
    assert places.read_places(lake, shas[0]) is None
    refresh(lake)
    kept, found = places.read_places(lake, shas[0]), places.find_places(lake.segment(shas[0]) / "observation.parquet")
    assert kept is not None
    assert (kept.columns, kept.gtins, list(kept.numbers), kept.groups) == (found.columns, found.gtins, found.numbers, found.groups)


def test_what_is_left_of_a_killed_process_and_of_removed_segments_goes(lake: Lake) -> None:
    shas = some(lake, FEW)
    (lake.index / "volumes" / "half.new").mkdir(parents=True)
    refresh(lake)
    shutil.rmtree(lake.segment(shas[1]))
    refresh(lake)
    assert not (lake.index / "volumes" / "half.new").exists()
    assert {file.name for file in (lake.index / "places").iterdir()} == {*shas} - {shas[1]}


def test_columns_that_say_nothing_are_known_and_those_that_say_little_are_read(lake: Lake) -> None:
    silent, spoken = add(lake, "a", list(range(50))), add(lake, "b", list(range(50)), "X")
    of = {sha: places.find_places(lake.segment(sha) / "observation.parquet").columns for sha in (silent, spoken)}
    assert set(of[spoken]) - set(of[silent]) == {"place"}
    rows = list(Reader(lake, [silent, spoken]).rows_of(digests([text(5)]), ["place", "position"]))
    assert [row for _, _, row in rows] == [{"position": 5}, {"place": "X", "position": 5}]


def test_one_value_in_ten_thousand_nulls_makes_a_column_spoken(tmp_path: Path) -> None:
    marks = pa.array([None] * 20_000 + [True], pa.bool_())
    pq.write_table(pa.table({"item": ["x"] * 20_001, "partial": marks, "place": pa.nulls(20_001, pa.string())}),
                   tmp_path / "t.parquet", row_group_size=8_192, write_statistics=False, compression="zstd")  # fmt: skip
    assert places.find_places(tmp_path / "t.parquet").columns.keys() == {"item", "partial"}


def test_gtins_of_sources_are_known_once_their_places_are(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    shas = some(lake, FEW)
    assert Reader(lake, shas).gtins() is None
    refresh(lake)
    assert Reader(lake, shas).gtins() == [GTIN]
    monkeypatch.setattr(places, "GTINS", 0)
    shutil.rmtree(lake.index)
    refresh(lake)
    assert Reader(lake, shas).gtins() is None


def test_rows_in_many_row_groups_are_found(lake: Lake) -> None:
    sha = add(lake, "large", list(range(60_000)))
    sought = [5, 31_000, 59_999, 17]
    assert sorted(position for _, position in told(lake, [sha], *sought)) == sorted(sought)


def test_items_with_the_same_first_bits_are_told_apart_by_the_whole_key(lake: Lake) -> None:
    sha = add(lake, "a", [1, 2, 3])
    key = digests([text(2)])[0]
    alike = key[:4] + bytes(12)
    assert list(Reader(lake, [sha]).rows_of([alike], ["position"])) == []


def test_a_lake_of_more_segments_than_a_volume_holds_gets_several(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "MOST", 5)
    shas = some(lake, FEW)
    refresh(lake)
    assert sorted(len(volume.segments) for volume in volumes(lake)) == [3, 5]
    assert told(lake, shas, 7) == [(shas[0], 7), (shas[7], 7)]
