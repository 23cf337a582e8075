"""Which ordinary packs may be set aside: those of lots in which all is said alike, in calm containers.

SQL over what `scan` left, which is little: a line for each container and for each pack that is not ordinary. Makes in the connection:

calm    container -> lot, trade item, how many packs of it may be set aside, when the first was packed at the line, and where
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from lotproof.lake.spelling import FOLD, HEADS
from lotproof.rules.screen.containers import STACKED
from lotproof.rules.screen.crates import LATEST
from lotproof.rules.screen.keyset import KeySet
from lotproof.rules.screen.own import own_and_nest
from lotproof.rules.screen.scan import Scanned
from lotproof.rules.screen.segments import Site
from lotproof.rules.screen.shape import HUB, SITE
from lotproof.rules.screen.told import Dealt
from lotproof.rules.screen.verdict import Guess, Verdict

_ODD = """
CREATE OR REPLACE VIEW odd AS SELECT * FROM $odd;
CREATE OR REPLACE TABLE odd_pack AS SELECT prefix, bit_or(mask) AS mask FROM odd GROUP BY prefix
"""

_SITE_KNOWS = sum(1 << number for numbers in SITE.values() for number in numbers)
_STRAY_PACKS = f"SELECT prefix FROM odd_pack WHERE mask & {_SITE_KNOWS} = 0 AND (mask & {1 << HUB} = 0 OR $site)"

# A stray serial is matched with a known one (rules/alias.py), which then is no longer alone; and some serials are findings by themselves.
_FOLDED = f"""
CREATE OR REPLACE TABLE stray AS SELECT DISTINCT serial, lot FROM stray_row WHERE level = 'unit' AND serial IS NOT NULL;
CREATE OR REPLACE TABLE bare AS
WITH alone AS (SELECT DISTINCT serial FROM ($nameless) WHERE gtin IS NULL AND serial IS NOT NULL AND level = 'unit')
SELECT serial FROM alone UNION SELECT unnest([serial[14:], serial[15:]]) FROM alone WHERE length(serial) > 13;
CREATE OR REPLACE TABLE folded AS
SELECT DISTINCT {FOLD} AS fold FROM (
  SELECT serial FROM stray UNION ALL SELECT head FROM stray s, unnest({HEADS}) AS t(head) WHERE head <> '' UNION ALL SELECT serial FROM bare) AS x(serial)
"""

_DRAWN = f"""
CREATE OR REPLACE TABLE drawn AS
SELECT DISTINCT item_prefix AS prefix FROM near
WHERE level = 'unit' AND serial IS NOT NULL AND item_prefix IS NOT NULL
  AND (contains(serial, '.') OR contains(serial, ',') OR contains(serial, '+') OR {FOLD} IN (SELECT fold FROM folded))
"""

_ODD_LOTS = f"""
CREATE OR REPLACE TABLE open_lot AS
SELECT lot FROM (SELECT lot, min(nullif(first, {LATEST})) AS first, max(last) AS last FROM $days GROUP BY lot) p JOIN lot_word w USING (lot)
WHERE first <> last OR (w.order_day IS NOT NULL AND last <> 0 AND last IS DISTINCT FROM w.day)
UNION SELECT lot FROM lot_word WHERE name IN (SELECT name FROM opened)
"""

# Containers that agree in the first 60 bits of their keys are not told apart afterwards, so they are not calm.
_CALM = f"""
CREATE OR REPLACE TABLE boxes AS
SELECT prefix, min(box) AS box, NOT bool_or(mixed) AND min(box) = max(box) AND min(lot) = max(lot) AND min(gtin) = max(gtin) AND min(day) = max(day) AS alike,
       min(lot) AS lot, min(gtin) AS gtin, sum(n)::BIGINT AS n, max(filled) AS filled, min(nullif(began, {LATEST})) AS began,
       min(nullif(position, {LATEST})) AS position
FROM $boxes GROUP BY prefix;
CREATE OR REPLACE TABLE touched AS SELECT DISTINCT box_prefix AS prefix FROM odd WHERE box_prefix <> 0
"""

_SETTLED = """
CREATE OR REPLACE TABLE calm AS
SELECT b.box AS parent, w.name AS lot, g.name AS gtin, b.n, make_timestamp(b.began) AS began, b.position, NULL::UUID AS pallet, b.prefix
FROM boxes b JOIN own o ON o.item = b.box JOIN lot_word w ON w.lot = b.lot JOIN gtin_word g ON g.gtin = b.gtin
WHERE b.alike AND NOT o.handled AND o.recorded AND NOT o.partial
  AND b.lot NOT IN (SELECT lot FROM open_lot)
  AND coalesce(o.least = b.n AND o.most = b.n, true) AND coalesce(w.units_per_case = b.n, true) AND coalesce(epoch_us(o.left_at) >= b.filled, true)
  AND b.prefix NOT IN (SELECT prefix FROM touched) AND b.box NOT IN (SELECT item FROM nest WHERE boxes)
"""

# What may be calm as far as the rows of containers themselves go.
_GUESS = f"""
SELECT prefix, coalesce(least, -1)::BIGINT AS size, coalesce(epoch_us(left_at), {LATEST}) AS left_at FROM own
WHERE NOT handled AND recorded AND NOT partial AND coalesce(least = most, true) AND item NOT IN (SELECT item FROM nest WHERE boxes) ORDER BY prefix
"""

@dataclass(frozen=True)
class Told:
    """Observations of the scope."""

    nameless: str
    """SELECT of those of sources that do not name the trade item of every pack."""
    containers: Dealt
    """What those of no pack say."""
    rows: Callable[[np.ndarray], pa.Table]
    """Those of packs that are not ordinary, of the items with these first 60 bits (sorted)."""
    named: Callable[[Sequence[str]], pa.Table]
    """``item_prefix``, ``level`` and ``serial`` of packs whose serial may be one of these, however spelled, or is a finding by itself."""


def guess(connection: duckdb.DuckDBPyConnection, site: Site, told: Told, opened: Sequence[str]) -> Guess:
    """What the rows of containers say of them, before the packs in them are judged. Makes ``own`` and ``nest``."""
    own_and_nest(connection, told.containers)
    prefix, size, left = (np.asarray(each, np.int64) for each in connection.execute(_GUESS).fetchnumpy().values())
    place = {name: number for number, name in enumerate(site.lots)}
    sizes, open_lots = np.full(len(site.lots), -1), np.zeros(len(site.lots), bool)
    for lot, packs in connection.execute("SELECT lot, max(units_per_case) FROM order_master WHERE lot IS NOT NULL GROUP BY lot").fetchall():
        if lot in place and packs is not None:
            sizes[place[lot]] = packs if packs == int(packs) else 0
    open_lots[[place[lot] for lot in opened if lot in place]] = True
    return Guess(prefix, size, left, sizes, open_lots, KeySet([]))


def settle(connection: duckdb.DuckDBPyConnection, scanned: Scanned, told: Told, opened: Sequence[str], flat: Sequence[str] = ()) -> Verdict:
    """Make ``calm`` and ``stacked``; say what decides. ``opened`` are lots of which every pack stays, ``flat`` those of which every case does.

    Needs the tables ``order_master``, ``order_lot`` and ``source`` and the macro ``day_of_expiry`` of lake/expiry.py.
    """
    _words(connection, scanned)
    for table, names in (("opened", opened), ("flat", flat)):
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT unnest($names::VARCHAR[]) AS name", {"names": list(names)})
    # Where no source of the site speaks, what the hub has is no stray.
    site = "true" if any(segment.kind in SITE for segment in scanned.site.segments) else "false"
    replaced = {f"${name}": f"read_parquet('{scanned.folder / name}_*.parquet')" for name in ("odd", "boxes", "days")}
    replaced |= {"$nameless": told.nameless, "$site": site}
    _run(connection, (_ODD,), replaced)
    strays = _numbers(connection, _STRAY_PACKS.replace("$site", site))
    drawn = _drawn(connection, told, strays, replaced)
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'own'").fetchone():
        own_and_nest(connection, told.containers)
    _run(connection, (_ODD_LOTS, _CALM), replaced)
    _register(connection, "drawn_box", pa.table({"prefix": scanned.boxes_of(drawn)}))
    _run(connection, ("INSERT INTO touched SELECT prefix FROM drawn_box", _SETTLED, STACKED), replaced)
    open_lots = np.zeros(len(scanned.site.lots), bool)
    open_lots[_numbers(connection, "SELECT lot FROM open_lot")] = True
    calm = _numbers(connection, "SELECT prefix FROM calm ORDER BY prefix")
    for table in ("boxes", "odd_pack", "own", "nest", "touched", "spoken", "child"):
        connection.execute(f"DROP TABLE {table}")
    return Verdict(open_lots, calm, drawn, strays)


def _drawn(connection: duckdb.DuckDBPyConnection, told: Told, strays: np.ndarray, replaced: Mapping[str, str]) -> KeySet:
    """Packs that a stray serial may be meant for, or whose serial is a finding by itself."""
    _register(connection, "stray_row", told.rows(np.sort(strays)))
    _run(connection, (_FOLDED,), replaced)
    folds = [fold for (fold,) in connection.execute("SELECT fold FROM folded").fetchall()]
    _register(connection, "near", told.named(folds))
    _run(connection, (_DRAWN,), replaced)
    return KeySet([_numbers(connection, "SELECT prefix FROM drawn")])


def _register(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """A table of this name with these rows."""
    connection.register("_given", table)
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _given")
    connection.unregister("_given")


def _run(connection: duckdb.DuckDBPyConnection, scripts: Sequence[str], replaced: Mapping[str, str]) -> None:
    for statement in (each for script in scripts for each in script.split(";\n")):
        for name, text in replaced.items():
            statement = statement.replace(name, text)
        connection.execute(statement)


def _numbers(connection: duckdb.DuckDBPyConnection, query: str) -> np.ndarray:
    (found,) = connection.execute(query).fetchnumpy().values()
    return np.asarray(found, np.int64)


def _words(connection: duckdb.DuckDBPyConnection, scanned: Scanned) -> None:
    """The words behind the numbers, and of each lot its expiry day and its pack size."""
    facts = scanned.facts
    connection.execute("CREATE OR REPLACE TABLE device_word (device INTEGER, name VARCHAR)")
    connection.execute("CREATE OR REPLACE TABLE gtin_word (gtin INTEGER, name VARCHAR)")
    connection.execute("CREATE OR REPLACE TABLE day_word (day INTEGER, name VARCHAR)")
    connection.execute("CREATE OR REPLACE TABLE lot_name (lot INTEGER, name VARCHAR)")
    for table, names in (("device_word", facts.devices.names()), ("gtin_word", facts.gtins.names()), ("day_word", facts.days.names()),
                         ("lot_name", scanned.site.lots)):  # fmt: skip
        _insert(connection, table, [(number, name) for number, name in enumerate(names) if name is not None])
    connection.execute(_LOT_WORD)


_LOT_WORD = """
CREATE OR REPLACE TABLE lot_word AS
SELECT r.lot, r.name, o.units_per_case, o.cases_per_pallet, o.day AS order_day, d.day FROM lot_name r
LEFT JOIN (SELECT lot, max(units_per_case) AS units_per_case, max(cases_per_pallet) AS cases_per_pallet,
                  min(day_of_expiry(expiry)) AS day FROM order_master GROUP BY lot) o ON o.lot = r.name
LEFT JOIN day_word d ON d.name = o.day
"""


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        columns = list(zip(*rows, strict=True))
        data = pa.table([pa.array(column) for column in columns], names=[f"c{number}" for number in range(len(columns))])
        connection.register("_words", data)
        connection.execute(f"INSERT INTO {table} SELECT * FROM _words")
        connection.unregister("_words")
