"""Observations of several sources brought together: trade item number, home lot and partition of each item.

A source states what it knows: a printer log knows serial and order, an opened-case scan a serial and its case. Here the
missing GTIN is found by the order, the container or the serial itself where that is unambiguous, and each item gets one
home lot, so that all observations of an item fall into one partition even where sources disagree about its lot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lotproof.lake.aside import nothing_aside
from lotproof.lake.schema import LEVELS, STEPS, TABLES, empty_table_sql
from lotproof.lake.spelling import misspelled_lots
from lotproof.lake.store import Lake

PARTITION_ROWS = 1_000_000
"""Observations that one partition should hold; lots that share containers stay together even if they are more."""

SIDE_TABLES = tuple(table for table in TABLES if table != "observation")


@dataclass(frozen=True)
class Source:
    """One source in scope."""

    sha256: str
    """Digest of its bytes."""
    name: str
    """Its path in the delivery."""
    kind: str
    """Its kind, as in the receipt."""


@dataclass(frozen=True)
class Resolved:
    """What `resolve` made: the relation ``resolved`` of the connection, and its lots by partition."""

    partitions: tuple[tuple[str, ...], ...]
    """Lots of each partition; '' stands for items whose lot nobody states."""
    rows: int
    """Observations in scope."""


Narrow = Callable[[duckdb.DuckDBPyConnection, Sequence[Source]], list[Path]]
"""Sets rows aside: given the connection with the side tables and the sources, fills the tables of lake/aside.py and returns the files
of observations that stay."""


def resolve(connection: duckdb.DuckDBPyConnection, lake: Lake, sources: Sequence[Source], narrow: Narrow | None = None) -> Resolved:
    """Create ``source``, the side tables, ``resolved`` (observations with ``kind``, ``home``) and ``site_gtin`` in the connection.

    A source given twice counts once.
    """
    sources = list({source.sha256: source for source in sources}.values())
    _sources(connection, sources)
    shas = [source.sha256 for source in sources]
    for table in SIDE_TABLES:
        _union(connection, table, lake.segment_files(table, shas))
    nothing_aside(connection)
    _observations(connection, narrow(connection, sources) if narrow else lake.segment_files("observation", shas))
    homes = (_HOME, _CALM_HOME, _INSIDE, _HOME_PARENT, _HOME_PARENT, _HOME_CHILD, _HOME_CHILD)
    for statement in (_CLAIM_ONCE, _ORDER_LOT, _PARENT_GTIN, _SERIAL_GTIN, _STRICT, *homes):
        connection.execute(statement)
    found = connection.execute("SELECT count(*) FROM stated").fetchone()
    rows = found[0] if found else 0
    # What is one partition is written once, as ``obs``; several partitions are cut from rows that were brought together once.
    connection.execute(_RESOLVED.replace("$made", "VIEW" if rows <= PARTITION_ROWS else "TABLE"))
    connection.execute(_SITE_GTIN)
    return Resolved(_partitions(connection), rows)


def _sources(connection: duckdb.DuckDBPyConnection, sources: Iterable[Source]) -> None:
    rows = [[source.sha256, source.name, "hub" if source.kind.startswith("epcis") else source.kind] for source in sources]
    # Words that millions of rows bear are numbers to the engine; in the order of the words, so that sorting is the same.
    words = {"source_t": {row[0] for row in rows}, "name_t": {row[1] for row in rows}, "kind_t": {row[2] for row in rows},
             "step_t": set(STEPS), "level_t": {*LEVELS, "other"}}  # fmt: skip
    for name, values in words.items():
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values | {""}))
        connection.execute(f"CREATE TYPE {name} AS ENUM ({listed})")
    connection.execute("CREATE OR REPLACE TABLE source (source source_t, name name_t, kind kind_t)")
    if rows:
        connection.executemany("INSERT INTO source VALUES (?, ?, ?)", rows)


def _union(connection: duckdb.DuckDBPyConnection, table: str, files: list[Path]) -> None:
    select = f"SELECT * FROM {_read(files)}" if files else empty_table_sql(table)
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT x.* REPLACE (s.source AS source), s.kind, s.name AS source_name FROM ({select}) x "
        "JOIN source s ON s.source = x.source::source_t"
    )


def _observations(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> None:
    select = f"SELECT * FROM {_read(files)}" if files else empty_table_sql("observation")
    connection.execute(
        f"""CREATE OR REPLACE VIEW stated AS
            SELECT x.* EXCLUDE (item_prefix, at_text, zone_offset)
                       REPLACE (s.source AS source, x.step::step_t AS step, x.level::level_t AS level),
                   s.kind, s.name AS source_name
            FROM ({select}) x JOIN source s ON s.source = x.source::source_t"""
    )


def _read(files: list[Path]) -> str:
    quoted = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"read_parquet([{quoted}], union_by_name = true)"


_CLAIM_ONCE = """
CREATE OR REPLACE TABLE claim AS SELECT * EXCLUDE (nth) FROM (
  SELECT *, row_number() OVER (PARTITION BY source, claim, lot, sscc, quantity, at_text, place, reference ORDER BY position) AS nth
  FROM claim)
QUALIFY row_number() OVER (PARTITION BY claim, lot, sscc, quantity, at_text, place, reference, nth ORDER BY source_name, position) = 1
"""
"""A claim that two extracts repeat (the same document, time and quantity) counts once; twice in one extract counts twice."""

_ORDER_LOT = """
CREATE OR REPLACE TABLE order_lot AS
SELECT order_no, min(lot) AS lot, min(gtin) AS gtin FROM order_master WHERE order_no IS NOT NULL
GROUP BY order_no HAVING count(DISTINCT lot) = 1 AND count(DISTINCT gtin) <= 1
"""

_PARENT_GTIN = """
CREATE OR REPLACE TABLE parent_gtin AS
SELECT parent, min(gtin) AS gtin FROM stated WHERE parent IS NOT NULL AND gtin IS NOT NULL AND level = 'unit'
  AND EXISTS (SELECT 1 FROM stated WHERE gtin IS NULL AND serial IS NOT NULL LIMIT 1)
GROUP BY parent HAVING count(DISTINCT gtin) = 1
"""

_SERIAL_GTIN = """
CREATE OR REPLACE TABLE serial_gtin AS
WITH wanted AS (SELECT DISTINCT s.serial FROM stated s LEFT JOIN order_lot o USING (order_no)
                WHERE s.gtin IS NULL AND s.serial IS NOT NULL AND s.level = 'unit' AND o.gtin IS NULL)
SELECT serial, min(gtin) AS gtin FROM stated SEMI JOIN wanted USING (serial)
WHERE gtin IS NOT NULL AND level = 'unit' GROUP BY serial HAVING count(DISTINCT gtin) = 1
"""

# A view: the home is found from four narrow columns, and the wide rows are written once, at the end.
_STRICT = """
CREATE OR REPLACE VIEW strict AS
SELECT s.* REPLACE (coalesce(s.gtin, o.gtin, n.gtin, p.gtin) AS gtin,
                    CASE WHEN s.gtin IS NULL AND s.level = 'unit' AND coalesce(o.gtin, n.gtin, p.gtin) IS NOT NULL AND s.serial IS NOT NULL
                         THEN item_key(unit_text(coalesce(o.gtin, n.gtin, p.gtin), s.serial)) ELSE s.item END AS item),
       o.lot AS order_lot,
       -- A lot behind a lost separator may have swallowed or lost characters: it founds no home.
       if(contains(coalesce(s.transform, ''), 'gs_missing'), NULL, s.lot) AS sure_lot
FROM stated s
LEFT JOIN order_lot o ON o.order_no = s.order_no
LEFT JOIN serial_gtin n ON n.serial = CASE WHEN s.gtin IS NULL THEN s.serial END
LEFT JOIN parent_gtin p ON p.parent = CASE WHEN s.gtin IS NULL THEN s.parent END
"""

_HOME = """
CREATE OR REPLACE TABLE home AS
SELECT item, min(CASE WHEN sure_lot IS NULL THEN '3' WHEN kind = 'line' THEN '1' WHEN kind = 'hub' THEN '2' WHEN kind = 'camera' THEN '4'
                 ELSE '5' END || coalesce(sure_lot, order_lot))[2:] AS home
FROM strict WHERE item IS NOT NULL AND coalesce(sure_lot, order_lot) IS NOT NULL GROUP BY item
"""

# The packs of calm containers are set aside, and with them what says where the container belongs.
_CALM_HOME = "INSERT INTO home SELECT parent, lot FROM calm WHERE parent NOT IN (SELECT item FROM home)"

_INSIDE = "CREATE OR REPLACE TABLE inside AS SELECT DISTINCT item, parent FROM strict WHERE parent IS NOT NULL AND item IS NOT NULL"

_HOME_PARENT = """
INSERT INTO home
SELECT s.parent, min(h.home) FROM inside s JOIN home h ON h.item = s.item
WHERE s.parent NOT IN (SELECT item FROM home) GROUP BY s.parent
"""

# Without this an item whose lot nobody states would live in the lot of whichever container a row names, or in none.
_HOME_CHILD = """
INSERT INTO home
SELECT s.item, min(h.home) FROM inside s JOIN home h ON h.item = s.parent
WHERE s.item NOT IN (SELECT item FROM home) GROUP BY s.item
"""

_RESOLVED = """
CREATE OR REPLACE $made resolved AS
SELECT s.* EXCLUDE (sure_lot), coalesce(h.home, p.home, s.sure_lot, s.order_lot, '') AS home
FROM strict s LEFT JOIN home h ON h.item = s.item LEFT JOIN home p ON p.item = s.parent
"""

_SITE_GTIN = """
CREATE OR REPLACE TABLE site_gtin AS
SELECT DISTINCT coalesce(gtin, '') AS gtin FROM resolved
WHERE level = 'unit' AND kind IN ('numbers', 'line', 'printer') AND serial IS NOT NULL AND item IS NOT NULL
UNION SELECT gtin FROM aside_lot WHERE in_numbers OR in_line OR in_printer
"""
"""Trade items of which the site's own sources speak; asked of the whole scope, so that it does not depend on the partition."""

_SHARED = """
SELECT list(DISTINCT home ORDER BY home) AS homes FROM (
  SELECT parent AS container, home FROM resolved WHERE parent IS NOT NULL
  UNION ALL SELECT item, home FROM resolved WHERE sscc IS NOT NULL AND item IS NOT NULL) GROUP BY container HAVING len(homes) > 1
"""
"""Lots that meet in a container, its own lot included."""


def _partitions(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[str, ...], ...]:
    """Lots in groups of about PARTITION_ROWS observations; lots that share a container or a misspelled serial are never parted."""
    counts = dict(connection.execute("SELECT home, count(*) FROM resolved GROUP BY home ORDER BY home").fetchall())
    for (lot,) in connection.execute("SELECT DISTINCT lot FROM order_master WHERE lot IS NOT NULL UNION SELECT lot FROM aside_lot").fetchall():
        counts.setdefault(lot, 0)
    links: list[Sequence[str]] = []
    if sum(counts.values()) > PARTITION_ROWS:
        links += [homes for (homes,) in connection.execute(_SHARED).fetchall()] + misspelled_lots(connection)
    groups = _components(sorted(counts), links)
    partitions: list[tuple[str, ...]] = []
    current: list[str] = []
    size = 0
    for group in groups:
        rows = sum(counts[lot] for lot in group)
        if current and size + rows > PARTITION_ROWS:
            partitions.append(tuple(current))
            current, size = [], 0
        current.extend(group)
        size += rows
    return (*partitions, tuple(current)) if current else tuple(partitions)


def _components(lots: Sequence[str], links: Iterable[Sequence[str]]) -> list[list[str]]:
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
    return list(groups.values())
