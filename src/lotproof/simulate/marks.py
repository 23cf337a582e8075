"""Where the faults strike in one lot: windows of packs before packing, single cases after it."""

from __future__ import annotations

from dataclasses import dataclass, field


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
    audited: tuple[int, ...] = ()
    """Cases that were opened, in the order of opening."""
