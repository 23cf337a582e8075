"""What may be asked of the simulator: one site, and the faults put into it.

The fault names are the failure modes of the differential-diagnosis library (truncated upload, jam orphans, ...) and,
where a finding has no mode of its own, the name of what is wrong in the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DIALECTS: Final = ("en", "de", "sap", "mixed")
EPCIS_FORMS: Final = ("1.2-xml", "2.0-xml", "2.0-jsonld")

FAULTS: Final[Mapping[str, str]] = {
    "truncated_upload": "The end of the lot never reached the hub: every message after one moment is lost.",
    "missing_message_middle": "One to three case messages in the middle of the lot never reached the hub.",
    "lot_never_uploaded": "The hub knows nothing of the lot, although product of it was shipped.",
    "character_transform": "Every number of the lot went through one character map, drawn from the seed.",
    "character_transform_zeros": "Leading zeros of the serial numbers were lost on the way to the hub.",
    "character_transform_lower": "The serial numbers reached the hub in lower case.",
    "character_transform_yz": "Y and Z were exchanged in the serial numbers on the way to the hub.",
    "jam_orphans": "Packs verified while the case packer stood still are in no case and have no disposition.",
    "double_print": "After a printer restart the buffer was printed again: serials with two prints and two good reads.",
    "partial_recorded_full": "A case closed early is recorded as full: fewer packs than its stated count.",
    "reject_reintroduced": "Packs that the camera failed were packed all the same.",
    "sample_not_disaggregated": "A pack was taken as sample out of a case and is still recorded in that case.",
    "replay_power_loss": "After a power loss the same messages were sent to the hub again.",
    "two_parents": "The hub holds packs in a second case without their removal from the first.",
    "never_commissioned_child": "The hub aggregated packs that it never saw commissioned.",
    "wrong_disaggregation": "The hub was told to take packs out of a case that never held them.",
    "hub_extra": "The hub holds numbers as commissioned that were never printed.",
    "illegal_transition": "A destroyed pack was commissioned again.",
    "unaccounted_numbers": "Numbers were allocated to the order, and neither line nor hub knows their end.",
    "separator_lost": "A hand scanner dropped the group separators: the serial number swallowed the lot.",
    "stock_mismatch": "A case that serialization holds on stock is neither in the inventory nor in the ERP stock.",
    "no_read_burst": "One camera read nothing for a while: its packs were rejected.",
    "print_degradation": "One printer's symbol grade fell until packs failed the limit and could not be read.",
    "tampered_file": "The delivery's SHA256SUMS disagrees with one of its files.",
    "shifted_aggregation": "From a restart on, each case label sits on the neighbouring case: opened cases show it.",
    "swapped_labels": "The labels of two cases are exchanged: opened cases show it.",
    "manual_substitution": "Rejected or sampled packs were put by hand into closed cases in the place of recorded ones.",
    "wrong_lot_or_expiry_setup": "From one case on, lot or expiry were set up wrongly: on the pack, at the line or in the hub.",
    "mixed_lot_changeover": "Packs of the lot before were left on the line and lie in the first case of this one.",
    "unrecorded_pallet_rebuild": "The warehouse moved cases from one pallet to another without a record.",
    "pick_scanned_not_picked": "For one delivery other cases were taken than were scanned: the customer says so, and the stock count.",
    "clock_zone_error": "One device wrote all its times of the lot in a wrong zone.",
    "sample_not_reported": "Samples were taken at the line, and the hub was never told: they are active there.",
    "hold_breach": "A pallet or case left although it was on hold.",
    "late_upload": "Messages of the lot were stuck and reached the hub after packs had been shipped.",
    "duplicate_delivery": "The messages of the whole lot were delivered a second time, in a file of their own.",
    "reject_cluster": "One roll of label material made packs fail, some unread, some graded too low, at all stations.",
}
"""Fault name to one sentence that says what is wrong."""

TRANSFORMS: Final[Mapping[str, str]] = {
    "character_transform_zeros": "zeros",
    "character_transform_lower": "lower",
    "character_transform_yz": "yz",
}
HUB_FAULTS: Final = frozenset({
    "truncated_upload", "missing_message_middle", "replay_power_loss", "two_parents", "never_commissioned_child",
    "wrong_disaggregation", "hub_extra", "illegal_transition", "sample_not_reported", "late_upload", "duplicate_delivery",
})  # fmt: skip
TWICE: Final = ("replay_power_loss", "duplicate_delivery")


class SpecError(ValueError):
    """A site that cannot be simulated; the sentence says which field is wrong and what to do."""


def _default_start() -> datetime:
    return datetime(2026, 3, 9, 5, 0, tzinfo=UTC)


@dataclass(frozen=True)
class SiteSpec:
    """One packaging site to simulate. The same spec gives the same files to the byte."""

    seed: int
    """Any integer from 0; the one source of chance."""
    units: int = 5000
    """Packs printed on the line for each investigated lot."""
    lots: int = 1
    """Investigated lots; each carries all the faults, on its own cases."""
    neighbours: int = 2
    """Smaller lots without fault on the same line, before and after."""
    units_per_case: int = 24
    """Packs in a full case."""
    cases_per_pallet: int = 12
    """Cases on a full pallet."""
    start: datetime = field(default_factory=_default_start)
    """Start of the first order, in UTC."""
    zone: str = "Europe/Berlin"
    """IANA name of the plant's time zone."""
    dialect: str | None = None
    """Header language: en, de, sap or mixed; None draws it."""
    epcis: str | None = None
    """Form of the hub's events: 1.2-xml, 2.0-xml or 2.0-jsonld; None draws it."""
    faults: tuple[str, ...] = ()
    """Names from FAULTS."""

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise SpecError(problem)


def _problems(spec: SiteSpec) -> list[str]:
    return [*_number_problems(spec), *_choice_problems(spec), *_fault_problems(spec.faults)]


def _number_problems(spec: SiteSpec) -> list[str]:
    limits = {"units": 100, "lots": 1, "neighbours": 0, "units_per_case": 2, "cases_per_pallet": 2, "seed": 0}
    low = [f"{name} is {getattr(spec, name)}: give at least {least}." for name, least in limits.items()
           if getattr(spec, name) < least]  # fmt: skip
    if spec.start.utcoffset() != timedelta(0):
        low.append("start has no UTC offset of zero: give an aware datetime in UTC, such as datetime(..., tzinfo=UTC).")
    return low


def _choice_problems(spec: SiteSpec) -> list[str]:
    bad = []
    if spec.dialect is not None and spec.dialect not in DIALECTS:
        bad.append(f"dialect {spec.dialect!r} is unknown: use one of {', '.join(DIALECTS)}, or None to draw one.")
    if spec.epcis is not None and spec.epcis not in EPCIS_FORMS:
        bad.append(f"epcis {spec.epcis!r} is unknown: use one of {', '.join(EPCIS_FORMS)}, or None to draw one.")
    try:
        ZoneInfo(spec.zone)
    except (ZoneInfoNotFoundError, ValueError):
        bad.append(f"zone {spec.zone!r} is no IANA time zone: use a name such as Europe/Berlin.")
    return bad


def _fault_problems(faults: tuple[str, ...]) -> list[str]:
    bad = [f"fault {name!r} is unknown: use names from FAULTS (lotproof simulate --list)." for name in faults if name not in FAULTS]
    if len(set(faults)) != len(faults):
        bad.append("a fault is named twice: name each fault once.")
    maps = [name for name in faults if name.startswith("character_transform")]
    hub = sorted(HUB_FAULTS.intersection(faults))
    whole = [*maps, *(["lot_never_uploaded"] if "lot_never_uploaded" in faults else [])]
    if len(whole) > 1:
        bad.append(f"{' and '.join(whole)} each change all that the hub holds of the lot: choose one of them.")
    if whole and hub:
        bad.append(f"{whole[0]} leaves no room in the hub for {', '.join(hub)}: simulate them on a site of their own.")
    if set(TWICE) <= set(faults):
        bad.append(f"{' and '.join(TWICE)} cannot be told apart in one lot: the second delivery repeats the replay; choose one of them.")
    return bad
