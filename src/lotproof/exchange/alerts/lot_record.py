"""What the record knows of lots: packs made and uploaded, messages to the hub, the order, the findings of the last run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from lotproof.exchange.alerts.alert import Shown
from lotproof.exchange.alerts.match import HUB, LotRecord, Message
from lotproof.lake.engine import connect
from lotproof.lake.resolve import Source, rule_kind
from lotproof.lake.store import Lake
from lotproof.workspace.lot_facts import lot_facts
from lotproof.workspace.outcomes import lots_found
from lotproof.workspace.place import Workspace

_COUNT = """
SELECT lot, count(DISTINCT item), arg_min(source, (source, position)), min(position) FROM read_parquet(?)
WHERE step = 'commissioned' AND level = 'unit' AND list_contains(?, lot) GROUP BY lot
"""
_MESSAGES = """
SELECT lot, key, started, ended, state, source, position FROM read_parquet(?)
WHERE record = 'message' AND list_contains(?, lot) ORDER BY started, source, position
"""


def lot_records(workspace: Workspace, sources: Sequence[Source], lots: Sequence[str]) -> dict[str, LotRecord]:
    """By their numbers the lots among these that an order, the line, the hub's events or a message knows."""
    if not lots:
        return {}
    names = {one.sha256: one.name for one in sources}
    with tempfile.TemporaryDirectory(prefix="lotproof-lots-") as spill, connect(Path(spill), memory="512MB", threads=1) as connection:
        hub, line = (_counts(connection, workspace.lake, sources, lots, kind) for kind in (HUB, "line"))
        messages = _messages(connection, workspace.lake, sources, lots, names)
    findings = lots_found(workspace, lots)
    found = {}
    for facts in lot_facts(workspace, lots):
        lot = facts.lot
        if not (facts.source or lot in hub or lot in line or lot in messages):
            continue
        row = hub.get(lot) or line.get(lot)
        found[lot] = LotRecord(
            lot=lot,
            gtin=facts.gtin,
            expiry=facts.expiry,
            product=facts.product,
            made=line[lot][0] if lot in line else 0,
            uploaded=hub[lot][0] if lot in hub else 0,
            shown=Shown(f"knows lot {lot}", names.get(row[1], ""), row[1], row[2]) if row else Shown(f"knows lot {lot}", facts.source),
            messages=tuple(messages.get(lot, ())),
            findings=tuple((one["code"], one["sentence"]) for one in findings.get(lot, {}).get("findings", ())),
        )
    return found


def _files(lake: Lake, table: str, sources: Iterable[Source], kind: str) -> list[str]:
    return [str(path) for path in lake.segment_files(table, (one.sha256 for one in sources if rule_kind(one.kind) == kind))]


def _counts(
    connection: duckdb.DuckDBPyConnection, lake: Lake, sources: Sequence[Source], lots: Sequence[str], kind: str
) -> dict[str, tuple[int, str, int]]:
    """Lot -> packs commissioned by sources of this kind, and the first row that says so."""
    files = _files(lake, "observation", sources, kind)
    rows = connection.execute(_COUNT, [files, list(lots)]).fetchall() if files else []
    return {lot: (int(count), str(source), int(position)) for lot, count, source, position in rows}


def _messages(
    connection: duckdb.DuckDBPyConnection, lake: Lake, sources: Sequence[Source], lots: Sequence[str], names: dict[str, str]
) -> dict[str, list[Message]]:
    files = _files(lake, "record", sources, "messages")
    found: dict[str, list[Message]] = {}
    for lot, key, sent, told, state, source, position in connection.execute(_MESSAGES, [files, list(lots)]).fetchall() if files else []:
        message = Message(key or "", _spelled(sent), _spelled(told), state or "", names.get(str(source), ""), str(source), int(position))
        found.setdefault(lot, []).append(message)
    return found


def _spelled(at: Any) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(at, datetime) else ""
