"""Where the faults strike in one lot: windows of packs before packing, single cases after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Windows:
    """Faults that change the line's states, as half-open ranges of packs in print order; None where absent."""

    jam: tuple[int, int] | None = None
    """Packs that passed the camera and were pulled at the stopped case packer."""
    burst: tuple[int, int] | None = None
    """Packs during which the second camera reads nothing."""
    fade: tuple[int, int] | None = None
    """Packs during which the second printer fades."""
    reprint: int | None = None
    """The first pack after the printer's restart; the buffer before it is printed twice."""
    roll: tuple[int, int] | None = None
    """Packs whose labels come from one bad roll."""

    def reserved(self) -> list[tuple[int, int]]:
        """The ranges whose packs belong to these faults alone."""
        buffer = None if self.reprint is None else (max(0, self.reprint - 14), self.reprint)
        return [window for window in (self.jam, self.burst, self.fade, self.roll, buffer) if window]


@dataclass(frozen=True)
class Mislabel:
    """A lot or an expiry that was set up wrongly, from one case to the end of the lot."""

    first: int
    """First case concerned."""
    place: str
    """pack: printed code and text only; line: the line and all that it tells the hub, too; hub: the messages only."""
    lot: str | None = None
    """The wrong lot, where it is the lot that is wrong."""
    expiry: date | None = None
    """The wrong expiry, where it is that."""


@dataclass(frozen=True)
class Pick:
    """One delivery of single cases for which other cases were taken than were scanned."""

    right: tuple[int, ...]
    """Cases scanned and taken."""
    scanned: tuple[int, ...]
    """Cases scanned and left standing."""
    taken: tuple[int, ...]
    """Cases taken in their place, as many."""


@dataclass(frozen=True)
class Marks:
    """Faults that strike chosen cases, packs or numbers of one lot (indices into its run)."""

    cut_from: int | None = None
    """First case whose messages are lost, with all after it."""
    lost: frozenset[int] = frozenset()
    """Cases whose single message is lost."""
    never: bool = False
    """The hub never heard of the lot."""
    transform: str | None = None
    """Character map between line and hub: zeros, lower or yz."""
    short: dict[int, int] = field(default_factory=dict)
    """Case to the number of packs that it lacks although recorded as full."""
    failed: tuple[int, ...] = ()
    """Packs that the camera failed and that were packed all the same."""
    sampled_inside: tuple[int, ...] = ()
    """Packs sampled out of their case and still recorded in it."""
    replayed: tuple[int, ...] = ()
    """Cases whose message was sent twice."""
    second_parent: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Case to packs of another case that the hub has in it as well."""
    uncommissioned: frozenset[int] = frozenset()
    """Packs that the hub aggregated without commissioning."""
    wrong_delete: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Case to packs that the hub was told to take out of it, though they never were in it."""
    extra: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Case to numbers never printed that its message commissions."""
    revived: tuple[int, ...] = ()
    """Destroyed packs that are commissioned again."""
    unaccounted: frozenset[int] = frozenset()
    """Numbers that the line's export does not mention."""
    bare: tuple[int, ...] = ()
    """Cases whose audit scans lost the group separators."""
    missing: int | None = None
    """Case that is neither in the inventory nor in the ERP stock."""
    shifted: tuple[int, int, int] | None = None
    """First case, last case (inclusive) and offset of the shifted run."""
    swapped: tuple[int, int] | None = None
    """Two cases with exchanged labels."""
    substituted: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Case to pairs: a recorded pack that is gone, and the rejected or sampled pack in its place."""
    mislabel: Mislabel | None = None
    """What was set up wrongly."""
    rebuilt: dict[int, int] = field(default_factory=dict)
    """Case to the pallet on which it really stands."""
    pick: Pick | None = None
    """The delivery that was picked wrongly."""
    clock: tuple[str, int] | None = None
    """Device (printer, camera, line or hub) and by how many milliseconds its times of the lot are ahead."""
    unreported: frozenset[int] = frozenset()
    """Samples of which the hub was never told."""
    held: tuple[str, int] | None = None
    """What left under hold: pallet or case, and its index."""
    late_from: int | None = None
    """First case whose message was stuck until after the shipment, with all after it."""
    again: bool = False
    """Whether all messages were delivered a second time."""
    audited: tuple[int, ...] = ()
    """Cases that were opened, in the order of opening."""
