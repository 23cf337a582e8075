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
spelled AS (SELECT DISTINCT expiry FROM plain UNION SELECT DISTINCT expiry FROM order_master WHERE expiry IS NOT NULL),
parted AS (SELECT expiry, regexp_extract_all(expiry, '\\d+') AS p, regexp_replace(expiry, '\\D', '', 'g') AS d FROM spelled),
dated AS (
  -- A month alone, as in plain text on packs, has the day '--'; it agrees with every day of that month.
  SELECT expiry, CASE WHEN len(p) = 2 AND len(p[1]) = 4 THEN p[1] || lpad(p[2], 2, '0') || '--'
    WHEN len(p) = 2 AND len(p[2]) = 4 THEN p[2] || lpad(p[1], 2, '0') || '--'
    WHEN len(p) >= 3 AND len(p[1]) = 4 THEN p[1] || lpad(p[2], 2, '0') || lpad(p[3], 2, '0')
    WHEN len(p) >= 3 AND len(p[3]) = 4 AND try_cast(p[2] AS INTEGER) > 12 THEN p[3] || lpad(p[1], 2, '0') || lpad(p[2], 2, '0')
    WHEN len(p) >= 3 AND len(p[3]) = 4 THEN p[3] || lpad(p[2], 2, '0') || lpad(p[1], 2, '0')
    WHEN length(d) = 8 AND d[1:2] IN ('19', '20') AND d[5:6]::INTEGER BETWEEN 1 AND 12 THEN d
    WHEN length(d) = 8 THEN d[5:8] || d[3:4] || d[1:2]
    WHEN len(p) = 3 AND contains(expiry, '.') THEN '20' || p[3] || lpad(p[2], 2, '0') || lpad(p[1], 2, '0')
    WHEN length(d) = 6 AND d[3:4]::INTEGER BETWEEN 1 AND 12 THEN '20' || d END AS day FROM parted),
stated AS (SELECT p.*, d.day FROM plain p JOIN dated d ON d.expiry = p.expiry WHERE d.day IS NOT NULL),
right_one AS (
  SELECT lot, coalesce((SELECT min(d.day) FROM order_master m JOIN dated d ON d.expiry = m.expiry WHERE m.lot = s.lot),
                       arg_max(day, (n_line, n, day))) AS day
  FROM (SELECT lot, day, count(*) FILTER (kind = 'line') AS n_line, count(*) AS n FROM stated GROUP BY lot, day) s GROUP BY lot)
SELECT t.lot, t.gtin, t.text AS item, s.kind || ' has ' || s.expiry || ', ' || r.day || ' is right' AS note, s.source, s.position,
       if(s.day[1:6] = r.day[1:6] AND (s.day[7:8] = '00' OR r.day[7:8] = '00'), 'minor', 'major') AS severity
FROM stated s JOIN right_one r ON r.lot = s.lot JOIN thing t ON t.subject = s.subject
WHERE s.day <> r.day AND NOT (s.day[1:6] = r.day[1:6] AND '--' IN (s.day[7:8], r.day[7:8]))
""",
)
