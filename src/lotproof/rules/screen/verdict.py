"""Which ordinary packs are set aside, as far as is known: guessed from the rows of containers while packs are judged, sure once all are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lotproof.rules.screen.keyset import KeySet


@dataclass(frozen=True)
class Verdict:
    """What decides of each ordinary pack whether it is set aside."""

    open_lots: np.ndarray
    """bool, by number of a lot: nothing of it is set aside."""
    calm: np.ndarray
    """int64, sorted: first 60 bits of the keys of containers whose packs may be set aside."""
    drawn: KeySet
    """Packs that a stray serial may be meant for, or whose serial is a finding by itself."""
    strays: np.ndarray
    """int64: packs of stray serials, which are not ordinary."""

    def fine(self, prefix: np.ndarray, _held: Mapping[str, np.ndarray], _touched: np.ndarray) -> np.ndarray:
        """Which of these containers are calm."""
        return among(self.calm, prefix)


@dataclass(frozen=True)
class Guess:
    """Before all packs are judged: what the containers' own rows ask of them."""

    prefix: np.ndarray
    """int64, sorted: first 60 bits of the keys of the containers that may be calm."""
    size: np.ndarray
    """int64: packs that each must hold; -1 where nothing says how many."""
    left: np.ndarray
    """int64: when each left, microseconds; the greatest number for never."""
    sizes: np.ndarray
    """int64, by number of a lot: packs in each case by its order; -1 where it does not say."""
    open_lots: np.ndarray
    """As in `Verdict`; those that are known."""
    drawn: KeySet
    """As in `Verdict`; none is known."""

    def fine(self, prefix: np.ndarray, held: Mapping[str, np.ndarray], touched: np.ndarray) -> np.ndarray:
        """Which of these containers seem to be calm: ``held`` is what they hold of ordinary packs, ``touched`` which hold others too."""
        if not len(self.prefix) or not len(prefix):
            return np.zeros(len(prefix), bool)
        place = np.minimum(np.searchsorted(self.prefix, prefix), len(self.prefix) - 1)
        size, order_size = self.size[place], self.sizes[held["lot"]]
        fits = (size < 0) | (size == held["n"])
        fits &= (order_size < 0) | (order_size == held["n"])
        fits &= (self.prefix[place] == prefix) & (self.left[place] >= held["filled"])
        return np.asarray(fits & ~held["mixed"].astype(bool) & ~touched)


def among(known: np.ndarray, sought: np.ndarray) -> np.ndarray:
    """Which of these numbers are among the known, which are sorted."""
    if not len(known):
        return np.zeros(len(sought), bool)
    return np.asarray(known[np.minimum(np.searchsorted(known, sought), len(known) - 1)] == sought)
