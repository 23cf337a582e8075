"""Verification sessions: the list, the plan, the page that scans, its acts; scans as a form and as JSON."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from lotproof.quality.act import ActType
from lotproof.quality.acts.sessions import result_of
from lotproof.quality.book import Book
from lotproof.quality.case import State
from lotproof.quality.decide import blocked, possible
from lotproof.quality.document import document
from lotproof.quality.entered import Unreadable
from lotproof.quality.refusal import Refusal
from lotproof.quality.register import ACTS
from lotproof.quality.shell import load, perform, table
from lotproof.quality.verification.running import Scan, Session
from lotproof.quality.verification.scan_shell import Came, came, open_session, sign_result, take_scans
from lotproof.web.forms import Form
from lotproof.web.guard import role, signed_in
from lotproof.web.problems import problem
from lotproof.web.site import clock, desk
from lotproof.workspace.credentials import Given
from lotproof.workspace.place import WorkspaceError

PAGE = 50
LAST = 12
"""Scans that the page of an open session lists."""
NAMES = ("scan-withdrawn", "session-result", "countersign", "withdraw")
"""Acts that have a form of their own here."""


@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first."""
    page = Paginator(table("RecordRow").filter(book=Book.SESSION), PAGE).get_page(request.GET.get("page"))
    can = role(request) in ACTS["session"].roles
    return render(request, "web/sessions.html", {"title": "Verification", "here": "verify", "page": page, "can": can})


@signed_in
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Plan one."""
    form = Form(
        ACTS["session"], request.POST if request.method == "POST" else {"confidence": "95 %", "tolerated": "1", **request.GET.dict()}
    )
    status = 200
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_page(open_session(desk(request), form.given).number))
        except Unreadable as error:
            form.problems, status = error.problems, 422
        except Refusal as refusal:
            form.told, status = str(refusal), 409
    shown = {"title": "Plan a verification", "here": "verify", "form": form, "back": "/verify/"}
    return render(request, "web/act.html", shown, status=status)


def found_session(number: str) -> Session:
    """The session of this number; Refusal where there is none."""
    case = load(number)
    if case.book is not Book.SESSION:
        raise Refusal(f"{number} is no verification session; the list has them all.")
    return Session(case)


def _page(number: str) -> str:
    return f"/verify/{number}/"


@signed_in
def session(request: HttpRequest, number: str) -> HttpResponse:
    """The page that scans, or that shows how it ended. ``?shown=`` is the scan whose answer is shown large."""
    try:
        found = found_session(number)
    except Refusal as refusal:
        return problem(request, "No such session", str(refusal), 404)
    scans = list(reversed(found.scans))
    open_now = found.case.state is State.OPEN
    can = {kind.name for kind in possible(found.case, role(request))}
    shown = {
        "title": found.case.title,
        "here": "verify",
        "session": found,
        "case": found.case,
        "open": open_now,
        "can": can,
        "answer": next((one for one in scans if one.id == request.GET.get("shown")), None),
        "scans": scans[:LAST] if open_now else scans,
        "more": max(len(scans) - LAST, 0) if open_now else 0,
        "wrong": [one for one in found.units.values() if one.said.counts == "wrong"],
        "result": result_of(found.case),
        "signers": found.case.all("countersign"),
        "incident": found.case.opened.body.get("incident"),
        "fresh": secrets.token_hex(12),
        "seen_acts": list(reversed(found.case.acts))[:200],
    }
    return render(request, "web/session.html", shown)


@signed_in
@require_POST
def scan(request: HttpRequest, number: str) -> HttpResponse:
    """One scan by a plain form."""
    try:
        one = came({**request.POST.dict(), "via": "typed", "at": clock()}, clock())
        found_session(number)
        take_scans(desk(request), number, [one])
    except (Refusal, Unreadable) as refusal:
        return problem(request, "Not taken", str(refusal), 409)
    return HttpResponseRedirect(f"{_page(number)}?shown={one.id}")


@signed_in
@require_POST
def scans_json(request: HttpRequest, number: str) -> HttpResponse:
    """Scans of a device: {scans: [{id, at, text, via}]} -> {answers, session}; sent again they are taken once."""
    try:
        batch = _batch(request)
        found_session(number)
        after, taken = take_scans(desk(request), number, batch)
    except (Refusal, Unreadable) as refusal:
        return JsonResponse({"problem": str(refusal)}, status=409)
    return JsonResponse({"answers": [_answer(one) for one in taken], "session": _progress(after)})


def _batch(request: HttpRequest) -> list[Came]:
    try:
        made = json.loads(request.body)["scans"]
        return [came(one, clock()) for one in made]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal("The scans did not come as the page sends them; open the page of the session anew.") from None


def _answer(one: Scan) -> dict[str, Any]:
    verdict = one.shown
    said = {"word": verdict.word, "symbol": verdict.symbol, "tone": verdict.tone, "sentence": one.sentence}
    return {"id": one.id, "at": one.at, "text": one.text, "item": one.item, **said}


def _progress(found: Session) -> dict[str, Any]:
    counts = {"counted": found.counted, "right": found.right, "wrong": found.wrong, "sample": found.plan.sample}
    return {**counts, "result": found.result, "sentence": found.sentence, "seq": found.case.seq}


@signed_in
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The form of an act of a session, and doing it."""
    try:
        found = found_session(number)
    except Refusal as refusal:
        return problem(request, "No such session", str(refusal), 404)
    if name not in NAMES:
        return problem(request, "No such act", f"Nothing that is done here to a session is called “{name[:40]}”.", 404)
    kind, status = ACTS[name], 200
    form = _form(request, found, kind)
    if request.method == "POST":
        try:
            _done(request, number, kind, form)
            return HttpResponseRedirect(_page(number))
        except Unreadable as error:
            form.problems, status = error.problems, 422
        except (Refusal, WorkspaceError) as refusal:
            form.told, form.seen, status = str(refusal), found.case.seq, 409
    elif told := blocked(found.case, kind, desk(request).person.user_id, role(request), clock()):
        form.told = told
    shown = {"title": kind.button, "here": "verify", "form": form, "record": found.case, "back": _page(number)}
    return render(request, "web/act.html", shown, status=status)


def _form(request: HttpRequest, found: Session, kind: ActType) -> Form:
    """A result is filled in from the scans: the person signs what they see."""
    data: Any = request.POST if request.method == "POST" else request.GET
    if kind.name == "session-result" and request.method == "GET":
        data = {**request.GET.dict(), "result": found.result, "statement": found.sentence}
    seen = data.get("seen", "")
    return Form(kind, data, seen=int(seen) if seen.isdigit() else found.case.seq, totp=desk(request).person.totp)


def _done(request: HttpRequest, number: str, kind: ActType, form: Form) -> None:
    password = request.POST.get("password", "")
    secret = Given(password, request.POST.get("code") or None) if kind.meaning and password else None
    if kind.name == "session-result":
        sign_result(desk(request), number, form.given, form.seen, secret)
    else:
        perform(desk(request), number, kind.name, form.given, form.seen, secret)


@signed_in
def session_json(request: HttpRequest, number: str) -> HttpResponse:
    """The record as JSON, with the count."""
    try:
        found = found_session(number)
    except Refusal as refusal:
        return JsonResponse({"problem": str(refusal)}, status=404)
    return JsonResponse({**document(found.case), "plan": found.plan.sentence, **_progress(found), "missing": list(found.missing)})
