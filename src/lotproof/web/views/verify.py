"""Verification sessions: the list, the plan, the page that scans, its acts; scans as a form and as JSON."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from lotproof.quality.acts.sessions import result_of
from lotproof.quality.book import Book
from lotproof.quality.case import State
from lotproof.quality.decide import possible
from lotproof.quality.document import document
from lotproof.quality.entered import Unreadable
from lotproof.quality.refusal import Refusal
from lotproof.quality.register import ACTS
from lotproof.quality.shell import load, table
from lotproof.quality.verification.running import Scan, Session
from lotproof.quality.verification.scan_shell import Came, came, take_scans
from lotproof.web.guard import role, signed_in
from lotproof.web.language import Said
from lotproof.web.problems import problem
from lotproof.web.site import clock, desk
from lotproof.web.views import acting

PAGE = 50
LAST = 12
"""Scans that the page of an open session lists."""


@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first."""
    page = Paginator(table("RecordRow").filter(book=Book.SESSION), PAGE).get_page(request.GET.get("page"))
    can = role(request) in ACTS["session"].roles
    return render(request, "web/sessions.html", {"title": "Verification", "here": "verify", "page": page, "can": can})


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
        "title": Said(found.case.title),
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
def result(request: HttpRequest, number: str) -> HttpResponse:
    """Signing the result: filled in from the scans as they are, so that a person signs what they see."""
    if request.method == "GET" and not request.GET:
        try:
            found = found_session(number)
        except Refusal as refusal:
            return problem(request, "No such session", str(refusal), 404)
        filled = {"result": found.result, "statement": found.sentence, "seen": found.case.seq}
        return HttpResponseRedirect(f"?{urlencode(filled)}")
    return acting.act(request, "verify", number, "session-result")


@signed_in
def session_json(request: HttpRequest, number: str) -> HttpResponse:
    """The record as JSON, with the count."""
    try:
        found = found_session(number)
    except Refusal as refusal:
        return JsonResponse({"problem": str(refusal)}, status=404)
    return JsonResponse({**document(found.case), "plan": found.plan.sentence, **_progress(found), "missing": list(found.missing)})
