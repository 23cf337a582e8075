"""What printer and camera make of each pack: grades, rejects, verdicts, and the faults that show in them."""

from __future__ import annotations

import numpy as np

from lotproof.simulate.marks import Marks, Windows
from lotproof.simulate.plan import Order
from lotproof.simulate.run import FAIL, GOOD, NOREAD, PASS, REJECTED, SAMPLED

UNREAD, LOW, TEXT = 1, 2, 3  # indices into REASONS


def verify(
    chance: np.random.Generator, order: Order, windows: Windows, printer: np.ndarray, camera: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Grades in tenths, states, reject reasons and camera verdicts of all packs."""
    units = order.units
    grades = np.minimum(chance.integers(29, 44, (units, 7)), 40).astype(np.int8)
    luck = chance.random(units)
    reason = np.select([luck < 0.002, luck < 0.0035, luck < 0.005], [UNREAD, LOW, TEXT], 0).astype(np.int8)
    if windows.burst:
        low, high = windows.burst
        reason[low:high] = np.where(camera[low:high] == 1, UNREAD, reason[low:high])
    if windows.roll:
        _bad_roll(chance, windows.roll, reason)
    low_grade = reason == LOW
    grades[low_grade] = np.minimum(grades[low_grade], chance.integers(9, 15, (int(low_grade.sum()), 7)))
    if windows.fade:
        _fade(chance, windows.fade, printer, grades, reason)
    for window in (windows.jam, (windows.reprint - 14, windows.reprint) if windows.reprint else None):
        if window:  # the packs of these windows are good ones
            reason[slice(*window)] = 0
            grades[slice(*window)] = np.maximum(grades[slice(*window)], 28)
    state = np.where(reason > 0, REJECTED, GOOD).astype(np.int8)
    read = np.select([reason == UNREAD, reason > UNREAD], [NOREAD, FAIL], PASS).astype(np.int8)
    return grades, state, reason, read


def _bad_roll(chance: np.random.Generator, window: tuple[int, int], reason: np.ndarray) -> None:
    """Two packs in five fail: most are unread or graded low, for some the text cannot be read."""
    low, high = window
    luck = chance.random(high - low)
    reason[low:high] = np.select([luck < 0.18, luck < 0.36, luck < 0.42], [UNREAD, LOW, TEXT], 0)


def _fade(
    chance: np.random.Generator, window: tuple[int, int], printer: np.ndarray, grades: np.ndarray, reason: np.ndarray
) -> None:
    packs = np.arange(*window)
    packs = packs[printer[packs] == 1]
    level = np.linspace(34, 9, len(packs))[:, None] + chance.integers(-2, 3, (len(packs), 7))
    modulation = np.array([4, 0, 1, 3, 5, 5, 5])  # modulation suffers first from a worn print head
    grades[packs] = np.clip(level + modulation, 3, 40).astype(np.int8)
    lowest = grades[packs].min(axis=1)
    last = np.arange(len(packs)) > len(packs) * 0.9
    unread = last & (chance.random(len(packs)) < 0.5)
    reason[packs] = np.select([unread, lowest < 15], [UNREAD, LOW], 0)


def after_packing(
    chance: np.random.Generator, marks: Marks, state: np.ndarray, read: np.ndarray, grades: np.ndarray
) -> None:
    """What faults in cases change in the reads and states, in place."""
    for pack in marks.failed:
        read[pack] = FAIL
        grades[pack] = chance.integers(8, 15, 7)
    for pack in marks.sampled_inside:
        state[pack] = SAMPLED
