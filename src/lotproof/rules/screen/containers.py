"""What the rows of containers say of them, and which cases are set aside with the packs in them.

A calm case is *stacked* where its own rows are as usual (made once and packed once by each source that speaks of its lot's containers, all in
the same container) and its container is a pallet, to which nothing but packing, shipping and counting happened. Nothing can be found in such a
case; its pallet stays, with all other cases on it. Rules over pallets read `stacked` of lake/aside.py.
"""

from __future__ import annotations

_NUMBERS, _MADE_LINE, _PACKED_LINE, _MADE_HUB, _PACKED_HUB = 1, 2, 4, 8, 16
_MADE = _MADE_LINE | _MADE_HUB

# What a row says of its container besides values: bits, for one number is brought together several times as fast as as many truths.
_SAYS = {
    "handled": "r.step NOT IN ('commissioned', 'aggregated', 'shipped', 'received', 'counted', 'linked', 'observed', 'released')",
    "partial": "coalesce(r.partial, false)",
    "flagged": "r.partial IS NOT NULL",
    "recorded": "s.kind IN ('line', 'hub')",
    "no_case": "r.level NOT IN ('case', 'container')",
    "no_pallet": "r.level NOT IN ('pallet', 'container')",
    "odd": "r.expiry IS NOT NULL OR r.reason IS NOT NULL OR r.result IS NOT NULL OR r.serial IS NOT NULL OR r.sscc IS NULL "
    "OR coalesce(contains(r.transform, 'gs_missing') OR contains(r.transform, 'not_cset82'), false)",
}
_BITS = " | ".join(f"(({truth})::INTEGER << {place})" for place, truth in enumerate(_SAYS.values()))
_TRUTHS = ", ".join(f"(says & {1 << place}) <> 0 AS {name}" for place, name in enumerate(_SAYS))

# What a container's own rows say of it. Children of its own that are no packs, or an end, or an opening, make it anything but calm.
OWN = f"""
CREATE OR REPLACE TABLE own AS
SELECT * EXCLUDE (says), {_TRUTHS} FROM (
  SELECT item, any_value(item_prefix) AS prefix, bit_or(says) AS says, min(if(step = 'commissioned', quantity, NULL)) AS least,
         max(if(step = 'commissioned', quantity, NULL)) AS most, min(if(step = 'shipped', at_utc, NULL)) AS left_at,
         bit_or(class) AS mask, count(*) AS rows, min(parent) AS inside, max(parent) AS inside2, min(lot) AS lot, max(lot2) AS lot2,
         max(if(class = {_MADE_LINE}, at_utc, NULL)) AS made, max(if(class = {_MADE_LINE}, position, NULL)) AS made_position,
         max(if(class = {_PACKED_HUB}, at_utc, NULL)) AS filled, min(if(class = {_PACKED_LINE}, at_utc, NULL)) AS began
  FROM (SELECT r.item, r.item_prefix, r.step, r.quantity, r.at_utc, r.parent, r.position, least(r.lot, o.lot) AS lot, greatest(r.lot, o.lot) AS lot2,
               {_BITS} AS says,
               CASE WHEN s.kind = 'numbers' AND r.step = 'allocated' THEN {_NUMBERS}
                    WHEN r.step = 'commissioned' THEN CASE s.kind WHEN 'line' THEN {_MADE_LINE} WHEN 'hub' THEN {_MADE_HUB} ELSE 0 END
                    WHEN r.step = 'aggregated' THEN CASE s.kind WHEN 'line' THEN {_PACKED_LINE} WHEN 'hub' THEN {_PACKED_HUB} ELSE 0 END ELSE 0 END AS class
        FROM ($rest) r JOIN source s ON s.source = r.source::source_t LEFT JOIN order_lot o ON o.order_no = r.order_no
        WHERE r.level IS NOT NULL AND r.level <> 'unit' AND r.item IS NOT NULL) GROUP BY item);
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
WHERE o.rows = bit_count(o.mask) AND o.inside = o.inside2 AND NOT o.no_case AND NOT o.odd AND coalesce(o.lot = c.lot AND o.lot2 = c.lot, true)
  AND o.mask = (s.mask | coalesce((SELECT mask FROM spoken WHERE lot IS NULL), 0)) AND c.lot NOT IN (SELECT name FROM flat);
DELETE FROM stacked;
INSERT INTO stacked
SELECT w.pallet, w.lot, w.n, w.began, w.mask & {_NUMBERS} <> 0, w.mask & {_MADE_LINE} <> 0, w.mask & {_PACKED_LINE} <> 0, w.mask & {_MADE_HUB} <> 0,
       w.mask & {_PACKED_HUB} <> 0, w.last.made, w.last.position, w.flagged
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
