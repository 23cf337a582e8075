"""Run the rules over a partition and fold their rows into findings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import duckdb

from lotproof.rules.finding import ITEM_LIMIT, Finding, Proof
from lotproof.rules.rule import Rule, Severity

GRAVITY = {severity.value: rank for rank, severity in enumerate(Severity)}


def run_rule(connection: duckdb.DuckDBPyConnection, rule: Rule) -> list[Finding]:
    """The findings of one rule over the tables of the connection, one for each lot and trade item."""
    # Of most rules this finds nothing, and each statement more would cost every one of them a millisecond or two.
    (hits,) = connection.execute(_HIT.format(sql=rule.sql, severity=rule.severity.value)).fetchone() or (0,)
    if not hits:
        return []
    groups = connection.execute(_GROUPS).fetchall()
    items = _by_group(connection, _ITEMS, [ITEM_LIMIT])
    proofs = _by_group(connection, _PROOFS, [ITEM_LIMIT])
    notes = _by_group(connection, _NOTES, [NOTES + 1])
    return [
        _finding(rule, (lot, gtin), count, severities, [item for (item,) in items.get((lot, gtin), ())], proofs[lot, gtin],
                 [note for (note,) in notes[lot, gtin]])
        for lot, gtin, count, severities in groups
    ]  # fmt: skip


NOTES = 3
"""Notes that a sentence gives, those of most items first."""

# Most rules give no severity of their own: a column without rows stands in for it, so that nobody need ask which do.
_HIT = """
CREATE OR REPLACE TABLE hit AS
SELECT coalesce(lot::VARCHAR, '') AS lot, coalesce(gtin::VARCHAR, '') AS gtin, coalesce(item::VARCHAR, '') AS item, coalesce(note, '') AS note,
       source, position, coalesce(severity, '{severity}') AS severity
FROM (SELECT NULL::VARCHAR AS severity WHERE false UNION ALL BY NAME ({sql}))
"""
_GROUPS = """
SELECT lot, gtin, if(count(*) FILTER (item <> '') > 0, count(DISTINCT item) FILTER (item <> ''), count(*)), list(DISTINCT severity)
FROM hit GROUP BY lot, gtin ORDER BY lot, gtin
"""
_ITEMS = """
SELECT lot, gtin, item FROM (SELECT DISTINCT lot, gtin, item FROM hit WHERE item <> '')
QUALIFY row_number() OVER (PARTITION BY lot, gtin ORDER BY item) <= ? ORDER BY lot, gtin, item
"""
_PROOFS = """
SELECT lot, gtin, item, note, source, name, position FROM (
  SELECT h.*, coalesce(s.name, '') AS name, row_number() OVER (PARTITION BY lot, gtin ORDER BY item, s.name, position, note) AS rank
  FROM hit h LEFT JOIN source s ON s.source = h.source)
WHERE rank <= ? ORDER BY lot, gtin, rank
"""
_NOTES = """
SELECT lot, gtin, note FROM (SELECT lot, gtin, note, row_number() OVER (PARTITION BY lot, gtin ORDER BY count(*) DESC, note) AS rank
                             FROM hit GROUP BY lot, gtin, note) WHERE rank <= ? ORDER BY lot, gtin, rank
"""


def _by_group(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[int]) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """(lot, trade item) -> the rest of its rows, in their order."""
    found: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for lot, gtin, *rest in connection.execute(sql, parameters).fetchall():
        found.setdefault((lot, gtin), []).append(tuple(rest))
    return found


def _finding(
    rule: Rule, group: tuple[str, str], count: int, severities: Iterable[str], items: Iterable[str], proofs: Iterable[tuple[Any, ...]], notes: list[str]
) -> Finding:
    lot, gtin = group
    worst = min(severities, key=GRAVITY.__getitem__)
    note = "; ".join(notes[:NOTES]) + ("; …" if len(notes) > NOTES else "")
    sentence = in_number(rule.sentence, count).format(count=f"{count:,}", lot=lot or "(none)", gtin=gtin, note=note).rstrip(".") + "."
    return Finding(rule.code, worst, lot, gtin, count, tuple(items), sentence, rule.hint, tuple(Proof(*row) for row in proofs))


_PLURAL = re.compile(r"^(.*?\{count\} )(\w+?)s\b(.*)$", re.S)
_VERBS = ((" do not ", " does not "), (" are ", " is "), (" were ", " was "), (" have ", " has "), (" differ ", " differs "),
          (" bear ", " bears "), (" belong ", " belongs "), (" contain ", " contains "), (" their ", " its "),
          (" themselves", " itself"))  # fmt: skip


def in_number(sentence: str, count: int) -> str:
    """The sentence for one item where there is one: sentences are written for many."""
    found = _PLURAL.match(sentence)
    if count != 1 or found is None:
        return sentence
    rest = found[3]
    for many, one in _VERBS:
        rest = rest.replace(many, one)
    return found[1] + found[2] + rest


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by severity, code, lot and trade item."""
    return sorted(findings, key=lambda found: (GRAVITY[found.severity], found.code, found.lot, found.gtin))
