"""All packs of a scope, some lots at a time: which are ordinary, which are set aside, what is counted of these, and which rows stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.gs1.checkdigit import check_digit
from lotproof.lake.wide import Chosen, keys_of
from lotproof.rules.screen.bunch import Pieces, bunches
from lotproof.rules.screen.crates import LATEST, NOTHING, Crates, held
from lotproof.rules.screen.kernel import Out, Packs, Plain, align, box_of, picked, plain
from lotproof.rules.screen.keyset import KeySet
from lotproof.rules.screen.leftover import odd_of, odd_rows, others, staying
from lotproof.rules.screen.rejects import plain_rejects, rejects
from lotproof.rules.screen.segments import Batch, Facts, Segment, Site
from lotproof.rules.screen.shape import OTHER, SITE, UNUSUAL
from lotproof.rules.screen.survey import Survey, survey
from lotproof.rules.screen.tables import Counted, count, count_scrapped
from lotproof.rules.screen.verdict import Guess, Verdict, among

BATCH_ROWS = 300_000
"""Rows of packs that are judged at once, about 100 bytes each while they are. So many stay near the processor."""
HELD_LINES = 250_000
"""Lines that are written to a file at once."""
Arrays = dict[str, np.ndarray]


@dataclass
class Left:
    """What a batch left, under what was known of it then."""

    batch: Batch
    """Its rows."""
    calm: np.ndarray
    """int64, sorted: first 60 bits of the keys of its containers whose packs were set aside."""
    boxes: np.ndarray
    """int64, sorted: those of all its containers of ordinary packs."""
    opened: np.ndarray
    """bool, by place of a lot in the batch: nothing of it was set aside."""
    drawn: bool
    """Whether packs that stray serials may be meant for were left out."""
    plain: Path
    """File of int64 with the first 60 bits of its ordinary packs and rejects, then those of their containers."""
    counted: Counted
    """What is counted of the packs and rejects set aside."""
    staying: dict[tuple[int, int, str], np.ndarray]
    """Segment, part and section -> the places of rows that stay; four bytes each."""

    def packs(self) -> tuple[np.ndarray, np.ndarray]:
        """First 60 bits of its ordinary packs and rejects, and of their containers (0: none)."""
        both = np.fromfile(self.plain, np.int64)
        return both[: len(both) // 2], both[len(both) // 2 :]


class Ordinary:
    """What is ordinary in a batch: packs, or rejects."""

    def __init__(self, packs: Packs, plain: Plain) -> None:
        self.packs = packs
        self.plain = plain
        which, gtin, day = plain
        self.lots = picked(packs.lot, which)
        self.items = packs.prefix[which]
        """First 60 bits of each."""
        self.words = gtin, day
        """Trade item and expiry day of each that is left."""

    def narrow(self, verdict: Verdict | Guess, apart: np.ndarray) -> bool:
        """Leave those that are set aside, as far as ``apart`` says so of each; return whether some are drawn, and stay."""
        drawn = verdict.drawn(self.items) if len(verdict.drawn) else np.zeros(len(self.items), bool)
        chosen = np.flatnonzero(apart & ~verdict.open_lots[self.lots] & ~drawn)
        which, gtin, day = self.plain
        self.packs.narrow(which[chosen], ("high", "low", "gtin", "day", "told"))
        self.words = picked(gtin, chosen), picked(day, chosen)
        return bool(drawn.any())


@dataclass
class Scanned:
    """What a scan left in its folder and knows of the packs."""

    folder: Path
    """Holds odd_NNNNN.parquet (rows of packs that are not ordinary), boxes_NNNNN.parquet (what containers hold of ordinary packs)
    and days_NNNNN.parquet (expiry days of ordinary packs by lot)."""
    site: Site
    """The packs."""
    facts: Facts
    """The words that numbers stand for."""
    learned: Survey
    """What is known of items and lots."""
    allowed: Allowed
    """Which trade items go with which lots."""
    alone: np.ndarray
    """bool, by number of a lot: the site's own sources do not speak of it, but of its trade item. Its packs are strays (rules/alias.py)."""
    left: list[Left] = field(default_factory=list)
    """What each batch left."""
    _notes: dict[str, _Notes] = field(default_factory=dict)

    def settle(self, verdict: Verdict, tell: Callable[[], None]) -> None:
        """Set aside what is to be set aside now that this is known: batches of which another guess was made are counted again."""
        for number, before in enumerate(self.left):
            if self._differs(before, verdict):
                self.left[number] = self._judged(number, before.batch, verdict)
                tell()

    def _differs(self, before: Left, verdict: Verdict) -> bool:
        calm = before.boxes[among(verdict.calm, before.boxes)]
        if not np.array_equal(verdict.open_lots[list(before.batch.lots)], before.opened) or not np.array_equal(calm, before.calm):
            return True
        return before.drawn or bool(len(verdict.drawn) and verdict.drawn(before.packs()[0]).any())

    def first(self, batch: Batch, number: int, guess: Guess) -> None:
        """Judge a batch for the first time."""
        self.left.append(self._judged(number, batch, guess, write=True))

    def _judged(self, number: int, batch: Batch, verdict: Verdict | Guess, write: bool = False) -> Left:
        rows, crates = bunches(batch)
        packs, scrapped = self._plain(batch, rows)
        inside = held(packs.packs, *packs.plain)
        high, low = crates.keys
        odd = odd_rows(batch, rows, [(each.packs, each.plain[0]) for each in (packs, scrapped)], crates)
        prefix = (high[inside["box"]] >> np.uint64(4)).astype(np.int64)
        fine = np.zeros(len(high), bool)
        fine[0] = True
        fine[inside["box"]] = verdict.fine(prefix, inside, np.isin(prefix, odd["box_prefix"]))
        if write:
            self.note(odd=odd, boxes=_boxes(inside, high, low))
            for each in (packs, scrapped):
                self.note(days=_days(each.lots, each.plain[2]))
        path = self.folder / f"plain_{number:05d}"
        box = picked(box_of(packs.packs), packs.plain[0])
        boxes = (high[box] >> np.uint64(4)).astype(np.int64), np.zeros(len(scrapped.items), np.int64)
        np.concatenate([packs.items, scrapped.items, *boxes]).tofile(path)
        drawn = [each.narrow(verdict, apart) for each, apart in ((packs, fine[box]), (scrapped, np.ones(len(scrapped.items), bool)))]
        left = Left(
            batch, np.sort(prefix[fine[inside["box"]]]), np.sort(prefix), verdict.open_lots[list(batch.lots)], any(drawn), path,
            count(packs.packs, *packs.words) + count_scrapped(scrapped.packs, *scrapped.words), staying(batch, rows, [packs.packs, scrapped.packs]),
        )  # fmt: skip
        batch.release()
        return left

    def _plain(self, batch: Batch, rows: dict[int, Pieces]) -> tuple[Ordinary, Ordinary]:
        """The ordinary packs of a batch, and the ordinary rejects."""
        usual = {number: bunch for number, bunch in rows.items() if number not in UNUSUAL}
        lots, strange, mask = np.array(batch.lots), others(batch), sum(1 << each for each in usual)
        dropped = np.unique(np.concatenate([strange, *(bunch.comp for number, bunch in rows.items() if number in UNUSUAL)]))
        packs = Packs(usual, lots, align({number: bunch.comp for number, bunch in usual.items()}, dropped))
        scrapped = rejects(rows, lots, strange)
        return (
            Ordinary(packs, plain(packs, self.allowed, self._out(mask, batch, packs))),
            Ordinary(scrapped, plain_rejects(scrapped, self.allowed, self._out(mask, batch, scrapped))),
        )

    def _out(self, mask: int, batch: Batch, packs: Packs) -> Out | None:
        """Which items cannot be ordinary: in two lots, with other rows elsewhere, lacking a source of their lot, or strays as a whole."""
        unfit = (self.learned.required != mask) | self.alone
        if not unfit[list(batch.lots)].any():
            return self.learned.out if len(self.learned.out) else None
        return lambda prefix: self.learned.out(prefix) | unfit[packs.lot]

    def note(self, **tables: Mapping[str, Any]) -> None:
        """Put down lines of the files of the folder."""
        for name, columns in tables.items():
            self._notes.setdefault(name, _Notes(self.folder, name)).add(columns)

    def close(self) -> None:
        """Write what is not yet in the files of the folder; there is one of each kind at least."""
        self.note(odd=odd_of([]), boxes=_boxes(NOTHING, *Crates(()).keys), days=dict.fromkeys(("lot", "first", "last"), _NONE))
        for notes in self._notes.values():
            notes.write()

    def boxes_of(self, items: KeySet) -> np.ndarray:
        """First 60 bits of the containers of ordinary packs among these."""
        found = [np.zeros(0, np.int64)]
        for prefix, box in (left.packs() for left in self.left if len(items)):
            found.append(box[items(prefix)])
        return np.unique(np.concatenate(found))

    def staying(self, segment: int) -> list[Chosen]:
        """The rows of packs that stay, of the segment with this number."""
        together: dict[tuple[int, str], list[np.ndarray]] = {}
        for left in self.left:
            for (number, part, section), places in left.staying.items():
                if number == segment:
                    together.setdefault((part, section), []).append(places)
        return [Chosen(part, section, np.concatenate(places).astype(np.int64)) for (part, section), places in together.items()]


def scan(
    segments: Sequence[Segment], facts: Facts, folder: Path, trade: Callable[[str, str], bool], guess: Callable[[Site], Guess],
    progress: Callable[[int, int], None] = lambda _done, _total: None, batch_rows: int = BATCH_ROWS,
) -> Scanned:  # fmt: skip
    """Judge every pack. ``trade(lot, gtin)`` says whether the order master has nothing against that pair; ``guess(site)`` gives
    what is known of containers."""
    site = Site(segments)
    steps = iter(range(1 << 62))
    total = 2 * max(1, sum(segment.rows for segment in segments) // batch_rows)

    def tell() -> None:
        progress(min(next(steps), total), total)

    learned = survey(site, facts, folder, batch_rows, tell)
    scanned = Scanned(folder, site, facts, learned, Allowed(site, facts, trade), _alone(site, learned.required))
    known = guess(site)
    for number, batch in enumerate(site.batches(batch_rows)):
        tell()
        scanned.first(batch, number, known)
    scanned.close()
    return scanned


_NONE = np.zeros(0, np.int64)


def _boxes(inside: Mapping[str, np.ndarray], high: np.ndarray, low: np.ndarray) -> dict[str, Any]:
    """What containers hold, with their keys."""
    number = inside["box"]
    return {**inside, "prefix": (high[number] >> np.uint64(4)).astype(np.int64), "box": keys_of(high[number], low[number])}


def _alone(site: Site, required: np.ndarray) -> np.ndarray:
    """Lots of which no source of the site speaks, though such sources speak of one of their trade items."""
    spoken: set[int] = set()
    of_lot: dict[int, set[int]] = {}
    for segment in site.segments:
        if segment.kind in SITE:
            spoken.update(segment.words["gtin"].tolist())
    silent = required & sum(1 << number for numbers in SITE.values() for number in numbers) == 0
    for piece in site.pieces:
        if silent[piece.lot] and piece.kind != OTHER:
            words = (
                piece.segment.words["gtin"][piece.read("gtin")]
                if piece.told("gtin")[0] >= 0
                else piece.segment.words["gtin"][[int(piece.told("gtin")[2])]]
            )
            of_lot.setdefault(piece.lot, set()).update(np.unique(words).tolist())
    alone = np.zeros(len(site.lots), bool)
    alone[[lot for lot, gtins in of_lot.items() if gtins & spoken]] = True
    return alone


def _days(lot: np.ndarray, day: np.ndarray) -> Arrays:
    """The first and the last expiry day that the ordinary packs of each lot state; 0 for none."""
    day = day.astype(np.int64)
    if not len(lot):
        return dict.fromkeys(("lot", "first", "last"), _NONE)
    start = np.flatnonzero(np.append(True, lot[1:] != lot[:-1]))
    return {
        "lot": lot[start], "first": np.minimum.reduceat(np.where(day == 0, LATEST, day), start), "last": np.maximum.reduceat(day, start),
    }  # fmt: skip


class _Notes:
    """Lines of one kind, written to files of some size."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._held: list[pa.Table] = []
        self._files = 0

    def add(self, columns: Mapping[str, Any]) -> None:
        """Take lines."""
        self._held.append(pa.table(columns))
        if sum(map(len, self._held)) >= HELD_LINES:
            self.write()

    def write(self) -> None:
        """Write the lines held."""
        path = self._folder / f"{self._name}_{self._files:05d}.parquet"
        pq.write_table(
            pa.concat_tables(self._held, promote_options="permissive"),
            path,
            compression="NONE",
            use_dictionary=False,
            write_statistics=False,
        )
        self._held, self._files = [], self._files + 1


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
