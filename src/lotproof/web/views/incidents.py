"""The list of incidents, and opening one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lotproof.quality.case import State
from lotproof.quality.entered import Unreadable
from lotproof.quality.refusal import Refusal
from lotproof.quality.register import ACTS
from lotproof.quality.shell import open_case, table
from lotproof.web.forms import Form
from lotproof.web.guard import signed_in
from lotproof.web.site import desk

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


@signed_in
@require_http_methods(["GET", "POST"])
def open_incident(request: HttpRequest) -> HttpResponse:
    """Open one by hand."""
    form = Form(ACTS["open"], request.POST if request.method == "POST" else request.GET)
    status = 200
    if request.method == "POST":
        try:
            return HttpResponseRedirect(f"/incidents/{open_case(desk(request), form.given).number}/")
        except Unreadable as error:
            form.problems, status = error.problems, 422
        except Refusal as refusal:
            form.told, status = str(refusal), 409
    return render(
        request, "web/act.html", {"title": "Open an incident", "here": "incidents", "form": form, "back": "/incidents/"}, status=status
    )
