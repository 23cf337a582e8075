"""Files of a lake: originals kept once, segments put in place whole, what a killed process left is removed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from lake_site import add_source, empty_lake, opened, unit

from lotproof.lake import store
from lotproof.lake.engine import connect
from lotproof.lake.schema import SORT, STEPS, TABLES, empty_table_sql
from lotproof.lake.store import Lake, digest_of, keep_original, publish_segment, remove_orphans


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return empty_lake(tmp_path / "lake")


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_an_original_is_kept_under_its_digest_byte_for_byte(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"raw\r\n\x00\xff")
    assert keep_original(lake, tmp_path / "a.csv") == (sha(b"raw\r\n\x00\xff"), True)
    kept = lake.original(sha(b"raw\r\n\x00\xff"))
    assert kept.read_bytes() == b"raw\r\n\x00\xff"
    assert kept.parent.name == kept.name[:2]
    assert (tmp_path / "a.csv").exists()


def test_the_same_bytes_under_another_name_are_kept_once(lake: Lake, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"same")
    assert [keep_original(lake, tmp_path / name)[1] for name in ("a.csv", "b.csv")] == [True, False]
    assert [path.name for path in lake.originals.rglob("*") if path.is_file()] == [sha(b"same")]


def test_a_file_larger_than_a_chunk_has_the_digest_of_all_its_bytes(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "CHUNK", 4)
    (tmp_path / "a.csv").write_bytes(b"0123456789")
    assert keep_original(lake, tmp_path / "a.csv")[0] == sha(b"0123456789") == digest_of(tmp_path / "a.csv")


@pytest.mark.parametrize("content", [b"", b"same"])
def test_no_temporary_file_stays_behind(lake: Lake, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    keep_original(lake, tmp_path / "a.csv")
    keep_original(lake, tmp_path / "a.csv")
    with pytest.raises(FileNotFoundError):
        keep_original(lake, tmp_path / "nowhere.csv")
    assert list(lake.scratch.iterdir()) == []


def built(lake: Lake, **files: bytes) -> Path:
    folder = lake.scratch / "segment-1"
    folder.mkdir()
    for name, content in files.items():
        (folder / f"{name}.parquet").write_bytes(content)
    return folder


def test_a_segment_is_moved_into_place_and_its_digests_are_told(lake: Lake) -> None:
    folder = built(lake, observation=b"o", claim=b"c")
    assert publish_segment(lake, "f" * 64, folder) == {"claim.parquet": sha(b"c"), "observation.parquet": sha(b"o")}
    assert not folder.exists()
    assert sorted(path.name for path in lake.segment("f" * 64).iterdir()) == ["claim.parquet", "observation.parquet"]


def test_a_segment_published_again_replaces_the_old_one_whole(lake: Lake) -> None:
    publish_segment(lake, "f" * 64, built(lake, observation=b"o", claim=b"c"))
    publish_segment(lake, "f" * 64, built(lake, observation=b"new"))
    assert {path.name: path.read_bytes() for path in lake.segment("f" * 64).iterdir()} == {"observation.parquet": b"new"}


def test_files_of_a_table_come_in_the_order_of_the_sources_and_absent_ones_are_left_out(lake: Lake) -> None:
    publish_segment(lake, "b" * 64, built(lake, observation=b"o"))
    publish_segment(lake, "a" * 64, built(lake, observation=b"o", claim=b"c"))
    found = lake.segment_files("observation", ["b" * 64, "c" * 64, "a" * 64])
    assert [path.parent.name[0] for path in found] == ["b", "a"]
    assert [path.parent.name[0] for path in lake.segment_files("claim", ["b" * 64, "a" * 64])] == ["a"]


def test_orphans_are_removed_and_what_the_ledger_knows_stays(lake: Lake, tmp_path: Path) -> None:
    publish_segment(lake, "a" * 64, built(lake, observation=b"o"))
    publish_segment(lake, "b" * 64, built(lake, observation=b"o"))
    built(lake, observation=b"half")
    (lake.scratch / "original-77").write_bytes(b"half")
    (tmp_path / "a.csv").write_bytes(b"raw")
    keep_original(lake, tmp_path / "a.csv")
    assert remove_orphans(lake, ["a" * 64]) == ["original-77", "segment-1", "b" * 64]
    assert [path.name for path in lake.segments.iterdir()] == ["a" * 64]
    assert list(lake.scratch.iterdir()) == []
    assert lake.original(sha(b"raw")).exists()
    assert remove_orphans(lake, ["a" * 64]) == []


def test_equal_rows_make_equal_segments(lake: Lake, tmp_path: Path) -> None:
    connection = opened(tmp_path)
    rows = [unit(serial, "commissioned", lot="L1") for serial in ("A2", "A1", "A3")]
    add_source(connection, lake, "a.csv", "line", rows)
    first = digest_of(lake.segment_files("observation", [next(lake.segments.iterdir()).name])[0])
    add_source(connection, lake, "a.csv", "line", rows[::-1])
    assert digest_of(lake.segment_files("observation", [next(lake.segments.iterdir()).name])[0]) == first


def test_every_table_leads_to_the_place_of_its_rows_and_has_an_empty_form(tmp_path: Path) -> None:
    connection = connect(tmp_path, threads=1)
    for table, columns in TABLES.items():
        assert list(columns)[-2:] == ["source", "position"]
        assert [name for name, *_ in connection.execute(f"DESCRIBE ({empty_table_sql(table)})").fetchall()] == list(columns)
        assert connection.execute(empty_table_sql(table)).fetchall() == []
    assert set(SORT) <= set(TABLES)


def test_every_step_has_a_meaning() -> None:
    assert all(meaning and not meaning.endswith(".") for meaning in STEPS.values())


def test_the_text_of_an_item_is_its_bracketed_form(tmp_path: Path) -> None:
    connection = connect(tmp_path, memory="500MB", threads=1)
    rows = connection.execute("SELECT item_text('0401', 'A1', NULL), item_text(NULL, 'A1', NULL), item_text('0401', NULL, '34'), item_text('0401', NULL, NULL)")
    assert rows.fetchall() == [("(01)0401(21)A1", "(21)A1", "(00)34", None)]


def test_a_connection_thinks_in_utc_and_takes_its_limits_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTPROOF_MEMORY", "300MB")
    monkeypatch.setenv("LOTPROOF_THREADS", "1")
    connection = connect(tmp_path / "new" / "spill")
    assert connection.execute("SELECT current_setting('TimeZone'), current_setting('threads'), current_setting('memory_limit')").fetchall() == [("UTC", 1, "286.1 MiB")]
