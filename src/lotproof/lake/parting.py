"""Which lots must be judged together, and how they fill partitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from lotproof.lake.spelling import misspelled_lots


def count_lots(connection: duckdb.DuckDBPyConnection, parts: Sequence[str]) -> dict[str, int]:
    """Observations of every home lot, by lot; lots that only the order master knows have none. ``parts`` are SELECTs of resolved rows."""
    connection.execute("CREATE OR REPLACE TEMP TABLE home_count (home VARCHAR, n BIGINT)")
    for part in parts:
        connection.execute(f"INSERT INTO home_count SELECT home, count(*) FROM ({part}) GROUP BY home")
    counts = dict(connection.execute("SELECT home, sum(n)::BIGINT FROM home_count GROUP BY home ORDER BY home").fetchall())
    for (lot,) in connection.execute(_KNOWN).fetchall():
        counts.setdefault(lot, 0)
    return counts


def together(connection: duckdb.DuckDBPyConnection, parts: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Lots in groups: those of a group share a container, or a serial of one may be a misspelled serial of the other."""
    connection.execute("CREATE OR REPLACE TEMP TABLE met (container UUID, home VARCHAR)")
    for part in parts:
        connection.execute(_MET.format(part=part, box=_BOX))
    connection.execute("INSERT INTO met SELECT pallet, lot FROM stacked")
    shared = [homes for (homes,) in connection.execute(_SHARED).fetchall()]
    connection.execute("DROP TABLE met")
    return components(sorted(counts), [*shared, *misspelled_lots(connection, parts)])


def pack(groups: Iterable[Sequence[str]], counts: Mapping[str, int], limit: int) -> tuple[tuple[str, ...], ...]:
    """Groups of lots as partitions of about ``limit`` observations; a group is never parted."""
    partitions: list[tuple[str, ...]] = []
    current: list[str] = []
    size = 0
    for group in groups:
        rows = sum(counts[lot] for lot in group)
        if current and size + rows > limit:
            partitions.append(tuple(current))
            current, size = [], 0
        current.extend(group)
        size += rows
    return (*partitions, tuple(current)) if current else tuple(partitions)


_BOX = "level IN ('bundle', 'case', 'pallet', 'container')"
_KNOWN = "SELECT lot FROM order_master WHERE lot IS NOT NULL UNION SELECT lot FROM aside_lot UNION SELECT lot FROM aside_scrapped"
_MET = """
INSERT INTO met SELECT DISTINCT container, home FROM (
  SELECT unnest([parent, if({box}, item, NULL)]) AS container, home FROM ({part}) WHERE parent IS NOT NULL OR {box})
WHERE container IS NOT NULL
"""
_SHARED = "SELECT list(DISTINCT home ORDER BY home) AS homes FROM met GROUP BY container HAVING count(DISTINCT home) > 1"
"""Lots that meet in a container, its own lot included."""


def components(lots: Sequence[str], links: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """The lots in groups that the links connect, in the order of each group's first lot."""
    leader = {lot: lot for lot in lots}

    def find(lot: str) -> str:
        while leader[lot] != lot:
            leader[lot] = leader[leader[lot]]
            lot = leader[lot]
        return lot

    for linked in links:
        for other in linked[1:]:
            leader[find(other)] = find(linked[0])
    groups: dict[str, list[str]] = {}
    for lot in lots:
        groups.setdefault(find(lot), []).append(lot)
    return [tuple(group) for group in groups.values()]
