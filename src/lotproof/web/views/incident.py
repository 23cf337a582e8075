"""One incident: where it stands, what is missing, what was done; and doing something to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from lotproof.quality.act import ActType
from lotproof.quality.acts.capa import open_actions, verdict_of
from lotproof.quality.acts.containment import HOLDING, STEPS, done_steps, missing_steps
from lotproof.quality.acts.gate import decision
from lotproof.quality.case import Case, State
from lotproof.quality.decide import blocked, possible
from lotproof.quality.document import document
from lotproof.quality.entered import Unreadable
from lotproof.quality.readiness import readiness
from lotproof.quality.refusal import Refusal
from lotproof.quality.register import ACTS, PARTS
from lotproof.quality.shell import load, perform
from lotproof.web.forms import Form
from lotproof.web.guard import role, signed_in
from lotproof.web.pictures import case_timeline, causes_fishbone, units_road
from lotproof.web.problems import problem
from lotproof.web.site import clock, desk, workspace
from lotproof.workspace.credentials import Given
from lotproof.workspace.outcomes import lot_found
from lotproof.workspace.place import WorkspaceError


@signed_in
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a case."""
    try:
        case = load(number)
    except Refusal as refusal:
        return problem(request, "No such incident", str(refusal), 404)
    done = done_steps(case)
    parts = _parts(request, case)
    check = case.last("effectiveness")
    shown = {
        "title": case.title,
        "road": _road(case),
        "fishbone": causes_fishbone(case),
        "timeline": case_timeline(case),
        "here": "incidents",
        "case": case,
        **_hour(case),
        "decision": decision(case),
        "parts": parts,
        "steps": [{"step": step, "done": done.get(step.name)} for step in STEPS],
        "holds": _holds(case),
        "can_step": any(one["kind"].name == "containment-step" for one in parts["containment"]),
        "open_actions": open_actions(case),
        "verdict": verdict_of(case, check) if check else None,
        "readiness": readiness(case),
        "causes": case.all("cause"),
        "actions": case.all("action"),
        "criterion": case.last("criterion"),
        "searches": case.all("scope-search"),
        "impact": case.last("impact"),
        "tool": case.last("cause-tool"),
        "seen_acts": list(reversed(case.acts)),
        "sessions": case.all("verification"),
        "session_results": {one.body["session"]: one for one in case.all("verification-result")},
        "can_verify": role(request) in ACTS["session"].roles and case.state is not State.CLOSED,
        "investigated": [one for name in ("evidence", "observation", "interview", "earlier-case") for one in case.all(name)],
    }
    return render(request, "web/incident.html", shown)


def _hour(case: Case) -> dict[str, Any]:
    """The clock that every page of an incident shows."""
    missing = missing_steps(case)
    return {"contain": case.clock("contain"), "missing": missing, "steps_all": len(STEPS), "steps_done": len(STEPS) - len(missing)}


def _road(case: Case) -> SafeString | None:
    """Where the units of the first lot were seen, as of the last run."""
    found = lot_found(workspace(), case.lots[0]) if case.lots else None
    return units_road(case.lots[0], found["balance"]["matrix"]) if found and found["balance"] else None


def _parts(request: HttpRequest, case: Case) -> dict[str, list[dict[str, Any]]]:
    """Part of the process -> what this person could do there, with what stands in the way."""
    can = {kind.name for kind in possible(case, role(request))}
    person: Any = request.person
    return {
        part: [{"kind": kind, "blocked": blocked(case, kind, person.user_id, role(request), clock())} for kind in kinds if kind.name in can]
        for part, kinds in PARTS.items()
    }


def _holds(case: Case) -> list[dict[str, Any]]:
    released = {one.body["entry"]: one for one in case.all("release")}
    held = [one for name in HOLDING for one in case.all(name) if one.body.get("held")]
    return [{"act": one, "released": released.get(one.index)} for one in held]


@signed_in
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The form of an act, and doing it."""
    kind = ACTS.get(name)
    try:
        case = load(number)
    except Refusal as refusal:
        return problem(request, "No such incident", str(refusal), 404)
    if kind is None or name == "open":
        return problem(request, "No such act", f"Nothing that can be done to a case is called “{name}”.", 404)
    form = _form(request, case, kind)
    if request.method == "POST":
        try:
            perform(desk(request), number, name, form.given, form.seen, _secret(request, kind))
            return HttpResponseRedirect(f"/incidents/{number}/#{_part(kind)}")
        except Unreadable as error:
            form.problems = error.problems
        except (Refusal, WorkspaceError) as refusal:
            form.told = str(refusal)
            form.seen = case.seq  # having been told, the person may send it once more
    elif told := blocked(case, kind, desk(request).person.user_id, role(request), clock()):
        form.told = told
    shown = {"title": kind.button, "here": "incidents", "form": form, "case": case, **_hour(case), "back": f"/incidents/{number}/"}
    return render(request, "web/act.html", shown, status=_status(request, form))


def _status(request: HttpRequest, form: Form) -> int:
    """A form that was not taken says so to programs too."""
    if request.method != "POST":
        return 200
    return 422 if form.problems else 409


def _form(request: HttpRequest, case: Case, kind: ActType) -> Form:
    data = request.POST if request.method == "POST" else request.GET
    seen = data.get("seen", "")
    return Form(kind, data, seen=int(seen) if seen.isdigit() else case.seq, totp=desk(request).person.totp, offered=_offered(case, kind))


def _offered(case: Case, kind: ActType) -> dict[str, tuple[tuple[str, str], ...]]:
    """What a field of an entry can name."""
    if kind.name == "release":
        return {
            "entry": tuple((str(one["act"].index), f"{one['act'].index}: {', '.join(one['act'].body['held'][:3])}") for one in _holds(case))
        }
    if kind.name == "action-done":
        return {"entry": tuple((str(one.index), f"{one.index}: {one.body['what'][:80]}") for one in open_actions(case))}
    if kind.name == "action":
        return {"cause": tuple((str(one.index), f"{one.index}: {one.body['statement'][:80]}") for one in case.all("cause"))}
    return {}


def _secret(request: HttpRequest, kind: ActType) -> Given | None:
    password = request.POST.get("password", "")
    return Given(password, request.POST.get("code") or None) if kind.meaning and password else None


def _part(kind: ActType) -> str:
    return next(part for part, kinds in PARTS.items() if kind in kinds)


@signed_in
def incident_json(request: HttpRequest, number: str) -> HttpResponse:
    """The record as JSON."""
    try:
        return JsonResponse(document(load(number)))
    except Refusal as refusal:
        return JsonResponse({"problem": str(refusal)}, status=404)
