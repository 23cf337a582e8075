"""Run the rules over a partition and fold their rows into findings."""

from __future__ import annotations

import re
from collections.abc import Iterable

import duckdb

from lotproof.rules.finding import ITEM_LIMIT, Finding, Proof
from lotproof.rules.rule import Rule, Severity

GRAVITY = {severity.value: rank for rank, severity in enumerate(Severity)}


def run_rule(connection: duckdb.DuckDBPyConnection, rule: Rule) -> list[Finding]:
    """The findings of one rule over the tables of the connection, one for each lot and trade item."""
    columns = [name for name, *_ in connection.execute(f"DESCRIBE ({rule.sql})").fetchall()]
    severity = "severity" if "severity" in columns else f"'{rule.severity.value}'"
    connection.execute(
        f"""CREATE OR REPLACE TABLE hit AS
            SELECT coalesce(lot::VARCHAR, '') AS lot, coalesce(gtin::VARCHAR, '') AS gtin, coalesce(item::VARCHAR, '') AS item, coalesce(note, '') AS note,
                   source, position, {severity} AS severity FROM ({rule.sql})"""
    )
    groups = connection.execute(
        """SELECT lot, gtin, if(count(*) FILTER (item <> '') > 0, count(DISTINCT item) FILTER (item <> ''), count(*)) AS n
           FROM hit GROUP BY lot, gtin ORDER BY lot, gtin"""
    ).fetchall()
    return [_finding(connection, rule, lot, gtin, count) for lot, gtin, count in groups]


def _finding(connection: duckdb.DuckDBPyConnection, rule: Rule, lot: str, gtin: str, count: int) -> Finding:
    items = connection.execute(
        "SELECT DISTINCT item FROM hit WHERE lot = ? AND gtin = ? AND item <> '' ORDER BY item LIMIT ?", [lot, gtin, ITEM_LIMIT]
    ).fetchall()
    rows = connection.execute(
        """SELECT item, note, hit.source, coalesce(name, ''), position FROM hit LEFT JOIN source USING (source)
           WHERE lot = ? AND gtin = ? ORDER BY item, name, position, note LIMIT ?""",
        [lot, gtin, ITEM_LIMIT],
    ).fetchall()
    notes = connection.execute(
        "SELECT note FROM hit WHERE lot = ? AND gtin = ? GROUP BY note ORDER BY count(*) DESC, note LIMIT 4", [lot, gtin]
    ).fetchall()
    severities = connection.execute("SELECT DISTINCT severity FROM hit WHERE lot = ? AND gtin = ?", [lot, gtin]).fetchall()
    worst = min((value for (value,) in severities), key=GRAVITY.__getitem__)
    note = "; ".join(text for (text,) in notes[:3]) + ("; …" if len(notes) > 3 else "")
    sentence = in_number(rule.sentence, count).format(count=f"{count:,}", lot=lot or "(none)", gtin=gtin, note=note).rstrip(".") + "."
    proofs = tuple(Proof(*row) for row in rows)
    return Finding(rule.code, worst, lot, gtin, count, tuple(item for (item,) in items), sentence, rule.hint, proofs)


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
