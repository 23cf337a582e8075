"""KPIs of a workspace: the segments of the right kinds of source, counted; a look that leaves no entry."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from lotproof.control.kpi import Kpi, Points, points, rows_behind
from lotproof.lake.engine import connect
from lotproof.lake.sql import parquet
from lotproof.stats.problem import MethodProblem
from lotproof.workspace.place import open_workspace
from lotproof.workspace.sources import in_scope, receipts_of


def kpi_points(home: Path, kpi: Kpi, by: str, time: str, actor: str) -> Points:
    """The KPI over lots, days or hours."""
    with _rows(home, kpi, time, actor) as (connection, relation, _):
        return points(connection, relation, kpi, by)


def kpi_rows(home: Path, kpi: Kpi, by: str, point: str, time: str, actor: str) -> list[dict[str, Any]]:
    """The rows behind one point, each with the name of its source."""
    with _rows(home, kpi, time, actor) as (connection, relation, names):
        return [{**row, "file": names[row["source"]]} for row in rows_behind(connection, relation, kpi, by, point)]


@contextmanager
def _rows(home: Path, kpi: Kpi, time: str, actor: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, str, dict[str, str]]]:
    workspace = open_workspace(home, time, actor, create=False)
    sources = [source for source in in_scope(receipts_of()) if source.kind in kpi.kinds]
    files = workspace.lake.segment_files("observation", [source.sha256 for source in sources])
    if not files:
        raise MethodProblem(f"No row of the workspace counts for {kpi.name}: it needs sources of the kind {' or '.join(kpi.kinds)}.")
    with tempfile.TemporaryDirectory(prefix="lotproof-kpi-") as spill:
        connection = connect(Path(spill))
        try:
            yield connection, parquet(files), {source.sha256: source.name for source in sources}
        finally:
            connection.close()
