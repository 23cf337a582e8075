"""The diagnosis of one lot: failure mode, 6M class, beginning and suspect of each fault that has a mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lotproof.simulate.exports_quality import all_stops
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
}
"""Fault to the moment at which it began; faults without a failure mode of their own are not here."""

CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "truncated_upload": ("MACHINE",), "missing_message_middle": ("MACHINE",),
    "lot_never_uploaded": ("METHOD", "MACHINE", "MAN"),
    "character_transform": ("MACHINE", "METHOD", "MEASUREMENT"), "jam_orphans": ("MACHINE", "MAN"),
    "double_print": ("MACHINE",), "partial_recorded_full": ("METHOD", "MACHINE", "MAN"),
    "reject_reintroduced": ("MACHINE", "MAN"), "sample_not_disaggregated": ("METHOD", "MAN"),
    "replay_power_loss": ("MACHINE",), "no_read_burst": ("MACHINE", "MEASUREMENT", "MATERIAL"),
    "print_degradation": ("MACHINE", "MATERIAL"), "shifted_aggregation": ("MACHINE", "MEASUREMENT"),
    "swapped_labels": ("MAN",),
}  # fmt: skip
"""Fault to its 6M class, then classes that are equally right."""

SUSPECTS: Final[dict[str, tuple[str, str]]] = {
    "double_print": ("printer", "P2"), "no_read_burst": ("station", "CAM-02"), "print_degradation": ("printer", "P2"),
}  # fmt: skip
OTHER_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "no_read_burst": ("reject_cluster", "no_read_burst", "print_degradation"),
}
"""Fault to the failure mode it is an example of, then modes that are equally right; otherwise the fault's own name."""


def causes(run: Run, faults: tuple[str, ...]) -> list[Cause]:
    """The causes that a diagnosis should name, in the sequence of the faults."""
    names = ["character_transform" if name.startswith("character_transform") else name for name in faults]
    return [_cause(run, name) for name in names if name in BEGINNINGS]


def _cause(run: Run, name: str) -> Cause:
    mode, *other_modes = OTHER_NAMES.get(name, (name,))
    six_m, *other_classes = CLASSES[name]
    suspect = SUSPECTS.get(name)
    cause: Cause = {"mode": mode, "six_m": six_m, "started_at": iso_z(BEGINNINGS[name](run)),
                    "suspect": {"field": suspect[0], "value": suspect[1]} if suspect else None}  # fmt: skip
    if other_modes:
        cause["alt_modes"] = other_modes
    if other_classes:
        cause["alt_six_m"] = other_classes
    return cause
