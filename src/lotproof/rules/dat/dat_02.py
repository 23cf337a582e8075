"""DAT-02: the expiry of a pack differs from source to source."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="DAT-02",
    title="Expiry differs between sources",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="METHOD",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=("A52",),
    vrs=("No_match_GTIN_Serial_Expiry",),
    sentence="{count} packs of lot {lot} bear another expiry than the order or the line says: {note}",
    hint="Find where the date was set up or turned; a date without a day and the last day of its month are not the same to a verification system.",
    sql="""
WITH plain AS (
  SELECT subject, lot, kind, expiry, source, position FROM obs
  WHERE level = 'unit' AND subject IS NOT NULL AND expiry IS NOT NULL AND lot <> '' AND step NOT IN ('rejected', 'no_read', 'alerted', 'voided')
  UNION ALL
  SELECT o.subject, o.lot, 'text on the pack', o.reason, o.source, o.position FROM obs o
  JOIN (SELECT lot, reason FROM obs WHERE step = 'text_read' AND reason IS NOT NULL AND NOT regexp_matches(reason, '[?*#]')
        GROUP BY lot, reason HAVING count(*) >= 5) r
    ON r.lot = o.lot AND r.reason = o.reason WHERE o.step = 'text_read' AND o.subject IS NOT NULL),
stated AS (SELECT p.*, d.day FROM plain p JOIN expiry_day d ON d.expiry = p.expiry WHERE d.day IS NOT NULL),
right_one AS (
  SELECT lot, coalesce((SELECT min(d.day) FROM order_master m JOIN expiry_day d ON d.expiry = m.expiry WHERE m.lot = s.lot),
                       arg_max(day, (n_line, n, day))) AS day
  FROM (SELECT lot, day, sum(n_line) AS n_line, sum(n) AS n FROM (
          SELECT lot, day, count(*) FILTER (kind = 'line') AS n_line, count(*) AS n FROM stated GROUP BY lot, day
          UNION ALL SELECT lot, day, n_line, n FROM aside_day WHERE lot IN (SELECT lot FROM part_lot)) GROUP BY lot, day) s GROUP BY lot)
SELECT t.lot, t.gtin, t.text AS item, s.kind || ' has ' || s.expiry || ', ' || r.day || ' is right' AS note, s.source, s.position,
       if(s.day[1:6] = r.day[1:6] AND (s.day[7:8] = '00' OR r.day[7:8] = '00'), 'minor', 'major') AS severity
FROM stated s JOIN right_one r ON r.lot = s.lot JOIN thing t ON t.subject = s.subject
WHERE s.day <> r.day AND NOT (s.day[1:6] = r.day[1:6] AND '--' IN (s.day[7:8], r.day[7:8]))
""",
)
