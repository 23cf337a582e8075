"""Times of a table that stay doubtful: without a zone, or in the hour that the change of the clocks repeats."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import duckdb

from lotproof.intake.problem import clipped, quoted
from lotproof.intake.tally import Tally
from lotproof.intake.typed import TypedTable

EACH = "(SELECT *, 1 AS n FROM t)"
"""The readable rows, each of which counts once."""


def doubt_times(connection: duckdb.DuckDBPyConnection, made: TypedTable, tally: Tally, source: str, relation: str = EACH) -> None:
    """Write down times that stayed without zone, and local times that the change of the clocks makes doubtful.

    ``relation`` has the columns of the time field ``$name`` with ``position`` and ``n``, the number of rows that each row stands for.
    """
    for name, title in made.time_columns.items():
        rows = relation.replace("$name", name)
        row = connection.execute(
            f"""SELECT sum(n)::BIGINT, min(position), arg_min({name}_text, position) FROM {rows}
                WHERE {name}_text IS NOT NULL AND {name}_offset IS NULL AND {name} IS NULL AND {name}_local IS NOT NULL"""
        ).fetchone()
        if row and row[0] and made.plan.zone is None:
            _doubt(connection, title, row, "no zone")
        if made.plan.zone:
            _doubt_clock_change(connection, name, title, made.plan.zone, rows)
    doubted = connection.execute("SELECT column_name FROM out_time_doubt WHERE doubt = 'no zone' LIMIT 1").fetchone()
    if doubted:
        tally.problems.append(
            f'{source}: the times in the column "{clipped(doubted[0])}" have no zone and nobody states one; say it with --zone '
            f"Area/City or in a mapping profile: [[file]] match = {quoted(source)} zone = \"Europe/Berlin\"."
        )


def _doubt_clock_change(connection: duckdb.DuckDBPyConnection, name: str, title: str, zone: str, rows: str) -> None:
    if not _changes(connection, name, zone, rows):
        return
    back = f"timezone('{zone}', timezone('UTC', {name} - INTERVAL 1 HOUR))"
    row = connection.execute(
        f"""SELECT sum(n)::BIGINT, min(position), arg_min({name}_text, position) FROM {rows}
            WHERE {name}_offset IS NULL AND {name} IS NOT NULL
              AND ({back} = {name}_local OR timezone('{zone}', timezone('UTC', {name} + INTERVAL 1 HOUR)) = {name}_local
                   OR timezone('{zone}', timezone('UTC', {name})) <> {name}_local)"""
    ).fetchone()
    if row and row[0]:
        _doubt(connection, title, row, "clock change")


def _changes(connection: duckdb.DuckDBPyConnection, name: str, zone: str, rows: str) -> bool:
    """Whether the clocks of the zone change within the times of a column, or within a day of them."""
    found = connection.execute(f"SELECT min({name}), max({name}) FROM {rows}").fetchone()
    if not found or found[0] is None:
        return False
    first, last = found[0] - timedelta(days=1), found[1] + timedelta(days=1)
    if last - first > timedelta(days=100):
        return zone != "UTC"
    days = range((last - first).days + 2)
    return len({ZoneInfo(zone).utcoffset(first + timedelta(days=day)) for day in days}) > 1


def _doubt(connection: duckdb.DuckDBPyConnection, title: str, row: tuple[int, int, str], doubt: str) -> None:
    connection.execute(
        "INSERT INTO out_time_doubt BY NAME SELECT ? AS column_name, ? AS rows, ? AS example, ? AS doubt, ? AS position",
        [title, row[0], row[2], doubt, row[1]],
    )
