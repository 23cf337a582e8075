"""DuckDB over the index, opened when it is first asked: a question about one item does without it."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lotproof.api.shelf import Shelf

MEMORY = "256MB"


class Engine:
    """A connection that knows the sources of an index as `sources`. To be closed."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._made: duckdb.DuckDBPyConnection | None = None

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._made is None:
            config: dict[str, Any] = {"memory_limit": MEMORY, "threads": 1, "temp_directory": str(_spill())}
            self._made = duckdb.connect(":memory:", config=config)
            self._made.execute("SET TimeZone = 'UTC'")
            told = self._shelf.sources
            columns = {
                "source": pa.array(list(told), pa.string()),
                "entry": pa.array([one.entry for one in told.values()], pa.int64()),
                "recorded": pa.array([one.recorded for one in told.values()], pa.string()),
            }
            self._made.register("sources", pa.table(columns))
        return self._made

    def rows(self, sql: str) -> list[Any]:
        """The rows of a SELECT."""
        return self._connection.execute(sql).fetchall()

    def register(self, name: str, table: pa.Table) -> None:
        """Let a table be asked under a name."""
        self._connection.register(name, table)

    def close(self) -> None:
        """Free it."""
        if self._made is not None:
            self._made.close()


@lru_cache(1)
def _spill() -> Path:
    """A folder of this process: the lake's own scratch is swept whenever somebody writes."""
    return Path(tempfile.mkdtemp(prefix="lotproof-query-"))
