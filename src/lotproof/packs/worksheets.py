"""Worksheets of the incidents of a pack: those whose clock ran, or that somebody worked on, as they stand when the pack is closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from lotproof.packs import payload
from lotproof.quality.case import Case
from lotproof.quality.sheet_facts import held_items
from lotproof.quality.sheet_fields import SHEETS
from lotproof.quality.worksheets import Facts, Sheet, sheet
from lotproof.rules.finding import Finding
from lotproof.workspace.lot_facts import lot_facts
from lotproof.workspace.place import Workspace


def write_worksheets(data: Path, workspace: Workspace, cases: Sequence[Case], findings: Sequence[Finding]) -> list[tuple[str, Sheet]]:
    """Number of the incident and worksheet, in the order of the incidents; ``data``/worksheets.json where there are some."""
    found = [(case.number, one) for case in cases if (names := _asked(case)) for one in _filled(workspace, case, names, findings)]
    if found:
        payload.write_json(data / "worksheets.json", {"worksheets": [{"incident": number, **asdict(one)} for number, one in found]})
    return found


def _asked(case: Case) -> list[str]:
    worked_on = {one.body["sheet"] for one in case.all("worksheet")}
    return [name for name, about in SHEETS.items() if name in worked_on or case.clock(about.clock)]


def _filled(workspace: Workspace, case: Case, names: Sequence[str], findings: Sequence[Finding]) -> Iterator[Sheet]:
    codes = {str(code) for code in case.opened.body.get("codes") or ()}
    items = sorted({item for one in findings if one.code in codes and one.lot in case.lots for item in one.items})
    facts = Facts(case, lot_facts(workspace, case.lots), list(dict.fromkeys([*items, *held_items(case)])), workspace.origin)
    return (sheet(name, facts) for name in names)
