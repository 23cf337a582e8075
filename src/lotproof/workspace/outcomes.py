"""The rows behind the findings of the last run, kept sorted by item, so that `trace` need not run the rules again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.rules.finding import Finding
from lotproof.workspace.place import Workspace

TEXTS = ("item", "code", "severity", "lot", "gtin", "note", "sentence", "source", "name")
SHAPE = pa.schema([(name, pa.string()) for name in TEXTS] + [("position", pa.int64())])
GROUP = 20_000


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
