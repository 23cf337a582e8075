"""Which ordinary packs may be set aside: those of lots in which all is said alike, in calm containers.

SQL over what `scan` left, which is little: a line for each container and for each pack that is not ordinary. Makes in the connection:

calm    container -> lot, trade item, how many packs of it may be set aside, when the first was packed at the line, and where
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from lotproof.lake.spelling import FOLD, HEADS, LETTERS
from lotproof.rules.screen.containers import OWN, STACKED
from lotproof.rules.screen.keyset import KeySet
from lotproof.rules.screen.scan import LATEST, Scanned
from lotproof.rules.screen.shape import ALLOCATED, ENCODED, HUB, LINE, PACKED


@dataclass(frozen=True)
class Settled:
    """What decides of each ordinary pack whether it is set aside."""

    open_lots: np.ndarray
    """bool, by number of a lot: nothing of it is set aside."""
    uncalm: KeySet
    """First 60 bits of the keys of containers whose packs stay."""
    drawn: KeySet
    """Packs that a stray serial may be meant for, or whose serial is a finding by itself."""


_NUMBER = "(box_high::UHUGEINT * 18446744073709551616 + box_low::UHUGEINT)"
_ODD = """
CREATE OR REPLACE VIEW odd AS SELECT * FROM $odd;
CREATE OR REPLACE TABLE odd_pack AS SELECT prefix, bit_or(mask) AS mask FROM odd GROUP BY prefix
"""

_TAIL = 3
"""Characters at the end of a serial that are looked at first."""
_SITE_KNOWS = sum(1 << number for number in (ALLOCATED, ENCODED, LINE, PACKED))

# A stray serial is matched with a known one (rules/alias.py), which then is no longer alone; and some serials are findings by themselves.
_DRAWN = f"""
CREATE OR REPLACE TABLE stray AS
SELECT DISTINCT x.serial, x.lot FROM ($stated) x
WHERE x.level = 'unit' AND x.serial IS NOT NULL
  AND x.item_prefix IN (SELECT prefix FROM odd_pack WHERE mask & {_SITE_KNOWS} = 0 AND (mask & {1 << HUB} = 0 OR $site));
CREATE OR REPLACE TABLE bare AS
WITH alone AS (SELECT DISTINCT serial FROM ($nameless) WHERE gtin IS NULL AND serial IS NOT NULL AND level = 'unit')
SELECT serial FROM alone UNION SELECT unnest([serial[14:], serial[15:]]) FROM alone WHERE length(serial) > 13;
CREATE OR REPLACE TABLE folded AS
SELECT DISTINCT {FOLD} AS fold FROM (
  SELECT serial FROM stray UNION ALL SELECT head FROM stray s, unnest({HEADS}) AS t(head) WHERE head <> '') AS x(serial);
CREATE OR REPLACE TABLE drawn AS
SELECT DISTINCT item_prefix AS prefix FROM ($naming)
WHERE level = 'unit' AND serial IS NOT NULL AND item_prefix IS NOT NULL AND (contains(serial, '.') OR contains(serial, ',') OR contains(serial, '+')
  OR serial IN (SELECT serial FROM bare))
"""

# To fold a serial takes a microsecond, so only those are folded whose last characters, folded alone, are right: they are few.
_FOLDED = f"""
CREATE OR REPLACE TABLE tail AS
WITH ending AS (SELECT serial AS tail, {LETTERS} AS letters FROM (
  SELECT DISTINCT right(serial, {_TAIL}) AS serial FROM ($naming) WHERE level = 'unit' AND serial IS NOT NULL AND item_prefix IS NOT NULL) AS x)
SELECT tail FROM ending WHERE letters IN (SELECT right(fold, {_TAIL}) FROM folded)
UNION SELECT tail FROM ending JOIN folded ON length(fold) < {_TAIL} AND ends_with(letters, fold)
UNION SELECT tail FROM ending WHERE length(tail) < {_TAIL};
CREATE OR REPLACE TABLE near AS
SELECT DISTINCT item_prefix, serial FROM ($naming)
WHERE level = 'unit' AND serial IS NOT NULL AND item_prefix IS NOT NULL AND right(serial, {_TAIL}) IN (SELECT tail FROM tail);
INSERT INTO drawn SELECT item_prefix FROM near WHERE {FOLD} IN (SELECT fold FROM folded)
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
SELECT (box_high >> 4)::BIGINT AS prefix, min({_NUMBER}) AS box, min(box_high) = max(box_high) AND min(box_low) = max(box_low2) AS alone,
       min(lot) AS lot, max(lot2) AS lot2, min(gtin) AS gtin, max(gtin2) AS gtin2,
       min(day) AS day, max(day2) AS day2, sum(n)::BIGINT AS n, max(filled) AS filled, min(nullif(began, {LATEST})) AS began,
       min(nullif(position, {LATEST})) AS position
FROM $boxes GROUP BY ALL;
CREATE OR REPLACE TABLE touched AS
SELECT box_high AS high FROM odd WHERE box_high <> 0 UNION SELECT box_high FROM $unfit WHERE box_high <> 0
UNION SELECT (uuid_number(parent::VARCHAR) >> 64)::UBIGINT FROM ($stated) WHERE parent IS NOT NULL AND item_prefix IN (SELECT prefix FROM drawn);
CREATE OR REPLACE TABLE calm AS
SELECT b.box, o.item AS parent, w.name AS lot, g.name AS gtin, b.n, make_timestamp(b.began) AS began, b.position, NULL::UUID AS pallet
FROM boxes b JOIN (SELECT *, uuid_number(item::VARCHAR) AS box FROM own) o ON o.box = b.box JOIN lot_word w ON w.lot = b.lot JOIN gtin_word g ON g.gtin = b.gtin
WHERE b.alone AND b.lot = b.lot2 AND b.gtin = b.gtin2 AND b.day = b.day2 AND NOT o.handled AND o.recorded AND NOT o.partial
  AND b.lot NOT IN (SELECT lot FROM open_lot)
  AND coalesce(o.least = b.n AND o.most = b.n, true) AND coalesce(w.units_per_case = b.n, true) AND coalesce(epoch_us(o.left_at) >= b.filled, true)
  AND b.prefix NOT IN (SELECT (high >> 4)::BIGINT FROM touched) AND b.box NOT IN (SELECT uuid_number(item::VARCHAR) FROM nest WHERE boxes)
"""

_MACRO = """
CREATE OR REPLACE TEMP MACRO uuid_number(text_form) AS
  ('0x' || text_form[1:8] || text_form[10:13] || text_form[15:18])::UBIGINT::UHUGEINT * 18446744073709551616 + ('0x' || text_form[20:23] || text_form[25:36])::UBIGINT::UHUGEINT
"""


@dataclass(frozen=True)
class Told:
    """SELECTs of observations."""

    stated: str
    """All."""
    nameless: str
    """Those of sources that do not name the trade item of every pack."""
    naming: str
    """Those of sources that name each pack between them."""
    rest: str
    """Those of no pack."""


def settle(connection: duckdb.DuckDBPyConnection, scanned: Scanned, told: Told, opened: Sequence[str], flat: Sequence[str] = ()) -> Settled:
    """Make ``calm`` and ``stacked``; say what else decides. ``opened`` are lots of which every pack stays, ``flat`` those of which every case does.

    Needs the tables ``order_master``, ``order_lot`` and ``source`` and the macro ``day_of_expiry`` of lake/expiry.py.
    """
    connection.execute(_MACRO)
    _words(connection, scanned)
    for table, names in (("opened", opened), ("flat", flat)):
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT unnest($names::VARCHAR[]) AS name", {"names": list(names)})
    site = "false" if np.any(scanned.learned.required & _SITE_KNOWS) else "true"
    replaced = {f"${name}": f"read_parquet('{scanned.folder / name}_*.parquet')" for name in ("odd", "unfit", "boxes", "days")}
    replaced |= {"$stated": told.stated, "$nameless": told.nameless, "$naming": told.naming, "$rest": told.rest, "$site": site}
    _run(connection, (_ODD, _DRAWN), replaced)
    if connection.execute("SELECT 1 FROM folded LIMIT 1").fetchone():
        _run(connection, (_FOLDED,), replaced)
    _run(connection, (_ODD_LOTS, OWN, _CALM, STACKED), replaced)
    open_lots = np.zeros(len(scanned.site.lots), bool)
    open_lots[_numbers(connection, "SELECT lot FROM open_lot")] = True
    uncalm = _numbers(connection, "SELECT prefix FROM boxes ANTI JOIN calm USING (box)")
    drawn = _numbers(connection, "SELECT prefix FROM drawn")
    for table in ("boxes", "odd_pack", "own", "nest", "touched", "spoken", "child"):
        connection.execute(f"DROP TABLE {table}")
    return Settled(open_lots, KeySet([uncalm]), KeySet([drawn]))


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
