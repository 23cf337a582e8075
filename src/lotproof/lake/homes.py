"""The home lot of every item, found slice by slice: all rows of an item lie in one slice, whatever lots they state.

Where observations are many they are first written into slices by a hash of the item, so that each step holds the items of one
slice only. What crosses slices is small and kept whole: the containers, and the items whose lot no row states.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from lotproof.lake.sql import parquet, quoted

WORDS = {"source": "source_t", "source_name": "name_t", "kind": "kind_t", "step": "step_t", "level": "level_t"}
"""Columns of observations that are numbers to the engine, and texts in files."""


def typed(files: Sequence[Path]) -> str:
    """SELECT of observations that were written to files, with their words as enums again."""
    return f"SELECT * REPLACE ({', '.join(f'{name}::{kind} AS {name}' for name, kind in WORDS.items())}) FROM {parquet(files)}"


def slices(connection: duckdb.DuckDBPyConnection, rows: int, work: Path, slice_rows: int) -> list[str]:
    """SELECTs over ``strict`` that part it by item; it is written to ``work`` where it has more than ``slice_rows`` rows."""
    count = -(-rows // slice_rows)
    if count <= 1:
        return ["SELECT * FROM strict"]
    target = work / "slices"
    connection.execute(
        f"""COPY (SELECT *, hash(item) % {count} AS slice FROM strict) TO {quoted(target)}
            (FORMAT parquet, PARTITION_BY (slice), COMPRESSION snappy)"""
    )
    folders = sorted(target.glob("slice=*"), key=lambda folder: int(folder.name[6:]))
    return [typed(sorted(folder.glob("*.parquet"))) for folder in folders]


def find_homes(connection: duckdb.DuckDBPyConnection, parts: Sequence[str], work: Path) -> list[str]:
    """SELECTs of the resolved rows of each slice: its columns and ``home``. Makes ``far_home`` in the connection."""
    for statement in (_CONTAINER, _CARRIED, _HOMELESS, _FAR):
        connection.execute(statement)
    homes = [_slice_homes(connection, number, part, work, len(parts)) for number, part in enumerate(parts)]
    for statement in (_CALM, _PARENTS, _GRANDPARENTS, _CHILDREN, _CHILDREN):
        connection.execute(statement)
    return [_RESOLVED.format(part=part, home=home) for part, home in zip(parts, homes, strict=True)]


def _slice_homes(connection: duckdb.DuckDBPyConnection, number: int, part: str, work: Path, count: int) -> str:
    """Find the homes that the rows of one slice state; return the relation that holds them."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW slice AS {part}")
    if count == 1:
        relation = "home"
        connection.execute(f"CREATE OR REPLACE TABLE home AS {_HOME}")
    else:
        file = work / f"home-{number}.parquet"
        connection.execute(f"COPY ({_HOME}) TO {quoted(file)} (FORMAT parquet)")
        relation = parquet([file])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE inside AS {_INSIDE}")
    for statement in (_OWN, _CARRY, _STRAND):
        connection.execute(statement.format(home=relation))
    connection.execute("DROP TABLE inside")
    return relation


_CONTAINER = "CREATE OR REPLACE TABLE container AS SELECT DISTINCT parent AS item FROM stated WHERE parent IS NOT NULL"
_CARRIED = "CREATE OR REPLACE TABLE carried (parent UUID, home VARCHAR)"
_HOMELESS = "CREATE OR REPLACE TABLE homeless (item UUID, parent UUID)"
_FAR = "CREATE OR REPLACE TABLE far_home (item UUID, home VARCHAR)"

# A lot that no order has, where others are ordered, is as likely a mistake at set-up: it founds a home only if nothing else does.
_HOME = """
WITH ordered AS (SELECT DISTINCT upper(ltrim(lot, '0')) AS lot FROM order_master WHERE lot IS NOT NULL),
stated AS (
  SELECT item, kind, sure_lot, order_lot,
         sure_lot IS NULL OR upper(ltrim(sure_lot, '0')) IN (SELECT lot FROM ordered) OR NOT EXISTS (SELECT 1 FROM ordered) AS known
  FROM slice WHERE item IS NOT NULL AND coalesce(sure_lot, order_lot) IS NOT NULL)
SELECT item, min(CASE WHEN sure_lot IS NULL OR (NOT known AND order_lot IS NOT NULL) THEN '3' || order_lot
                 WHEN NOT known THEN '6' || sure_lot
                 WHEN kind = 'line' THEN '1' || sure_lot WHEN kind = 'hub' THEN '2' || sure_lot WHEN kind = 'camera' THEN '4' || sure_lot
                 ELSE '5' || sure_lot END)[2:] AS home
FROM stated GROUP BY item
"""

_INSIDE = "SELECT DISTINCT item, parent FROM slice WHERE parent IS NOT NULL AND item IS NOT NULL"

_OWN = "INSERT INTO far_home SELECT item, home FROM {home} SEMI JOIN container USING (item)"
_CARRY = "INSERT INTO carried SELECT s.parent, min(h.home) FROM inside s JOIN {home} h USING (item) GROUP BY s.parent"
_STRAND = "INSERT INTO homeless SELECT item, parent FROM inside ANTI JOIN {home} USING (item)"

# The packs of calm containers and the cases of some pallets are set aside (lake/aside.py), and with them what says where these belong.
_CALM = "INSERT INTO carried SELECT parent, lot FROM calm UNION ALL SELECT pallet, lot FROM stacked"
_PARENTS = """
INSERT INTO far_home SELECT parent, min(home) FROM carried WHERE parent NOT IN (SELECT item FROM far_home) GROUP BY parent
"""
_GRANDPARENTS = """
INSERT INTO far_home SELECT s.parent, min(h.home) FROM homeless s JOIN far_home h ON h.item = s.item
WHERE s.parent NOT IN (SELECT item FROM far_home) GROUP BY s.parent
"""
# Without this an item whose lot nobody states would live in the lot of whichever container a row names, or in none.
_CHILDREN = """
INSERT INTO far_home SELECT s.item, min(h.home) FROM homeless s JOIN far_home h ON h.item = s.parent
WHERE s.item NOT IN (SELECT item FROM far_home) GROUP BY s.item
"""

# Most items have a home by their own rows; keys that are null are not looked up.
_RESOLVED = """
SELECT s.* EXCLUDE (sure_lot), coalesce(h.home, f.home, p.home, s.sure_lot, s.order_lot, '') AS home
FROM ({part}) s LEFT JOIN {home} h ON h.item = s.item LEFT JOIN far_home f ON f.item = CASE WHEN h.home IS NULL THEN s.item END
LEFT JOIN far_home p ON p.item = CASE WHEN h.home IS NULL AND f.home IS NULL THEN s.parent END
"""
