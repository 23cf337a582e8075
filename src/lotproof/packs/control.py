"""What watches the process, as a pack tells it: kpis.json, bound to the ledger by its digest, and the values of section 19."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lotproof.control.kpis.budget import told
from lotproof.control.kpis.declaration import document_of
from lotproof.control.kpis.gather import Gathered
from lotproof.control.kpis.judge import as_document, judge
from lotproof.control.kpis.points import points
from lotproof.ledger import store
from lotproof.packs import payload
from lotproof.packs.report.values import Control
from lotproof.workspace.kpis import collected
from lotproof.workspace.sampling import evaluations, selections

if TYPE_CHECKING:
    from lotproof.packs.assemble import Inputs

BEARABLE = 1.0
"""False alarms a day that the budget is held against; lotproof alarms states another."""


def control_of(data: Path, given: Inputs) -> Control | None:
    """Write ``data``/kpis.json and the entry that holds its digest; the values of the section."""
    if not given.kpis:
        return None
    found, roster = collected(given.collector.counted, given.kpis, given.time)
    judged = [judge(points(kpi, found.get(kpi.id, Gathered()), kpi.by, roster)) for kpi in given.kpis]
    document = {"kpis": [{**as_document(one), "declared": document_of(one.points.kpi)} for one in judged]}
    payload.write_json(data / "kpis.json", in_texts(document))
    body = {
        "type": "kpis", "pack": given.identifier, "sha256": payload.sha256_of((data / "kpis.json").read_bytes()),
        "alarms": {one.points.kpi.id: len(one.alarms) for one in judged if one.alarms},
    }  # fmt: skip
    entry = store.append("record", "kpis", given.time, given.actor, body).index
    return Control(judged, told(judged, BEARABLE), selections(), evaluations(), entry)


def in_texts(value: Any) -> Any:
    """The value for canonical JSON, which holds no fractions: whole ones become integers, others texts with twelve digits."""
    if isinstance(value, dict):
        return {key: in_texts(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [in_texts(one) for one in value]
    if not isinstance(value, float):
        return value
    # Sums of many numbers differ in their last digits from machine to machine.
    return int(value) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
