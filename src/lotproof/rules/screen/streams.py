"""The rows of no pack, which is mostly those of containers, as they were read: written once, and read again when it is known which stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.lake.wide import Wide, bears_none
from lotproof.rules.screen.remainder import RestWriter
from lotproof.rules.screen.told import Dealt, by_word, halves


class Streams:
    """A file for each segment that has such rows. They are written without packing, which costs three times as much as all the rest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: dict[int, Path] = {}
        self.nested = False
        """Whether bundles, or something in a container without SSCC, are among the rows (lake/inner.py)."""

    def write(self, number: int, wide: Wide, dealt: Dealt, kind: str) -> None:
        """Write the rows of a segment, with this number and of a source of this kind, and deal out what they say of containers."""
        path = self._folder / f"rest_{number:05d}"
        writer: pa.ipc.RecordBatchStreamWriter | None = None
        with pa.OSFile(str(path), "wb") as file:
            for table in wide.of_no_pack():
                writer = writer or pa.ipc.new_stream(file, table.schema)
                writer.write_table(table)
                for batch in table.to_batches():
                    dealt.take(batch, kind)
                    self.nested = self.nested or _nested(batch)
            if writer is not None:
                writer.close()
                self._paths[number] = path

    def left(self, number: int, wide: Wide, gone: tuple[np.ndarray, np.ndarray], out: RestWriter) -> None:
        """Write the rows of a segment with all their columns, but those of the items whose keys have these halves (sorted by them)."""
        if number not in self._paths:
            return
        with pa.OSFile(str(self._paths[number])) as file, pa.ipc.open_stream(file) as rows:
            for batch in rows:
                stays = np.flatnonzero(~_among(gone, *halves(batch, "item")))
                if len(stays):
                    out.take(wide.whole(pa.Table.from_batches([batch.take(pa.array(stays)) if len(stays) < len(batch) else batch])))


def _among(known: tuple[np.ndarray, np.ndarray], high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """bool: which keys are among the known, no two of which have the same first half."""
    if not len(known[0]):
        return np.zeros(len(high), bool)
    place = np.minimum(np.searchsorted(known[0], high), len(known[0]) - 1)
    return np.asarray((known[0][place] == high) & (known[1][place] == low))


def _nested(batch: pa.RecordBatch) -> bool:
    """Whether one of the rows is NESTED of lake/inner.py."""
    bundles = by_word(batch, "level", lambda word: int(word == "bundle"))
    if bundles.any():
        return True
    if "parent_text" not in batch.schema.names:
        return False
    texts = batch.column("parent_text")
    words = texts.dictionary if pa.types.is_dictionary(texts.type) else texts
    # A word of the dictionary may be that of another row of the file.
    return bool(pc.any(bears_none(words)).as_py() and pc.any(bears_none(texts.cast(pa.string()))).as_py())
