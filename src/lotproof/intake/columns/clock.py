"""A column of times in a fixed form, parted into its days and the time of day.

The days are few, and the SQL of `intake.times` decides what each of them means; the clock is counted in bulk. A text is parted
only if it is a date of ten characters, a clock of two figures each, perhaps a fraction, and a zone or half of the day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.intake.arrays import factors
from lotproof.intake.columns.words import Mask

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}([./])\d{2}\1\d{2}|\d{2}([./-])\d{2}\2\d{4}")
_END = re.compile(r"Z|[+-]\d{2}:?\d{2}|")
_HALF = re.compile(r" [AP]M")
_DIGITS = (11, 12, 14, 15, 17, 18)
_HOUR = 3_600_000_000
_LENGTHS = 8
"""Lengths of texts that one column has at most: with and without a fraction."""


@dataclass(frozen=True)
class Parted:
    """Times parted into days and clocks."""

    days: pa.StringArray
    """The text with the clock of midnight, or of one o'clock where a half of the day follows; the text itself where it was not parted."""
    micros: npt.NDArray[np.int64]
    """What the clock adds to that."""
    parted: int
    """How many texts were parted."""


def part(texts: pa.StringArray) -> Parted:
    """Part the texts; null stays null."""
    lengths = pc.fill_null(pc.binary_length(texts), 0).to_numpy()
    micros = np.zeros(len(texts), np.int64)
    kinds = np.unique(lengths)
    pieces: list[pa.StringArray] = []
    order: list[npt.NDArray[np.int64]] = []
    count = 0
    left = np.ones(len(texts), np.bool_)
    for length in kinds[kinds >= 19][:_LENGTHS]:
        rows = np.flatnonzero(lengths == length)
        here = texts if len(rows) == len(texts) else texts.take(pa.array(rows))
        found = _of_one_length(here, int(length))
        if found is None:
            continue
        fits, days, clock = found
        rows = rows[fits]
        micros[rows] = clock[fits]
        pieces.append(days if fits.all() else days.filter(pa.array(fits)))
        order.append(rows)
        left[rows] = False
        count += len(rows)
    rest = np.flatnonzero(left)
    if not pieces:
        return Parted(texts, micros, 0)
    if len(rest):
        pieces.append(texts.take(pa.array(rest)))
        order.append(rest)
    if len(pieces) == 1:
        return Parted(pieces[0], micros, count)
    back = np.argsort(np.concatenate(order))
    return Parted(pa.concat_arrays(pieces).take(pa.array(back)), micros, count)


def _of_one_length(texts: pa.StringArray, length: int) -> tuple[Mask, pa.StringArray, npt.NDArray[np.int64]] | None:
    """(which texts fit the form of the first, their days, the micros of their clocks); None where the first has no such form."""
    first = str(texts[0].as_py())
    form = re.fullmatch(r".{10}([ T])\d\d:\d\d:\d\d(?:([.,])(\d{1,6}))?(.*)", first, re.S)
    if form is None or not first.isascii() or not (_END.fullmatch(form[4]) or _HALF.fullmatch(form[4])):
        return None
    if pc.utf8_length(texts).to_numpy().sum() != length * len(texts):
        return None
    signs = _matrix(texts, length)
    points = [10, 13, 16] + ([19] if form[2] else [])
    digits = np.array([*_DIGITS, *range(20, 20 + len(form[3] or ""))])
    fits = np.ones(len(texts), np.bool_)
    for at in points:
        fits &= signs[:, at] == ord(first[at])
    numbers = {int(at): signs[:, at].astype(np.int64) - 48 for at in digits}
    for number in numbers.values():
        fits &= (number >= 0) & (number <= 9)
    hour, minute, second = (numbers[at] * 10 + numbers[at + 1] for at in (11, 14, 17))
    fits &= (minute < 60) & (second < 60) & (hour < 24)
    fraction = np.zeros(len(texts), np.int64)
    for place, at in enumerate(digits[6:]):
        fraction += numbers[int(at)] * 10 ** (5 - place)
    end = len(first) - len(form[4])
    midnight = "00:00:00"
    if _HALF.fullmatch(form[4]):
        fits &= (hour >= 1) & (hour <= 12)
        hour, midnight = hour % 12 - 1, "01:00:00"
    fits, days = _days(texts, fits, end, f"{form[1]}{midnight}")
    return fits, days, ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction


def _matrix(texts: pa.StringArray, length: int) -> npt.NDArray[np.uint8]:
    """The bytes of texts of one length, a row each."""
    whole = texts if texts.null_count == 0 else texts.drop_null()
    start = int(np.frombuffer(whole.buffers()[1], np.int32)[whole.offset])
    return np.frombuffer(whole.buffers()[2], np.uint8)[start : start + length * len(whole)].reshape(-1, length)


def _days(texts: pa.StringArray, fits: Mask, end: int, clock: str) -> tuple[Mask, pa.StringArray]:
    """Which of the fitting texts begin with a date and end with a zone or half; and each text with another clock."""
    raw = texts.view(pa.binary())
    heads = pc.binary_slice(raw, 0, 10).dictionary_encode()
    tails = pc.binary_slice(raw, end, 1 << 30).dictionary_encode()
    good = [_DAY.fullmatch(head.decode("latin-1")) is not None for head in heads.dictionary.to_pylist()]
    ends = [tail.decode("latin-1") for tail in tails.dictionary.to_pylist()]
    fine = [(_HALF if clock.endswith("01:00:00") else _END).fullmatch(tail) is not None for tail in ends]
    fits = fits & np.array(good)[heads.indices.to_numpy()] & np.array(fine)[tails.indices.to_numpy()]
    pairs = heads.indices.to_numpy().astype(np.int64) * len(ends) + tails.indices.to_numpy()
    distinct, inverse = factors(pairs)
    days = [head.decode("latin-1") for head in heads.dictionary.to_pylist()]
    words = [f"{days[pair // len(ends)]}{clock}{ends[pair % len(ends)]}" for pair in distinct.tolist()]
    return fits, pa.DictionaryArray.from_arrays(pa.array(inverse.astype(np.int32)), pa.array(words, pa.string())).dictionary_decode()
