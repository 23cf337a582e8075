"""Take texts in as a delivery, and look at what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from lotproof.intake.folder import Delivery, intake
from lotproof.intake.receipt import Receipt
from lotproof.lake.store import Lake


@dataclass(frozen=True)
class Taken:
    """Receipts of one delivery with the lake that they lie in."""

    receipts: tuple[Receipt, ...]
    lake: Lake

    def __getitem__(self, name: str) -> Receipt:
        return {receipt.name: receipt for receipt in self.receipts}[name]

    @property
    def only(self) -> Receipt:
        assert len(self.receipts) == 1
        return self.receipts[0]

    def rows(self, table: str, columns: str, name: str | None = None) -> list[tuple[object, ...]]:
        """Rows of a table of one source, or of the only one, in the order of the source; columns parted by spaces."""
        receipt = self[name] if name else self.only
        file = self.lake.segment(receipt.sha256) / f"{table}.parquet"
        if not file.exists():
            return []
        names = columns.split()
        found = pq.read_table(file, columns=list({*names, "position"})).sort_by("position").to_pylist()
        return [tuple(row[column] for column in names) for row in found]

    def column(self, table: str, column: str, name: str | None = None) -> list[object]:
        return [row[0] for row in self.rows(table, column, name)]


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder; texts in UTF-8."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def take(folder: Path, lake: Path, **known: object) -> Taken:
    """Take in a folder; every receipt adds up, agrees with its segments, and nothing is left in ``tmp``."""
    kept = Lake(lake)
    taken = Taken(tuple(intake(Delivery(folder, **known), kept)), kept)  # type: ignore[arg-type]
    for receipt in taken.receipts:
        adds_up(taken, receipt)
    assert list(kept.scratch.iterdir()) == []
    return taken


def take_texts(tmp: Path, files: Mapping[str, str | bytes], **known: object) -> Taken:
    """Write files into a fresh folder and take it in."""
    return take(write(tmp / "delivery", files), tmp / "lake", **known)


def adds_up(taken: Taken, receipt: Receipt) -> None:
    assert receipt.rows == receipt.stored + receipt.quarantined + receipt.no_data, receipt
    assert min(receipt.rows, receipt.stored, receipt.quarantined, receipt.no_data) >= 0, receipt
    if receipt.kind != "duplicate":
        assert len(taken.rows("observation", "position", receipt.name)) == receipt.observations
    if receipt.kind not in ("epcis-xml", "epcis-json", "duplicate"):
        assert len(taken.rows("quarantine", "position", receipt.name)) == receipt.quarantined, receipt
    for problem in receipt.problems:
        assert problem.startswith(f"{receipt.name}: "), problem
        assert "\n" not in problem
        assert problem.endswith("."), problem
