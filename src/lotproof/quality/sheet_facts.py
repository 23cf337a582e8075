"""Reads what a worksheet is filled from: the record, the lots as orders have them, the items that findings and hold lists name."""

from __future__ import annotations

from lotproof.quality.acts.containment import HOLDING
from lotproof.quality.case import Case
from lotproof.quality.worksheets import Facts
from lotproof.workspace.lot_facts import lot_facts
from lotproof.workspace.outcomes import items_of_findings
from lotproof.workspace.place import Workspace


def held_items(case: Case) -> list[str]:
    """What its hold lists name, in their order."""
    return [str(item) for name in HOLDING for one in case.all(name) for item in one.body.get("held") or ()]


def sheet_facts(workspace: Workspace, case: Case) -> Facts:
    """What is known of an incident now."""
    codes = [str(code) for code in case.opened.body.get("codes") or ()]
    items = items_of_findings(workspace, codes, case.lots)
    return Facts(case, lot_facts(workspace, case.lots), list(dict.fromkeys([*items, *held_items(case)])), workspace.origin)
