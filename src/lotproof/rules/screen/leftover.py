"""What is left of a batch beside ordinary packs and rejects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lotproof.rules.screen.bunch import Pieces
from lotproof.rules.screen.crates import Crates
from lotproof.rules.screen.kernel import LOT_BITS, Packs
from lotproof.rules.screen.segments import Batch
from lotproof.rules.screen.shape import OTHER

Arrays = dict[str, np.ndarray]


def others(batch: Batch) -> np.ndarray:
    """Keys of the items of a batch with a row that neither ordinary packs nor ordinary rejects have, sorted."""
    local = {lot: place for place, lot in enumerate(batch.lots)}
    found = [
        np.uint64(local[piece.lot] << 64 - LOT_BITS) | piece.read("high") >> np.uint64(LOT_BITS)
        for piece in batch.pieces
        if piece.kind == OTHER
    ]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint64)


def _rest(rows: dict[int, Pieces], ordinary: Sequence[tuple[Packs, np.ndarray | None]]) -> Iterator[tuple[int, np.ndarray]]:
    """The rows of each class that are of none of the packs with these numbers (None: of none at all)."""
    for number, bunch in rows.items():
        stays = np.ones(len(bunch), bool)
        for packs, which in ordinary:
            if number in packs.rows:
                of = packs.rows[number]
                of = of if which is None else which if of is None else of[which]
                stays[slice(None) if of is None else of] = False
        yield number, np.flatnonzero(stays)


def odd_rows(batch: Batch, rows: dict[int, Pieces], ordinary: Sequence[tuple[Packs, np.ndarray]], crates: Crates) -> Arrays:
    """One line for each row of a pack that is not ordinary: its item, its class and its container. ``ordinary`` are packs, and the numbers
    of those that are."""
    found: list[tuple[np.ndarray, int, np.ndarray]] = []
    for number, rest in _rest(rows, ordinary):
        if len(rest):
            found.append((rows[number].take("high", rest), number, rows[number].take("box", rest)))
    found += [(piece.read("high"), OTHER, crates.numbers(piece)) for piece in batch.pieces if piece.kind == OTHER]
    high, _ = crates.keys
    return odd_of([(key, number, high[box]) for key, number, box in found])


def odd_of(found: Sequence[tuple[np.ndarray, int, np.ndarray]]) -> Arrays:
    none = np.zeros(0, np.uint64)
    prefix, box = ((np.concatenate([none, *(each[place] for each in found)]) >> np.uint64(4)).astype(np.int64) for place in (0, 2))
    mask = np.repeat(np.array([1 << each[1] for each in found], np.int64), [len(each[0]) for each in found])
    return {"prefix": prefix, "mask": mask, "box_prefix": box}


def staying(batch: Batch, rows: dict[int, Pieces], packs: Sequence[Packs]) -> dict[tuple[int, int, str], np.ndarray]:
    """The rows of a batch but those of these packs, by where they are in the lake."""
    held_rows: dict[tuple[int, int, str], list[np.ndarray]] = {}
    chosen = [place for number, rest in _rest(rows, [(each, None) for each in packs]) for place in rows[number].origin(rest)]
    chosen += [(piece, np.arange(piece.stop - piece.start)) for piece in batch.pieces if piece.kind == OTHER]
    for piece, numbers in chosen:
        origin, places = piece.origin(numbers)
        held_rows.setdefault((origin.segment.number, origin.part, origin.section), []).append(places.astype(np.uint32))
    return {place: np.concatenate(found) for place, found in held_rows.items()}
