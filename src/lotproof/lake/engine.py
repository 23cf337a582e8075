"""One DuckDB connection with the settings that every query of Lotproof runs under."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pyarrow as pa

from lotproof.lake.expiry import EXPIRY_MACROS

ITEM_MACROS = """
CREATE OR REPLACE TEMP MACRO item_key(text_form) AS (sha256(text_form)[1:32])::UUID;
CREATE OR REPLACE TEMP MACRO item_prefix(text_form) AS ('0x' || sha256(text_form)[1:15])::BIGINT;
CREATE OR REPLACE TEMP MACRO unit_text(gtin_, serial_) AS
  CASE WHEN serial_ IS NULL THEN NULL WHEN gtin_ IS NULL THEN '(21)' || serial_
       ELSE '(01)' || gtin_ || '(21)' || serial_ END;
CREATE OR REPLACE TEMP MACRO item_text(gtin_, serial_, sscc_) AS
  CASE WHEN sscc_ IS NOT NULL THEN '(00)' || sscc_ ELSE unit_text(gtin_, serial_) END;
"""
"""The item key: stable between versions and engines, because it is plain SHA-256 of the bracketed text."""


def connect(spill: Path, memory: str = "", threads: int = 0) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB that spills to ``spill``.

    ``memory`` is a DuckDB size ("2GB"; default LOTPROOF_MEMORY or 1GB), ``threads`` a count (default
    LOTPROOF_THREADS or the number of cores).
    """
    # Arrow's own pool keeps what it once took; the system's gives it back, which halves the peak of an intake.
    pa.set_memory_pool(pa.system_memory_pool())
    spill.mkdir(parents=True, exist_ok=True)
    limit = memory or os.environ.get("LOTPROOF_MEMORY", "1GB")
    cores = threads or int(os.environ.get("LOTPROOF_THREADS", "0")) or os.cpu_count() or 1
    connection = duckdb.connect(
        ":memory:",
        config={"memory_limit": limit, "threads": cores, "temp_directory": str(spill)},
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(ITEM_MACROS)
    connection.execute(EXPIRY_MACROS)
    return connection
