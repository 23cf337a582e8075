"""Signals and their triage: into an incident, or explained."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from lotproof.exchange.alerts.show import classes
from lotproof.quality.entered import Unreadable
from lotproof.quality.refusal import Refusal
from lotproof.quality.shell import table
from lotproof.quality.signal_shell import explain, to_incident
from lotproof.quality.signals import EXPLAINED, INCIDENT, NEW
from lotproof.web.guard import signed_in
from lotproof.web.problems import problem
from lotproof.web.site import desk

PAGE = 50


@signed_in
def signals(request: HttpRequest) -> HttpResponse:
    """The list, new ones first; ``?state=`` and ``?lot=`` narrow it."""
    rows = table("SignalRow")
    state = request.GET.get("state", NEW)
    found = rows.filter(state=state) if state in (NEW, INCIDENT, EXPLAINED) else rows.all()
    if lot := request.GET.get("lot"):
        found = found.filter(lot=lot)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    _with_alerts(page.object_list)
    shown = {"title": "Signals", "here": "signals", "page": page, "state": state, "lot": lot or "", "states": (NEW, INCIDENT, EXPLAINED)}
    return render(request, "web/signals.html", shown)


def _with_alerts(rows: Any) -> None:
    """Put class, side and clock on the rows of signals that have some."""
    numbers = [row.number for row in rows]
    told = classes(numbers)
    clocks = {row.case: row for row in table("ClockRow").filter(case__in=numbers)}
    for row in rows:
        row.klass, row.side = told.get(row.number, ("", ""))
        row.clock = clocks.get(row.number)


@signed_in
@require_POST
def triage(request: HttpRequest, number: str) -> HttpResponse:
    """Open an incident from a signal, or say what explains it."""
    try:
        if request.POST.get("to") == INCIDENT:
            return HttpResponseRedirect(f"/incidents/{to_incident(desk(request), number, {}).number}/")
        explain(desk(request), number, request.POST.get("why", ""))
    except (Refusal, Unreadable) as refusal:
        return problem(request, "Not done", str(refusal), 409)
    return HttpResponseRedirect("/signals/")
