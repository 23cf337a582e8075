"""Trade items that hold others: bundles, and cases that bear a GTIN and a serial in place of an SSCC.

A GTIN with another indicator digit is another packaging level of a product (GS1 General Specifications 2.1). In a file such an item
looks like a pack. It is known by what is said to be in it, and then is of its level in every source. Rules ask for packs in cases and
cases on pallets; where packs lie in bundles and bundles in cases, the packs are in the case from when their bundle is.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from lotproof.lake.homes import typed
from lotproof.lake.sql import quoted

NAME = "levels.parquet"
_TRADE, _BARE = "(01)", "(21)"
"""How the text of a trade item begins, and that of a serial without one (lake/engine.py)."""
NESTED = f"level = 'bundle' OR starts_with(parent_text, '{_TRADE}') OR starts_with(parent_text, '{_BARE}')"
"""Whether an observation is of a bundle, or of something in a container without SSCC."""

# A line may name a container by its serial alone, which is read with the trade item of its pack; what it says of the container tells more.
_CALLED = f"""
CREATE OR REPLACE TABLE called AS
SELECT b.parent, min(s.item) AS item, min(unit_text(s.gtin, s.serial)) AS text
FROM (SELECT DISTINCT parent, split_part(parent_text, '{_BARE}', 2) AS serial FROM stated
      WHERE (starts_with(parent_text, '{_BARE}') OR starts_with(parent_text, '{_TRADE}'))
        AND parent NOT IN (SELECT item FROM stated WHERE item IS NOT NULL)) b
JOIN (SELECT DISTINCT item, gtin, serial FROM stated WHERE gtin IS NOT NULL AND serial IS NOT NULL) s USING (serial)
GROUP BY b.parent HAVING count(DISTINCT s.item) = 1
"""
_NAMED = """
SELECT s.* REPLACE (coalesce(c.item, s.parent) AS parent, coalesce(c.text, s.parent_text) AS parent_text)
FROM ({stated}) s LEFT JOIN called c ON c.parent = s.parent
"""
# The trade item of packs is none of these, though a container that a line names by a number of its own is read with it.
_INSIDE = f"""
CREATE OR REPLACE TABLE holding AS
WITH made AS (SELECT DISTINCT gtin, item FROM stated
              WHERE gtin IS NOT NULL AND serial IS NOT NULL AND item IS NOT NULL AND step IN ('commissioned', 'aggregated')),
pack AS (SELECT gtin FROM made GROUP BY gtin
         HAVING 2 * count(*) FILTER (item IN (SELECT parent FROM stated WHERE parent IS NOT NULL)) < count(*)
         UNION SELECT gtin FROM order_master WHERE gtin IS NOT NULL)
SELECT parent AS item, any_value(parent_text)[5:18] AS gtin, list(DISTINCT item) AS held FROM stated
WHERE starts_with(parent_text, '{_TRADE}') AND item IS NOT NULL AND parent_text[5:18] NOT IN (SELECT gtin FROM pack)
GROUP BY parent
"""
# Packs at any depth: a case of bundles holds the packs in them.
_CONTENT = """
CREATE OR REPLACE TABLE content AS
WITH RECURSIVE deep AS (
  SELECT item, gtin, unnest(held) AS held, 1 AS depth FROM holding
  UNION ALL SELECT d.item, d.gtin, unnest(h.held), d.depth + 1 FROM deep d JOIN holding h ON h.item = d.held WHERE d.depth < 4)
SELECT gtin, max(n) AS n, max(size) AS size FROM (
  SELECT d.item, d.gtin, count(DISTINCT d.held) AS n, max(o.units_per_case) AS size
  FROM deep d JOIN (SELECT item, any_value(gtin) AS gtin FROM stated WHERE gtin IS NOT NULL GROUP BY item) p ON p.item = d.held
  LEFT JOIN order_master o ON o.gtin = p.gtin WHERE d.held NOT IN (SELECT item FROM holding) GROUP BY d.item, d.gtin) GROUP BY gtin
"""
# What the line calls it; else by what the line calls its container; else by the pack size of the order. Alone it is a case.
_LEVEL = """
CREATE OR REPLACE TABLE inner_level AS
WITH said AS (SELECT item, mode(level)::VARCHAR AS level FROM stated WHERE level IN ('bundle', 'case', 'pallet') GROUP BY item),
own AS (SELECT h.gtin, mode(s.level) AS level FROM holding h JOIN said s USING (item) GROUP BY h.gtin),
outer_ AS (
  SELECT h.gtin, mode(CASE s.level WHEN 'case' THEN 'bundle' WHEN 'pallet' THEN 'case' END) AS level, count(o.parent) > 0 AS nested
  FROM holding h LEFT JOIN (SELECT DISTINCT item, parent FROM stated WHERE parent IS NOT NULL) o ON o.item = h.item
  LEFT JOIN said s ON s.item = o.parent GROUP BY h.gtin)
SELECT u.gtin, coalesce(w.level, u.level, if(u.nested AND c.n < c.size, 'bundle', 'case')) AS level
FROM outer_ u LEFT JOIN own w USING (gtin) LEFT JOIN content c USING (gtin)
"""
_LEVELLED = """
SELECT s.* REPLACE (coalesce(l.level::level_t, s.level) AS level) FROM stated s
LEFT JOIN inner_level l ON l.gtin = s.gtin AND s.sscc IS NULL AND s.serial IS NOT NULL
"""
_PLACED = f"""
CREATE OR REPLACE TABLE placed AS
SELECT DISTINCT item AS bundle, kind, step, parent, parent_text, at_utc FROM ({_LEVELLED})
WHERE level = 'bundle' AND step IN ('aggregated', 'disaggregated') AND parent IS NOT NULL AND item IS NOT NULL
"""
# How many bundles a source has in a case, and how many packs in those: a case that counts its bundles holds so many packs.
_FILLED = """
CREATE OR REPLACE TABLE filled AS
SELECT p.parent AS item, p.kind, count(DISTINCT p.bundle) AS bundles, count(DISTINCT s.item) AS packs
FROM placed p JOIN stated s ON s.parent = p.bundle AND s.kind = p.kind AND s.step = 'aggregated'
WHERE p.step = 'aggregated' GROUP BY p.parent, p.kind
"""
# A pack is put where its bundle is put, and taken from where its bundle was.
_FLAT = f"""
SELECT s.* REPLACE (
    coalesce(p.parent, s.parent) AS parent, coalesce(p.parent_text, s.parent_text) AS parent_text,
    if(s.step = 'aggregated' AND p.step = 'disaggregated', p.step, s.step) AS step,
    CASE WHEN s.step <> 'aggregated' OR p.bundle IS NULL THEN s.at_utc WHEN p.step = 'aggregated' THEN greatest(s.at_utc, p.at_utc)
         ELSE p.at_utc END AS at_utc,
    if(f.bundles = s.quantity, f.packs, s.quantity) AS quantity)
FROM ({_LEVELLED}) s
LEFT JOIN placed p ON p.bundle = s.parent AND p.kind = s.kind AND (s.step = 'aggregated' OR p.step = 'aggregated')
LEFT JOIN filled f ON f.item = s.item AND f.kind = s.kind AND s.quantity IS NOT NULL
WHERE NOT (s.level = 'bundle' AND s.step IN ('aggregated', 'disaggregated') AND s.parent IS NOT NULL)
"""


def level_inner(connection: duckdb.DuckDBPyConnection, stated: str, work: Path | None) -> None:
    """Show trade items that hold others at their level in the view ``stated``, and the packs of bundles in their cases.

    ``stated`` is a SELECT of all observations, which that view shows already; ``work`` takes the rows where they are many.
    """
    if not connection.execute(f"SELECT 1 FROM stated WHERE {NESTED} LIMIT 1").fetchone():
        return
    connection.execute(_CALLED)
    connection.execute(f"CREATE OR REPLACE VIEW stated AS {_NAMED.format(stated=stated)}")
    for statement in (_INSIDE, _CONTENT, _LEVEL, _PLACED, _FILLED):
        connection.execute(statement)
    if work is None:
        connection.execute(f"CREATE OR REPLACE TABLE levelled AS {_FLAT}")
        rows = "SELECT * FROM levelled"
    else:
        connection.execute(f"COPY ({_FLAT}) TO {quoted(work / NAME)} (FORMAT parquet, COMPRESSION snappy)")
        rows = typed([work / NAME])
    connection.execute(f"CREATE OR REPLACE VIEW stated AS {rows}")
