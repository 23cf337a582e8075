"""Format-only matching: stray serials that are a known serial after one change of spelling.

``known`` are the serials that the site's own sources state (numbers received, printer, line; where none of these speaks
of a trade item, what the hub commissioned). A stray is matched only if exactly one known serial answers and if it is not
itself known. Nothing is repaired: the match is a finding of its own (IDT-02, IDT-03, IDT-04). A serial that a source gives
without trade item is matched with the same serial, of its own lot first; that is no finding. Neither is a number that is a known
trade item and serial written one behind the other. What no spelling here explains may still be one map of characters (rules/charmap.py).
"""

from __future__ import annotations

from lotproof.lake.spelling import AZERTY, AZERTY_LETTERS, HEADS

_KNOWN = """
CREATE OR REPLACE TABLE known AS
SELECT item, any_value(gtin) AS gtin, any_value(serial) AS serial, arg_min(home, if(kind = 'line', 0, 1)) AS lot
FROM part WHERE level = 'unit' AND kind IN ('numbers', 'line', 'printer') AND serial IS NOT NULL AND item IS NOT NULL GROUP BY item
"""

_KNOWN_HUB = """
INSERT INTO known
SELECT item, any_value(gtin), any_value(serial), any_value(home) FROM part
WHERE level = 'unit' AND kind = 'hub' AND step = 'commissioned' AND serial IS NOT NULL
  AND coalesce(gtin, '') NOT IN (SELECT gtin FROM site_gtin) GROUP BY item
"""

_STRAY = """
CREATE OR REPLACE TABLE stray AS
SELECT item, any_value(gtin) AS gtin, any_value(serial) AS serial, any_value(home) AS lot FROM part
WHERE level = 'unit' AND serial IS NOT NULL AND item IS NOT NULL AND item NOT IN (SELECT item FROM known) GROUP BY item
"""

_CANDIDATE = """
CREATE OR REPLACE TABLE candidate AS
WITH s AS (SELECT *, upper(serial) AS u, ltrim(serial, '0') AS z, translate(serial, 'YZyz', 'ZYzy') AS y, AZERTY AS f, FRENCH AS a,
                  translate(upper(serial), 'OIL', '011') AS c FROM stray),
     k AS (SELECT *, upper(serial) AS u, ltrim(serial, '0') AS z, translate(upper(serial), 'OIL', '011') AS c FROM known
           WHERE EXISTS (SELECT 1 FROM stray))
SELECT s.item, k.item AS canonical, '' AS transform, if(k.lot = s.lot, -1, 0) AS rank FROM s JOIN k ON k.serial = s.serial AND SAME
UNION ALL SELECT s.item, k.item, '', 0 FROM s JOIN k ON s.serial = k.gtin || k.serial AND SAME
UNION ALL SELECT s.item, k.item, '', 0 FROM s JOIN k ON s.serial = k.gtin[2:] || k.serial AND SAME
UNION ALL SELECT s.item, k.item, 'case', 1 FROM s JOIN k ON k.u = s.u AND SAME
UNION ALL SELECT s.item, k.item, 'keyboard', 2 FROM s JOIN k ON k.serial = s.y AND SAME
UNION ALL SELECT s.item, k.item, 'keyboard', 3 FROM s JOIN k ON k.u = upper(s.y) AND SAME
UNION ALL SELECT s.item, k.item, 'zeros', 2 FROM s JOIN k ON k.z = s.z AND s.z <> '' AND SAME
UNION ALL SELECT s.item, k.item, 'keyboard', 4 FROM s JOIN k ON k.serial = s.f AND SAME
UNION ALL SELECT s.item, k.item, 'keyboard', 4 FROM s JOIN k ON k.serial = s.a AND SAME
UNION ALL SELECT s.item, k.item, 'confusable', 6 FROM s JOIN k ON k.c = s.c AND SAME
UNION ALL SELECT s.item, k.item, 'swallowed', 5 FROM (
    SELECT s.*, t.head FROM s, unnest(HEADS) AS t(head)) s
  JOIN k ON k.serial = s.head AND s.head <> '' AND SAME
""".replace("SAME", "(s.gtin IS NULL OR k.gtin IS NULL OR k.gtin = s.gtin)").replace("FRENCH", AZERTY_LETTERS.replace("SERIAL", AZERTY)).replace("AZERTY", AZERTY).replace("HEADS", HEADS)

_ALIAS = """
CREATE OR REPLACE TABLE alias AS
SELECT a.item, a.canonical, nullif(a.transform, '') AS transform, k.lot FROM (
  SELECT * FROM (SELECT item, canonical, min_by(transform, rank) AS transform, min(rank) AS rank FROM candidate GROUP BY item, canonical)
  QUALIFY rank = min(rank) OVER (PARTITION BY item) AND count(*) OVER (PARTITION BY item, rank) = 1) a JOIN known k ON k.item = a.canonical
"""

ALIAS_SQL = (_KNOWN, _KNOWN_HUB, _STRAY, _CANDIDATE, _ALIAS)
