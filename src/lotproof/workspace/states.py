"""The state of one item at any moment, from its own rows and those of its containers: found by the index, no rule is run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lotproof.lake.engine import connect
from lotproof.lake.resolve import Source, rule_kind
from lotproof.lake.sql import parquet
from lotproof.lake.store import Lake
from lotproof.rules.state import make_state, state_rows
from lotproof.workspace.trace import Life, Step

_TEXTS = ("text", "step", "moment", "parent_text", "kind", "place", "reason", "result", "event", "source", "source_name")
_SHAPE = pa.schema([(name, pa.string()) for name in _TEXTS] + [("position", pa.int64())])
_OBS = """
CREATE OR REPLACE TABLE obs AS
SELECT DISTINCT item_key(text) AS subject, NULL::VARCHAR AS lot, if(text LIKE '(00)%', 'container', 'unit') AS level, step,
       moment::TIMESTAMP AS at_utc, item_key(parent_text) AS parent, kind, place, reason, result, event, source, source_name,
       position AS ordinal, position, text, parent_text
FROM _steps
"""
_THING = """
CREATE OR REPLACE TABLE thing AS
SELECT DISTINCT subject, text FROM (SELECT subject, text FROM obs UNION SELECT parent, parent_text FROM obs WHERE parent IS NOT NULL)
"""
# By the identifier of the event, else by equal time and container: the same as ``rules/declared.py`` for the rows of one item.
_VOIDED = """
CREATE OR REPLACE TABLE voided AS
SELECT o.source, o.position FROM obs o
JOIN obs v ON v.kind = 'hub' AND v.step = 'voided' AND o.step <> 'voided' AND o.kind = 'hub' AND v.subject = o.subject
  AND (v.event = o.event OR (v.event IS NULL AND o.event IS NULL AND v.at_utc = o.at_utc AND v.parent IS NOT DISTINCT FROM o.parent))
UNION SELECT source, position FROM obs WHERE step = 'voided'
"""


def states(
    lake: Lake, sources: Sequence[Source], life: Life, spill: Path, moments: Sequence[datetime | None]
) -> list[dict[str, Any] | None]:
    """The state of the item of ``life`` at each moment (UTC; None: by all that is told), None where nothing is told up to then."""
    connection = connect(spill, memory="512MB")
    try:
        _load(connection, lake, sources, life)
        found: list[dict[str, Any] | None] = []
        for moment in moments:
            make_state(connection, moment)
            rows = state_rows(connection, item=life.item)
            found.append(rows[0] if rows else None)
        return found
    finally:
        connection.close()


def _load(connection: duckdb.DuckDBPyConnection, lake: Lake, sources: Sequence[Source], life: Life) -> None:
    # Rows that name the item in another spelling are rows of the item; those of containers bear their own name.
    rows = [_as_row(step, life.item) for step in life.steps] + [_as_row(step, step.item) for step in life.container_steps]
    connection.register("_steps", pa.Table.from_pylist(rows, schema=_SHAPE))
    for statement in (_OBS, _THING, _VOIDED):
        connection.execute(statement)
    connection.unregister("_steps")
    files = lake.segment_files("record", [source.sha256 for source in sources if source.kind == "holds"])
    read = f"SELECT record, source, position, ended FROM {parquet(files)}" if files else (
        "SELECT '' AS record, '' AS source, 0::BIGINT AS position, NULL::TIMESTAMP AS ended WHERE false")  # fmt: skip
    connection.execute(f"CREATE OR REPLACE TABLE record AS {read}")


def _as_row(step: Step, text: str) -> dict[str, Any]:
    details = step.details
    return {
        "text": text, "step": step.step, "moment": step.at and step.at.removesuffix("Z"), "parent_text": details.get("container"),
        "kind": rule_kind(step.kind), "place": details.get("place"), "reason": details.get("reason"),
        "result": details.get("result"), "event": details.get("event"), "source": step.sha256, "source_name": step.source,
        "position": step.position,
    }  # fmt: skip


def moments_of(life: Life) -> list[str]:
    """The moments at which something is told of the item or, from then on, of its containers, in order."""
    own = {step.at for step in life.steps if step.at}
    return sorted(own | {step.at for step in life.container_steps if step.at and own and step.at > min(own)})


def read_moment(text: str) -> datetime:
    """A moment as `Step.at` writes it, UTC without zone."""
    return datetime.fromisoformat(text.removesuffix("Z"))
