"""Exceptions of trading partners: the threads, one thread with what the record says of it, the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from lotproof.exchange.partners import shell
from lotproof.exchange.partners import write as writing
from lotproof.exchange.partners.document import document, row
from lotproof.exchange.partners.keep import kept
from lotproof.exchange.partners.message import ANSWERS, MOST_BYTES, RESOLUTIONS, Answer
from lotproof.exchange.partners.problem import PartnerError
from lotproof.exchange.partners.settings import FILE, Settings, read_settings
from lotproof.exchange.partners.thread import STATES, Thread
from lotproof.jobs import queue
from lotproof.quality.entered import Unreadable
from lotproof.quality.refusal import Refusal
from lotproof.quality.roles import DESK, FLOOR, LEGAL
from lotproof.quality.signal_shell import to_incident
from lotproof.web.guard import View, role, signed_in
from lotproof.web.problems import problem
from lotproof.web.site import clock, desk, workspace
from lotproof.workspace.place import Workspace, WorkspaceError
from lotproof.workspace.sources import INBOX

PAGE = 50
LOOKED = 5
"""Packs of a page whose state is worked out; the others lead to their own page."""
SHOWN = 100
"""Exceptions that a page shows and that can be answered one by one; the others are answered together."""
WRITERS = DESK | LEGAL
"""Who writes to partners."""


def _told(title: str, status: int = 409) -> Callable[[View], View]:
    """What cannot be done is a page that says why."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except (PartnerError, Refusal, Unreadable, WorkspaceError) as refusal:
                return problem(request, title, str(refusal), status)

        return guarded

    return decorate


@signed_in
@require_http_methods(["GET", "POST"])
@_told("Not done")
def partners(request: HttpRequest) -> HttpResponse:
    """The threads, the latest first; a POST takes a message in."""
    if request.method == "POST":
        return _taken(request)
    state, settings = request.GET.get("state", ""), _settings()
    found = [row(one, settings) for one in reversed(shell.threads().values()) if state not in STATES or one.state == state]
    shown = {
        "title": "Exceptions of partners", "here": "signals", "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "state": state, "keep": f"state={state}&" if state else "", "states": STATES, "resolutions": RESOLUTIONS,
        "may_take": role(request) in FLOOR, "may_write": role(request) in WRITERS, "lacks": "" if settings.email else FILE,
        "about": request.GET.get("about", ""), "names": settings.names.items(),
    }  # fmt: skip
    return render(request, "web/partners.html", shown)


def _settings() -> Settings:
    return read_settings(workspace().root)


def _taken(request: HttpRequest) -> HttpResponse:
    if role(request) not in FLOOR:
        return _not_yours(request, "Messages are taken in", FLOOR)
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        raise PartnerError(f"Choose one file of at most {MOST_BYTES >> 20} MB: the message that the partner sent.")
    taken = shell.take(workspace(), file.read(), str(file.name), desk(request).person.user_id, clock, _brought_in)
    if taken is None:
        raise PartnerError(f"{file.name} is no exception notification: it has no exception_case_uuid. Other files go to Files.")
    return HttpResponseRedirect(f"/partners/{taken.thread.number}/")


def _brought_in(place: Workspace, content: bytes, _name: str, actor: str, time: str) -> None:
    """A worker takes the report in as a source and runs the rules; nobody waits for whoever writes to the workspace now."""
    folder = hashlib.sha256(content).hexdigest()[:16]
    path = place.root / INBOX / folder / f"exception-{folder}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    queue.put("take-in", {"folder": folder}, actor, time, key=f"take-in:{folder}")


def _not_yours(request: HttpRequest, what: str, roles: frozenset[str]) -> HttpResponse:
    return problem(request, "Not for your role", f"{what} by {' or '.join(sorted(roles))}; you are signed in as {role(request)}.", 403)


@signed_in
@_told("No such thread", 404)
def of_signal(request: HttpRequest, signal: str) -> HttpResponse:
    """The thread that raised a signal."""
    return HttpResponseRedirect(f"/partners/{shell.thread(signal).number}/")


@signed_in
@_told("Nothing to show", 404)
def partner(request: HttpRequest, number: str) -> HttpResponse:
    """One thread."""
    mine = shell.thread(number)
    found = document(workspace(), mine, _settings(), list(shell.threads().values()), LOOKED)
    says = {one["item"]: one for one in found["match"]["packs"]}
    named = (((one.get("item"), one.get("other")), one) for one in found["exceptions"][:SHOWN])
    rows = [{**one, "packs": [says[name] for name in names if name in says]} for names, one in named]
    shown = {
        "title": found["thread"], "here": "signals", "found": found, "rows": rows, "rest": len(found["exceptions"]) - len(rows),
        "seen": len(mine.messages), "unsent": mine.unsent, "may": role(request) in WRITERS, "may_open": role(request) in FLOOR,
        "answers": ANSWERS, "resolutions": RESOLUTIONS, "waits": [one for one in found["signals"] if one["state"] == "new"],
    }  # fmt: skip
    return render(request, "web/partner.html", shown)


@signed_in
@_told("No such message", 404)
def message(request: HttpRequest, number: str, sha256: str) -> HttpResponse:
    """A message of a thread as it was taken or written, to be saved."""
    mine = shell.thread(number)
    if sha256 not in {one.body["sha256"] for one in mine.messages}:
        raise PartnerError(f"{mine.number} has no message {sha256[:12]}.")
    name = f'attachment; filename="{mine.number}-{sha256[:8]}.json"'
    return HttpResponse(kept(workspace(), sha256), "application/json", headers={"Content-Disposition": name})


@signed_in
@require_POST
@_told("Not written")
def write(request: HttpRequest) -> HttpResponse:
    """Write a finding or an incident to a partner."""
    if role(request) not in WRITERS:
        return _not_yours(request, "Partners are written to", WRITERS)
    wish = writing.Wish(*(request.POST.get(name, "").strip() for name in ("to", "po", "resolution")))
    made = writing.write(workspace(), request.POST.get("about", ""), wish, _settings(), desk(request).person.user_id, clock)
    return HttpResponseRedirect(f"/partners/{made.thread.number}/")


@signed_in
@require_POST
@_told("Not written")
def act(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Answer, close, or state that a message was sent."""
    if role(request) not in WRITERS:
        return _not_yours(request, "Partners are written to", WRITERS)
    mine, who = shell.thread(number), desk(request).person.user_id
    if request.POST.get("seen") != str(len(mine.messages)):
        raise PartnerError(f"{mine.number} has got another message meanwhile; open it anew and read that first.")
    if what == "reply":
        writing.reply(workspace(), mine, _answers(request, mine), request.POST.get("note", ""), _settings(), who, clock)
    elif what == "close":
        writing.close(workspace(), mine, _settings(), who, clock)
    else:
        shell.sent(mine.number, request.POST.get("how", ""), who, clock)
    return HttpResponseRedirect(f"/partners/{mine.number}/")


def _answers(request: HttpRequest, mine: Thread) -> list[Answer]:
    """Each exception as it was answered in its own row, else as all others are."""
    form, every = request.POST, request.POST.get("every", "")
    asked = zip(form.getlist("uuid"), form.getlist("said"), form.getlist("comment"), form.getlist("instead"), strict=False)
    own = {uuid: Answer(uuid, said, comment.strip(), instead) for uuid, said, comment, instead in asked if said}
    if every:
        rest = (one.uuid for one in writing.exceptions_of(workspace(), mine) if one.uuid)
        own = {uuid: own.get(uuid) or Answer(uuid, every) for uuid in rest} | own
    return list(own.values())


@signed_in
@require_POST
@_told("Not opened")
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """Open an incident from the signal of a thread; our own findings on the same packs go with it."""
    found = document(workspace(), shell.thread(number), _settings(), [], 0)
    waits = [one["number"] for one in found["signals"] if one["state"] == "new"]
    if not waits:
        raise PartnerError(f"{number} has no signal that waits for triage.")
    same = [one for one in found["match"]["findings"] if one["same"]]
    lots = list(dict.fromkeys([*found["match"]["lots"], *(one["lot"] for one in same if one["lot"])]))[: shell.LOTS]
    given = {"lots": lots, "codes": list(dict.fromkeys(one["code"] for one in same))}
    return HttpResponseRedirect(f"/incidents/{to_incident(desk(request), waits[0], given).number}/")
