"""The list of incidents, and opening one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lotproof.quality.case import State
from lotproof.quality.shell import table
from lotproof.web.guard import signed_in

PAGE = 50


@signed_in
def incidents(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first; ``?state=`` and ``?q=`` narrow it."""
    found = table("CaseRow").all()
    state, asked = request.GET.get("state", ""), request.GET.get("q", "").strip()
    if state == "running":
        found = found.exclude(state=State.CLOSED)
    elif state:
        found = found.filter(state=state)
    if asked:
        found = found.filter(title__icontains=asked) | found.filter(lots__icontains=asked) | found.filter(number__icontains=asked)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    clocks = {row.case: row for row in table("ClockRow").filter(ended=None, case__in=[row.number for row in page]).order_by("-due")}
    rows = [{"case": row, "clock": clocks.get(row.number)} for row in page]
    states = ["running", *State]
    return render(
        request,
        "web/incidents.html",
        {"title": "Incidents", "here": "incidents", "page": page, "rows": rows, "state": state, "q": asked, "states": states},
    )
