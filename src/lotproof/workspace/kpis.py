"""KPIs of a workspace: counted in the tables of the rules, partition by partition; a look that leaves no entry."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lotproof.control.kpis.declaration import Kpi
from lotproof.control.kpis.gather import Gathered, Shift, gather_all, shifts, together
from lotproof.control.kpis.judge import Judged, judge
from lotproof.control.kpis.points import Points, points
from lotproof.control.kpis.register import all_kpis
from lotproof.control.kpis.rows import MOST, rows_behind
from lotproof.lake.engine import connect
from lotproof.ledger import store
from lotproof.ledger.entry import Entry, parse_entry
from lotproof.rules.check import check
from lotproof.workspace.job import Progress
from lotproof.workspace.place import Workspace, open_workspace
from lotproof.workspace.sources import in_scope, receipts_of

ACTS = ("detected", "contained", "classified", "action_planned", "action_done", "closed")
"""Types of the ledger's records that KPIs of the quality record count; a body has ``type`` and ``case``, and may have at, due, code, lot,
action, cause and held. An act without ``at`` has the time of its entry."""
OF_DESK = {
    "open": "detected",
    "contain": "contained",
    "gate": "classified",
    "action": "action_planned",
    "action-done": "action_done",
    "close": "closed",
}
"""Acts of the desk -> the same as types of records."""
_ACT = pa.schema([(name, pa.string()) for name in ("type", "case_id", "code", "lot", "action", "at_utc", "due")] + [("entry", pa.int64())])
Seen = tuple[dict[str, Gathered], list[Shift]]


def kpis_folder(workspace: Workspace) -> Path:
    """Where a site's own KPIs lie."""
    return workspace.root / "kpis"


def kpi_points(home: Path, kpi: Kpi, by: str, time: str, actor: str, progress: Progress) -> Points:
    """One KPI over lots, shifts, days, hours or shipments."""
    workspace = open_workspace(home, time, actor, create=False)
    found, roster = count_kpis(workspace, [kpi], time, progress)
    return points(kpi, found.get(kpi.id, Gathered()), by, roster)


def judge_all(home: Path, time: str, actor: str, progress: Progress) -> list[Judged]:
    """Every KPI of the workspace, its own among them, judged by the points that each declares."""
    workspace = open_workspace(home, time, actor, create=False)
    kpis = list(all_kpis(kpis_folder(workspace)).values())
    found, roster = count_kpis(workspace, kpis, time, progress)
    return [judge(points(kpi, found.get(kpi.id, Gathered()), kpi.by, roster)) for kpi in kpis]


def count_kpis(workspace: Workspace, kpis: Sequence[Kpi], time: str, progress: Progress) -> Seen:
    """Id -> counts of every KPI over all that the workspace holds, and the shifts of its rosters."""
    seen: list[Seen] = []
    if in_tables(kpis):
        _pass(workspace, progress, partial(visit, kpis), seen.append)
    return collected(seen, kpis, time)


def collected(seen: Sequence[Seen], kpis: Sequence[Kpi], time: str) -> Seen:
    """What the partitions gave, brought together: of KPIs of the whole site that of one of them, and of the ledger its own count."""
    site = {kpi.id for kpi in kpis if kpi.tables == "site"}
    parts = [{name: one for name, one in found.items() if place == 0 or name not in site} for place, (found, _) in enumerate(seen)]
    roster = seen[0][1] if seen else []
    return together([*parts, _of_ledger([kpi for kpi in kpis if kpi.tables == "ledger"], time)]), roster


def in_tables(kpis: Sequence[Kpi]) -> tuple[Kpi, ...]:
    """Those that are counted in the tables of the rules, and not in the ledger."""
    return tuple(kpi for kpi in kpis if kpi.tables != "ledger")


def visit(kpis: Sequence[Kpi], connection: duckdb.DuckDBPyConnection, lots: Sequence[str]) -> Seen:
    """Count in the tables of one partition; of a module, so that it can be sent to another process."""
    return gather_all(connection, lots, in_tables(kpis)), shifts(connection)


def kpi_rows(home: Path, kpi: Kpi, by: str, label: str, time: str, actor: str, progress: Progress) -> tuple[int, list[dict[str, Any]]]:
    """How many rows are behind one point, and the first of them, each with the name of its source."""
    workspace = open_workspace(home, time, actor, create=False)
    names = {source.sha256: source.name for source in in_scope(receipts_of())} | {"ledger": "ledger"}
    found: list[tuple[int, list[dict[str, Any]]]] = []
    if kpi.tables == "ledger":
        with _ledger_tables(time) as connection:
            found.append(rows_behind(connection, kpi, by, label, []))
    else:
        _pass(workspace, progress, partial(_rows_of, kpi, by, label), found.append)
        found = found[:1] if kpi.tables == "site" else found
    rows = sorted((row for _, part in found for row in part), key=lambda row: (row["at_utc"] is None, row["at_utc"] or ""))[:MOST]
    return sum(count for count, _ in found), [{**row, "file": names.get(row["source"], "")} for row in rows]


def _rows_of(kpi: Kpi, by: str, label: str, connection: duckdb.DuckDBPyConnection, _lots: Sequence[str]) -> Any:
    return rows_behind(connection, kpi, by, label, shifts(connection))


def _pass(workspace: Workspace, progress: Progress, look: Callable[..., Any], take: Callable[[Any], None]) -> None:
    with tempfile.TemporaryDirectory(prefix="lotproof-kpi-") as spill:
        check(workspace.lake, in_scope(receipts_of()), Path(spill), rules={}, progress=progress, visit=look, take=take)


def _of_ledger(kpis: Sequence[Kpi], time: str) -> dict[str, Gathered]:
    if not kpis:
        return {}
    with _ledger_tables(time) as connection:
        return gather_all(connection, (), kpis)


def _ledger_tables(time: str) -> duckdb.DuckDBPyConnection:
    """A connection with ``act``, the acts recorded in the ledger, and ``now_at``, the moment of this look (UTC)."""
    connection = connect(Path(tempfile.gettempdir()), memory="256MB", threads=1)
    connection.register("_acts", pa.Table.from_pylist(acts(), schema=_ACT))
    moment = "try_cast(replace({}, 'Z', '') AS TIMESTAMP)"
    times = ", ".join(f"{moment.format(name)} AS {name}" for name in ("at_utc", "due"))
    connection.execute(f"CREATE TABLE act AS SELECT * REPLACE ({times}) FROM _acts")
    connection.execute("CREATE TABLE now_at AS SELECT ?::TIMESTAMP AS moment", [datetime.fromisoformat(time).replace(tzinfo=None)])
    return connection


def acts() -> list[dict[str, Any]]:
    """The acts of cases in the ledger, in its order."""
    found = []
    for index, data in enumerate(store.entries()):
        entry = parse_entry(data)
        body: Any = entry.body
        if entry.kind == "record" and isinstance(body, dict) and body.get("type") in ACTS and body.get("case"):
            texts = {name: None if body.get(name) is None else str(body[name]) for name in ("code", "lot", "action", "due")}
            when = str(body.get("at") or entry.time)
            found.append({"type": body["type"], "case_id": str(body["case"]), **texts, "at_utc": when, "entry": index})
        elif entry.kind == "audit" and isinstance(body, dict) and body.get("act") in OF_DESK and entry.stream.startswith("INC-"):
            found.append(_of_desk(index, entry, body))
    return found


def _of_desk(index: int, entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    """An act of the desk as an act that KPIs count; an action is named by the entry that planned it."""
    action = {"action": str(index), "action-done": str(body.get("entry"))}.get(str(body["act"]))
    first = {name: next(iter(body.get(list_) or ()), None) for name, list_ in (("code", "codes"), ("lot", "lots"))}
    facts = {"due": body.get("due"), "action": action, "at_utc": str(body.get("event_time") or entry.time), "entry": index}
    return {"type": OF_DESK[str(body["act"])], "case_id": entry.stream, **first, **facts}
