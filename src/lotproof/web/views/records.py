"""Lists and pages of the books that need no page of their own: alarms, procedures, audits."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lotproof.quality.acts.procedures import issued, standing_of
from lotproof.quality.audits import yearly_gaps
from lotproof.quality.book import Book
from lotproof.quality.case import Case, State
from lotproof.quality.document import document
from lotproof.quality.refusal import Refusal
from lotproof.quality.shell import table
from lotproof.web.books import SHELVES, of_place
from lotproof.web.guard import signed_in
from lotproof.web.language import Said
from lotproof.web.problems import problem
from lotproof.web.site import clock
from lotproof.web.views.acting import buttons

PAGE = 50


@signed_in
def records(request: HttpRequest, place: str) -> HttpResponse:
    """The records of a book, those that run first; ``?all=1`` shows closed ones too."""
    shelf = SHELVES[place]
    found = table("RecordRow").filter(book=shelf.book)
    every = request.GET.get("all")
    page = Paginator(found if every else found.exclude(state=State.CLOSED), PAGE).get_page(request.GET.get("page"))
    shown = {"title": shelf.title, "here": place, "shelf": shelf, "page": page, "all": every, "today": clock()[:10], **_more(shelf.book)}
    return render(request, "web/records.html", shown)


def _more(book: Book) -> dict[str, Any]:
    today = clock()[:10]
    if book is Book.PROCEDURE:
        gaps = table("TrainingRow").exclude(due="").filter(due__lt=today)
        return {"matrix": _matrix(), "gaps": gaps.count()}
    if book is Book.AUDIT:
        audits = table("RecordRow").filter(book=book)
        planned = audits.exclude(state=State.CLOSED).values_list("kind", "due")
        held = audits.filter(state=State.CLOSED).values_list("kind", "due")
        return {"warnings": yearly_gaps(planned, held, today)}
    return {}


def _matrix() -> dict[str, Any]:
    """People down, procedures across, as a table of trainings."""
    rows = list(table("TrainingRow").order_by("person", "case")[:5000])
    names = dict(table("RecordRow").filter(book=Book.PROCEDURE).exclude(state=State.CLOSED).values_list("number", "title"))
    people = sorted({row.person for row in rows if row.case in names})
    cells = {(row.person, row.case): row for row in rows}
    return {
        "procedures": list(names.items()),
        "people": [(person, [cells.get((person, number)) for number in names]) for person in people],
    }


@signed_in
def record(request: HttpRequest, place: str, number: str) -> HttpResponse:
    """The page of a record: what it is, what can be done, its trail."""
    try:
        case = of_place(place, number)
    except Refusal as refusal:
        return problem(request, "No such record", str(refusal), 404)
    shown = {
        "title": Said(case.title),
        "here": place,
        "shelf": SHELVES[place],
        "case": case,
        "can": buttons(request, case),
        "seen_acts": list(reversed(case.acts)),
        "today": clock()[:10],
        **_facts(case),
    }
    return render(request, "web/record.html", shown)


def _facts(case: Case) -> dict[str, Any]:
    if case.book is Book.PROCEDURE:
        return {"version": issued(case).body["version"], "standing": standing_of(case)}
    return {"opened": case.opened}


@signed_in
def record_json(request: HttpRequest, place: str, number: str) -> HttpResponse:
    """The record as JSON."""
    try:
        return JsonResponse(document(of_place(place, number)))
    except Refusal as refusal:
        return JsonResponse({"problem": str(refusal)}, status=404)
