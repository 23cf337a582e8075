"""What the rows of containers say of them, and which cases are set aside with the packs in them.

A calm case is *stacked* where its own rows are as usual (made once and packed once by each source that speaks of its lot's containers, all in
the same container) and its container is a pallet, to which nothing but packing, shipping and counting happened. Nothing can be found in such a
case; its pallet stays, with all other cases on it. Rules over pallets read `stacked` of lake/aside.py.
"""

from __future__ import annotations

_NUMBERS, _MADE_LINE, _PACKED_LINE, _MADE_HUB, _PACKED_HUB = 1, 2, 4, 8, 16
_MADE = _MADE_LINE | _MADE_HUB

# What a container's own rows say of it. Children of its own that are no packs, or an end, or an opening, make it anything but calm.
OWN = f"""
CREATE OR REPLACE TABLE own AS
SELECT item, any_value(item_prefix) AS prefix, bool_or(step NOT IN ('commissioned', 'aggregated', 'shipped', 'received', 'counted', 'linked', 'observed', 'released')) AS handled,
       min(quantity) FILTER (step = 'commissioned') AS least, max(quantity) FILTER (step = 'commissioned') AS most,
       bool_or(coalesce(partial, false)) AS partial, min(at_utc) FILTER (step = 'shipped') AS left_at, bool_or(kind IN ('line', 'hub')) AS recorded,
       bit_or(class) AS mask, count(*) AS rows, min(parent) AS inside, max(parent) AS inside2, min(lot) AS lot, max(lot2) AS lot2,
       bool_and(level IN ('case', 'container')) AS is_case, bool_and(level IN ('pallet', 'container')) AS is_pallet,
       bool_or(expiry IS NOT NULL OR reason IS NOT NULL OR result IS NOT NULL OR serial IS NOT NULL OR sscc IS NULL OR damaged) AS odd,
       max(at_utc) FILTER (class = {_MADE_LINE}) AS made, max(position) FILTER (class = {_MADE_LINE}) AS made_position, bool_or(partial IS NOT NULL) AS flagged,
       max(at_utc) FILTER (class = {_PACKED_HUB}) AS filled, min(at_utc) FILTER (class = {_PACKED_LINE}) AS began
FROM (SELECT r.* REPLACE (least(r.lot, o.lot) AS lot), greatest(r.lot, o.lot) AS lot2, s.kind,
             coalesce(contains(r.transform, 'gs_missing') OR contains(r.transform, 'not_cset82'), false) AS damaged,
             CASE WHEN s.kind = 'numbers' AND r.step = 'allocated' THEN {_NUMBERS}
                  WHEN r.step = 'commissioned' THEN CASE s.kind WHEN 'line' THEN {_MADE_LINE} WHEN 'hub' THEN {_MADE_HUB} ELSE 0 END
                  WHEN r.step = 'aggregated' THEN CASE s.kind WHEN 'line' THEN {_PACKED_LINE} WHEN 'hub' THEN {_PACKED_HUB} ELSE 0 END ELSE 0 END AS class
      FROM ($rest) r JOIN source s ON s.source = r.source::source_t LEFT JOIN order_lot o ON o.order_no = r.order_no
      WHERE r.level IS NOT NULL AND r.level <> 'unit' AND r.item IS NOT NULL) GROUP BY item;
CREATE OR REPLACE TABLE nest AS
SELECT r.parent AS item, count(DISTINCT r.item) FILTER (s.kind = 'hub' AND r.step = 'aggregated') AS n_hub,
       bool_or(r.item IS NULL OR r.level IS NULL OR r.level = 'unit') AS strange, bool_or(r.level <> 'unit') AS boxes
FROM ($rest) r JOIN source s ON s.source = r.source::source_t WHERE r.parent IS NOT NULL GROUP BY r.parent
"""

# A lot's containers are made and packed by the same sources throughout; what states no lot counts for all. Where some are counted, those that
# are not are findings, so that lots with an inventory (``flat``) have none set aside.
STACKED = f"""
CREATE OR REPLACE TABLE spoken AS
SELECT coalesce(c.lot, o.lot) AS lot, bit_or(o.mask) AS mask FROM own o LEFT JOIN calm c ON c.parent = o.item GROUP BY ALL;
CREATE OR REPLACE TABLE child AS
SELECT o.item, o.inside AS pallet, c.lot, o.mask, o.filled, o.began, o.made, o.made_position, o.flagged FROM calm c JOIN own o ON o.item = c.parent JOIN spoken s ON s.lot = c.lot
WHERE o.rows = bit_count(o.mask) AND o.inside = o.inside2 AND o.is_case AND NOT o.odd AND coalesce(o.lot = c.lot AND o.lot2 = c.lot, true)
  AND o.mask = (s.mask | coalesce((SELECT mask FROM spoken WHERE lot IS NULL), 0)) AND c.lot NOT IN (SELECT name FROM flat);
DELETE FROM stacked;
INSERT INTO stacked
SELECT w.pallet, w.lot, w.n, w.began, w.mask & {_NUMBERS} <> 0, w.mask & {_MADE_LINE} <> 0, w.mask & {_PACKED_LINE} <> 0, w.mask & {_MADE_HUB} <> 0,
       w.mask & {_PACKED_HUB} <> 0, w.last.made, w.last.position, w.flagged
FROM (SELECT pallet, lot, count(*) AS n, max(filled) AS filled, min(began) AS began, min(mask) AS mask, bool_or(flagged) AS flagged,
             max({{'made': made, 'position': made_position}}) FILTER (made IS NOT NULL) AS last FROM child GROUP BY pallet, lot) w
JOIN own p ON p.item = w.pallet JOIN nest k ON k.item = w.pallet JOIN lot_word o ON o.name = w.lot
WHERE NOT k.strange AND p.recorded AND p.is_pallet AND NOT p.handled AND p.mask & {_MADE} = w.mask & {_MADE}
  AND coalesce(p.lot = w.lot AND p.lot2 = w.lot, true) AND coalesce(p.left_at >= w.filled, true)
  -- What the hub has too many or too few of is shown by the first of all cases on the pallet (AGG-02).
  AND (k.n_hub = 0 OR coalesce(o.cases_per_pallet = k.n_hub, true))
  AND p.prefix NOT IN (SELECT prefix FROM boxes) AND p.prefix NOT IN (SELECT prefix FROM touched);
CREATE OR REPLACE TABLE calm AS
SELECT c.* REPLACE (s.pallet AS pallet) FROM calm c LEFT JOIN child k ON k.item = c.parent LEFT JOIN stacked s ON s.pallet = k.pallet AND s.lot = k.lot
"""
