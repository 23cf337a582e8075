"""Files read with a profile to see what it does, without keeping anything."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lotproof.intake.folder import Delivery, intake
from lotproof.intake.profile import Statement
from lotproof.intake.receipt import Receipt
from lotproof.lake.store import Lake

SHOWN = 5
_COLUMNS = ("position", "step", "level", "gtin", "serial", "sscc", "at_utc", "lot", "order_no", "device", "transform")
_SIDE = ("claim", "order_master", "record", "fixity")
_UNUSED = "columns not used: "


@dataclass(frozen=True)
class Trial:
    """What became of one file."""

    receipt: Receipt
    covered: bool
    """Whether the profile says anything about the file."""
    reasons: dict[str, int]
    """Reason of quarantine -> rows, the most frequent first."""
    unused: tuple[str, ...]
    """Headers that no field takes."""
    sample: tuple[dict[str, Any], ...]
    """The first observations, or rows of the tables beside them."""

    @property
    def recognised(self) -> bool:
        """Whether the file is read at all."""
        return self.receipt.kind != "unreadable"

    @property
    def ok(self) -> bool:
        """Recognised, nothing in quarantine, nothing asked."""
        return self.recognised and not self.receipt.quarantined and not self.receipt.problems

    def as_json(self) -> dict[str, Any]:
        """The trial as a document."""
        return {
            **self.receipt.as_json(), "recognised": self.recognised, "covered": self.covered, "ok": self.ok, "reasons": self.reasons,
            "columns_unused": list(self.unused), "sample": list(self.sample),
        }  # fmt: skip


def trials(
    paths: Sequence[Path], statements: tuple[Statement, ...], zone: str | None = None,
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
) -> list[Trial]:  # fmt: skip
    """Read files and folders into a lake that is thrown away; one trial a file that was not delivered twice."""
    found: list[Trial] = []
    for path in paths:
        with tempfile.TemporaryDirectory(prefix="lotproof-profile-") as folder:
            lake = Lake(Path(folder))
            receipts = intake(Delivery(path, zone=zone, statements=statements, progress=progress), lake)
            found += [_trial(receipt, lake, statements) for receipt in receipts]
    return found


def _trial(receipt: Receipt, lake: Lake, statements: tuple[Statement, ...]) -> Trial:
    unused = next((note.removeprefix(_UNUSED) for note in receipt.notes if note.startswith(_UNUSED)), "")
    folder = lake.segment(receipt.sha256)
    quarantine = folder / "quarantine.parquet"
    reasons = Counter(pq.read_table(quarantine, columns=["reason"]).column(0).to_pylist()) if quarantine.exists() else Counter()
    covered = any(statement.covers(receipt.name) for statement in statements)
    return Trial(receipt, covered, dict(reasons.most_common(20)), tuple(unused.split(", ")) if unused else (), _sample(folder))


def _sample(folder: Path) -> tuple[dict[str, Any], ...]:
    if (observations := folder / "observation.parquet").exists():
        rows = pq.read_table(observations, columns=list(_COLUMNS)).sort_by("position").slice(0, SHOWN).to_pylist()
        return tuple({"table": "observation", **{key: _plain(value) for key, value in row.items() if value is not None}} for row in rows)
    for name in _SIDE:
        if (table := folder / f"{name}.parquet").exists():
            rows = pq.read_table(table).sort_by("position").slice(0, SHOWN).to_pylist()
            return tuple({"table": name, **{k: _plain(v) for k, v in row.items() if v is not None and k != "source"}} for row in rows)
    return ()


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) else str(value)
