"""Doing something to a record of any book: its form, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lotproof.control.kpis.register import all_kpis
from lotproof.faulttree.starting import starting_text, starting_trees
from lotproof.quality.act import ActType
from lotproof.quality.acts.capa import open_actions
from lotproof.quality.acts.containment import STEPS, missing_steps
from lotproof.quality.acts.procedures import ISSUES
from lotproof.quality.book import Book
from lotproof.quality.case import Case
from lotproof.quality.decide import blocked, possible
from lotproof.quality.entered import Unreadable
from lotproof.quality.refusal import Refusal
from lotproof.quality.register import ACTS, PARTS
from lotproof.quality.shell import open_record, perform
from lotproof.web.books import SHELVES, address, of_place
from lotproof.web.forms import Form
from lotproof.web.guard import role, signed_in
from lotproof.web.language import say
from lotproof.web.problems import problem
from lotproof.web.site import clock, desk, workspace
from lotproof.workspace.credentials import Given
from lotproof.workspace.kpis import kpis_folder
from lotproof.workspace.place import WorkspaceError


@signed_in
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, place: str) -> HttpResponse:
    """Open a record of a book."""
    shelf = SHELVES[place]
    if not shelf.opens:
        return problem(request, "Not opened by hand", f"The program opens {shelf.title.lower()} by itself.", 404)
    form = Form(ACTS[shelf.opens], request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        try:
            return HttpResponseRedirect(address(open_record(desk(request), shelf.opens, form.given).number))
        except Unreadable as error:
            form.problems = error.problems
        except Refusal as refusal:
            form.told = str(refusal)
    shown = {"title": form.kind.button, "here": place, "form": form, "back": f"/{place}/"}
    return render(request, "web/act.html", shown, status=_status(request, form))


@signed_in
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, place: str, number: str, name: str) -> HttpResponse:
    """The form of an act, and doing it."""
    kind = ACTS.get(name)
    try:
        case = of_place(place, number)
    except Refusal as refusal:
        return problem(request, "No such record", str(refusal), 404)
    if kind is None or kind.opens or case.book not in kind.books:
        return problem(request, "No such act", f"Nothing that can be done to this {case.book.noun} is called “{name}”.", 404)
    form = _form(request, case, kind)
    if request.method == "POST":
        try:
            perform(desk(request), number, name, form.given, form.seen, _secret(request, kind))
            return HttpResponseRedirect(f"{address(number)}#{_part(kind)}")
        except Unreadable as error:
            form.problems = error.problems
        except (Refusal, WorkspaceError) as refusal:
            form.told = str(refusal)
            form.seen = case.seq  # having been told, the person may send it once more
    elif told := blocked(case, kind, desk(request).person.user_id, role(request), clock()):
        form.told = told
    shown = {"title": kind.button, "here": place, "form": form, "case": case, **hour(case), "back": address(number)}
    return render(request, "web/act.html", shown, status=_status(request, form))


def hour(case: Case) -> dict[str, Any]:
    """The clock that every page of an incident shows."""
    if case.book is not Book.INCIDENT:
        return {}
    missing = missing_steps(case)
    return {"contain": case.clock("contain"), "missing": missing, "steps_all": len(STEPS), "steps_done": len(STEPS) - len(missing)}


def buttons(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    """What this person could do to a record, with what stands in the way."""
    person: Any = request.person
    return [
        {"kind": kind, "blocked": blocked(case, kind, person.user_id, role(request), clock())} for kind in possible(case, role(request))
    ]


def _status(request: HttpRequest, form: Form) -> int:
    """A form that was not taken says so to programs too."""
    if request.method != "POST":
        return 200
    return 422 if form.problems else 409


def _form(request: HttpRequest, case: Case, kind: ActType) -> Form:
    data: Mapping[str, Any] = request.POST if request.method == "POST" else request.GET
    seen = str(data.get("seen", ""))
    counted = int(seen) if seen.isdecimal() and len(seen) < 19 else case.seq
    start = request.GET.get("start")
    if kind.name == "fault-tree" and start in starting_trees() and request.method == "GET":
        data = {"tree": starting_text(start)}
    return Form(kind, data, seen=counted, totp=desk(request).person.totp, offered=_offered(case, kind))


def _offered(case: Case, kind: ActType) -> dict[str, tuple[tuple[str, str], ...]]:
    """What a field of an entry can name."""
    if kind.name == "release":
        held = [one for name in ("containment-step", "hold") for one in case.all(name) if one.body.get("held")]
        return {"entry": tuple((str(one.index), f"{one.index}: {', '.join(one.body['held'][:3])}") for one in held)}
    if kind.name == "action-done":
        return {"entry": tuple((str(one.index), f"{one.index}: {one.body['what'][:80]}") for one in open_actions(case))}
    if kind.name == "criterion":
        return {"kpi": tuple((one.id, say(one.name)) for one in all_kpis(kpis_folder(workspace())).values() if one.kind != "measure")}
    if kind.name == "action":
        return {"cause": tuple((str(one.index), f"{one.index}: {one.body['statement'][:80]}") for one in case.all("cause"))}
    if kind.name == "cause":
        return {"because_of": tuple((str(one.index), f"{one.index}: {one.body['statement'][:80]}") for one in case.all("cause"))}
    if kind.name == "training":
        versions = [str(one.body["version"]) for one in reversed(case.acts) if one.name in ISSUES and one.stands]
        return {"version": tuple((one, one) for one in versions)}
    return {}


def _secret(request: HttpRequest, kind: ActType) -> Given | None:
    password = request.POST.get("password", "")
    return Given(password, request.POST.get("code") or None) if kind.meaning and password else None


def _part(kind: ActType) -> str:
    return next((part for part, kinds in PARTS.items() if kind in kinds), "trail")
