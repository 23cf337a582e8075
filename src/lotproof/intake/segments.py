"""The tables that a reader filled, as Parquet segments of one source."""

from __future__ import annotations

import uuid
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.intake.keys import with_keys
from lotproof.lake.schema import TABLES
from lotproof.lake.store import Lake
from lotproof.lake.writer import ObservationWriter

ROW_GROUP = 50_000
RUN = 1 << 17
"""Observations sorted at once; what most files hold."""


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
        if table == "observation":
            _observations(connection, folder / "observation.parquet", sha256)
            continue
        connection.execute(
            f"""COPY (SELECT {_columns(columns, sha256)} FROM out_{table} ORDER BY position)
                TO '{_sql(folder / (table + ".parquet"))}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"""
        )
    written = folder / "observation.parquet"
    return folder, pq.read_metadata(written).num_rows if written.exists() else 0


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _columns(columns: dict[str, str], sha256: str) -> str:
    return ", ".join(f"'{sha256}' AS source" if name == "source" else name for name in columns)


def _observations(connection: duckdb.DuckDBPyConnection, path: Path, sha256: str) -> None:
    columns = ", ".join(name for name in TABLES["observation"] if name not in ("source", "item", "item_prefix", "parent"))
    reader = connection.execute(f"SELECT {columns}, item_text(gtin, serial, sscc) AS item_form FROM out_observation").to_arrow_reader(RUN)
    with text_writer(path, sha256) as writer:
        for batch in reader:
            writer.add(with_keys(pa.Table.from_batches([batch])))


def text_writer(path: Path, sha256: str) -> ObservationWriter:
    """The writer of observations that come from rows."""
    return ObservationWriter(path, sha256, RUN, by_time=True)
