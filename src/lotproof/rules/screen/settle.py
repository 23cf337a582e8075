"""Which ordinary packs may be set aside: those of lots in which all is said alike, in calm containers.

SQL over what `scan` left. Makes in the connection:

aside   every pack set aside: prefix, lot, gtin, day, mask, its container and its times (a view over the scan's files)
calm    container -> lot, gtin, how many packs of it were set aside, when the first was packed at the line, and where
stays   prefix of every pack that stays, besides all that is no pack
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from lotproof.lake.spelling import FOLD, HEADS
from lotproof.rules.screen.kernel import NEVER
from lotproof.rules.screen.scan import Scanned
from lotproof.rules.screen.shape import ALLOCATED, ENCODED, HUB, LINE, PACKED

_KEY = "(parent_high::UHUGEINT * 18446744073709551616 + parent_low::UHUGEINT)"

_PLAIN = f"""
CREATE OR REPLACE VIEW plain AS SELECT *, {_KEY} AS box FROM $plain;
CREATE OR REPLACE VIEW odd AS SELECT prefix, mask, {_KEY} AS box FROM $odd
"""

_NAMED = ALLOCATED, ENCODED, LINE, PACKED
_SITE_KNOWS = sum(1 << number for number in _NAMED)

# A stray serial is matched with a known one (rules/alias.py), which then is no longer alone; and some serials are findings by themselves.
_DRAWN = f"""
CREATE OR REPLACE TABLE stray AS
SELECT DISTINCT x.serial, x.lot FROM ($stated) x
WHERE x.level = 'unit' AND x.serial IS NOT NULL AND x.item_prefix IN (SELECT prefix FROM odd WHERE mask & {_SITE_KNOWS} = 0 AND (mask & {1 << HUB} = 0 OR $site));
CREATE OR REPLACE TABLE bare AS
WITH alone AS (SELECT DISTINCT serial FROM ($stated) WHERE gtin IS NULL AND serial IS NOT NULL AND level = 'unit')
SELECT serial FROM alone UNION SELECT unnest([serial[14:], serial[15:]]) FROM alone WHERE length(serial) > 13;
CREATE OR REPLACE TABLE folded AS
SELECT DISTINCT {FOLD} AS fold FROM (
  SELECT serial FROM stray UNION ALL SELECT head FROM stray s, unnest({HEADS}) AS t(head) WHERE head <> '') AS x(serial);
CREATE OR REPLACE TABLE drawn AS
SELECT DISTINCT item_prefix AS prefix FROM ($naming)
WHERE level = 'unit' AND serial IS NOT NULL AND (contains(serial, '.') OR contains(serial, ',') OR contains(serial, '+')
  OR serial IN (SELECT serial FROM bare) OR (EXISTS (SELECT 1 FROM folded) AND {FOLD} IN (SELECT fold FROM folded)))
"""

_ODD_LOTS = """
CREATE OR REPLACE TABLE open_lot AS
SELECT lot FROM (SELECT lot, min(nullif(day, 0)) AS first, max(day) AS last FROM plain GROUP BY lot) p JOIN lot_word w USING (lot)
WHERE first <> last OR (w.order_day IS NOT NULL AND last <> 0 AND last IS DISTINCT FROM w.day)
UNION SELECT lot FROM lot_word WHERE name IN (SELECT name FROM opened)
"""

_FIT = """
CREATE OR REPLACE VIEW required AS SELECT lot, required AS mask FROM lot_word WHERE lot NOT IN (SELECT lot FROM open_lot);
CREATE OR REPLACE VIEW fit AS SELECT p.* FROM plain p SEMI JOIN required r ON r.lot = p.lot AND r.mask = p.mask ANTI JOIN drawn d ON d.prefix = p.prefix;
CREATE OR REPLACE VIEW unfit AS
SELECT p.prefix, p.box FROM plain p ANTI JOIN required r ON r.lot = p.lot AND r.mask = p.mask
UNION ALL SELECT p.prefix, p.box FROM plain p SEMI JOIN drawn d ON d.prefix = p.prefix;
CREATE OR REPLACE TABLE touched AS
SELECT DISTINCT box FROM odd WHERE box <> 0 UNION SELECT box FROM unfit WHERE box <> 0
"""

# What a container's own rows say of it. Children of its own that are no packs, or an end, or an opening, make it anything but calm.
_OWN = """
CREATE OR REPLACE TABLE own AS
SELECT item, bool_or(step NOT IN ('commissioned', 'aggregated', 'shipped', 'received', 'counted', 'linked', 'observed', 'released')) AS handled,
       min(quantity) FILTER (step = 'commissioned') AS least, max(quantity) FILTER (step = 'commissioned') AS most,
       bool_or(coalesce(partial, false)) AS partial, min(at_utc) FILTER (step = 'shipped') AS left_at,
       bool_or(kind IN ('line', 'hub')) AS recorded
FROM $other WHERE level <> 'unit' AND item IS NOT NULL GROUP BY item;
CREATE OR REPLACE TABLE nest AS SELECT DISTINCT parent AS item FROM $other WHERE level <> 'unit' AND parent IS NOT NULL
"""

_CALM = f"""
CREATE OR REPLACE TABLE boxes AS
SELECT box, min(lot) AS lot, max(lot) AS lot2, min(gtin) AS gtin, max(gtin) AS gtin2, min(day) AS day, max(day) AS day2, count(*) AS n,
       max(hub_packed_at) AS filled, min(nullif(packed_at, {NEVER})) AS began, min(nullif(packed_position, -1)) AS position
FROM plain WHERE box <> 0 GROUP BY box;
CREATE OR REPLACE TABLE calm AS
SELECT b.box, o.item AS parent, w.name AS lot, g.name AS gtin, b.n, make_timestamp(b.began) AS began, b.position
FROM boxes b JOIN (SELECT *, uuid_number(item::VARCHAR) AS box FROM own) o ON o.box = b.box JOIN lot_word w ON w.lot = b.lot JOIN gtin_word g ON g.gtin = b.gtin
WHERE b.lot = b.lot2 AND b.gtin = b.gtin2 AND b.day = b.day2 AND NOT o.handled AND o.recorded AND NOT o.partial
  AND coalesce(o.least = b.n AND o.most = b.n, true) AND coalesce(w.units_per_case = b.n, true) AND coalesce(epoch_us(o.left_at) >= b.filled, true)
  AND b.box NOT IN (SELECT box FROM touched) AND b.box NOT IN (SELECT uuid_number(item::VARCHAR) FROM nest)
"""

# Few containers are not calm, and a join with few is cheap.
_ASIDE = """
CREATE OR REPLACE TABLE uncalm AS SELECT box FROM boxes ANTI JOIN calm USING (box);
DROP TABLE boxes;
CREATE OR REPLACE VIEW aside AS SELECT f.* FROM fit f ANTI JOIN uncalm u ON u.box = f.box;
CREATE OR REPLACE TABLE stays AS
SELECT prefix FROM odd UNION SELECT prefix FROM unfit UNION SELECT p.prefix FROM plain p SEMI JOIN uncalm u ON u.box = p.box
"""

_MACRO = """
CREATE OR REPLACE TEMP MACRO uuid_number(text_form) AS
  ('0x' || text_form[1:8] || text_form[10:13] || text_form[15:18])::UBIGINT::UHUGEINT * 18446744073709551616 + ('0x' || text_form[20:23] || text_form[25:36])::UBIGINT::UHUGEINT
"""


def settle(connection: duckdb.DuckDBPyConnection, scanned: Scanned, stated: str, naming: str, opened: Sequence[str]) -> None:
    """Make ``aside``, ``calm`` and ``stays``. ``stated`` and ``naming`` are SELECTs of all rows, and of those of one source a pack.

    ``opened`` are lots of which every pack stays. Needs the table ``order_master`` and the macro ``day_of_expiry`` of lake/expiry.py.
    """
    connection.execute(_MACRO)
    _words(connection, scanned)
    connection.execute("CREATE OR REPLACE TABLE opened (name VARCHAR)")
    for name in opened:
        connection.execute("INSERT INTO opened VALUES (?)", [name])
    site = "false" if any(required & _SITE_KNOWS for required in scanned.required.values()) else "true"
    files = {name: f"read_parquet('{scanned.folder / name}_*.parquet')" for name in ("plain", "odd")}
    other = f"read_parquet('{scanned.folder / 'other.parquet'}')"
    for script in (_PLAIN, _DRAWN, _ODD_LOTS, _FIT, _OWN, _CALM, _ASIDE):
        text = script.replace("$plain", files["plain"]).replace("$odd", files["odd"]).replace("$other", other)
        for statement in text.replace("$stated", stated).replace("$naming", naming).replace("$site", site).split(";\n"):
            connection.execute(statement)


def _words(connection: duckdb.DuckDBPyConnection, scanned: Scanned) -> None:
    """The words behind the numbers, and of each lot what an ordinary pack of it has, its expiry day and its pack size."""
    facts = scanned.facts
    connection.execute("CREATE OR REPLACE TABLE device_word (device INTEGER, name VARCHAR)")
    connection.execute("CREATE OR REPLACE TABLE gtin_word (gtin INTEGER, name VARCHAR)")
    connection.execute("CREATE OR REPLACE TABLE day_word (day INTEGER, name VARCHAR)")
    connection.execute("CREATE OR REPLACE TABLE lot_required (lot INTEGER, name VARCHAR, required SMALLINT)")
    for table, words in (("device_word", facts.devices), ("gtin_word", facts.gtins), ("day_word", facts.days)):
        _insert(connection, table, [(number, name) for number, name in enumerate(words.names()) if name is not None])
    lots = facts.lots.names()
    _insert(connection, "lot_required", [(number, name, scanned.required.get(number, 0)) for number, name in enumerate(lots) if name is not None])
    connection.execute(_LOT_WORD)


_LOT_WORD = """
CREATE OR REPLACE TABLE lot_word AS
SELECT r.lot, r.name, r.required, o.units_per_case, o.day AS order_day, d.day FROM lot_required r
LEFT JOIN (SELECT lot, max(units_per_case) AS units_per_case, min(day_of_expiry(expiry)) AS day FROM order_master GROUP BY lot) o ON o.lot = r.name
LEFT JOIN day_word d ON d.name = o.day
"""


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        columns = list(zip(*rows, strict=True))
        data = pa.table([pa.array(column) for column in columns], names=[f"c{number}" for number in range(len(columns))])
        connection.register("_words", data)
        connection.execute(f"INSERT INTO {table} SELECT * FROM _words")
        connection.unregister("_words")
