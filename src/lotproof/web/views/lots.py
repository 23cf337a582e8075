"""A lot as the last run left it: its road, its equation, its findings; and the rows behind a finding."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lotproof.quality.lot_ready import lots_readiness, percent
from lotproof.quality.shell import table
from lotproof.rules.register import RULES
from lotproof.web.guard import signed_in
from lotproof.web.pictures import units_road
from lotproof.web.problems import problem
from lotproof.web.site import workspace
from lotproof.workspace.outcomes import lot_found, rows_of_finding

MOST = 1000


@signed_in
def lot(request: HttpRequest, name: str) -> HttpResponse:
    """The page of a lot."""
    found = lot_found(workspace(), name)
    if found is None:
        return problem(request, f"Lot {name}", "The last run of the rules speaks of no lot of this name; lotproof check runs them.", 404)
    balance = found["balance"]
    ready = lots_readiness(workspace(), [name])[name]
    counts = [(key.replace("_", " "), value) for key, value in balance["counts"].items()] if balance else []
    shown = {
        "title": f"Lot {name}",
        "here": "signals",
        "lot": name,
        "road": units_road(name, balance["matrix"]) if balance else None,
        "matrix": balance["matrix"] if balance else [],
        "balance": balance,
        "counts": counts,
        "findings": found["findings"],
        "ready": ready,
        "ready_percent": percent(ready),
        "cases": [row for row in table("CaseRow").filter(lots__contains=name) if name in row.lots.split("\n")],
    }
    return render(request, "web/lot.html", shown)


@signed_in
def finding(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """The rows that prove a finding."""
    found = next((one for one in (lot_found(workspace(), name) or {"findings": []})["findings"] if one["code"] == code), None)
    if found is None:
        return problem(request, f"{code} in lot {name}", "The last run of the rules found no such thing.", 404)
    rows = rows_of_finding(workspace(), code, name, MOST)
    rule = RULES.get(code)
    shown = {"title": f"{code} in lot {name}", "here": "signals", "lot": name, "found": found, "rows": rows, "rule": rule, "most": MOST}
    return render(request, "web/finding.html", shown)
