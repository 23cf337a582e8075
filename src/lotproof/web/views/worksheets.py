"""Worksheets for authorities and partners: filled from record and files, completed and sent by a person."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lotproof.quality.case import Case
from lotproof.quality.refusal import Refusal
from lotproof.quality.roles import LEGAL
from lotproof.quality.sheet_fields import SHEETS
from lotproof.quality.shell import load
from lotproof.quality.worksheets import Facts, Sheet, sheet
from lotproof.web.guard import role, signed_in
from lotproof.web.problems import problem
from lotproof.web.site import workspace
from lotproof.web.views.acting import hour
from lotproof.workspace.lot_facts import lot_facts
from lotproof.workspace.outcomes import rows_of_finding

MOST = 10_000
"""Items of findings that a worksheet counts."""


@signed_in
def worksheet(request: HttpRequest, number: str, name: str, ending: str = "") -> HttpResponse:
    """One worksheet of an incident, for the screen and for paper, as text or JSON."""
    try:
        case = load(number)
    except Refusal as refusal:
        return problem(request, "No such incident", str(refusal), 404)
    if name not in SHEETS:
        return problem(request, "No such worksheet", f"There is no worksheet {name}; there are {', '.join(SHEETS)}.", 404)
    found = sheet(name, _facts(case))
    if ending == "json":
        return JsonResponse(asdict(found))
    if ending == "txt":
        return HttpResponse(_text(found, number), "text/plain; charset=utf-8")
    shown = {"title": found.title, "here": "incidents", "sheet": found, "case": case, "may": role(request) in LEGAL, **hour(case)}
    return render(request, "web/worksheet.html", shown)


def _facts(case: Case) -> Facts:
    held = [item for name in ("containment-step", "hold") for one in case.all(name) for item in one.body.get("held") or ()]
    codes = [str(code) for code in case.opened.body.get("codes") or ()]
    rows = [row for lot in case.lots for code in codes for row in rows_of_finding(workspace(), code, lot, MOST)]
    items = [str(row["item"]) for row in rows if row.get("item")]
    return Facts(case, lot_facts(workspace(), case.lots), list(dict.fromkeys([*items, *held])), workspace().origin)


def _text(found: Sheet, number: str) -> str:
    lines = [f"{line.name}: {line.value or '________'}" + (f"   [{line.source}]" if line.source else "") for line in found.lines]
    return "\n".join([f"{found.title} - {number}", found.basis, "", *lines, ""])
