"""The answer to a simulated site, in the shape of a lot's truth.json.

Each finding that the data imply is expected with all its items; codes that may fire as a consequence are allowed; all
others are forbidden. The findings of one code in one lot are one entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from lotproof.simulate.causes import causes
from lotproof.simulate.exports_quality import alerts
from lotproof.simulate.hub import hub_serial, in_hub
from lotproof.simulate.line import World
from lotproof.simulate.run import NOREAD, REJECTED, Run, partition

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
}  # fmt: skip
"""Fault to codes that may fire as its consequence."""

Finding = dict[str, Any]


def truth(world: World) -> dict[str, Any]:
    """The truth of the site: that of its first investigated lot; `lots` holds all investigated ones."""
    lots = [lot_truth(world, run) for run in world.runs if run.order.investigated]
    return {**lots[0], "lots": lots}


def lot_truth(world: World, run: Run) -> dict[str, Any]:
    """The truth of one investigated lot."""
    spec, order = world.spec, run.order
    expected = [*_line(run), *_hub(run), *_stock(run), *_reports(world, run)]
    if "tampered_file" in spec.faults:
        expected.append({"code": "INT-01", "must": True, "any_lot": True, "count": 1})
    hit = {code for entry in expected for code in (entry["code"], *entry.get("alt_codes", ()))}
    allowed = set(BACKGROUND).union(*(ALLOWED[_family(name)] for name in spec.faults)) - hit
    found = causes(run, spec.faults)
    return {
        "scenario": "+".join(spec.faults) or "clean", "seed": spec.seed, "units": order.units, "lot": order.lot,
        "gtin": order.product.gtin, "order": order.number, "expected": expected, "allowed": sorted(allowed),
        "forbidden": [code for code in CODES if code not in allowed | hit], "partition": partition(run),
        "partition_alternatives": [],
        "neighbours": {other.order.lot: partition(other) for other in world.runs if other is not run},
        "any_lot_allowed": False, "diagnosis": found[0] if found else None, "diagnosis_all": found,
        "notes": _notes(spec.faults),
    }  # fmt: skip


def _family(fault: str) -> str:
    return "character_transform" if fault.startswith("character_transform") else fault


def _notes(faults: tuple[str, ...]) -> str:
    if not faults:
        return "no fault; a re-labelled case, a reversed goods receipt, samples and rejects are all correctly recorded"
    return "; ".join(faults)


def _finding(run: Run, code: str, packs: Iterable[int], optional: Iterable[int] = (), **more: object) -> list[Finding]:
    """One entry with packs as items; none if there are no packs."""
    items = sorted(run.name(p) for p in packs)
    also = sorted(run.name(p) for p in optional)
    entry: Finding = {"code": code, "must": True, "items": items, "count": len(items), **more}
    if also:
        entry["optional_items"] = also
    return [entry] if items else []


def _parents(run: Run, code: str, cases: Iterable[int], optional: Iterable[str] = ()) -> list[Finding]:
    labels = sorted(run.labels[k] for k in cases)
    entry: Finding = {"code": code, "must": True, "parents": labels, "count": len(labels)}
    if also := sorted(optional):
        entry["optional_items"] = also
    return [entry] if labels else []


def _line(run: Run) -> list[Finding]:
    windows, marks = run.windows, run.marks
    jam = range(*windows.jam) if windows.jam else range(0)
    found = [
        *_finding(run, "SN-09", jam),
        *_finding(run, "SN-10", marks.unaccounted),
        *_finding(run, "SN-03", [read.pack for read in run.again]),
        *_finding(run, "SN-07", marks.failed),
        *_finding(run, "SN-08", marks.sampled_inside),
    ]
    if residue := len(jam) + len(marks.unaccounted):
        found.append({"code": "QTY-01", "must": True, "count": residue})
    for k in marks.short:
        found += _parents(run, "AGG-02", [k], [run.name(p) for p in run.children(k)])
    return found + _symbols(run)


def _symbols(run: Run) -> list[Finding]:
    found = []
    unread = np.flatnonzero(run.read == NOREAD).tolist()
    weak = np.flatnonzero((run.read != NOREAD) & (run.grades.min(axis=1) < 15)).tolist()
    for code, packs, window in (("SCN-01", unread, run.windows.burst), ("SCN-02", weak, run.windows.fade)):
        if window:
            inside = [p for p in packs if window[0] <= p < window[1]]
            found += _finding(run, code, inside, set(packs).difference(inside))
    return found


def _hub(run: Run) -> list[Finding]:
    marks = run.marks
    missing = set(np.flatnonzero(run.state != REJECTED).tolist()).difference(in_hub(run))
    found = _finding(run, "SN-01", missing - marks.uncommissioned, marks.uncommissioned, alt_codes=["RPT-01"])
    if found:
        found.append({"code": "QTY-02", "must": True, "count": len(missing)})
    if marks.transform:
        found += _transformed(run)
    for packs in marks.extra.values():
        found += _finding(run, "SN-02", packs)
    for packs in marks.second_parent.values():
        found += _finding(run, "AGG-01", packs)
    for packs in marks.wrong_delete.values():
        found += _finding(run, "AGG-06", packs)
    replayed = [p for k in marks.replayed for p in run.children(k)]
    others = [p for k in marks.replayed for p in run.batch(k) if run.case[p] != k and run.state[p] != REJECTED]
    return [
        *found, *_finding(run, "AGG-03", marks.uncommissioned), *_finding(run, "SN-06", marks.revived),
        *_finding(run, "SN-04", replayed, others),
    ]  # fmt: skip


def _transformed(run: Run) -> list[Finding]:
    applied = np.flatnonzero(run.state != REJECTED).tolist()
    changed = [p for p in applied if hub_serial(run, run.name(p)) != run.name(p)]
    code = "IDT-04" if run.marks.transform == "zeros" else "IDT-03"
    found = _finding(run, code, changed)
    for entry in found:
        entry["optional_items"] = sorted(hub_serial(run, run.name(p)) for p in changed)
    return found


def _stock(run: Run) -> list[Finding]:
    marks = run.marks
    bare = [p for k in marks.bare for p in run.children(k) if p not in marks.sampled_inside]
    found = _finding(run, "IDT-02", bare, severity="minor")
    if marks.missing is not None:
        children = [run.name(p) for p in run.children(marks.missing)]
        found += _parents(run, "QTY-03", [marks.missing], children)
    if marks.shifted:
        first, last, offset = marks.shifted
        left_over = first if offset < 0 else last
        opened = [k for k in marks.audited if first <= k <= last]
        found += _parents(run, "AGG-08", [k for k in opened if k != left_over], [run.labels[left_over]])
    return found + _parents(run, "AGG-09", marks.swapped or ())


def _reports(world: World, run: Run) -> list[Finding]:
    items = sorted(alert.serial for alert in alerts(world) if alert.run is run)
    return [{"code": "RPT-03", "must": True, "items": items, "count": len(items)}] if items else []
