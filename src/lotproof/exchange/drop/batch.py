"""What was fetched and is not put away yet, on the disk of the workspace: a crash at any moment finds here how far it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lotproof.exchange.drop.disk import write_through
from lotproof.exchange.drop.still import Seen
from lotproof.intake.receipt import Receipt, receipt_from
from lotproof.workspace.sources import INBOX

FOLDER = Path("drop") / "batches"
"""Folder of the workspace for batches."""
FETCHED, TAKEN, TOLD = "fetched", "taken", "told"
"""How far a batch is: its files lie in the inbox; they are sources; the takers have spoken and it is known where each goes."""


@dataclass
class Item:
    """One thing that lay at a place: a file, or a mail with its attachments."""

    seen: Seen
    """As it lay there."""
    title: str
    """Its name for people."""
    files: dict[str, str]
    """Name in the batch -> SHA-256."""
    head: dict[str, str] = field(default_factory=dict)
    """Of a mail: subject, sender, date, Message-ID, what was left out."""
    trouble: str = ""
    """Why there is nothing of it."""
    told: dict[str, dict[str, str]] = field(default_factory=dict)
    """File -> taker -> sentence, empty where it was not for it."""
    broken: list[str] = field(default_factory=list)
    """What went wrong in takers."""
    folder: str = ""
    """Where it goes."""
    name: str = ""
    """Its name there."""


@dataclass
class Batch:
    """Things that are taken in together: what one round found whole at one place."""

    key: str
    """Name of the batch; made of the place, the time and what is in it."""
    place: str
    """Name of the place."""
    items: list[Item]
    """What is in it."""
    before: dict[str, dict[str, str]] = field(default_factory=dict)
    """SHA-256 -> name and time of the source that these bytes were already when the batch was fetched."""
    receipts: list[Receipt] = field(default_factory=list)
    """A receipt for each source, when they are taken in."""
    stage: str = FETCHED
    """How far it is."""

    def of(self, item: Item) -> list[Receipt]:
        """The receipts of one thing: of its files, and of what was unpacked from them."""
        return [one for one in self.receipts if any(one.name == name or one.name.startswith(f"{name}!/") for name in item.files)]


def inbox(root: Path, key: str) -> Path:
    """Where the files of a batch lie. Its name is the delivery's in the ledger."""
    return root / INBOX / f"drop-{key}"


def save(root: Path, batch: Batch) -> None:
    """Write down how far it is; on the disk when this returns."""
    document = {
        "key": batch.key, "place": batch.place, "stage": batch.stage, "before": batch.before, "items": [asdict(one) for one in batch.items],
        "receipts": [{**one.as_json(), "segment": one.segment} for one in batch.receipts],
    }  # fmt: skip
    write_through(root / FOLDER / f"{batch.key}.json", json.dumps(document).encode())


def waiting(root: Path, place: str) -> Iterator[Batch]:
    """The batches of a place that a crash or a trouble left. Files that no batch speaks of are removed: they still lie at their place."""
    for half in (root / FOLDER).glob("*.new"):
        half.unlink()  # written when a process died; the one before it still counts
    known = {path.stem for path in (root / FOLDER).glob("*.json")}
    for left in (root / INBOX).glob(f"drop-{place}.*"):
        if left.name.removeprefix("drop-") not in known:
            shutil.rmtree(left)
    for path in sorted((root / FOLDER).glob(f"{place}.*.json")):
        yield _read(json.loads(path.read_text(encoding="utf-8")))


def _read(document: dict[str, Any]) -> Batch:
    items = [Item(**{**one, "seen": Seen(**{**one["seen"], "beside": tuple(one["seen"]["beside"])})}) for one in document["items"]]
    return Batch(**{**document, "items": items, "receipts": [receipt_from(one) for one in document["receipts"]]})


def forget(root: Path, batch: Batch) -> None:
    """Remove a batch whose things are all put away."""
    (root / FOLDER / f"{batch.key}.json").unlink(missing_ok=True)
    shutil.rmtree(inbox(root, batch.key), ignore_errors=True)
