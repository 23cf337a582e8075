"""How ready the site is for an inspector: lot by lot, incident by incident, and the plan for 90 days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lotproof.exchange.notify.settings import NotifyError, read_settings
from lotproof.quality.case import State
from lotproof.quality.plan import SESSION_DAYS, WINDOWS, Task, plan
from lotproof.quality.readiness import ITEMS
from lotproof.quality.shell import table
from lotproof.quality.site_facts import lot_readiness, site_facts
from lotproof.web.cells import csv_answer
from lotproof.web.guard import signed_in
from lotproof.web.site import clock, workspace
from lotproof.workspace.outcomes import lots_known

PAGE = 25


@signed_in
def ready(request: HttpRequest) -> HttpResponse:
    """The lots of the last run and the incidents that are open, with what each lacks."""
    lots = Paginator(lots_known(workspace()), PAGE).get_page(request.GET.get("page"))
    items = [(lot, lot_readiness(workspace(), lot)) for lot in lots]
    running = table("CaseRow").exclude(state=State.CLOSED)[:PAGE]
    shown = {
        "title": "Readiness",
        "here": "readiness",
        "page": lots,
        "lots": [{"lot": lot, "items": found, "percent": 100 * sum(not one.lacks for one in found) // len(found)} for lot, found in items],
        "cases": [{"case": row, **_ready(row.missing)} for row in running],
    }
    return render(request, "web/ready.html", shown)


def _ready(missing: str) -> dict[str, Any]:
    names = set(missing.split("\n"))
    lacking = [item.asks for item in ITEMS if item.name in names]
    return {"missing": lacking, "percent": 100 * (len(ITEMS) - len(lacking)) // len(ITEMS)}


@signed_in
def plan_page(request: HttpRequest, ending: str = "") -> HttpResponse:
    """The plan, for the screen and for paper, as CSV or JSON."""
    tasks = _tasks()
    if ending == "json":
        return JsonResponse({"plan": [{**vars(task), "window": WINDOWS[task.window]} for task in tasks]})
    if ending == "csv":
        return _csv(tasks)
    windows = [(name, [task for task in tasks if task.window == number]) for number, name in enumerate(WINDOWS)]
    return render(request, "web/plan.html", {"title": "Ready in 90 days", "here": "readiness", "windows": windows, "count": len(tasks)})


def _tasks() -> list[Task]:
    today = clock()[:10]
    long_ago = (date.fromisoformat(today) - timedelta(days=SESSION_DAYS)).isoformat()
    try:
        told = bool(read_settings(workspace().root).channels)
    except NotifyError:
        told = False
    return plan(site_facts(workspace(), clock(), told), today, long_ago)


def _csv(tasks: list[Task]) -> HttpResponse:
    rows = ((WINDOWS[task.window], task.what, task.why, task.owner, task.link) for task in tasks)
    return csv_answer("plan", ("window", "what", "why", "owner", "link"), rows)
