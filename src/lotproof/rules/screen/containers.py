"""Which cases are set aside with the packs in them.

A calm case is *stacked* where its own rows are as usual (made once and packed once by each source that speaks of its lot's containers, all in
the same container) and its container is a pallet, to which nothing but packing, shipping and counting happened. Nothing can be found in such a
case; its pallet stays, with all other cases on it. Rules over pallets read `stacked` of lake/aside.py.
"""

from __future__ import annotations

from lotproof.rules.screen.told import MADE_HUB, MADE_LINE, NUMBERS, PACKED_HUB, PACKED_LINE

_MADE = MADE_LINE | MADE_HUB

# A lot's containers are made and packed by the same sources throughout; what states no lot counts for all. Where some are counted, those that
# are not are findings, so that lots with an inventory (``flat``) have none set aside.
STACKED = f"""
CREATE OR REPLACE TABLE spoken AS
SELECT coalesce(c.lot, o.lot) AS lot, bit_or(o.mask) AS mask FROM own o LEFT JOIN calm c ON c.parent = o.item GROUP BY ALL;
CREATE OR REPLACE TABLE child AS
SELECT o.item, o.inside AS pallet, c.lot, o.mask, o.filled, o.began, o.made, o.made_position, o.flagged FROM calm c JOIN own o ON o.item = c.parent JOIN spoken s ON s.lot = c.lot
WHERE o.rows = bit_count(o.mask) AND o.inside IS NOT NULL AND NOT o.no_case AND NOT o.odd AND coalesce(o.lot = c.lot AND o.lot2 = c.lot, true)
  AND o.mask = (s.mask | coalesce((SELECT mask FROM spoken WHERE lot IS NULL), 0)) AND c.lot NOT IN (SELECT name FROM flat);
DELETE FROM stacked;
INSERT INTO stacked
SELECT w.pallet, w.lot, w.n, w.began, w.mask & {NUMBERS} <> 0, w.mask & {MADE_LINE} <> 0, w.mask & {PACKED_LINE} <> 0, w.mask & {MADE_HUB} <> 0,
       w.mask & {PACKED_HUB} <> 0, w.last.made, w.last.position, w.flagged
FROM (SELECT pallet, lot, count(*) AS n, max(filled) AS filled, min(began) AS began, min(mask) AS mask, bool_or(flagged) AS flagged,
             max({{'made': made, 'position': made_position}}) FILTER (made IS NOT NULL) AS last FROM child GROUP BY pallet, lot) w
JOIN own p ON p.item = w.pallet JOIN nest k ON k.item = w.pallet JOIN lot_word o ON o.name = w.lot
WHERE NOT k.strange AND p.recorded AND NOT p.no_pallet AND NOT p.handled AND p.mask & {_MADE} = w.mask & {_MADE}
  AND coalesce(p.lot = w.lot AND p.lot2 = w.lot, true) AND coalesce(p.left_at >= w.filled, true)
  -- What the hub has too many or too few of is shown by the first of all cases on the pallet (AGG-02).
  AND (k.n_hub = 0 OR coalesce(o.cases_per_pallet = k.n_hub, true))
  AND p.prefix NOT IN (SELECT prefix FROM boxes) AND p.prefix NOT IN (SELECT prefix FROM touched);
CREATE OR REPLACE TABLE calm AS
SELECT c.* REPLACE (s.pallet AS pallet) FROM calm c LEFT JOIN child k ON k.item = c.parent LEFT JOIN stacked s ON s.pallet = k.pallet AND s.lot = k.lot
"""
