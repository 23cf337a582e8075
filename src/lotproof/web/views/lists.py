"""Lists across cases: actions, what is on hold, the trail."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lotproof.ledger import store
from lotproof.ledger.entry import Entry, parse_entry
from lotproof.quality.book import Book
from lotproof.quality.shell import table
from lotproof.web.books import SHELVES
from lotproof.web.guard import signed_in
from lotproof.web.problems import problem
from lotproof.web.sentences import sentence
from lotproof.web.site import clock
from lotproof.web.tables import csv_of

PAGE = 50
CASES = ("number", "state", "severity", "title", "lots", "opened", "closed")
ACTIONS = ("case", "index", "type", "what", "owner", "due", "done")
HOLDS = ("case", "index", "item", "since", "released")
SIGNALS = ("number", "state", "severity", "code", "lot", "count", "sentence", "raised", "case", "why")
RECORDS = ("number", "state", "title", "kind", "about", "due", "opened", "closed")
TABLES = {
    "incidents": ("CaseRow", CASES),
    "actions": ("ActionRow", ACTIONS),
    "holds": ("HoldRow", HOLDS),
    "signals": ("SignalRow", SIGNALS),
    "training": ("TrainingRow", ("person", "case", "version", "day", "current", "due")),
    **{shelf.place: ("RecordRow", RECORDS) for shelf in SHELVES.values() if shelf.book is not Book.INCIDENT},
}
"""Name of a list -> its read model and columns, for CSV and JSON."""


@signed_in
def actions(request: HttpRequest) -> HttpResponse:
    """Correction, corrective and preventive actions, the earliest due first."""
    found = table("ActionRow").all() if request.GET.get("all") else table("ActionRow").filter(done=None)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "web/actions.html",
        {"title": "CAPA", "here": "actions", "page": page, "today": clock()[:10], "all": request.GET.get("all")},
    )


@signed_in
def holds(request: HttpRequest) -> HttpResponse:
    """What is on hold now."""
    page = Paginator(table("HoldRow").filter(released=None), PAGE).get_page(request.GET.get("page"))
    return render(request, "web/holds.html", {"title": "On hold", "here": "holds", "page": page})


@signed_in
def trail(request: HttpRequest) -> HttpResponse:
    """The entries of the ledger, the latest first; ``?before=`` goes back."""
    before = request.GET.get("before", "")
    rows = store.table().order_by("-index")
    if before.isdecimal() and len(before) < 19:  # more is beyond any index, and beyond what the database counts to
        rows = rows.filter(index__lt=int(before))
    found = [_entry(index, parse_entry(bytes(data))) for index, data in rows.values_list("index", "data")[:PAGE]]
    oldest = found[-1]["index"] if found and found[-1]["index"] > 0 else None
    return render(request, "web/trail.html", {"title": "Trail", "here": "trail", "entries": found, "oldest": oldest})


def _entry(index: int, entry: Entry) -> dict[str, Any]:
    about = {"index": index, "time": entry.time, "actor": entry.actor, "stream": entry.stream}
    return {**about, "sentence": sentence(entry, index)}


@signed_in
def entry_json(_request: HttpRequest, index: int) -> HttpResponse:
    """An entry of the ledger, byte for byte: its leaf in the tree is the hash of these bytes (RFC 6962)."""
    data = store.table().filter(index=index).values_list("data", flat=True).first()
    if data is None:
        raise Http404
    return HttpResponse(bytes(data), "application/json")


@signed_in
def export(request: HttpRequest, name: str, ending: str) -> HttpResponse:
    """A list as CSV or JSON, whole."""
    if name not in TABLES:
        return problem(request, "No such list", f"There is no list {name}; there are {', '.join(TABLES)}.", 404)
    model, columns = TABLES[name]
    found = table(model).filter(book=SHELVES[name].book) if model == "RecordRow" else table(model).all()
    rows = list(found.values_list(*columns))
    if ending == "json":
        return JsonResponse({name: [dict(zip(columns, row, strict=True)) for row in rows]})
    return csv_of(name, columns, rows)
