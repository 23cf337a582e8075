"""Lots where a serial of one may be a misspelled serial of the other: they must be judged together.

Which change of spelling it was, and whether it is the only one that fits, the rules decide (rules/alias.py). Here one coarse
fold, under which every such pair is equal, keeps the two lots in one partition.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

# A pattern made of the lot is compiled for each row, so rows that cannot match are kept from it.
HEADS = r"""[if(contains(s.serial, '10' || s.lot),
                regexp_extract(s.serial, '^(.{1,20}?)\x1d?10' || regexp_escape(s.lot) || '(17\d{6})?$', 1), ''),
             regexp_extract(s.serial, '^(.{1,20}?)\x1d?17\d{6}(10.*)?$', 1),
             regexp_extract(s.serial, '^(.{1,20})\x1d?17\d{6}(10.*)?$', 1),
             if(length(s.serial) = 20, regexp_extract(s.serial, '^(.{1,18}?)17\d{0,5}$', 1), ''),
             if(length(s.serial) = 20, regexp_extract(s.serial, '^(.{1,18})17\d{0,5}$', 1), ''),
             regexp_extract(s.serial, '^(.{6,18}?)10.{1,12}$', 1), regexp_extract(s.serial, '^(.{6,18})10.{1,12}$', 1),
             if(length(s.serial) = 20 AND s.serial[20] = '1', s.serial[1:19], '')]"""
"""What ``s.serial`` may have been before it swallowed lot and expiry of its element string; '' where it cannot be that. A reader
that stops at the twenty characters a serial may have leaves only the first of what was swallowed."""

AZERTY = """translate(serial, '&é"''(-è_çà', '1234567890')"""
"""``serial`` as it was, where its digits were typed on a French keyboard without the shift key."""

AZERTY_LETTERS = """translate(SERIAL, 'AQZWaqzw?;', 'QAWZqawzMM')"""
"""``SERIAL`` as it was, where a scanner and its computer disagreed whether the keyboard is French: A and Q, Z and W change places."""

LETTERS = f"""translate(upper({AZERTY}), 'OILYQW?;', '011ZAZMM')"""
"""``serial`` with each of its characters as `FOLD` has it."""

FOLD = f"""ltrim({LETTERS}, '0')"""

"""Every serial that a change of spelling in rules/alias.py makes equal is equal under this one."""

_SITE = """
SELECT item, home AS lot, serial FROM slice
WHERE level = 'unit' AND kind IN ('numbers', 'line', 'printer') AND serial IS NOT NULL AND item IS NOT NULL
"""

_HUB = """
SELECT item, home AS lot, serial FROM slice
WHERE level = 'unit' AND kind = 'hub' AND step = 'commissioned' AND serial IS NOT NULL AND item IS NOT NULL
  AND coalesce(gtin, '') NOT IN (SELECT gtin FROM site_gtin)
"""

_STRAY = f"""
INSERT INTO stray_fold
WITH known AS (SELECT DISTINCT item FROM (SELECT item FROM ({_SITE}) UNION ALL SELECT item FROM ({_HUB}))),
     s AS (SELECT DISTINCT item, home AS lot, serial FROM slice ANTI JOIN known USING (item)
           WHERE level = 'unit' AND kind NOT IN ('numbers', 'line', 'printer') AND serial IS NOT NULL AND item IS NOT NULL)
SELECT DISTINCT lot, {FOLD} AS fold FROM (
  SELECT lot, serial FROM s UNION ALL SELECT s.lot, head FROM s, unnest({HEADS}) AS t(head) WHERE head <> '') AS x(lot, serial)
"""

_LINKS = f"""
SELECT DISTINCT s.lot, k.lot
FROM stray_fold s JOIN (SELECT lot, {FOLD} AS fold FROM ({_SITE} UNION ALL {_HUB})) k ON k.fold = s.fold AND k.lot <> s.lot
"""


def misspelled_lots(connection: duckdb.DuckDBPyConnection, parts: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of lots. ``parts`` are SELECTs of resolved rows, all rows of an item in one of them.

    Needs ``site_gtin``; costs one anti-join a part where no serial is unknown to the site.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE stray_fold (lot VARCHAR, fold VARCHAR)")
    for part in parts:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW slice AS {part}")
        connection.execute(_STRAY)
    links: set[tuple[str, str]] = set()
    for part in parts if connection.execute("SELECT 1 FROM stray_fold LIMIT 1").fetchone() else ():
        connection.execute(f"CREATE OR REPLACE TEMP VIEW slice AS {part}")
        links.update((str(left), str(right)) for left, right in connection.execute(_LINKS).fetchall())
    connection.execute("DROP TABLE stray_fold")
    return sorted(links)
