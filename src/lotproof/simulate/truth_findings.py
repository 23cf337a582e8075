"""The findings that a simulated lot implies, from what really happened to it, never from what a rule would say.

`must` entries name all their items; `optional_items` may be named too. Packs are named by serial, containers by SSCC-18.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from lotproof.simulate.exports_holds import breached
from lotproof.simulate.exports_quality import alerts
from lotproof.simulate.hub import commissioned, hub_serial, in_hub, is_late
from lotproof.simulate.line import World
from lotproof.simulate.run import NOREAD, PASS, REJECTED, Run

Finding = dict[str, Any]


def findings(world: World, run: Run) -> list[Finding]:
    """All entries of one lot; the findings of one code are one entry."""
    found = [*_line(run), *_set_up(run), *_hub(run), *_stock(run), *_warehouse(run), *_reports(world, run)]
    if "tampered_file" in world.spec.faults:
        found.append({"code": "INT-01", "must": True, "any_lot": True, "count": 1})
    return found


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
        *_finding(run, "SN-08", {*marks.sampled_inside, *marks.unreported.intersection(in_hub(run))}),
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
    windows = run.windows
    for code, packs, places in (("SCN-01", unread, (windows.burst, windows.roll)), ("SCN-02", weak, (windows.fade, windows.roll))):
        inside = [p for p in packs if any(place and place[0] <= p < place[1] for place in places)]
        found += _finding(run, code, inside, set(packs).difference(inside))
    return found


def _set_up(run: Run) -> list[Finding]:
    """Packs whose printed, recorded or reported lot or expiry is not that of their order."""
    wrong = run.marks.mislabel
    if wrong is None:
        return []
    code, first = ("DAT-01" if wrong.lot else "DAT-02"), int(run.bounds[wrong.first])
    behind = set(range(first, run.packs))
    if wrong.place == "hub":
        must = behind.intersection(in_hub(run))
    elif wrong.place == "line":
        must = {p for p in behind if run.state[p] != REJECTED}
    else:
        must = {p for p in behind if run.read[p] == PASS}
    return _finding(run, code, must, behind - must)


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
    return [
        *found, *_finding(run, "AGG-03", marks.uncommissioned), *_finding(run, "SN-06", marks.revived), *_twice(run), *_late(run),
    ]  # fmt: skip


def _twice(run: Run) -> list[Finding]:
    """Packs of messages sent twice; what was commissioned with them, and containers, may be named too."""
    marks, known = run.marks, set(in_hub(run))
    cases = range(run.cases) if marks.again else marks.replayed
    batch = [p for k in cases for p in run.batch(k)] if marks.again else [p for k in cases for p in run.children(k)]
    packs = {p for p in batch if p in known}
    others = {p for k in cases for p in run.batch(k) if run.state[p] != REJECTED} - packs
    found = _finding(run, "SN-04", packs, others)
    for entry in found:
        names = {hub_serial(run, run.name(p)) for p in (*packs, *others)}.difference(entry["items"])
        extra = [run.name(p) for numbers in marks.extra.values() for p in numbers]
        guests = [run.donor.name(p) for p in run.donor.carried] if run.donor else []
        if also := {*entry.get("optional_items", ()), *names, *extra, *guests}:
            entry["optional_items"] = sorted(also)
    return found


def _late(run: Run) -> list[Finding]:
    """Packs that the hub learned of after the lot had begun to leave."""
    if run.marks.late_from is None:
        return []
    known = set(in_hub(run))
    stuck = [p for k in range(run.cases) if is_late(run, k) for p in commissioned(run, k) if p in known]
    return _finding(run, "RPT-01", stuck, [p for packs in run.marks.extra.values() for p in packs])


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
    lost = [] if marks.missing is None else [marks.missing]
    if marks.pick:
        lost += [*marks.pick.taken, *marks.pick.scanned]
    found += _parents(run, "QTY-03", lost, [run.name(p) for k in lost for p in run.children(k)])
    if marks.shifted:
        first, last, offset = marks.shifted
        left_over = first if offset < 0 else last
        opened = [k for k in marks.audited if first <= k <= last]
        found += _parents(run, "AGG-08", [k for k in opened if k != left_over], [run.labels[left_over]])
    return found + _parents(run, "AGG-09", marks.swapped or ())


def _warehouse(run: Run) -> list[Finding]:
    marks, packs = run.marks, run.children
    pairs = [pair for found in marks.substituted.values() for pair in found]
    found = _parents(run, "AGG-10", marks.substituted, [run.name(p) for pair in pairs for p in pair])
    found += _parents(run, "AGG-12", marks.rebuilt)
    if marks.pick:
        found += _finding(run, "PHY-01", [p for k in marks.pick.taken for p in packs(k)])
        found += _finding(run, "PHY-02", [p for k in marks.pick.scanned for p in packs(k)])
    if held := breached(run):
        found.append({"code": "PHY-04", "must": True, "parents": [held[0]], "count": 1, "optional_items": [held[1]]})
    if run.donor and run.donor.carried:
        found += [{**entry, "any_lot": True} for entry in _parents(run, "AGG-04", [0], [run.donor.name(p) for p in run.donor.carried])]
    if marks.clock:
        found.append({"code": "TIM-01", "must": True, "any_lot": True, "count": 1})
    return found


def _reports(world: World, run: Run) -> list[Finding]:
    items = sorted({run.name(alert.pack) for alert in alerts(world) if alert.run is run})
    return [{"code": "RPT-03", "must": True, "items": items, "count": len(items)}] if items else []
