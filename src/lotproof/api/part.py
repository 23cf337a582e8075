"""One document read through: which of its events are valid, and its part of the index on disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.api.columns import EVENTS, NAMES, rows
from lotproof.api.valid import instants, invalid
from lotproof.epcis.batch import EventBatch, Unreadable, read_json, read_xml
from lotproof.intake.epcis_parts import parts, starts

TOLD = 100
"""Errors that are told one by one; of more only the count is told."""
GROUP = 1 << 16
"""Rows of a row group: what a search has to read at least."""


@dataclass
class Checked:
    """What came of reading a document."""

    events: int = 0
    """Events read, valid or not."""
    valid: int = 0
    """Those in the index."""
    wrong: int = 0
    """Events that are not valid or not readable, and documents that break off."""
    errors: list[str] = field(default_factory=list)
    """Sentences about the first of them."""
    broken: bool = False
    """Whether the document breaks off or holds no event."""

    def tell(self, sentence: str) -> None:
        """Note something wrong."""
        self.wrong += 1
        if len(self.errors) < TOLD:
            self.errors.append(sentence)


def build(path: Path, kind: str, source: str, folder: Path) -> Checked:
    """Read a document (`epcis-xml` or `epcis-json`) in bounded memory; write events.parquet and names.parquet into a new folder."""
    checked = Checked()
    folder.mkdir(parents=True)
    with _writer(folder / "events.parquet", EVENTS) as events, _writer(folder / "names.parquet", NAMES) as names:
        for piece in _pieces(path, kind):
            if isinstance(piece, Unreadable):
                checked.tell(piece.reason)
                checked.broken |= piece.reason.startswith("The document breaks off")
            elif piece.events.num_rows:
                of_event, of_name = _judged(piece, source, checked)
                events.write_table(of_event)
                names.write_table(of_name)
    if not checked.events:
        checked.broken = True
        if not checked.errors:
            checked.tell("The document holds no event; put one into its event list.")
    return checked


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, compression="zstd", compression_level=1)


def _judged(batch: EventBatch, source: str, checked: Checked) -> tuple[pa.Table, pa.Table]:
    at = instants(batch.events.column("event_time"))
    good = np.ones(batch.events.num_rows, np.bool_)
    offsets = batch.events.column("offset")
    for row, reason in invalid(batch, at):
        good[row] = False
        checked.tell(f"The event that begins at byte {offsets[row].as_py():,} is not valid: {reason}.")
    checked.events += len(good)
    checked.valid += int(good.sum())
    return rows(batch, source, at, pa.array(good), instants(batch.events.column("error_time")))


def _pieces(path: Path, kind: str) -> Iterator[EventBatch | Unreadable]:
    """What the readers give, with offsets counted from the beginning of the file."""
    reader, begins = (read_xml, starts(path)) if kind == "epcis-xml" else (read_json, [0])
    with path.open("rb") as stream:
        for begin, document in parts(stream, begins, path.stat().st_size):
            for piece in reader(document):
                yield _moved(piece, begin) if begin else piece


def _moved(piece: EventBatch | Unreadable, by: int) -> EventBatch | Unreadable:
    if isinstance(piece, Unreadable):
        return replace(piece, offset=piece.offset + by)
    at = piece.events.schema.get_field_index("offset")
    moved = pa.array(piece.events.column(at).to_numpy() + by)
    return replace(piece, events=piece.events.set_column(at, piece.events.schema.field(at), moved))
