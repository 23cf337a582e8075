"""The resolved rows of each partition as files, so that any process can judge a partition by itself.

The folder holds ``side/`` (the small tables, once) and ``parts/part=N/`` (the rows of partition N). It lies in the caller's work
folder, which the caller removes; what a killed process leaves there the next writer of the workspace removes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lotproof.lake.aside import ASIDE
from lotproof.lake.homes import typed
from lotproof.lake.resolve import Resolved, define_words
from lotproof.lake.sql import parquet, quoted

_SIDE = {"source": "source_t", "source_name": "name_t", "kind": "kind_t"}
_SOURCE = {"source": "source_t"}
PART_TABLES: Mapping[str, Mapping[str, str]] = {
    "source": {"source": "source_t", "name": "name_t", "kind": "kind_t"}, "order_master": _SIDE, "claim": _SIDE, "record": _SIDE,
    "site_gtin": {}, "site_step": {"kind": "kind_t", "step": "step_t"},
    "aside_lot": {}, "aside_scrapped": {}, "aside_day": {}, "aside_tick": _SOURCE, "aside_graded": _SOURCE, "aside_delay": _SOURCE,
    "calm": {}, "stacked": {},
}  # fmt: skip
"""Small tables that rules over a partition may use, with their columns of words; all others are for rules over the whole site."""
FLUSH_ROWS = 60_000
"""Rows that a thread holds back while it deals them out to partitions."""


@dataclass(frozen=True)
class Part:
    """One partition on disk."""

    lots: tuple[str, ...]
    """Its lots."""
    rows: tuple[Path, ...]
    """Parquet files of its observations; none where only the order master knows its lots."""
    side: Path
    """Folder of the small tables."""


def cut(connection: duckdb.DuckDBPyConnection, resolved: Resolved, partitions: Sequence[tuple[str, ...]], work: Path) -> list[Part]:
    """Write the rows of these partitions, each once, and the small tables. ``connection`` holds what `resolve` made."""
    side, target = work / "side", work / "parts"
    side.mkdir(parents=True)
    for table in PART_TABLES:
        connection.execute(f"COPY {table} TO {quoted(_file(side, table))} (FORMAT parquet)")
    # A partition of lots that only the order master knows has no rows, and their columns all the same.
    connection.execute(f"COPY (SELECT * FROM resolved LIMIT 0) TO {quoted(_file(side, 'none'))} (FORMAT parquet)")
    connection.execute("CREATE OR REPLACE TEMP TABLE part_of (home VARCHAR, part INTEGER)")
    connection.executemany("INSERT INTO part_of VALUES (?, ?)", [[lot, n] for n, lots in enumerate(partitions) for lot in lots])
    connection.execute(f"SET partitioned_write_flush_threshold = {FLUSH_ROWS}")
    for number, rows in enumerate(resolved.slices):
        connection.execute(
            f"""COPY (SELECT r.*, m.part FROM ({rows}) r JOIN part_of m ON m.home = r.home) TO {quoted(target)}
                (FORMAT parquet, PARTITION_BY (part), COMPRESSION snappy, OVERWRITE_OR_IGNORE, FILENAME_PATTERN '{number:04d}-{{i}}')"""
        )
    return [Part(lots, tuple(sorted((target / f"part={n}").glob("*.parquet"))), side) for n, lots in enumerate(partitions)]


def release(connection: duckdb.DuckDBPyConnection) -> None:
    """Give back what was needed to cut, so that the partitions have the memory; the small tables of the site stay."""
    connection.execute("DROP VIEW resolved")
    for table in ("home", "far_home", "container", "carried", "homeless", "serial_gtin", "parent_gtin", "part_of"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute("SET enable_external_file_cache = false")


def open_part(connection: duckdb.DuckDBPyConnection, part: Part) -> None:
    """Give a fresh connection the relation ``resolved`` of a partition and the small tables, as `resolve` does for all."""
    define_words(connection, connection.execute(f"SELECT * FROM {parquet([_file(part.side, 'source')])}").fetchall())
    for table, words in PART_TABLES.items():
        cast = ", ".join(f"{name}::{kind} AS {name}" for name, kind in words.items())
        star = f"* REPLACE ({cast})" if words else "*"
        own = "WHERE list_contains($lots::VARCHAR[], lot)" if table in ASIDE else ""
        lots = {"lots": list(part.lots)} if own else {}
        connection.execute(f"CREATE TABLE {table} AS SELECT {star} FROM {parquet([_file(part.side, table)])} {own}", lots)
    # A claim speaks of its lot; those of other lots are for the partitions of these.
    connection.execute("DELETE FROM claim WHERE lot IS NOT NULL AND NOT list_contains($lots::VARCHAR[], lot)", {"lots": list(part.lots)})
    connection.execute(f"CREATE VIEW resolved AS {typed([_file(part.side, 'none'), *part.rows])}")


def _file(side: Path, table: str) -> Path:
    return side / f"{table}.parquet"
