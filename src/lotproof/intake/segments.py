"""The tables that a reader filled, as Parquet segments of one source."""

from __future__ import annotations

import uuid
from pathlib import Path

import duckdb

from lotproof.lake.schema import SORT, TABLES
from lotproof.lake.store import Lake

ROW_GROUP = 50_000


def write_segments(connection: duckdb.DuckDBPyConnection, lake: Lake, sha256: str) -> tuple[Path, int]:
    """Write every non-empty ``out_*`` table to a new folder below ``tmp``; return it and the count of observations."""
    folder = lake.scratch / f"segment-{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    count = 0
    for table, columns in TABLES.items():
        row = connection.execute(f"SELECT count(*) FROM out_{table}").fetchone()
        if not row or not row[0]:
            continue
        count = row[0] if table == "observation" else count
        order = f"ORDER BY {SORT[table]}" if table in SORT else "ORDER BY position"
        connection.execute(
            f"""COPY (SELECT {_columns(table, columns, sha256)} FROM out_{table} {order})
                TO '{folder / (table + ".parquet")}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"""
        )
    return folder, count


def _columns(table: str, columns: dict[str, str], sha256: str) -> str:
    special = {"source": f"'{sha256}'"}
    if table == "observation":
        special["item"] = "item_key(item_text(gtin, serial, sscc))"
        special["parent"] = "item_key(parent_text)"
    return ", ".join(f"{special[name]} AS {name}" if name in special else name for name in columns)
