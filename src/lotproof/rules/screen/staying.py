"""Which rows of packs stay, by their places in the files of columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lotproof.lake.wide import Chosen
from lotproof.rules.screen.bunch import Pieces
from lotproof.rules.screen.judged import Judged
from lotproof.rules.screen.segments import Piece
from lotproof.rules.screen.shape import OTHER


class Staying:
    """Rows that stay, gathered batch by batch; four bytes each."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int, str], list[np.ndarray]] = {}

    def take(self, judged: Judged, aside: np.ndarray) -> None:
        """Take the rows of all packs of a batch but those ``aside`` (numbers of packs), and all rows that ordinary packs do not have."""
        packs = judged.packs
        stays = np.ones(len(packs), bool)
        stays[aside] = False
        for number, place in packs.place.items():
            bunch = packs.bunches[number]
            assert isinstance(bunch, Pieces)
            for piece, rows in bunch.origin(np.flatnonzero(stays if place is None else stays[place])):
                self._add(piece, rows)
        for piece in judged.batch.pieces:
            if piece.kind == OTHER:
                self._add(piece, np.arange(piece.stop - piece.start))

    def _add(self, piece: Piece, rows: np.ndarray) -> None:
        origin, places = piece.origin(rows)
        self._held.setdefault((origin.segment.number, origin.part, origin.section), []).append(places.astype(np.uint32))

    def of(self, segment: int) -> Sequence[Chosen]:
        """Those of the segment with this number."""
        return [Chosen(part, section, np.concatenate(places).astype(np.int64)) for (number, part, section), places in self._held.items() if number == segment]
