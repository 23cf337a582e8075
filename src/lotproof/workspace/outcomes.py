"""The rows behind the findings of the last run, kept sorted by item, so that `trace` need not run the rules again."""

from __future__ import annotations

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lotproof.rules.finding import Finding
from lotproof.workspace.place import Workspace

TEXTS = ("item", "code", "severity", "lot", "gtin", "note", "sentence", "source", "name")
SHAPE = pa.schema([(name, pa.string()) for name in TEXTS] + [("position", pa.int64())])
GROUP = 4_000
"""Few enough that reading those of one item takes no time, many enough that the footer of a million rows stays small."""


def outcome_file(workspace: Workspace) -> Path:
    """Where the last run's rows lie."""
    return workspace.root / "outcome" / "findings.parquet"


def keep_outcome(workspace: Workspace, findings: Sequence[Finding]) -> None:
    """Write the rows of a run in place of those of the run before."""
    target = outcome_file(workspace)
    target.parent.mkdir(exist_ok=True)
    for left in target.parent.glob("*.new"):  # of a killed process; the caller holds the workspace for writing
        left.unlink()
    rows = sorted(_rows(findings), key=lambda row: (row["item"], row["code"]))
    temporary = target.with_name(f"{uuid.uuid4().hex}.new")
    pq.write_table(pa.Table.from_pylist(rows, schema=SHAPE), temporary, compression="zstd", row_group_size=GROUP)
    temporary.replace(target)


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
