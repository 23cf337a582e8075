"""A lot as the last run left it: its road, its equation, its findings; and the rows behind a finding."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lotproof.quality.entered import Unreadable
from lotproof.quality.lot_ready import lots_readiness, percent
from lotproof.quality.lot_waivers import KINDS, WAIVABLE, decide, waivers
from lotproof.quality.refusal import Refusal
from lotproof.quality.shell import table
from lotproof.rules.register import RULES
from lotproof.web.forms import Form
from lotproof.web.guard import signed_in
from lotproof.web.language import say
from lotproof.web.pictures import units_road
from lotproof.web.problems import problem
from lotproof.web.site import desk, workspace
from lotproof.workspace.credentials import Given
from lotproof.workspace.outcomes import lot_found, rows_of_finding
from lotproof.workspace.place import WorkspaceError

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
        "title": say("Lot {name}", name=name),
        "here": "signals",
        "lot": name,
        "road": units_road(name, balance["matrix"]) if balance else None,
        "matrix": balance["matrix"] if balance else [],
        "balance": balance,
        "counts": counts,
        "findings": found["findings"],
        "ready": ready,
        "ready_percent": percent(ready),
        "waivable": WAIVABLE,
        "waived": waivers().get(name, {}),
        "cases": [row for row in table("CaseRow").filter(lots__contains=name) if name in row.lots.split("\n")],
    }
    return render(request, "web/lot.html", shown)


@signed_in
@require_http_methods(["GET", "POST"])
def waiver(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """Waive what a lot lacks, or take a waiver back."""
    form = Form(KINDS[kind], request.POST if request.method == "POST" else request.GET, totp=desk(request).person.totp)
    if request.method == "POST":
        password = request.POST.get("password", "")
        try:
            decide(desk(request), name, kind, form.given, Given(password, request.POST.get("code") or None) if password else None)
            return HttpResponseRedirect(f"/lots/{quote(name, safe='')}/#readiness")
        except Unreadable as error:
            form.problems = error.problems
        except (Refusal, WorkspaceError) as refusal:
            form.told = str(refusal)
    shown = {
        "title": say("{button}: lot {name}", button=say(form.kind.button), name=name),
        "here": "readiness",
        "form": form,
        "back": f"/lots/{quote(name, safe='')}/",
    }
    status = 200 if request.method == "GET" else 422 if form.problems else 409
    return render(request, "web/act.html", shown, status=status)


@signed_in
def equations(request: HttpRequest, name: str) -> HttpResponse:
    """The nine equations of a lot with their terms, and what does not fit."""
    found = (lot_found(workspace(), name) or {}).get("balance")
    if not found:
        return problem(request, f"Lot {name}", "The last run of the rules has no equations of this lot; lotproof check runs them.", 404)
    shown = {"title": say("The equations of lot {name}", name=name), "here": "signals", "lot": name, "equations": found["equations"]}
    return render(request, "web/equations.html", shown)


@signed_in
def residue(request: HttpRequest, name: str, level: str, number: int, at: int) -> HttpResponse:
    """The items that do not fit an equation, those that the run kept."""
    balance = (lot_found(workspace(), name) or {}).get("balance") or {"equations": []}
    found = next((one for one in balance["equations"] if (one["level"], one["number"]) == (level, number)), None)
    if found is None or at >= len(found["residues"]):
        return problem(request, f"Lot {name}", "The last run of the rules has no such residue of this lot.", 404)
    title = say("Equation {number} of lot {name}", number=number, name=name)
    shown = {"title": title, "here": "signals", "lot": name, "equation": found, "residue": found["residues"][at]}
    shown["rows"] = found["residues"][at]["items"]
    return render(request, "web/residue.html", shown)


@signed_in
def finding(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """The rows that prove a finding."""
    found = next((one for one in (lot_found(workspace(), name) or {"findings": []})["findings"] if one["code"] == code), None)
    if found is None:
        return problem(request, f"{code} in lot {name}", "The last run of the rules found no such thing.", 404)
    rows = rows_of_finding(workspace(), code, name, MOST)
    rule = RULES.get(code)
    shown = {
        "title": say("{code} in lot {name}", code=code, name=name),
        "here": "signals",
        "lot": name,
        "found": found,
        "rows": rows,
        "rule": rule,
        "most": MOST,
    }
    return render(request, "web/finding.html", shown)
