"""The diagnosis of one lot: failure mode, 6M class, beginning and suspect of each fault that has a mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lotproof.simulate.exports_holds import left_at
from lotproof.simulate.exports_line import bad_roll
from lotproof.simulate.exports_quality import all_stops
from lotproof.simulate.hub import LATE, picked_at, power_loss, shipped_at
from lotproof.simulate.line import MINUTE, World
from lotproof.simulate.run import Run
from lotproof.simulate.times import iso_z

Cause = dict[str, Any]


def _restart(run: Run, pack: int) -> int:
    return next(stop.end for stop in run.stops if stop.before == pack)


def _first_pack(run: Run, packs: tuple[int, ...]) -> int:
    return run.verified(min(packs))


def _jam(run: Run) -> int:
    assert run.windows.jam is not None
    end = run.windows.jam[1]
    return next(stop.begin for stop in run.stops if stop.before == end)


UNSEEN: Final = frozenset({"unrecorded_pallet_rebuild"})
"""Faults of whose beginning no file tells: a diagnosis can at best name the first sight of them."""

BEGINNINGS: Final[dict[str, Callable[[Run], int]]] = {
    "truncated_upload": lambda run: run.commissioned_at(run.marks.cut_from or 0),
    "missing_message_middle": lambda run: run.commissioned_at(min(run.marks.lost)),
    "lot_never_uploaded": lambda run: run.commissioned_at(0),
    "character_transform": lambda run: run.commissioned_at(0),
    "jam_orphans": _jam,
    "double_print": lambda run: _restart(run, run.windows.reprint or 0),
    "partial_recorded_full": lambda run: int(run.closed[min(run.marks.short)]),
    "reject_reintroduced": lambda run: _first_pack(run, run.marks.failed),
    "sample_not_disaggregated": lambda run: int(run.closed[min(run.case[list(run.marks.sampled_inside)])]) + 120_000,
    "replay_power_loss": lambda run: all_stops(run)[-1].begin,
    "no_read_burst": lambda run: run.verified((run.windows.burst or (0, 0))[0]),
    "print_degradation": lambda run: int(run.printed[(run.windows.fade or (0, 0))[0]]),
    "shifted_aggregation": lambda run: _restart(run, int(run.bounds[(run.marks.shifted or (0, 0, 0))[0]])),
    "swapped_labels": lambda run: int(run.closed[min(run.marks.swapped or (0,))]),
    "manual_substitution": lambda run: int(run.closed[min(run.marks.substituted)]),
    "wrong_lot_or_expiry_setup": lambda run: run.verified(int(run.bounds[run.marks.mislabel.first])) if run.marks.mislabel else 0,
    "mixed_lot_changeover": lambda run: int(run.closed[0]),
    "unrecorded_pallet_rebuild": lambda run: rebuilt_at(run),
    "pick_scanned_not_picked": lambda run: picked_at(run) - 15 * MINUTE,
    "clock_zone_error": lambda run: _first_time(run),
    "sample_not_reported": lambda run: run.verified(min(run.marks.unreported)),
    "hold_breach": left_at,
    "late_upload": lambda run: shipped_at(run) + LATE,
    "duplicate_delivery": lambda run: _delivered_again(run),
    "reject_cluster": lambda run: run.verified((run.windows.roll or (0, 0))[0]),
}
"""Fault to the moment at which it began; faults without a failure mode of their own are not here."""


def _first_time(run: Run) -> int:
    """The moment of the lot that the device with the wrong clock wrote down first."""
    device = run.marks.clock[0] if run.marks.clock else ""
    if device in ("printer", "line"):
        return run.started + 4 * MINUTE
    return run.commissioned_at(0) if device == "hub" else run.verified(0)


def _delivered_again(run: Run) -> int:
    """When the second delivery was written: after the last message of the lot."""
    shipped = [shipped_at(run)] if run.shipped else []
    picked = [picked_at(run)] if run.marks.pick else []
    return max(power_loss(run), *(at + 5 * MINUTE for at in (*shipped, *picked)))


def rebuilt_at(run: Run) -> int:
    """When the warehouse moved cases: after the last receipt of the lot. No file tells it."""
    return int(run.built.max()) + 3 * 60 * MINUTE


CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "truncated_upload": ("MACHINE",), "missing_message_middle": ("MACHINE",),
    "lot_never_uploaded": ("METHOD", "MACHINE", "MAN"),
    "character_transform": ("MACHINE", "METHOD", "MEASUREMENT"), "jam_orphans": ("MACHINE", "MAN"),
    "double_print": ("MACHINE",), "partial_recorded_full": ("METHOD", "MACHINE", "MAN"),
    "reject_reintroduced": ("MACHINE", "MAN"), "sample_not_disaggregated": ("METHOD", "MAN"),
    "replay_power_loss": ("MACHINE",), "no_read_burst": ("MACHINE", "MEASUREMENT", "MATERIAL"),
    "print_degradation": ("MACHINE", "MATERIAL"), "shifted_aggregation": ("MACHINE", "MEASUREMENT"),
    "swapped_labels": ("MAN",), "manual_substitution": ("MAN", "METHOD"), "wrong_lot_or_expiry_setup": ("MAN", "METHOD"),
    "mixed_lot_changeover": ("MAN", "METHOD"), "unrecorded_pallet_rebuild": ("MAN", "METHOD"),
    "pick_scanned_not_picked": ("MAN", "METHOD"), "clock_zone_error": ("MEASUREMENT",), "sample_not_reported": ("METHOD", "MAN"),
    "hold_breach": ("MAN", "METHOD"), "late_upload": ("METHOD", "MACHINE"), "duplicate_delivery": ("MACHINE", "METHOD"),
    "reject_cluster": ("MATERIAL", "MACHINE"),
}  # fmt: skip
"""Fault to its 6M class, then classes that are equally right."""

SUSPECTS: Final[dict[str, tuple[str, str]]] = {
    "double_print": ("printer", "P2"), "no_read_burst": ("station", "CAM-02"), "print_degradation": ("printer", "P2"),
}  # fmt: skip
OTHER_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "no_read_burst": ("reject_cluster", "no_read_burst", "print_degradation"),
}
"""Fault to the failure mode it is an example of, then modes that are equally right; otherwise the fault's own name."""


def causes(world: World, run: Run) -> list[Cause]:
    """The causes that a diagnosis should name, in the sequence of the faults."""
    names = ["character_transform" if name.startswith("character_transform") else name for name in world.spec.faults]
    return [_cause(world, run, name) for name in names if name in BEGINNINGS]


def _cause(world: World, run: Run, name: str) -> Cause:
    mode, *other_modes = OTHER_NAMES.get(name, (name,))
    six_m, *other_classes = CLASSES[name]
    suspects = _suspects(world, run, name)
    cause: Cause = {"mode": mode, "six_m": six_m, "started_at": iso_z(BEGINNINGS[name](run)),
                    "suspect": suspects[0] if suspects else None}  # fmt: skip
    if suspects[1:]:
        cause["alt_suspects"] = suspects[1:]
    if other_modes:
        cause["alt_modes"] = other_modes
    if other_classes:
        cause["alt_six_m"] = other_classes
    return cause


def _suspects(world: World, run: Run, name: str) -> list[dict[str, str]]:
    """What bears the fault, then names of the same that are equally right."""
    found = [SUSPECTS[name]] if name in SUSPECTS else []
    if name == "reject_cluster":
        found = [("material_lot", bad_roll(world, run))]
    if name == "clock_zone_error" and run.marks.clock:
        found = [("source", run.marks.clock[0])]
    return [{"field": field, "value": value} for field, value in found]
