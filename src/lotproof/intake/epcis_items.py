"""Identifiers of an EPCIS document, taken apart in bulk: what stands before the serial is read once, the serials are cut off.

The tolerant reader of `gs1` decides. Where it reads a text as GTIN and serial and the text ends with that serial, what
stands before it is a *family*, and other texts that begin so are cut without asking again. All else is read one distinct
text at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.gs1.reading import UnreadableIdentifier, read

Rows = npt.NDArray[np.int64]
MAX_FAMILIES = 48
"""More would cost more than they save; a document with more trade items is read one distinct text at a time."""
SAMPLE = 32
KEPT = 50_000
"""Distinct texts remembered from batch to batch."""
_SPELLINGS = {"urn", "digital_link", "plain"}
"""Ways to write an EPC that are no dirt."""


@dataclass(frozen=True)
class Family:
    """Texts that differ in their serial only."""

    head: str
    """What stands before the serial."""
    gtin: str
    lot: str | None


@dataclass(frozen=True)
class Parts:
    """What one text says."""

    gtin: str | None
    serial: str | None
    sscc: str | None
    level: str
    transform: str | None
    lot: str | None
    text: str
    """The canonical spelling, which the key is made of."""
    key: bytes
    """First 16 bytes of SHA-256 of it."""


@dataclass(frozen=True)
class Items:
    """Columns of some identifiers, a row each."""

    keys: npt.NDArray[np.void]
    """16 bytes each."""
    prefix: Rows
    """First 60 bits of the key."""
    columns: dict[str, pa.Array]
    """gtin, serial, sscc, level, transform, class_lot."""


class Spellings:
    """Takes identifiers apart; remembers the families and the single texts of a document."""

    def __init__(self) -> None:
        self.families: list[Family] = []
        self._single: dict[str, Parts] = {}

    def parts(self, text: str) -> Parts:
        """What one text says; an unreadable one is kept as a serial of its own."""
        known = self._single.get(text)
        if known is None:
            if len(self._single) >= KEPT:
                self._single.clear()
            known = self._single[text] = _parts(text)
        return known

    def items(self, texts: pa.StringArray) -> Items:
        """The identifiers in order."""
        pieces = [piece for piece in (self._of_family(family, texts, rows) for family, rows in self._sorted(texts)) if piece]
        done = np.concatenate([piece.rows for piece in pieces]) if pieces else np.empty(0, np.int64)
        if len(done) < len(texts):
            left = np.ones(len(texts), np.bool_)
            left[done] = False
            pieces.append(self._singly(texts, np.flatnonzero(left)))
        return _joined(pieces)

    def _sorted(self, texts: pa.StringArray) -> list[tuple[Family, Rows]]:
        """Which rows belong to which family; families not met before are learned from the first rows that belong to none."""
        found: list[tuple[Family, Rows]] = []
        rows, tried = np.arange(len(texts)), 0
        while len(rows):
            for family in self.families[tried:]:
                here = texts if len(rows) == len(texts) else texts.take(pa.array(rows))
                begins = pc.starts_with(here, family.head).to_numpy(zero_copy_only=False)
                if begins.any():
                    found.append((family, rows[begins]))
                    rows = rows[~begins]
                if not len(rows):
                    return found
            tried = len(self.families)
            if not self._learn(texts.take(pa.array(rows[:SAMPLE]))):
                return found
        return found

    def _learn(self, sample: pa.StringArray) -> bool:
        for text in sample.to_pylist():
            if len(self.families) >= MAX_FAMILIES:
                break
            family = _family(text)
            if family and family not in self.families:
                self.families.append(family)
                return True
        return False

    def _of_family(self, family: Family, texts: pa.StringArray, rows: Rows) -> _Piece | None:
        here = texts if len(rows) == len(texts) else texts.take(pa.array(rows))
        serials = pc.binary_slice(here.view(pa.binary()), len(family.head), 1 << 30)
        good = _plain(serials)
        if not good.all():
            rows, serials = rows[good], serials.filter(pa.array(good))
        if not len(rows):
            return None
        head = f"(01){family.gtin}(21)".encode()
        sha = hashlib.sha256
        keys = b"".join([sha(head + serial).digest() for serial in serials.to_pylist()])
        parts = Parts(family.gtin, None, None, "unit", None, family.lot, "", b"")
        return _Piece(rows, [parts], np.zeros(len(rows), np.int32), serials.view(pa.string()), _cut(keys, 32))

    def _singly(self, texts: pa.StringArray, rows: Rows) -> _Piece:
        coded = texts.take(pa.array(rows)).dictionary_encode()
        parts = [self.parts(text) for text in coded.dictionary.to_pylist()]
        codes = coded.indices.to_numpy()
        serials = pa.array([part.serial for part in parts], pa.string()).take(coded.indices)
        return _Piece(rows, parts, codes, serials, _cut(b"".join([part.key for part in parts]), 16)[codes])


@dataclass(frozen=True)
class _Piece:
    rows: Rows
    parts: list[Parts]
    codes: npt.NDArray[np.int32]
    serials: pa.StringArray
    keys: npt.NDArray[np.void]


def _cut(keys: bytes, width: int) -> npt.NDArray[np.void]:
    """The first 16 of every ``width`` bytes."""
    return np.ascontiguousarray(np.frombuffer(keys, np.uint8).reshape(-1, width)[:, :16]).view("V16").ravel()


_PLAIN = b"!'()*+,-.0123456789:=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""Characters that stand for themselves in every spelling; a serial with another one is read by itself."""


def _plain(serials: pa.BinaryArray) -> npt.NDArray[np.bool_]:
    """Whether each serial is of 1 to 20 characters that stand for themselves."""
    sizes = pc.binary_length(serials).to_numpy()
    good = (sizes > 0) & (sizes <= 20)
    held = b"".join(bytes(buffer) for buffer in serials.buffers()[2:] if buffer)
    if held.translate(None, _PLAIN):
        own = [not serial.translate(None, _PLAIN) for serial in serials.to_pylist()]
        good &= np.array(own, np.bool_)
    return np.asarray(good)


def _joined(pieces: Sequence[_Piece]) -> Items:
    if not pieces:
        return _items(_Piece(np.empty(0, np.int64), [], np.empty(0, np.int32), pa.array([], pa.string()), _cut(b"", 16)))
    if len(pieces) == 1:
        return _items(pieces[0])
    rows = np.concatenate([piece.rows for piece in pieces])
    back = np.argsort(rows, kind="stable")
    shifts = np.cumsum([0] + [len(piece.parts) for piece in pieces])
    codes = np.concatenate([piece.codes + np.int32(shift) for piece, shift in zip(pieces, shifts, strict=False)])
    serials = pa.concat_arrays([piece.serials for piece in pieces]).take(pa.array(back))
    parts = [part for piece in pieces for part in piece.parts]
    return _items(_Piece(rows[back], parts, codes[back], serials, np.concatenate([piece.keys for piece in pieces])[back]))


def _items(piece: _Piece) -> Items:
    words = {name: [getattr(part, name) for part in piece.parts] for name in ("gtin", "sscc", "level", "transform")}
    words["class_lot"] = [part.lot for part in piece.parts]
    columns = {name: coded(piece.codes, values) for name, values in words.items()}
    columns["serial"] = piece.serials
    prefix = np.frombuffer(piece.keys.tobytes(), ">u8")[::2].astype(np.uint64) >> np.uint64(4)
    return Items(piece.keys, prefix.astype(np.int64), columns)


def coded(codes: npt.NDArray[np.int32], words: Sequence[str | None]) -> pa.DictionaryArray:
    """One word a row by its code; a dictionary without repetitions."""
    distinct = sorted({word for word in words if word is not None})
    place = {word: at for at, word in enumerate(distinct)}
    table = np.array([place.get(word, -1) if word is not None else -1 for word in words], np.int32)
    if not distinct:
        return pa.nulls(len(codes), pa.dictionary(pa.int32(), pa.string()))
    index = table[codes]
    full = len(distinct) == len(words) or bool((table >= 0).all())
    return pa.DictionaryArray.from_arrays(pa.array(index, mask=None if full else index < 0), pa.array(distinct, pa.string()))


def _family(text: str) -> Family | None:
    """The family of an SGTIN URN or of a Digital Link that ends in its serial."""
    try:
        found = read(text)
    except UnreadableIdentifier:
        return None
    if found.gtin is None or not found.serial or not text.endswith(found.serial) or not set(found.transforms) <= _SPELLINGS:
        return None
    head = text[: -len(found.serial)]
    if head.startswith("urn:epc:id:sgtin:") and head.endswith("."):
        return Family(head, found.gtin, found.lot)
    if head.startswith(("https://", "http://")) and head.endswith("/21/") and "%" not in head:
        return Family(head, found.gtin, found.lot)
    return None


def _parts(text: str) -> Parts:
    gtin = serial = sscc = lot = transform = None
    try:
        found = read(text)
    except UnreadableIdentifier:
        serial = text
    else:
        gtin, sscc, lot = found.gtin, found.sscc, found.lot
        serial = None if sscc is not None else found.serial if found.serial is not None else text
        transform = " ".join(name for name in found.transforms if name not in _SPELLINGS) or None
    whole = item_text(gtin, serial, sscc)
    level = "container" if sscc is not None else "unit" if gtin is not None else "other"
    return Parts(gtin, serial, sscc, level, transform, lot, whole, hashlib.sha256(whole.encode()).digest()[:16])


def item_text(gtin: str | None, serial: str | None, sscc: str | None) -> str:
    """The canonical spelling of an item, as the SQL macro of the same name gives it."""
    if sscc is not None:
        return f"(00){sscc}"
    return f"(21){serial}" if gtin is None else f"(01){gtin}(21){serial}"
