"""The answer to a simulated site, in the shape of a lot's truth.json.

Each finding that the data imply is expected with all its items; codes that may fire as a consequence are allowed; all
others are forbidden. The findings of one code in one lot are one entry.
"""

from __future__ import annotations

from typing import Any, Final

from lotproof.simulate.causes import causes
from lotproof.simulate.line import World
from lotproof.simulate.run import Run, partition
from lotproof.simulate.truth_findings import findings

CODES: Final = tuple(
    f"{group}-{number:02d}"
    for group, count in {"IDT": 6, "SN": 10, "AGG": 12, "QTY": 3, "DAT": 3, "SCN": 4, "TIM": 3, "RPT": 3, "PHY": 4,
                         "INT": 3}.items()
    for number in range(1, count + 1)
)  # fmt: skip
"""All finding codes (DOMAIN A.8)."""


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


BACKGROUND: Final = _codes("SCN-01 SCN-02 TIM-03")
LOST: Final = _codes("AGG-03 AGG-07 AGG-12 INT-02 PHY-01 QTY-01 QTY-03 RPT-01 RPT-02 RPT-03 SN-06 SN-09")
ALLOWED: Final[dict[str, frozenset[str]]] = {
    "truncated_upload": LOST, "missing_message_middle": LOST, "lot_never_uploaded": LOST,
    "character_transform": _codes("AGG-03 IDT-01 QTY-02 RPT-01"),
    "jam_orphans": _codes("QTY-02 QTY-03 SN-10"),
    "double_print": _codes("SN-06 QTY-01 QTY-02"),
    "partial_recorded_full": _codes("QTY-01 QTY-02 QTY-03"),
    "reject_reintroduced": _codes("SN-03 SN-06"),
    "sample_not_disaggregated": _codes("AGG-02 AGG-03 AGG-10 AGG-12 QTY-01 QTY-02 QTY-03 SN-06 PHY-02"),
    "replay_power_loss": _codes("AGG-01 AGG-07 INT-02 SN-03 SN-06"),
    "two_parents": _codes("AGG-02 AGG-06 AGG-12 QTY-02 SN-06"),
    "never_commissioned_child": _codes("QTY-02 RPT-01 SN-01 SN-06"),
    "wrong_disaggregation": _codes("AGG-02 AGG-12 SN-06 SN-09"),
    "hub_extra": _codes("QTY-02 SN-05 SN-06 SN-09"),
    "illegal_transition": _codes("QTY-02 SN-03 SN-04 SN-08 SN-09"),
    "unaccounted_numbers": _codes("QTY-02"),
    "separator_lost": frozenset(),
    "stock_mismatch": _codes("PHY-02 QTY-02"),
    "no_read_burst": frozenset(),
    "print_degradation": _codes("SCN-04"),
    "tampered_file": frozenset(),
    "shifted_aggregation": _codes("AGG-12 PHY-01 PHY-02 QTY-03"),
    "swapped_labels": _codes("AGG-12 PHY-01 PHY-02 QTY-03"),
    "manual_substitution": _codes("AGG-02 AGG-12 PHY-01 PHY-02 QTY-03 SN-06 SN-07 SN-08"),
    "wrong_lot_or_expiry_setup": _codes("AGG-04 DAT-01 DAT-02 DAT-03 IDT-05 RPT-03 SCN-03 SN-03"),
    "mixed_lot_changeover": _codes("AGG-02 DAT-01 DAT-02 DAT-03 IDT-05 PHY-01 PHY-02 QTY-02 QTY-03"),
    "unrecorded_pallet_rebuild": _codes("AGG-01 AGG-02 PHY-01 PHY-02 QTY-03"),
    "pick_scanned_not_picked": _codes("AGG-12 QTY-02 QTY-03 SN-06"),
    "clock_zone_error": _codes("AGG-03 RPT-01 SN-06 TIM-02"),
    "sample_not_reported": _codes("AGG-03 QTY-02 SN-06"),
    "hold_breach": _codes("AGG-12 SN-06"),
    "late_upload": _codes("INT-02 QTY-02 RPT-02 SN-01 TIM-02"),
    "duplicate_delivery": _codes("AGG-01 INT-02 SN-03 SN-06"),
    "reject_cluster": _codes("QTY-02 SCN-04"),
}  # fmt: skip
"""Fault to codes that may fire as its consequence."""


def truth(world: World) -> dict[str, Any]:
    """The truth of the site: that of its first investigated lot; `lots` holds all investigated ones."""
    lots = [lot_truth(world, run) for run in world.runs if run.order.investigated]
    return {**lots[0], "lots": lots}


def lot_truth(world: World, run: Run) -> dict[str, Any]:
    """The truth of one investigated lot."""
    spec, order = world.spec, run.order
    expected = findings(world, run)
    hit = {code for entry in expected for code in (entry["code"], *entry.get("alt_codes", ()))}
    allowed = set(BACKGROUND).union(*(ALLOWED[_family(name)] for name in spec.faults)) - hit
    found = causes(world, run)
    return {
        "scenario": "+".join(spec.faults) or "clean", "seed": spec.seed, "units": order.units, "lot": order.lot,
        "gtin": order.product.gtin, "order": order.number, "expected": expected, "allowed": sorted(allowed),
        "forbidden": [code for code in CODES if code not in allowed | hit], "partition": partition(run),
        "partition_alternatives": [],
        "neighbours": {other.order.lot: partition(other) for other in world.runs if other is not run},
        "any_lot_allowed": "mixed_lot_changeover" in spec.faults, "diagnosis": found[0] if found else None, "diagnosis_all": found,
        "notes": _notes(spec.faults),
    }  # fmt: skip


def _family(fault: str) -> str:
    return "character_transform" if fault.startswith("character_transform") else fault


def _notes(faults: tuple[str, ...]) -> str:
    if not faults:
        return "no fault; a re-labelled case, a reversed goods receipt, samples and rejects are all correctly recorded"
    return "; ".join(faults)
