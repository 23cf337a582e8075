"""Ordinary rejects: codes that were printed, refused by the camera and scrapped at the line, and of which nobody else speaks.

A reject has one row of each class that the packs of its lot have before the line, one of the camera that refused it where cameras read the
lot, and one of the line that scrapped it. It is counted as such (``aside_scrapped`` of lake/aside.py) and no rule finds anything in it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lotproof.rules.screen.kernel import NONE, Allowed, Bunch, Out, Packs, Plain, agreeing, alike
from lotproof.rules.screen.shape import ALLOCATED, ENCODED, LINE, LOWEST_GRADE, REJECTED, SCRAPPED, VERIFIED


def rejects(rows: Mapping[int, Bunch], lots: np.ndarray, others: np.ndarray) -> Packs:
    """The codes that are in each class that a reject is in just once, and in no other. ``rows`` are all classes of the batch, ``others``
    the keys of items with other rows (sorted)."""
    wanted = [number for number in (ALLOCATED, ENCODED) if number in rows] + [REJECTED] * (VERIFIED in rows) + [SCRAPPED]
    if LINE not in rows or not all(number in rows for number in wanted):
        return Packs({}, lots, (np.zeros(0, np.uint64), {}))
    keys = np.unique(rows[SCRAPPED].comp)
    keys = keys[~np.isin(keys, others, assume_unique=True)] if len(others) else keys
    for number in sorted(rows.keys() - set(wanted)):
        keys = keys[_times(rows[number], keys)[1] == 0]
    for number in wanted:
        keys = keys[_times(rows[number], keys)[1] == 1]
    return Packs({number: rows[number] for number in wanted}, lots, (keys, {number: _times(rows[number], keys)[0] for number in wanted}))


def _times(bunch: Bunch, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each key, and how many it has."""
    first = np.searchsorted(bunch.comp, keys)
    return first, np.searchsorted(bunch.comp, keys, side="right") - first


def plain_rejects(packs: Packs, allowed: Allowed, out: Out | None = None) -> Plain:
    """Which of these rejects are ordinary: all classes tell of them alike, in no container, and no grade is a finding."""
    if not len(packs):
        return NONE
    bad = np.zeros(len(packs), bool)
    for number in (REJECTED, SCRAPPED):
        box = packs.of(number, "box")
        if not alike(box) or box[0]:
            bad |= box != 0
    bad |= packs.of(REJECTED, "grade", np.nan) < LOWEST_GRADE
    return agreeing(packs, bad, allowed, out)
