"""Observations of several sources brought together: trade item number, home lot and partition of each item.

A source states what it knows: a printer log knows serial and order, an opened-case scan a serial and its case. Here the
missing GTIN is found by the order, the container or the serial itself where that is unambiguous, and each item gets one
home lot, so that all observations of an item fall into one partition even where sources disagree about its lot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from lotproof.lake.aside import nothing_aside
from lotproof.lake.homes import find_homes, slices
from lotproof.lake.inner import level_inner
from lotproof.lake.parting import count_lots, pack, together
from lotproof.lake.schema import LEVELS, STEPS, TABLES, empty_table_sql
from lotproof.lake.sql import parquet, quoted
from lotproof.lake.store import Lake

PARTITION_ROWS = 1_000_000
"""Observations that one partition should hold; lots that share containers stay together even if they are more."""

SLICE_ROWS = 4_000_000
"""Observations whose items are brought together at once; more are written to slices by item first."""

KEPT_ROWS = 50_000
"""Observations that are kept in memory as they are found: files of so few are opened and joined in less time than a statement over them
takes to plan, and a dozen statements ask for them."""

SIDE_TABLES = tuple(table for table in TABLES if table != "observation")


def rule_kind(kind: str) -> str:
    """A kind of source as rules know it: every form of EPCIS document is of the hub."""
    return "hub" if kind.startswith("epcis") else kind


@dataclass(frozen=True)
class Source:
    """One source in scope."""

    sha256: str
    """Digest of its bytes."""
    name: str
    """Its path in the delivery."""
    kind: str
    """Its kind, as in the receipt."""
    reading: str = field(default="", compare=False)
    """Digest of what was read from it: the same bytes read with another profile or zone are other observations."""


@dataclass(frozen=True)
class Resolved:
    """What `resolve` made: the relation ``resolved`` of the connection, and its lots by partition."""

    partitions: tuple[tuple[str, ...], ...]
    """Lots of each partition; '' stands for items whose lot nobody states."""
    rows: int
    """Observations in scope."""
    groups: tuple[tuple[str, ...], ...] = field(default=(), compare=False)
    """Lots that must be judged together; each lot alone where all is one partition."""
    counts: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Observations of each lot."""
    slices: tuple[str, ...] = field(default=(), compare=False)
    """SELECTs of the rows of ``resolved`` that part it by item."""
    readings: Mapping[str, str] = field(default_factory=dict, compare=False)
    """SHA-256 of each source to the digest of what was read from it."""


Narrow = Callable[[duckdb.DuckDBPyConnection, Sequence[Source]], list[Path]]
"""Sets rows aside: given the connection with the side tables and the sources, fills the tables of lake/aside.py and returns the files
of observations that stay."""


def resolve(
    connection: duckdb.DuckDBPyConnection, lake: Lake, sources: Sequence[Source], work: Path | None = None, narrow: Narrow | None = None
) -> Resolved:
    """Create ``source``, the side tables, ``resolved`` (observations with ``kind``, ``home``), ``site_gtin`` and ``site_step``.

    A source given twice counts once. ``work`` takes what is too much for one slice; without it there is one slice.
    """
    sources = list({source.sha256: source for source in sources}.values())
    _sources(connection, sources)
    shas = [source.sha256 for source in sources]
    for table in SIDE_TABLES:
        _union(connection, table, lake.segment_files(table, shas))
    connection.execute(_ORDER_LOT)
    nothing_aside(connection)
    files = narrow(connection, sources) if narrow else lake.segment_files("observation", shas)
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    keep = rows <= KEPT_ROWS
    _relation(connection, "stated", _stated(files), keep)
    level_inner(connection, "SELECT * FROM stated_kept" if keep else _stated(files), None if keep else work)
    for statement in (_CLAIM_ONCE, _PARENT_GTIN, _SERIAL_GTIN):
        connection.execute(statement)
    _relation(connection, "strict", _STRICT, keep)
    scratch = work or Path()
    sliced = slices(connection, rows, scratch, SLICE_ROWS if work else max(rows, 1))
    connection.execute(_SITE_GTIN.format(rows=" UNION ALL ".join(sliced)))
    parts = find_homes(connection, sliced, scratch)
    _relation(connection, "resolved", " UNION ALL ".join(parts), keep)
    if keep:
        parts = ["SELECT * FROM resolved_kept"]
    connection.execute(_SITE_STEP)
    counts = count_lots(connection, parts)
    parted = rows > PARTITION_ROWS
    groups = together(connection, parts, counts) if parted else [(lot,) for lot in sorted(counts)]
    partitions = pack(groups, counts, PARTITION_ROWS) if parted else ((tuple(sorted(counts)),) if counts else ())
    return Resolved(partitions, rows, tuple(groups), counts, tuple(parts), {source.sha256: source.reading for source in sources})


def _sources(connection: duckdb.DuckDBPyConnection, sources: Iterable[Source]) -> None:
    rows = [(source.sha256, source.name, rule_kind(source.kind)) for source in sources]
    define_words(connection, rows)
    connection.execute("CREATE OR REPLACE TABLE source (source source_t, name name_t, kind kind_t)")
    if rows:
        connection.executemany("INSERT INTO source VALUES (?, ?, ?)", rows)


def define_words(connection: duckdb.DuckDBPyConnection, sources: Sequence[tuple[str, str, str]]) -> None:
    """Words that millions of rows bear become numbers to the engine; in the order of the words, so that sorting is the same.

    ``sources`` are rows of (SHA-256, name, kind).
    """
    words = {"source_t": {row[0] for row in sources}, "name_t": {row[1] for row in sources}, "kind_t": {row[2] for row in sources},
             "step_t": set(STEPS), "level_t": {*LEVELS, "other"}}  # fmt: skip
    for name, values in words.items():
        listed = ", ".join(map(quoted, sorted(values | {""})))
        connection.execute(f"CREATE OR REPLACE TYPE {name} AS ENUM ({listed})")


def _union(connection: duckdb.DuckDBPyConnection, table: str, files: list[Path]) -> None:
    select = f"SELECT * FROM {parquet(files)}" if files else empty_table_sql(table)
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT x.* REPLACE (s.source AS source), s.kind, s.name AS source_name FROM ({select}) x "
        "JOIN source s ON s.source = x.source::source_t"
    )


def _stated(files: list[Path]) -> str:
    select = f"SELECT * FROM {parquet(files)}" if files else empty_table_sql("observation")
    return f"""SELECT x.* EXCLUDE (item_prefix, at_text, zone_offset)
                       REPLACE (s.source AS source, x.step::step_t AS step, x.level::level_t AS level),
                   s.kind, s.name AS source_name
            FROM ({select}) x JOIN source s ON s.source = x.source::source_t"""


def _relation(connection: duckdb.DuckDBPyConnection, name: str, select: str, keep: bool) -> None:
    """The view ``name`` of a SELECT, or where ``keep`` is said, of its rows in memory."""
    if keep:
        connection.execute(f"CREATE OR REPLACE TABLE {name}_kept AS {select}")
        select = f"SELECT * FROM {name}_kept"
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS {select}")


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

# A view where rows are many: the home is found from a few narrow columns, and the wide rows are written once, at the end.
_STRICT = """
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

_SITE_GTIN = """
CREATE OR REPLACE TABLE site_gtin AS
SELECT DISTINCT coalesce(gtin, '') AS gtin FROM ({rows})
WHERE level = 'unit' AND kind IN ('numbers', 'line', 'printer') AND serial IS NOT NULL AND item IS NOT NULL
UNION SELECT gtin FROM aside_lot WHERE in_numbers OR in_line OR in_printer UNION SELECT gtin FROM aside_scrapped
"""
"""Trade items of which the site's own sources speak; asked of the whole scope, so that it does not depend on the partition."""

_SITE_STEP = "CREATE OR REPLACE TABLE site_step AS SELECT DISTINCT kind, step FROM stated"
"""Which steps each kind of source speaks of anywhere on the site, for rules that ask what is reported at all."""
