"""All packs of a scope, some lots at a time: which are ordinary by themselves, which are not, and what their containers hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.gs1.checkdigit import check_digit
from lotproof.lake.columns import NEVER
from lotproof.rules.screen.judged import Arrays, Judged, judged_of
from lotproof.rules.screen.kernel import PARENTS, box_of
from lotproof.rules.screen.segments import Facts, Segment, Site
from lotproof.rules.screen.shape import HUB_PACKED, OTHER, PACKED
from lotproof.rules.screen.survey import Survey, survey

BATCH_ROWS = 1_000_000
"""Rows of packs that are judged at once; about 100 bytes each while they are."""
LATEST = np.iinfo(np.int64).max
"""Stands for no time where the least of many is sought."""


@dataclass(frozen=True)
class Scanned:
    """What a scan left in its folder and knows of the packs."""

    folder: Path
    """Holds odd_NNNN.parquet (rows of packs that are not ordinary), unfit_NNNN.parquet (ordinary packs that lack a source),
    boxes_NNNN.parquet (what containers hold of ordinary packs) and days_NNNN.parquet (expiry days of ordinary packs by lot)."""
    site: Site
    """The packs."""
    facts: Facts
    """The words that numbers stand for."""
    learned: Survey
    """What is known of items and lots."""
    allowed: Allowed
    """Which trade items go with which lots."""
    batch_rows: int
    """Rows that are judged at once."""

    def judged(self) -> Iterator[Judged]:
        """The packs of each batch, and which of them are ordinary by themselves; kept in the folder, since it is asked more than once."""
        for number, batch in enumerate(self.site.batches(self.batch_rows)):
            yield judged_of(self.folder, number, batch, self.allowed, self.learned.out)


def scan(
    segments: Sequence[Segment], facts: Facts, folder: Path, trade: Callable[[str, str], bool],
    progress: Callable[[int, int], None] = lambda _done, _total: None, batch_rows: int = BATCH_ROWS,
) -> Scanned:  # fmt: skip
    """Judge every pack once. ``trade(lot, gtin)`` says whether the order master has nothing against that pair."""
    site = Site(segments)
    steps = iter(range(1 << 62))
    total = 2 * max(1, sum(segment.rows for segment in segments) // batch_rows)

    def tell() -> None:
        progress(min(next(steps), total), total)

    learned = survey(site, facts, folder, batch_rows, tell)
    scanned = Scanned(folder, site, facts, learned, Allowed(site, facts, trade), batch_rows)
    number = -1
    for number, judged in enumerate(scanned.judged()):
        tell()
        _write_batch(folder, number, judged, learned.required)
    _write(folder / f"odd_{number + 1:05d}.parquet", _odd_of([]))
    _write_rest(folder, number + 1)
    return scanned


def _write_batch(folder: Path, number: int, judged: Judged, required: np.ndarray) -> None:
    packs, which = judged.packs, judged.which
    odd = np.ones(len(packs), bool)
    odd[which] = False
    _write(folder / f"odd_{number:05d}.parquet", _odd(judged, odd))
    high, low = box_of(packs, which)
    unfit = packs.mask[which] != required[packs.lot[which]]
    _write(folder / f"unfit_{number:05d}.parquet", {"prefix": packs.prefix[which[unfit]], "box_high": high[unfit], "box_low": low[unfit]})
    _write(folder / f"boxes_{number:05d}.parquet", _boxes(judged, high, low))
    _write(folder / f"days_{number:05d}.parquet", _days(judged))


def _write_rest(folder: Path, number: int) -> None:
    """Files without rows, so that there is one of each kind."""
    none = np.zeros(0, np.int64)
    keys = {"box_high": none.astype(np.uint64), "box_low": none.astype(np.uint64)}
    _write(folder / f"unfit_{number:05d}.parquet", {"prefix": none, **keys})
    _write(folder / f"boxes_{number:05d}.parquet", {**keys, "box_low2": keys["box_low"], **dict.fromkeys(_BOX, none)})
    _write(folder / f"days_{number:05d}.parquet", dict.fromkeys(("lot", "first", "last"), none))


_BOX = ("lot", "lot2", "gtin", "gtin2", "day", "day2", "n", "filled", "began", "position")


def _odd(judged: Judged, odd: np.ndarray) -> Arrays:
    """One line for each row of a pack that is not ordinary: its item, its class and its container."""
    found: list[tuple[np.ndarray, int, np.ndarray, np.ndarray]] = []
    for number, place in judged.packs.place.items():
        rows = np.flatnonzero(odd if place is None else odd[place])
        bunch = judged.packs.bunches[number]
        if len(rows):
            high, low = (bunch.get(name)[rows] for name in PARENTS)
            found.append((bunch.get("high")[rows], number, high, low))
    for piece in judged.batch.pieces:
        if piece.kind == OTHER:
            box = piece.read("box")
            high, low = (half[box] for half in piece.boxes())
            found.append((piece.read("high"), OTHER, high, low))
    return _odd_of(found)


def _odd_of(found: Sequence[tuple[np.ndarray, int, np.ndarray, np.ndarray]]) -> Arrays:
    none = np.zeros(0, np.uint64)
    high, box_high, box_low = (np.concatenate([none, *(each[place] for each in found)]) for place in (0, 2, 3))
    mask = np.repeat(np.array([1 << each[1] for each in found], np.int64), [len(each[0]) for each in found])
    return {"prefix": (high >> np.uint64(4)).astype(np.int64), "mask": mask, "box_high": box_high, "box_low": box_low}


def _boxes(judged: Judged, high: np.ndarray, low: np.ndarray) -> Arrays:
    """What each container holds of the ordinary packs of a batch."""
    inside = np.flatnonzero(high | low)
    order = inside[np.argsort(high[inside])]
    if not len(order):
        return {**dict.fromkeys(("box_high", "box_low", "box_low2"), high[:0]), **dict.fromkeys(_BOX, np.zeros(0, np.int64))}
    key = high[order]
    start = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    packs, which = judged.packs, judged.which[order]
    found = {"box_high": key[start], "box_low": np.minimum.reduceat(low[order], start), "box_low2": np.maximum.reduceat(low[order], start)}
    for name, values in (("lot", packs.lot[which]), ("gtin", judged.gtin[which]), ("day", judged.day[which])):
        found[name] = np.minimum.reduceat(values, start).astype(np.int64)
        found[f"{name}2"] = np.maximum.reduceat(values, start).astype(np.int64)
    packed, position = packs.of(PACKED, "at", NEVER)[which], packs.of(PACKED, "position", -1)[which]
    found["n"] = np.diff(start, append=len(order))
    found["filled"] = np.maximum.reduceat(packs.of(HUB_PACKED, "at", NEVER)[which], start)
    found["began"] = np.minimum.reduceat(np.where(packed == NEVER, LATEST, packed), start)
    found["position"] = np.minimum.reduceat(np.where(position == -1, LATEST, position), start)
    return found


def _days(judged: Judged) -> Arrays:
    """The first and the last expiry day that the ordinary packs of each lot state; 0 for none."""
    lot, day = judged.packs.lot[judged.which], judged.day[judged.which].astype(np.int64)
    if not len(lot):
        return dict.fromkeys(("lot", "first", "last"), np.zeros(0, np.int64))
    start = np.flatnonzero(np.append(True, lot[1:] != lot[:-1]))
    return {
        "lot": lot[start], "first": np.minimum.reduceat(np.where(day == 0, LATEST, day), start), "last": np.maximum.reduceat(day, start),
    }  # fmt: skip


def _write(path: Path, arrays: Arrays) -> None:
    pq.write_table(pa.table(arrays), path, compression="NONE", use_dictionary=False, write_statistics=False)


class Allowed:
    """Whether a trade item is right for a lot."""

    def __init__(self, site: Site, facts: Facts, trade: Callable[[str, str], bool]) -> None:
        self._lots = site.lots
        self._facts = facts
        self._trade = trade
        self._pairs: dict[tuple[int, int], bool] = {}

    def __call__(self, lot: np.ndarray, gtin: np.ndarray) -> np.ndarray:
        """The answer for each pair."""
        if not len(lot):
            return np.zeros(0, bool)
        pair = lot << 32 | gtin
        new = np.flatnonzero(np.append(True, pair[1:] != pair[:-1]))  # packs lie by lot, and a lot has few trade items
        said = [self._right(int(each) >> 32, int(each) & 0xFFFFFFFF) for each in pair[new].tolist()]
        return np.repeat(np.array(said, bool), np.diff(new, append=len(pair)))

    def _right(self, lot: int, gtin: int) -> bool:
        if (lot, gtin) not in self._pairs:
            name, number = self._lots[lot], self._facts.gtins.names()[gtin]
            sound = number is not None and len(number) == 14 and number.isdigit() and check_digit(number[:13]) == number[13]
            self._pairs[lot, gtin] = sound and name is not None and self._trade(name, number or "")
        return self._pairs[lot, gtin]
