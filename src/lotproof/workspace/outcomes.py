"""What the last run found, kept so that nobody need run the rules again to look at it: rows of findings by item, balances by lot."""

from __future__ import annotations

import json
import uuid
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lotproof.rules.check import Outcome
from lotproof.rules.finding import Finding
from lotproof.workspace.place import Workspace

TEXTS = ("item", "code", "severity", "lot", "gtin", "note", "sentence", "source", "name")
SHAPE = pa.schema([(name, pa.string()) for name in TEXTS] + [("position", pa.int64())])
LOTS = pa.schema([("lot", pa.string()), ("document", pa.string())])
LOT_GROUP = 500
HITS = 100
"""Hits of a search that are kept; its count has all."""
GROUP = 4_000
"""Few enough that reading those of one item takes no time, many enough that the footer of a million rows stays small."""


def outcome_file(workspace: Workspace) -> Path:
    """Where the last run's rows lie."""
    return workspace.root / "outcome" / "findings.parquet"


def lots_file(workspace: Workspace) -> Path:
    """Where the last run's balances and findings by lot lie."""
    return workspace.root / "outcome" / "lots.parquet"


def keep_outcome(workspace: Workspace, outcome: Outcome) -> None:
    """Write what a run found in place of what the run before did."""
    target = outcome_file(workspace)
    target.parent.mkdir(exist_ok=True)
    for left in target.parent.glob("*.new"):  # of a killed process; the caller holds the workspace for writing
        left.unlink()
    rows = sorted(_rows(outcome.findings), key=lambda row: (row["item"], row["code"]))
    _write(pa.Table.from_pylist(rows, schema=SHAPE), target, GROUP)
    _write(pa.Table.from_pylist(list(_lots(outcome)), schema=LOTS), lots_file(workspace), LOT_GROUP)


def _write(table: pa.Table, target: Path, group: int) -> None:
    temporary = target.with_name(f"{uuid.uuid4().hex}.new")
    pq.write_table(table, temporary, compression="zstd", row_group_size=group)
    temporary.replace(target)


def _lots(outcome: Outcome) -> Iterator[dict[str, str]]:
    """A document for each lot, by lot."""
    by_lot: dict[str, dict[str, Any]] = defaultdict(lambda: {"balance": None, "findings": [], "diagnosis": [], "scope": [], "suspects": []})
    for one in outcome.balances:
        by_lot[one.lot]["balance"] = {**one.as_json(), "verdict": one.verdict}
    for found in outcome.findings:
        by_lot[found.lot]["findings"].append(found.as_json())
    for likely in outcome.diagnosis:
        by_lot[likely.lot]["diagnosis"].append(likely.as_json())
    for search in outcome.scope:
        by_lot[search.lot]["scope"].append({**search.as_json(), "hits": list(search.hits[:HITS])})
    for lineup in outcome.suspects:
        by_lot[lineup.lot]["suspects"].append({**lineup.as_json(), "supported": len(lineup.supported)})
    for lot in sorted(by_lot):
        yield {"lot": lot, "document": json.dumps(by_lot[lot], ensure_ascii=False)}


def lot_found(workspace: Workspace, lot: str) -> dict[str, Any] | None:
    """One lot in the last run: {balance, findings, diagnosis, scope, suspects}; None where it speaks of none of that name."""
    return lots_found(workspace, [lot]).get(lot)


def lots_found(workspace: Workspace, lots: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The same of several, by lot; those of which it speaks."""
    path = lots_file(workspace)
    if not path.exists() or not lots:
        return {}
    rows = pq.read_table(path, filters=[("lot", "in", list(lots))]).to_pylist()
    return {row["lot"]: json.loads(row["document"]) for row in rows}


def rows_of_finding(workspace: Workspace, code: str, lot: str, most: int = 1000) -> list[dict[str, Any]]:
    """The rows that prove a finding of the last run: {item, note, sentence, source, name, position}, by item."""
    path = outcome_file(workspace)
    if not path.exists():
        return []
    columns = ["item", "note", "source", "name", "position"]
    table = pq.read_table(path, columns=columns, filters=[("code", "=", code), ("lot", "=", lot)])
    found: list[dict[str, Any]] = table.slice(0, most).to_pylist()
    return found


def items_of_findings(workspace: Workspace, codes: Sequence[str], lots: Sequence[str]) -> list[str]:
    """Every item that findings of these codes in these lots name in the last run, each once, by text."""
    path = outcome_file(workspace)
    if not path.exists() or not codes or not lots:
        return []
    table = pq.read_table(path, columns=["item"], filters=[("code", "in", list(codes)), ("lot", "in", list(lots))])
    return sorted(one for one in pc.unique(table.column("item")).to_pylist() if one)


def _rows(findings: Sequence[Finding]) -> Iterator[dict[str, object]]:
    for found in findings:
        for proof in found.proofs:
            yield {
                "item": proof.item, "code": found.code, "severity": found.severity, "lot": found.lot, "gtin": found.gtin,
                "note": proof.note, "sentence": found.sentence, "source": proof.source, "name": proof.name, "position": proof.position,
            }  # fmt: skip


_FOUND = ("code", "severity", "lot", "item", "note", "name", "position")


def found_on(outcome: Path, items: Iterable[str]) -> list[dict[str, Any]]:
    """Findings of the last run on these items, by their text forms."""
    if not outcome.exists():
        return []
    texts = sorted(set(items))
    rows: set[tuple[Any, ...]] = set()
    with pq.ParquetFile(outcome) as file:
        for group in range(file.num_row_groups):
            within = _within(file.metadata.row_group(group), texts)
            if within and pc.any(pc.is_in(file.read_row_group(group, ["item"]).column(0), pa.array(within))).as_py():
                table = file.read_row_group(group, list(_FOUND))
                found = table.filter(pc.is_in(table.column("item"), pa.array(within)))
                rows.update(zip(*(found.column(name).to_pylist() for name in _FOUND), strict=True))
    keys = ("code", "severity", "lot", "item", "note", "source", "position")
    return [dict(zip(keys, row, strict=True)) for row in sorted(rows, key=_found_order)]


def _found_order(row: tuple[Any, ...]) -> tuple[Any, ...]:
    code, _, _, item, _, name, position = row
    return code, item, (name is None, name or ""), (position is None, position or 0), str(row)


def _within(group: pq.RowGroupMetaData, texts: list[str]) -> list[str]:
    """Which of the sorted texts may stand in a row group: the rows are sorted by item."""
    place = next(place for place in range(group.num_columns) if group.column(place).path_in_schema == "item")
    told = group.column(place).statistics
    if told is None or not told.has_min_max:
        return texts
    return texts[bisect_left(texts, told.min) : bisect_right(texts, told.max)]


def lots_known(workspace: Workspace) -> list[str]:
    """The lots that the last run spoke of, by name; none where there was no run."""
    path = lots_file(workspace)
    return [lot for lot in pq.read_table(path, columns=["lot"])["lot"].to_pylist() if lot] if path.exists() else []
