"""What the data say of an incident: where its findings arose, which causes fit, what was searched, which earlier cases are alike.

Nothing of it is part of the record until a person records it: each row leads to the form of the act, filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lotproof.control.similar import Case as Earlier
from lotproof.control.similar import similar
from lotproof.quality.acts.capa import EFFECTIVE
from lotproof.quality.acts.causes import SIX_M
from lotproof.quality.case import Case
from lotproof.quality.refusal import Refusal
from lotproof.quality.shell import load, table
from lotproof.web.guard import signed_in
from lotproof.web.pictures import findings_map
from lotproof.web.problems import problem
from lotproof.web.site import workspace
from lotproof.web.views.acting import hour
from lotproof.workspace.outcomes import lot_found

COMPARED = 200
"""Incidents, the latest, that are compared."""
LOTS = 20
"""Lots of an incident that are looked at."""


@signed_in
def data_say(request: HttpRequest, number: str) -> HttpResponse:
    """The page."""
    try:
        case = load(number)
    except Refusal as refusal:
        return problem(request, "No such incident", str(refusal), 404)
    lots = [found for lot in case.lots[:LOTS] if (found := lot_found(workspace(), lot))]
    findings = [one for lot in lots for one in lot["findings"]]
    shown = {
        "title": "What the data say",
        "here": "incidents",
        "case": case,
        "map": findings_map(findings, f"{number}: where the findings arose"),
        "findings": findings,
        "likely": [{**one, "href": _cause(number, one)} for lot in lots for one in lot["diagnosis"]],
        "searches": [{**one, "href": _search(number, one)} for lot in lots for one in lot["scope"]],
        "alike": [{"found": one, "href": _earlier(number, one)} for one in _alike(case)],
        "gaps": _gaps(case),
        **hour(case),
    }
    return render(request, "web/data_say.html", shown)


def _cause(number: str, likely: Mapping[str, Any]) -> str:
    category = str(likely["six_m"]).lower()
    known = next((name for name in SIX_M if name.startswith(category[:8])), "")
    facts = {
        "statement": likely["sentence"],
        "category": known,
        "verdict": "untested",
        "role": "contributing cause",
        "mode": likely["mode"],
    }
    return f"/incidents/{number}/do/cause?{urlencode(facts)}"


def _search(number: str, search: Mapping[str, Any]) -> str:
    question = str(search["question"])
    reach = next((name for name in ("lines", "shipments", "customers") if name[:-1] in question.lower()), "lots")
    facts = {
        "reach": reach,
        "query": question,
        "sources": "\n".join(_names(search["sources"])),
        "rows": search["rows"],
        "found": search["count"],
    }
    return f"/incidents/{number}/do/scope-search?{urlencode(facts)}"


def _names(sources: Any) -> list[str]:
    return [str(one) for one in sources] if isinstance(sources, list | tuple) else [str(sources)]


def _alike(case: Case) -> Sequence[Any]:
    rows = list(table("CaseRow").order_by("-opened")[: COMPARED + 1])
    mine = next((row for row in rows if row.number == case.number), None) or table("CaseRow").get(number=case.number)
    return similar(_told(mine), [_told(row) for row in rows if row.number != case.number])


def _told(row: Any) -> Earlier:
    """An incident as cases are compared."""
    held = {EFFECTIVE: True, "": None}.get(row.effect, False)
    codes, lots = tuple(filter(None, row.codes.split("\n"))), ", ".join(row.lots.split("\n"))
    text = f"{row.title} {row.cause}"
    return Earlier(row.number, text, codes, lot=lots, when=row.opened[:10], cause=row.cause, action=row.action, held=held)


def _earlier(number: str, found: Any) -> str:
    held = {True: "yes", False: "no", None: "not known"}[found.case.held]
    facts = {"case": found.case.id, "alike": f"In common: {', '.join([*found.codes, *(word for word, _ in found.words)])}.", "held": held}
    return f"/incidents/{number}/do/earlier-case?{urlencode(facts)}"


def _gaps(case: Case) -> list[Any]:
    """Trainings that people who were heard lack."""
    people = {str(one.body["code"]) for one in case.all("interview")}
    return list(table("TrainingRow").filter(person__in=people, current=False).exclude(due=""))
