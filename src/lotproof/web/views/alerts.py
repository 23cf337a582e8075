"""One signal of alerts: what came in, what the record says to it, the answer to check and send."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from lotproof.exchange.alerts import reply as replies
from lotproof.exchange.alerts.book import book
from lotproof.exchange.alerts.show import Seen, seen
from lotproof.quality.acts.gate import ASKED
from lotproof.quality.refusal import Refusal
from lotproof.quality.roles import FLOOR, LEGAL
from lotproof.quality.signal_shell import answered, signal
from lotproof.quality.signals import NEW
from lotproof.web.guard import role, signed_in
from lotproof.web.problems import problem
from lotproof.web.site import desk, workspace

ROWS = 200
"""Rows of a life, and alerts, that the page lists; the JSON has all."""


@signed_in
def alert(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a signal; one that no alert raised has its row in the list."""
    try:
        found = signal(number)
        if number not in book().by_signal:
            return HttpResponseRedirect(f"/signals/?state={found.state}#{number}")
        shown = _shown(seen(workspace(), number))
    except Refusal as refusal:
        return problem(request, "No such signal", str(refusal), 404)
    mine = role(request)
    return render(request, "web/alert.html", {**shown, "may_triage": mine in FLOOR, "may_answer": mine in LEGAL})


def _shown(found: Seen) -> dict[str, object]:
    running = found.clock is not None and not found.clock.ended
    return {
        "title": f"Alert signal {found.signal.number}",
        "here": "signals",
        "seen": found,
        "alert": found.first,
        "raised": found.signal.raised,
        "steps": found.match.steps[:ROWS],
        "taken": found.taken[:ROWS],
        "checks": replies.worksheet(found).checks,
        "message": replies.partner_message(found),
        "is_new": found.signal.state == NEW,
        "running": running,
        "to_answer": running and found.clock is not None and found.clock.name in ASKED,
    }


@signed_in
def reply(request: HttpRequest, number: str, name: str, ending: str) -> HttpResponse:
    """The worksheet or the message, as text, page or JSON. Nothing is sent."""
    try:
        found = seen(workspace(), number)
    except Refusal as refusal:
        return problem(request, "No such alert", str(refusal), 404)
    if name == "partner" and ending == "html":
        return problem(request, "Not in this form", "The message is a text: open partner.txt.", 404)
    sheet = replies.worksheet(found)
    if ending == "json":
        return JsonResponse(sheet.as_json() if name == "worksheet" else {"message": replies.partner_message(found)})
    if ending == "html":
        return HttpResponse(replies.page(sheet), "text/html; charset=utf-8")
    told = replies.text(sheet) if name == "worksheet" else replies.partner_message(found)
    return HttpResponse(told, "text/plain; charset=utf-8")


@signed_in
@require_POST
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Record that the request was answered: its clock ends."""
    try:
        answered(desk(request), number, request.POST.get("who", ""), request.POST.get("what", ""))
    except Refusal as refusal:
        return problem(request, "Not recorded", str(refusal), 409)
    return HttpResponseRedirect(f"/signals/{number}/")
