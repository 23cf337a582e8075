"""Identifiers of a column by their form: plain serials, SSCCs, labels of a frame; what is of no form is for `intake.codes`.

A form says what all its texts have in common; only serial and SSCC differ. Each is what `intake.codes` makes of the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.intake.columns.words import Codes, Mask, NotPlain, Words
from lotproof.intake.labels import Labels

PLAIN, SSCC, FRAME = -1, -2, -3
"""Numbers of the forms; the frames count on downwards. A number from 0 on is that of a text of no form among the words."""
_SIGNS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_BEGINS = np.isin(np.arange(256), np.frombuffer(_SIGNS, np.uint8))
"""Whether a byte is one of them."""
_LONGEST_SURE = 15
"""Characters up to which a text of these signs can be nothing but a serial."""
Rows = npt.NDArray[np.int64]
MANY = 4000
"""Distinct texts of no form in one block; more are read faster the tolerant way."""
_ROUNDED = re.compile(r"[1-9]\d{14}0+")
_WEIGHTS = np.array([3, 1] * 8 + [3], np.int32)


@dataclass
class Forms:
    """Sorts the texts of one column; remembers its frames and what damage of a spreadsheet would show in."""

    words: Words
    labels: Labels = field(default_factory=Labels)
    mixed: bool = False
    """Whether a text holds a letter or begins with a zero, so that nothing took the column for numbers."""
    plain: bool = False
    """Whether any text is of the plain form."""
    long: int = 0
    """Rows with sixteen digits or more."""
    rounded: int = 0
    """Those of them that end in zeros from the sixteenth on."""

    def sort(self, texts: pa.StringArray, counts: npt.NDArray[np.int64] | None = None) -> tuple[Codes, pa.StringArray]:
        """The form of each text, and the serial in it (null where the words have it). ``counts`` are the rows of each text."""
        forms = np.zeros(len(texts), np.int32)
        rows = np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))
        here = texts if len(rows) == len(texts) else texts.take(pa.array(rows))
        sure = _sure(here)
        digits = _sscc(here) & ~sure
        forms[rows[sure]], forms[rows[digits]] = PLAIN, SSCC
        self._watch_plain(here, sure)
        left = np.flatnonzero(~(sure | digits))
        serials = texts
        if len(left):
            serials = self._labelled(texts, here, forms, rows, left)
        counted = np.ones(len(texts), np.int64) if counts is None else counts
        self._watch_digits(here, digits, counted[rows])
        self._watch_words(texts, forms, counted)
        return forms, serials

    def _labelled(self, texts: pa.StringArray, here: pa.StringArray, forms: Codes, rows: Rows, left: Rows) -> pa.StringArray:
        """Set the forms of labels and words; the serials of the labels in the places of their texts."""
        sorted_, rest = self.labels.sort(here.take(pa.array(left)))
        pieces, places = [], []
        for number, found, cut in sorted_:
            at = rows[left[found]]
            forms[at] = FRAME - number
            pieces.append(cut)
            places.append(at)
        at = rows[left[rest]]
        if len(at) > MANY:
            raise NotPlain("a column of codes has too many that are of no form")
        forms[at] = self.words.number(texts.take(pa.array(at)))
        if not pieces:
            return texts
        if len(pieces) == 1 and len(places[0]) == len(texts):
            return pieces[0]
        cut_rows = np.concatenate(places)
        kept = np.ones(len(texts), np.bool_)
        kept[cut_rows] = False
        others = np.flatnonzero(kept)
        back = np.argsort(np.concatenate([cut_rows, others]))
        return pa.concat_arrays([*pieces, texts.take(pa.array(others))]).take(pa.array(back))

    def _watch_plain(self, texts: pa.StringArray, sure: Mask) -> None:
        if not sure.any():
            return
        self.plain = True
        if not self.mixed:
            plain = texts if sure.all() else texts.filter(pa.array(sure))
            self.mixed = not pc.all(pc.match_substring_regex(plain, "^[1-9][0-9]*$")).as_py()

    def _watch_digits(self, texts: pa.StringArray, digits: Mask, counts: npt.NDArray[np.int64]) -> None:
        if digits.any():
            rounded = pc.ends_with(texts, "000").to_numpy(zero_copy_only=False) & digits
            rounded &= ~pc.starts_with(texts, "0").to_numpy(zero_copy_only=False)
            self.long += int(counts[digits].sum())
            self.rounded += int(counts[rounded].sum())

    def _watch_words(self, texts: pa.StringArray, forms: Codes, counts: npt.NDArray[np.int64]) -> None:
        for row in np.flatnonzero(forms > 0):
            text = str(texts[int(row)].as_py())
            if len(text) >= 16 and text.isdigit() and len(text) < 30:
                self.long += int(counts[row])
                self.rounded += int(counts[row]) if _ROUNDED.fullmatch(text) else 0

    def damaged(self) -> bool:
        """Whether a spreadsheet may have damaged the column, as `intake.damage` would look into it."""
        return (self.plain and not self.mixed) or (self.long >= 3 and self.rounded * 10 >= self.long * 9)


def _sure(texts: pa.StringArray) -> Mask:
    """Texts that can be nothing but a serial: figures, letters, hyphens, and too short or too mixed for anything else."""
    lengths = pc.binary_length(texts).to_numpy()
    good = lengths > 0
    data = texts.buffers()[2]
    if data is not None:
        good[good] = _BEGINS[_bytes_at(texts, good)]  # a label with a sign before it is told by its first byte
        if good.any() and data.to_pybytes().translate(None, _SIGNS):
            good &= pc.match_substring_regex(texts, "^[0-9A-Za-z_-]*$").to_numpy(zero_copy_only=False)
    long = np.flatnonzero(good & (lengths > _LONGEST_SURE))
    if len(long):
        some = texts.take(pa.array(long))
        doubtful = pc.match_substring_regex(some, r"^(01[0-9]{14}|00[0-9]{18}$|[0-9]{16,}$)").to_numpy(zero_copy_only=False)
        good[long[doubtful]] = False
    return np.asarray(good)


def _bytes_at(texts: pa.StringArray, which: Mask) -> npt.NDArray[np.uint8]:
    """The first byte of those of the texts; none of them may be empty."""
    begins = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts)]
    return np.frombuffer(texts.buffers()[2], np.uint8)[begins[which]]


def _sscc(texts: pa.StringArray) -> Mask:
    """Texts of eighteen digits with their check digit (GenSpecs 7.9)."""
    good = pc.binary_length(texts).to_numpy() == 18
    rows = np.flatnonzero(good)
    if not len(rows):
        return np.asarray(good)
    some = texts if len(rows) == len(texts) else texts.take(pa.array(rows))
    start = int(np.frombuffer(some.buffers()[1], np.int32)[some.offset])
    figures = np.frombuffer(some.buffers()[2], np.uint8)[start : start + 18 * len(rows)].reshape(-1, 18).astype(np.int32) - 48
    total = figures[:, :17] @ _WEIGHTS + figures[:, 17]
    good[rows] = ((figures >= 0) & (figures <= 9)).all(axis=1) & (total % 10 == 0)
    return np.asarray(good)
