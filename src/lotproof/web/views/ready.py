"""How ready the site is for an inspector: lot by lot, incident by incident, and the plan for 90 days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lotproof.exchange.notify.settings import NotifyError, read_settings
from lotproof.quality.case import State
from lotproof.quality.lot_ready import lots_readiness, percent
from lotproof.quality.plan import SESSION_DAYS, WINDOWS, Task, plan
from lotproof.quality.readiness import ITEMS, readiness
from lotproof.quality.shell import load, table
from lotproof.quality.site_facts import site_facts
from lotproof.web.guard import signed_in
from lotproof.web.site import clock, workspace
from lotproof.web.tables import csv_of
from lotproof.workspace.outcomes import lots_known

PAGE = 25
"""Lots or incidents on a page."""
MOST = 5000
"""Lots or incidents of a file."""


@signed_in
def ready(request: HttpRequest) -> HttpResponse:
    """The lots of the last run and the incidents that are open, with what each lacks."""
    lots = Paginator(lots_known(workspace()), PAGE).get_page(request.GET.get("page"))
    items = lots_readiness(workspace(), list(lots))
    running = table("CaseRow").exclude(state=State.CLOSED)[:PAGE]
    shown = {
        "title": "Readiness",
        "here": "readiness",
        "page": lots,
        "lots": [{"lot": lot, "items": found, "percent": percent(found)} for lot, found in items.items()],
        "cases": [{"case": row, **_ready(row.missing)} for row in running],
    }
    return render(request, "web/ready.html", shown)


def _ready(missing: str) -> dict[str, Any]:
    names = set(missing.split("\n"))
    lacking = [item.asks for item in ITEMS if item.name in names]
    return {"missing": lacking, "percent": 100 * (len(ITEMS) - len(lacking)) // len(ITEMS)}


@signed_in
def ready_table(request: HttpRequest, name: str, ending: str) -> HttpResponse:
    """Every item of every lot, or of every open incident, as CSV or JSON."""
    rows = list(_of_lots() if name == "lots" else _of_cases())
    if ending == "json":
        return JsonResponse({name: [dict(zip(COLUMNS, row, strict=True)) for row in rows]})
    return csv_of(f"readiness-{name}", COLUMNS, rows)


COLUMNS = ("about", "item", "asks", "state", "told")


def _of_lots() -> Iterator[tuple[str, ...]]:
    for lot, items in lots_readiness(workspace(), lots_known(workspace())[:MOST]).items():
        yield from ((lot, one.name, one.asks, one.state, one.lacks or one.why) for one in items)


def _of_cases() -> Iterator[tuple[str, ...]]:
    for number in _open()[:MOST]:
        yield from ((number, one.item.name, one.item.asks, one.state, one.told) for one in readiness(load(number)).items)


def _open() -> Any:
    return table("CaseRow").exclude(state=State.CLOSED).values_list("number", flat=True)


@signed_in
def plan_page(request: HttpRequest, ending: str = "") -> HttpResponse:
    """The plan, for the screen and for paper, as CSV or JSON."""
    tasks = _tasks()
    if ending == "json":
        return JsonResponse({"plan": [{**vars(task), "window": WINDOWS[task.window]} for task in tasks]})
    if ending == "csv":
        rows = ((WINDOWS[one.window], one.what, one.why, one.owner, one.link) for one in tasks)
        return csv_of("plan", ("window", "what", "why", "owner", "link"), rows)
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
