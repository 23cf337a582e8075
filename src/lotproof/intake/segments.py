"""The tables that a reader filled, as Parquet segments of one source."""

from __future__ import annotations

import uuid
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from lotproof.lake.schema import SORT, TABLES
from lotproof.lake.store import Lake

ROW_GROUP = 50_000


def new_folder(lake: Lake) -> Path:
    """A new empty folder below ``tmp`` for the segments of one source."""
    folder = lake.scratch / f"segment-{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    return folder


def write_segments(connection: duckdb.DuckDBPyConnection, lake: Lake, sha256: str, folder: Path | None = None) -> tuple[Path, int]:
    """Write every non-empty ``out_*`` table to ``folder`` (a new one by default); return it and the count of observations.

    A reader that wrote observation.parquet itself leaves ``out_observation`` empty.
    """
    folder = folder or new_folder(lake)
    for table, columns in TABLES.items():
        row = connection.execute(f"SELECT count(*) FROM out_{table}").fetchone()
        if not row or not row[0]:
            continue
        order = f"ORDER BY {SORT[table]}" if table in SORT else "ORDER BY position"
        connection.execute(
            f"""COPY (SELECT {_columns(table, columns, sha256)} FROM out_{table} {order})
                TO '{_sql(folder / (table + ".parquet"))}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"""
        )
    written = folder / "observation.parquet"
    return folder, pq.read_metadata(written).num_rows if written.exists() else 0


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _columns(table: str, columns: dict[str, str], sha256: str) -> str:
    special = {"source": f"'{sha256}'"}
    if table == "observation":
        special["item_prefix"] = "item_prefix(item_text(gtin, serial, sscc))"
        special["item"] = "item_key(item_text(gtin, serial, sscc))"
        special["parent"] = "item_key(parent_text)"
    return ", ".join(f"{special[name]} AS {name}" if name in special else name for name in columns)
