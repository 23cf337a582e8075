"""Worksheets for authorities and partners: filled from record and files, completed and sent by a person."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lotproof.quality.refusal import Refusal
from lotproof.quality.roles import LEGAL
from lotproof.quality.sheet_facts import sheet_facts
from lotproof.quality.sheet_fields import SHEETS
from lotproof.quality.shell import load
from lotproof.quality.worksheets import Sheet, sheet
from lotproof.web.guard import role, signed_in
from lotproof.web.problems import problem
from lotproof.web.site import workspace
from lotproof.web.views.acting import hour


@signed_in
def worksheet(request: HttpRequest, number: str, name: str, ending: str = "") -> HttpResponse:
    """One worksheet of an incident, for the screen and for paper, as text or JSON."""
    try:
        case = load(number)
    except Refusal as refusal:
        return problem(request, "No such incident", str(refusal), 404)
    if name not in SHEETS:
        return problem(request, "No such worksheet", f"There is no worksheet {name}; there are {', '.join(SHEETS)}.", 404)
    found = sheet(name, sheet_facts(workspace(), case))
    if ending == "json":
        return JsonResponse(asdict(found))
    if ending == "txt":
        return HttpResponse(_text(found, number), "text/plain; charset=utf-8")
    shown = {"title": found.title, "here": "incidents", "sheet": found, "case": case, "may": role(request) in LEGAL, **hour(case)}
    return render(request, "web/worksheet.html", shown)


def _text(found: Sheet, number: str) -> str:
    lines = [f"{line.name}: {line.value or '________'}" + (f"   [{line.source}]" if line.source else "") for line in found.lines]
    return "\n".join([f"{found.title} - {number}", found.basis, "", *lines, ""])
