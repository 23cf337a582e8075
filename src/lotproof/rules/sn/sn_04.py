"""SN-04: one event delivered more than once."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-04",
    title="Duplicate message, same product",
    severity=Severity.MINOR,
    symptom="Inconsistent data",
    six_m="MACHINE",
    hda="Data Issue",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} have events that the hub holds more than once: {note}",
    hint="Find out what sent them again (a restart, a queue); they are counted once here and must be once in the hub.",
    sql="""
WITH twice AS (
  SELECT subject, step, at_utc, parent, count(DISTINCT (source, ordinal)) AS n FROM obs
  WHERE kind = 'hub' AND subject IS NOT NULL AND step NOT IN ('voided', 'linked', 'observed') AND at_utc IS NOT NULL
  GROUP BY subject, step, at_utc, parent HAVING n > 1)
SELECT t.lot, t.gtin, t.text AS item, o.step || ' at ' || strftime(o.at_utc, '%Y-%m-%dT%H:%M:%SZ') || ' is there ' || w.n || ' times' AS note,
       o.source, o.position
FROM twice w JOIN obs o ON o.kind = 'hub' AND o.subject = w.subject AND o.step = w.step AND o.at_utc = w.at_utc AND o.parent IS NOT DISTINCT FROM w.parent
JOIN thing t ON t.subject = w.subject
""",
)
