"""Lots where a serial of one may be a misspelled serial of the other: they must be judged together.

Which change of spelling it was, and whether it is the only one that fits, the rules decide (rules/alias.py). Here one coarse
fold, under which every such pair is equal, keeps the two lots in one partition.
"""

from __future__ import annotations

HEADS = r"""[regexp_extract(s.serial, '^(.{1,20}?)\x1d?10' || regexp_escape(s.lot) || '(17\d{6})?$', 1),
             regexp_extract(s.serial, '^(.{1,20}?)\x1d?17\d{6}(10.*)?$', 1),
             regexp_extract(s.serial, '^(.{1,20})\x1d?17\d{6}(10.*)?$', 1)]"""
"""What ``s.serial`` may have been before it swallowed lot and expiry of its element string; '' where it cannot be that."""

AZERTY = """translate(serial, '&é"''(-è_çà', '1234567890')"""
"""``serial`` as it was, where its digits were typed on a French keyboard without the shift key."""

_FOLD = f"""ltrim(translate(upper({AZERTY}), 'OILY', '011Z'), '0')"""

MISSPELLED = f"""
WITH pack AS (SELECT item, min(serial) AS serial, min(home) AS lot, bool_or(kind IN ('numbers', 'line', 'printer')) AS site,
                     bool_or(kind = 'hub' AND step = 'commissioned') AS hub
              FROM resolved WHERE level = 'unit' AND serial IS NOT NULL AND item IS NOT NULL GROUP BY item),
stray AS (SELECT lot, {_FOLD} AS fold FROM (
            SELECT lot, serial FROM pack WHERE NOT site
            UNION ALL SELECT s.lot, head FROM pack s, unnest({HEADS}) AS t(head) WHERE NOT s.site AND head <> '') AS x(lot, serial)),
known AS (SELECT lot, {_FOLD} AS fold FROM pack WHERE site OR hub)
SELECT DISTINCT s.lot, k.lot FROM stray s JOIN known k ON k.fold = s.fold AND k.lot <> s.lot
"""
"""Pairs of lots. Needs ``resolved``."""
