"""A batch report into the tables of the lake: its counts as claims, its start and end as a record."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import duckdb
import pyarrow as pa

from lotproof.intake import times
from lotproof.intake.batch_report import LONGEST, Report, read_report
from lotproof.intake.raw_table import quarantine_rows
from lotproof.intake.table_source import Context
from lotproof.intake.tally import Tally
from lotproof.intake.text.rows import Row

_CLAIM = pa.schema([("claim", pa.string()), ("quantity", pa.float64()), ("unit", pa.string()), ("reference", pa.string()),
                    ("position", pa.int64())])  # fmt: skip


def read_as_report(connection: duckdb.DuckDBPyConnection, rows: Iterator[Row], context: Context) -> Tally | None:
    """Read the rows as a batch report; None where they are none."""
    if context.stated.kind not in (None, "batch_report"):
        return None
    taken = list(itertools.islice(rows, LONGEST + 1))
    if len(taken) > LONGEST:
        return None
    report = read_report(taken)
    if not report.is_one:
        return None
    facts = report.facts
    connection.register("_claims", pa.Table.from_pylist(report.claims, schema=_CLAIM))
    connection.execute(
        """INSERT INTO out_claim BY NAME SELECT *, $lot AS lot, $gtin AS gtin, $order_no AS order_no, $at AS at_text FROM _claims""",
        {"lot": facts.get("lot"), "gtin": _gtin(facts.get("gtin")), "order_no": facts.get("order_no"), "at": facts.get("ended")},
    )
    connection.unregister("_claims")
    refused = {row.line for row, _ in report.refused}
    quarantine_rows(connection, report.refused)
    tally = Tally(kind="batch_report", rows=len(taken), quarantined=len(refused))
    tally.notes.append(f"a batch report with {len(report.claims)} counts")
    tally.stored = len(report.used - refused)
    tally.no_data = tally.rows - tally.stored - tally.quarantined
    _record(connection, report, tally, context, min(report.used))
    return tally


def _gtin(text: str | None) -> str | None:
    digits = "".join(char for char in text or "" if char.isdigit())
    return digits.zfill(14) if 8 <= len(digits) <= 14 else None


def _record(connection: duckdb.DuckDBPyConnection, report: Report, tally: Tally, context: Context, position: int) -> None:
    """Start and end as one record, each as a table's times are read; asked about where they cannot be."""
    facts = report.facts
    connection.execute(times.TIME_MACROS)
    when = {"a": facts.get("started"), "b": facts.get("ended")}
    connection.execute("CREATE OR REPLACE TABLE _when AS SELECT $a::VARCHAR AS a, $b::VARCHAR AS b", when)
    zone = context.stated.zone or context.zone
    plan = times.plan_times(connection, "_when", ["a", "b"], context.stated, zone)
    for name in "ab":
        times.read_odd(connection, "_when", name, f"odd_{name}", plan)
    parted = ", ".join(times.parted_sql(name, plan) for name in "ab")
    both = ", ".join(times.time_sql(name, f"at_{name}", plan, f"odd_{name}") for name in "ab")
    connection.execute(
        f"""INSERT INTO out_record BY NAME
            SELECT 'batch' AS record, $key AS key, at_a AS started, at_b AS ended, concat_ws(' / ', at_a_text, at_b_text) AS at_text,
                   $lot AS lot, $gtin AS gtin, $line AS subject, $actor AS text, $position AS position
            FROM (SELECT {both} FROM (SELECT *, {parted} FROM _when) w
                  LEFT JOIN odd_a ON odd_a.text = w.a LEFT JOIN odd_b ON odd_b.text = w.b)""",
        {"key": facts.get("order_no"), "lot": facts.get("lot"), "gtin": _gtin(facts.get("gtin")), "line": facts.get("line"),
         "actor": facts.get("actor"), "position": position},
    )  # fmt: skip
    if not plan.order_known:
        tally.notes.append("start and end cannot be told apart in day and month and were kept as written")
