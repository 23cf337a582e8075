"""One lot as the line really ran it: arrays of packs, cases and pallets, all times in milliseconds since 1970 UTC."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotproof.simulate.marks import Marks, Windows
from lotproof.simulate.plan import Order

GOOD, REJECTED, SAMPLED, DESTROYED, INACTIVE = range(5)
PASS, FAIL, NOREAD = range(3)
REASONS = ("", "NOREAD", "GRADE", "OCR")


@dataclass(frozen=True)
class Stop:
    """A stop of the line."""

    before: int
    """The first pack printed after the restart."""
    begin: int
    """Start of the stop."""
    end: int
    """End of the stop."""
    equipment: str
    """What stood."""
    kind: str
    """Stop, Short stop, Maintenance or Breakdown."""
    cause: str
    """As the operator wrote it."""


@dataclass(frozen=True)
class Read:
    """A second good read of a serial number that was printed twice."""

    pack: int
    """Index of the pack."""
    printed: int
    """Time of the second print."""
    count: int
    """Encoder count of the second print."""


@dataclass(frozen=True)
class Relabel:
    """A case whose label was replaced: unpacked, old number withdrawn, packed again."""

    case: int
    """Index of the case."""
    old: str
    """SSCC-18 of the withdrawn label."""
    at: int
    """Time of the unpacking."""


@dataclass(frozen=True)
class Run:
    """All that happened to one order. P packs printed, N numbers received, K cases, L pallets."""

    order: Order
    """The order."""
    serials: np.ndarray
    """N serial numbers (bytes): the P printed in print order, then label samples, invalidated, unused."""
    shuffled: np.ndarray
    """N indices: the sequence in which the numbers were allocated."""
    label_samples: int
    """Labels printed at set-up and kept."""
    invalidated: int
    """Numbers invalidated before printing."""
    state: np.ndarray
    """P states: GOOD, REJECTED, SAMPLED, DESTROYED, INACTIVE."""
    reason: np.ndarray
    """P indices into REASONS."""
    read: np.ndarray
    """P verdicts of the camera: PASS, FAIL, NOREAD."""
    grades: np.ndarray
    """P rows of seven grade parameters in tenths; the lowest is the symbol's grade."""
    printer: np.ndarray
    """P printers, 0 or 1."""
    camera: np.ndarray
    """P cameras, 0 or 1."""
    printed: np.ndarray
    """P print times."""
    encoder: np.ndarray
    """P encoder counts."""
    case: np.ndarray
    """P case indices, -1 for none."""
    bounds: np.ndarray
    """K+1 pack indices: batch k, the packs that case k's message commissions, is bounds[k]:bounds[k+1]."""
    labels: tuple[str, ...]
    """K SSCC-18 of the cases, as they are now."""
    closed: np.ndarray
    """K times at which the case was closed (for the re-labelled one: closed again)."""
    stated: np.ndarray
    """K child counts as the line recorded them."""
    pallets: tuple[str, ...]
    """L SSCC-18 of the pallets."""
    built: np.ndarray
    """L times at which the pallet was complete."""
    shipped: int
    """The first so many pallets were shipped."""
    stops: tuple[Stop, ...]
    """Stops in sequence."""
    again: tuple[Read, ...]
    """Second prints and reads."""
    relabel: Relabel | None
    """The re-labelled case, if any."""
    started: int
    """Start of the order, before set-up."""
    ended: int
    """End of the order."""
    windows: Windows
    """Faults on the line."""
    marks: Marks
    """Faults in cases, hub and warehouse."""
    carried: tuple[int, ...] = ()
    """Packs left on the line at the change of lot and packed with the next one."""
    carried_into: tuple[str, int] | None = None
    """SSCC-18 and closing time of the case that holds them."""
    donor: Run | None = None
    """The lot whose carried packs lie in the first case of this one."""

    @property
    def cases(self) -> int:
        """Number of cases."""
        return len(self.labels)

    @property
    def packs(self) -> int:
        """Number of packs printed."""
        return len(self.state)

    def names(self, low: int, high: int) -> list[str]:
        """The serial numbers low:high as text."""
        return [name.decode() for name in self.serials[low:high].tolist()]

    def name(self, index: int) -> str:
        """One serial number as text."""
        return bytes(self.serials[index]).decode()

    def batch(self, case: int) -> range:
        """Indices of the packs that the message of this case speaks of."""
        return range(int(self.bounds[case]), int(self.bounds[case + 1]))

    def children(self, case: int) -> list[int]:
        """Indices of the packs that the line recorded in this case."""
        low, high = int(self.bounds[case]), int(self.bounds[case + 1])
        return (np.flatnonzero(self.case[low:high] == case) + low).tolist()

    def pallet(self, case: int) -> int:
        """Index of the pallet of this case."""
        return case // self.order.per_pallet

    def on_pallet(self, pallet: int) -> range:
        """Indices of the cases on this pallet."""
        low = pallet * self.order.per_pallet
        return range(low, min(low + self.order.per_pallet, self.cases))

    def verified(self, pack: int) -> int:
        """Time of the camera's read of this pack."""
        return int(self.printed[pack]) + READ_DELAY

    def commissioned_at(self, case: int) -> int:
        """Time of the commissioning event of this case's packs."""
        return self.verified(int(self.bounds[case + 1]) - 1) + 300

    def stock(self, case: int) -> int:
        """Packs in this case as the warehouse counts them."""
        inside = sum(1 for pack in self.marks.sampled_inside if self.case[pack] == case)
        return int(self.stated[case]) - inside

    def guests(self, case: int) -> int:
        """Packs of the lot before in this case."""
        return len(self.donor.carried) if self.donor and case == 0 else 0

    @property
    def wrong_from(self) -> int:
        """The first pack whose printed code bears a wrong lot or expiry; the number of packs where none does."""
        wrong = self.marks.mislabel
        return int(self.bounds[wrong.first]) if wrong and wrong.place != "hub" else self.packs

    def skew(self, device: str) -> int:
        """By how many milliseconds the times that this device wrote of the lot are ahead."""
        return self.marks.clock[1] if self.marks.clock and self.marks.clock[0] == device else 0


READ_DELAY = 1400
"""Milliseconds from printer to camera."""


def partition(run: Run) -> dict[str, int]:
    """The received numbers by the line controller's last state, each in one class, as lot truth states it."""
    counts = np.bincount(run.state, minlength=5)
    good = int(np.count_nonzero((run.state == GOOD) & (run.case >= 0))) + len(run.carried)
    orphans = int(counts[GOOD]) - good
    lost = len(run.marks.unaccounted)
    unused = len(run.serials) - run.packs - run.label_samples - run.invalidated - lost
    return {
        "received": len(run.serials), "unused": unused, "invalidated": run.invalidated,
        "label_scrapped": int(counts[REJECTED]), "label_sampled": run.label_samples,
        "sampled": int(counts[SAMPLED]), "destroyed": int(counts[DESTROYED]), "inactive": int(counts[INACTIVE]),
        "good": good, "unaccounted": orphans + lost, "orphans": orphans,
    }  # fmt: skip
