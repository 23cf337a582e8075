"""Why it happened: which tool fits, what to ask, what the data say of each answer; the fault tree held against the findings.

As on the page of the data, nothing is part of the record until a person records it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lotproof.causes.by_data import data_say
from lotproof.causes.catalogue import fitting
from lotproof.causes.choose import choose_by
from lotproof.faulttree.errors import OutOfBudget, TreeError
from lotproof.faulttree.picture import picture
from lotproof.faulttree.starting import starting_tree, starting_trees
from lotproof.faulttree.text_read import read_text
from lotproof.quality.acts.causes import SIX_M
from lotproof.quality.case import Recorded
from lotproof.quality.refusal import Refusal
from lotproof.quality.shell import load
from lotproof.quality.tree_facts import SEEN, events_seen, ways
from lotproof.web.guard import signed_in
from lotproof.web.pictures import drawn
from lotproof.web.problems import problem
from lotproof.web.site import workspace
from lotproof.web.views.acting import hour
from lotproof.workspace.outcomes import lot_found

LOTS = 20
"""Lots of an incident that are looked at."""
MOST = 30
"""Starting causes that are offered, those that would give most of the findings first."""
SECONDS = 3.0
"""For the cut sets of a tree, while a person waits."""
TOOLS = {"five_why": "5-Why", "fishbone": "fishbone", "fault_tree": "fault tree"}
"""Tool of the chooser -> word of the record."""


@signed_in
def why(request: HttpRequest, number: str, ending: str = "") -> HttpResponse:
    """The page, or the same as JSON."""
    try:
        case = load(number)
    except Refusal as refusal:
        return problem(request, "No such incident", str(refusal), 404)
    lots = [found for lot in case.lots[:LOTS] if (found := lot_found(workspace(), lot))]
    findings = [one for lot in lots for one in lot["findings"]]
    fits = fits_of(lots)
    shown = {
        "tool": _tool(number, findings, lots),
        "catalogue": _catalogue(number, findings, fits, bool(lots)),
        "suspects": [_suspect(number, lineup) for lot in lots for lineup in lot.get("suspects", ()) if lineup["supported"]],
        "recorded": [
            {"entry": one.index, "statement": one.body["statement"], **asdict(said_of(one, fits, bool(lots)))} for one in case.all("cause")
        ],
        "tree": _tree(case.last("fault-tree"), findings),
        "starting": _starting(number, findings),
    }
    if ending:
        return JsonResponse({"incident": number, **shown})
    tree = _readable(case.last("fault-tree"))
    drawing = drawn(picture(tree)) if tree else None
    page = {"title": "Why it happened", "here": "incidents", "case": case, "drawing": drawing, **shown, **hour(case)}
    return render(request, "web/why.html", page)


def fits_of(lots: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Failure mode -> best fit among the lots."""
    found: dict[str, float] = {}
    for one in (one for lot in lots for one in lot["diagnosis"]):
        found[one["mode"]] = max(one["confidence"], found.get(one["mode"], 0.0))
    return found


def said_of(cause: Recorded, fits: Mapping[str, float], looked: bool) -> Any:
    """What the data say of a recorded cause."""
    return data_say([str(cause.body["mode"])] if cause.body.get("mode") else [], fits, looked)


def _tool(number: str, findings: Sequence[Mapping[str, Any]], lots: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    modes = [(one["confidence"], one["six_m"]) for lot in lots for one in lot["diagnosis"]]
    found = choose_by({one["code"] for one in findings}, modes, sum(one["supported"] for lot in lots for one in lot.get("suspects", ())))
    word = TOOLS[found.name]
    return {"tool": word, "why": found.reason, "href": _do(number, "cause-tool", {"tool": word, "why": found.reason})}


def _catalogue(number: str, findings: Sequence[Mapping[str, Any]], fits: Mapping[str, float], looked: bool) -> list[dict[str, Any]]:
    found = []
    for one in fitting({one["code"] for one in findings})[:MOST]:
        said = data_say(one.modes, fits, looked)
        mode = next((mode for mode in one.modes if mode in fits), one.modes[0] if one.modes else "")
        area = next(name for name in SIX_M if name.startswith(one.area))
        facts = {"statement": one.statement, "category": area, "verdict": "untested", "role": "contributing cause", "mode": mode}
        row = {"statement": one.statement, "area": area, "codes": list(one.codes), "test": one.test, "prevention": one.prevention}
        found.append({**row, "verdict": said.verdict, "said": said.sentence, "href": _do(number, "cause", facts)})
    return sorted(found, key=lambda row: row["verdict"] != "supported")


def _suspect(number: str, lineup: Mapping[str, Any]) -> dict[str, Any]:
    """The first of a kind of failure, with its is/is-not rows."""
    first = lineup["suspects"][0]
    name = " or ".join(first["names"])
    rows = [
        {**row, "href": _do(number, "is-is-not", {"question": row["question"], "affected": row["is"], "unaffected": row["is_not"]})}
        for row in first["table"]
    ]
    told = f"{name}: {first['failed']:,} failed where {first['expected']:,.1f} were expected."
    return {"what": lineup["what"], "lot": lineup["lot"], "told": told, "swap": first["swap"], "against": first["against"], "rows": rows}


def _readable(recorded: Recorded | None) -> Any:
    """The tree of an entry; None where there is none, or a program of another version recorded one that this cannot read."""
    try:
        return read_text(recorded.body["tree"], "the tree") if recorded else None
    except TreeError:
        return None


def _tree(recorded: Recorded | None, findings: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    if recorded is None:
        return None
    tree = _readable(recorded)
    if tree is None:
        return {"entry": recorded.index, "why": recorded.body["why"], "events": [], "ways": []}
    events = events_seen(tree, findings)
    found = ways(tree, events, _budget(time.monotonic() + SECONDS))
    shown = [{"name": one.name, "label": one.label, "verdict": one.verdict, "found": [list(each) for each in one.found]} for one in events]
    return {"entry": recorded.index, "why": recorded.body["why"], "events": shown, "ways": [asdict(one) for one in found]}


def _budget(end: float) -> Any:
    def ask() -> None:
        if time.monotonic() > end:
            raise OutOfBudget("the time of the page is over; lotproof faulttree takes longer.")

    return ask


def _starting(number: str, findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Starting trees, those first of which most events are seen."""
    found = []
    for name in starting_trees():
        tree = starting_tree(name)
        seen = sum(one.verdict == SEEN for one in events_seen(tree, findings))
        href = _do(number, "fault-tree", {"start": name})
        found.append({"name": name, "label": tree.label or name, "events": len(tree.events), "seen": seen, "href": href})
    return sorted(found, key=lambda one: -one["seen"])


def _do(number: str, act: str, facts: Mapping[str, str]) -> str:
    return f"/incidents/{number}/do/{act}?{urlencode({name: value for name, value in facts.items() if value})}"
