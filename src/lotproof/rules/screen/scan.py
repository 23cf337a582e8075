"""All packs of a scope, a range of the item key at a time: which are ordinary by themselves, and which are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.gs1.checkdigit import check_digit
from lotproof.rules.screen.deal import Deal
from lotproof.rules.screen.kernel import Ordinary, Rows, Sorted, columns, ordinary, sort
from lotproof.rules.screen.others import Others
from lotproof.rules.screen.rows import Facts, Segment
from lotproof.rules.screen.shape import HUB, HUB_PACKED, KINDS, MAIN, PACKED

RANGE_ROWS = 1_000_000
"""Rows of packs that are held at once; 80 bytes each, and as much again for what is found."""
_MOST = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Scanned:
    """What a scan left in its folder and knows of the lots."""

    folder: Path
    """Holds plain_NNNN.parquet (ordinary packs, arrays of `kernel.columns`), odd_NNNN.parquet (all others) and
    other.parquet (rows of containers)."""
    required: dict[int, int]
    """Number of a lot to the classes that an ordinary pack of it has, as a sum of bits."""
    facts: Facts
    """The words that the numbers stand for."""


def scan(
    segments: Sequence[Segment], facts: Facts, folder: Path, trade: Callable[[str, str], bool],
    progress: Callable[[int, int], None] = lambda _done, _total: None, range_rows: int = RANGE_ROWS,
) -> Scanned:  # fmt: skip
    """Read every pack once. ``trade(lot, gtin)`` says whether the order master has nothing against that pair."""
    total = sum(segment.file.metadata.num_rows for segment in segments)
    ranges = max(1, -(-total // range_rows))
    deal = Deal(folder, ranges)
    judge = _Judge(facts, trade, np.array([KINDS.index(s.kind) if s.kind in KINDS else len(KINDS) for s in segments], np.int64))
    with Others(folder / "other.parquet") as others:
        for number, segment in enumerate(segments):
            progress(number, len(segments) + ranges)
            for rows in segment.read(facts, others):
                deal.take(rows)
    for number, rows in enumerate(deal.give()):
        progress(len(segments) + number, len(segments) + ranges)
        _one_range(rows, judge, folder, number)
    return Scanned(folder, judge.required(), facts)


def _one_range(rows: Rows, judge: _Judge, folder: Path, number: int) -> None:
    items = sort(rows)
    judge.take(rows, items)
    odd = np.ones(len(items.start), bool)
    found: list[Ordinary] = []
    for which, good in ordinary(rows, items, judge.allowed):
        odd[which] = False
        found.append(good)
    _write(folder / f"odd_{number:04d}.parquet", _odd(rows, items, odd))
    none = np.zeros(0, np.int64)
    # One without packs stands for the columns where there is nothing else.
    made = [columns(rows, each) for each in (Ordinary(none, none, none, none, none.reshape(0, 0), ()), *found)]
    _write(folder / f"plain_{number:04d}.parquet", {name: np.concatenate([each[name] for each in made]) for name in made[0]})


def _odd(rows: Rows, items: Sorted, odd: np.ndarray) -> dict[str, np.ndarray]:
    """One line for each row of an item that is not ordinary: its item, its container and the classes the item has."""
    of = np.repeat(np.arange(len(items.start)), items.count)
    place = np.flatnonzero(odd[of])
    row = items.order[place]
    return {
        "prefix": items.prefix[place], "mask": items.seen[of[place]],
        "parent_high": rows.parent_high[row], "parent_low": rows.parent_low[row],
    }  # fmt: skip


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    pq.write_table(pa.table(arrays), path, compression="NONE", use_dictionary=False, write_statistics=False)


class _Judge:
    """What is learned of lots and trade items on the way."""

    def __init__(self, facts: Facts, trade: Callable[[str, str], bool], kinds: np.ndarray) -> None:
        self._facts = facts
        self._trade = trade
        self._kinds = np.left_shift(np.int64(1), kinds)
        self._seen: dict[int, int] = {}
        self._packs: dict[int, int] = {}
        self._pairs: dict[tuple[int, int], bool] = {}

    def take(self, rows: Rows, items: Sorted) -> None:
        """Note which kinds of sources speak of each lot, and which of them put its packs into containers."""
        if not len(items.start):
            return
        lot = rows.lot[items.order]
        kinds = np.bitwise_or.reduceat(self._kinds[rows.file[items.order]], items.start)
        packs = items.seen & (1 << PACKED | 1 << HUB_PACKED)
        # Where the sources of a pack name two lots, what they say counts for both.
        for one in (np.maximum.reduceat(lot, items.start), np.minimum.reduceat(np.where(lot > 0, lot, _MOST), items.start)):
            for each in np.unique(one.astype(np.int64) << 32 | kinds << 16 | packs).tolist():
                number = each >> 32
                self._seen[number] = self._seen.get(number, 0) | each >> 16 & 0xFFFF
                self._packs[number] = self._packs.get(number, 0) | each & 0xFFFF

    def required(self) -> dict[int, int]:
        """The classes that an ordinary pack of each lot has: one of each kind that speaks of the lot, the hub's in any case."""
        hub = any(seen >> KINDS.index("hub") & 1 for seen in self._seen.values())
        found = {}
        for number, seen in self._seen.items():
            bits = sum(1 << main for kind, main in MAIN.items() if seen >> KINDS.index(kind) & 1)
            found[number] = bits | (1 << HUB if hub else 0) | self._packs[number]
        return found

    def allowed(self, lot: np.ndarray, gtin: np.ndarray) -> np.ndarray:
        """Whether the trade item is right for the lot."""
        pair = lot.astype(np.int64) << 32 | gtin
        distinct, back = np.unique(pair, return_inverse=True)
        return np.array([self._right(int(each) >> 32, int(each) & 0xFFFFFFFF) for each in distinct], bool)[back]

    def _right(self, lot: int, gtin: int) -> bool:
        if (lot, gtin) not in self._pairs:
            name, number = self._facts.lots.names()[lot], self._facts.gtins.names()[gtin]
            sound = number is not None and len(number) == 14 and number.isdigit() and check_digit(number[:13]) == number[13]
            self._pairs[lot, gtin] = sound and name is not None and self._trade(name, number or "")
        return self._pairs[lot, gtin]
