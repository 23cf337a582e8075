"""AGG-02: a container that holds more or fewer than its pack size and is not called partial."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-02",
    title="Child count differs from the pack size",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="MACHINE",
    hda="Packaging and Labeling",
    pdg="underages",
    emvs=(),
    vrs=(),
    sentence="{count} containers of lot {lot} do not hold what their pack size or their record says: {note}",
    hint="Count the containers named; correct the record, or flag them as partial.",
    sql="""
WITH listed AS (SELECT subject, sum(n)::BIGINT AS n FROM (
  SELECT parent AS subject, count(DISTINCT subject) AS n FROM line_parent GROUP BY parent UNION ALL SELECT pallet, n FROM stacked WHERE line_packs) GROUP BY subject),
added AS (SELECT parent AS subject, count(DISTINCT subject) AS ever, min_by(source, replay_order) AS source,
                 min_by(position, replay_order) AS position FROM hub_event WHERE step = 'aggregated' GROUP BY parent),
held AS (SELECT parent AS subject, count(*) AS n FROM hub_state WHERE parent IS NOT NULL GROUP BY parent),
away AS (SELECT pallet, sum(n)::BIGINT AS n FROM stacked WHERE hub_packs GROUP BY pallet),
flagged AS (SELECT lot FROM line_state WHERE partial IS NOT NULL UNION SELECT lot FROM stacked WHERE flagged),
-- Where the line flags nothing at all, the last container of a lot may hold what was left over.
rest AS (
  SELECT subject FROM (SELECT subject, lot, level, at_utc, position FROM line_state UNION ALL SELECT NULL, lot, 'case', last, position FROM stacked)
  WHERE level IN ('case', 'pallet') AND at_utc IS NOT NULL AND lot NOT IN (SELECT lot FROM flagged)
  QUALIFY row_number() OVER (PARTITION BY lot, level ORDER BY at_utc DESC, position DESC) = 1),
line AS (
  SELECT s.subject, s.lot, coalesce(l.n, 0) AS listed, s.quantity AS stated,
         coalesce(s.partial, s.subject IN (SELECT subject FROM rest WHERE subject IS NOT NULL) AND
                  coalesce(l.n, 0) < CASE s.level WHEN 'case' THEN i.units_per_case ELSE i.cases_per_pallet END, false) AS partial,
         CASE s.level WHEN 'case' THEN i.units_per_case WHEN 'pallet' THEN i.cases_per_pallet END AS spec, s.source, s.position
  FROM line_state s JOIN lot_info i ON i.lot = s.lot LEFT JOIN listed l ON l.subject = s.subject
  WHERE s.level IN ('case', 'pallet') AND s.state = 'commissioned' AND s.subject NOT IN (SELECT parent FROM calm)),
hub AS (
  -- Once the pack size and later another count (a sample taken, a pack replaced) is no fault of packing.
  SELECT a.subject, coalesce(n.n, 0) + coalesce(w.n, 0) AS n, l.spec, a.source, a.position
  FROM added a JOIN line l ON l.subject = a.subject LEFT JOIN held n ON n.subject = a.subject LEFT JOIN hub_state h ON h.subject = a.subject
  LEFT JOIN away w ON w.pallet = a.subject
  WHERE NOT l.partial AND h.ended IS NULL AND a.subject NOT IN (SELECT subject FROM hub_event WHERE step = 'emptied')
    AND a.ever + coalesce(w.n, 0) <> l.spec AND coalesce(n.n, 0) + coalesce(w.n, 0) <> l.spec)
SELECT t.lot, i.gtin, t.text AS item,
       CASE WHEN listed <> stated THEN 'recorded with ' || stated::BIGINT || ', ' || listed || ' are listed in it'
            ELSE listed || ' in it, the pack size is ' || spec::BIGINT || ' and it is not flagged partial' END AS note, line.source, line.position
FROM line JOIN thing t ON t.subject = line.subject JOIN lot_info i ON i.lot = t.lot
WHERE (stated IS NOT NULL AND listed <> stated) OR (spec IS NOT NULL AND NOT partial AND listed <> spec)
UNION ALL
SELECT t.lot, i.gtin, t.text, 'the hub has ' || n || ' in it, the pack size is ' || spec::BIGINT, hub.source, hub.position
FROM hub JOIN thing t ON t.subject = hub.subject JOIN lot_info i ON i.lot = t.lot
""",
)
