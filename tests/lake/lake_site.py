"""Small lakes for the tests of lake and rules: rows as dictionaries, written as the intake writes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lotproof.intake.segments import write_segments
from lotproof.intake.table_source import make_out_tables
from lotproof.lake.engine import connect
from lotproof.lake.resolve import Source
from lotproof.lake.schema import TABLES
from lotproof.lake.store import Lake, publish_segment

GTIN = "04012345123456"
"""The trade item of every row that names no other."""


def empty_lake(root: Path) -> Lake:
    """A lake with its folders."""
    lake = Lake(root)
    lake.prepare()
    return lake


def sha_of(name: str) -> str:
    """The digest that stands for a file of this name."""
    return hashlib.sha256(name.encode()).hexdigest()


def add_source(
    connection: duckdb.DuckDBPyConnection, lake: Lake, name: str, kind: str, rows: Iterable[tuple[str, Mapping[str, Any]]]
) -> Source:  # fmt: skip
    """Publish the segments of one source; ``rows`` are pairs of table and {column: value}."""
    make_out_tables(connection)
    by_table: dict[str, list[dict[str, Any]]] = {}
    for table, row in rows:
        assert set(row) <= set(TABLES[table]), f"{table} has no column {set(row) - set(TABLES[table])}"
        by_table.setdefault(table, []).append(dict(row))
    for table, found in by_table.items():
        columns = sorted({column for row in found for column in row})
        connection.register("_rows", pa.table({column: [row.get(column) for row in found] for column in columns}))
        connection.execute(f"INSERT INTO out_{table} BY NAME SELECT * FROM _rows")
        connection.unregister("_rows")
    folder, _count = write_segments(connection, lake, sha_of(name))
    publish_segment(lake, sha_of(name), folder)
    return Source(sha_of(name), name, kind)


def unit(serial: str | None, step: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """One observation of a pack."""
    return "observation", {"gtin": GTIN, "serial": serial, "level": "unit", "step": step, "position": 1, **more}


def container(sscc: str | None, step: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """One observation of a case."""
    return "observation", {"sscc": sscc, "level": "case", "step": step, "position": 1, **more}


def opened(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A connection as every query of Lotproof has it, with one thread."""
    return connect(tmp_path / "spill", threads=1)
