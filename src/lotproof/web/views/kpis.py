"""The indicators of the site on their charts, as counted last; the rows behind a point."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from lotproof.control.kpis.register import all_kpis
from lotproof.jobs import queue
from lotproof.quality.kpi_watch import kept
from lotproof.web.guard import signed_in
from lotproof.web.language import Said, say
from lotproof.web.pictures import drawn
from lotproof.web.problems import problem
from lotproof.web.site import clock, workspace
from lotproof.web.tables import csv_of
from lotproof.workspace.kpis import kpi_rows, kpis_folder

LAST = 30
"""Points of a table, the latest; the JSON has all."""


@signed_in
def kpis(request: HttpRequest) -> HttpResponse:
    """All of them: those that alarm first, then those with points."""
    found = kept(workspace().root) or {"kpis": [], "time": "", "budget": None}
    rows = sorted(found["kpis"], key=lambda one: (not one["alarms"], one["no_data"] is not None, one["name"]))
    shown = {"title": "Indicators", "here": "kpis", "rows": rows, "time": found["time"], "budget": found["budget"]}
    return render(request, "web/kpis.html", shown)


@signed_in
def kpi(request: HttpRequest, name: str) -> HttpResponse:
    """One on its chart, with its points and what alarms."""
    one = _one(name)
    if one is None:
        return problem(request, "No such indicator", f"There is no indicator {name}, or nothing was counted yet.", 404)
    shown = {
        "title": one["name"],
        "here": "kpis",
        "kpi": one,
        "chart": drawn(one["svg"]) if one["svg"] else "",
        "points": one["points"][-LAST:][::-1],
    }
    return render(request, "web/kpi.html", shown)


@signed_in
def kpi_csv(request: HttpRequest, name: str) -> HttpResponse:
    """Its points as CSV."""
    one = _one(name)
    if one is None:
        return problem(request, "No such indicator", f"There is no indicator {name}, or nothing was counted yet.", 404)
    columns = ("point", "at", "events", "opportunities", "value")
    return csv_of(name, columns, ([point[column] for column in columns] for point in one["points"]))


@signed_in
def table_of_all(_request: HttpRequest, ending: str) -> HttpResponse:
    """The latest point and the alarms of each indicator as CSV or JSON."""
    found = kept(workspace().root) or {"kpis": [], "time": "", "budget": None}
    columns = ("kpi", "name", "unit", "chart_kind", "point", "value", "alarms", "no_data")
    rows = [_latest(one) for one in found["kpis"]]
    if ending == "csv":
        return csv_of("indicators", columns, rows)
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    return JsonResponse({"time": found["time"], "indicators": named, "budget": found["budget"]})


def _latest(one: dict[str, Any]) -> tuple[Any, ...]:
    point = one["points"][-1] if one["points"] else {"point": None, "value": None}
    told = (one["kpi"], one["name"], one["unit"], one["chart_kind"])
    return (*told, point["point"], point["value"], len(one["alarms"]), one["no_data"])


@signed_in
def kpi_json(request: HttpRequest, name: str) -> HttpResponse:
    """The same as JSON, whole."""
    one = _one(name)
    return (
        JsonResponse({key: value for key, value in one.items() if key != "svg"}) if one else JsonResponse({"problem": "none"}, status=404)
    )


@signed_in
def kpi_point(request: HttpRequest, name: str, point: str) -> HttpResponse:
    """The rows behind a point, counted now."""
    one, known = _one(name), all_kpis(kpis_folder(workspace()))
    if one is None or name not in known:
        return problem(request, "No such indicator", f"There is no indicator {name}, or nothing was counted yet.", 404)
    count, rows = kpi_rows(workspace().root, known[name], one["by"], point, clock(), "lotproof serve", lambda *_: None)
    shown: dict[str, Any] = {"title": Said(f"{say(one['name'])}: {point}"), "here": "kpis", "kpi": one, "rows": rows, "count": count}
    return render(request, "web/kpi_rows.html", shown)


@signed_in
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Have them counted now."""
    person: Any = request.person
    return HttpResponseRedirect(f"/work/{queue.put('kpis', {}, person.user_id, clock(), key=f'kpis:{clock()}').pk}/")


def _one(name: str) -> dict[str, Any] | None:
    found = kept(workspace().root)
    return next((one for one in found["kpis"] if one["kpi"] == name), None) if found else None
