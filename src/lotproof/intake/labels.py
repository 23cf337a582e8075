"""Labels of one order, taken apart in bulk: they differ in their serial only.

`gs1.reading` decides. Where it reads a text in one way only, with trade item, lot and expiry, what stands around the serial is a
family, and other texts of the same frame are cut without asking again: with lot and expiry stated elsewhere in the text, a serial
of letters and figures cannot have swallowed one (gs1.element_string; a property test holds both ways to each other).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.gs1.reading import Reading, UnreadableIdentifier, read
from lotproof.gs1.separators import GS

Rows = npt.NDArray[np.int64]
MOST = 16
"""Frames tried; a log has one for each lot."""
_SERIAL = re.compile(r"[0-9A-Za-z]{1,20}")
_SIGNS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Frame:
    """What stands around the serial."""

    head: str
    tail: str
    reading: Reading
    """Of one text of the family; all but the serial holds for the others."""


class Labels:
    """Cuts texts; remembers the frames."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def cut(self, texts: pa.StringArray) -> tuple[list[tuple[pa.Table, str]], Sequence[str]]:
        """(rows with the columns of parsed codes, lot) for each frame, and the texts that belong to none."""
        done: list[tuple[pa.Table, str]] = []
        tried = 0
        while len(texts):
            for frame in self.frames[tried:]:
                mask, serials = _of_frame(frame, texts)
                if pc.any(mask).as_py():
                    done.append((_rows(frame, texts.filter(mask), serials.filter(mask)), frame.reading.lot or ""))
                    texts = texts.filter(pc.invert(mask))
            tried = len(self.frames)
            if len(self.frames) >= MOST or not self._learn(texts.slice(0, 8).to_pylist()):
                break
        return done, texts.to_pylist()

    def sort(self, texts: pa.StringArray) -> tuple[list[tuple[int, Rows, pa.StringArray]], Rows]:
        """(number of the frame, rows, serials) for each frame that occurs, and the rows that belong to none."""
        found: list[tuple[int, Rows, pa.StringArray]] = []
        rows, tried = np.arange(len(texts)), 0
        while len(rows):
            for number in range(tried, len(self.frames)):
                here = texts if len(rows) == len(texts) else texts.take(pa.array(rows))
                mask, serials = _of_frame(self.frames[number], here)
                own = mask.to_numpy(zero_copy_only=False)
                if own.any():
                    found.append((number, rows[own], serials if own.all() else serials.filter(mask)))
                    rows = rows[~own]
            tried = len(self.frames)
            if len(self.frames) >= MOST or not len(rows) or not self._learn(texts.take(pa.array(rows[:8])).to_pylist()):
                break
        return found, rows

    def _learn(self, sample: Sequence[str]) -> bool:
        for text in sample:
            frame = _frame(text)
            if frame is not None and all((frame.head, frame.tail) != (known.head, known.tail) for known in self.frames):
                self.frames.append(frame)
                return True
        return False


def _frame(text: str) -> Frame | None:
    try:
        found = read(text)
    except UnreadableIdentifier:
        return None
    if found.alternatives or not (found.gtin and found.serial and found.lot and found.expiry) or not _SERIAL.fullmatch(found.serial):
        return None
    head, serial, tail = text.rpartition(found.serial)
    if not serial or not head.endswith("21") or (tail and not tail.startswith(GS)) or head.count(GS) + tail.count(GS) != text.count(GS):
        return None
    # Without a separator behind it a lot may as well go on with what stands before the serial.
    return Frame(head, tail, found) if tail or found.lot + GS in head else None


def _of_frame(frame: Frame, texts: pa.StringArray) -> tuple[pa.BooleanArray, pa.StringArray]:
    """Which texts are of the frame, and what stands in it."""
    head, tail = len(frame.head.encode()), len(frame.tail.encode())
    inner = pc.binary_slice(texts.view(pa.binary()), head, -tail if tail else (1 << 30)).cast(pa.string(), safe=False)
    mask = pc.and_(pc.starts_with(texts, frame.head), pc.ends_with(texts, frame.tail))
    return pc.and_(mask, _are_serials(inner)), inner


def _are_serials(texts: pa.StringArray) -> pa.BooleanArray:
    """Which texts are of 1 to 20 figures and letters; no text is looked at by itself where all signs of all of them are such."""
    held = texts.buffers()[2]
    if held is None or held.to_pybytes().translate(None, _SIGNS):
        return pc.match_substring_regex(texts, "^[0-9A-Za-z]{1,20}$")
    sizes = pc.binary_length(texts)
    return pc.and_(pc.greater(sizes, 0), pc.less_equal(sizes, 20))


def _rows(frame: Frame, texts: pa.StringArray, serials: pa.StringArray) -> pa.Table:
    reading = frame.reading
    transform = " ".join(name for name in reading.transforms if name != "plain") or None
    same = {"gtin": reading.gtin, "lot": reading.lot, "expiry": reading.expiry, "transform": transform}
    columns = {name: pa.repeat(pa.scalar(value, pa.string()), len(texts)) for name, value in same.items()}
    return pa.table({"text": texts, "serial": serials, **columns})
