"""One incident: where it stands, what is missing, what was done; and doing something to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from lotproof.quality.acts.capa import open_actions, verdict_of
from lotproof.quality.acts.containment import HOLDING, STEPS, done_steps
from lotproof.quality.acts.gate import decision
from lotproof.quality.case import Case, State
from lotproof.quality.kpi_watch import effect_so_far
from lotproof.quality.pictures import causes_fishbone, causes_whys
from lotproof.quality.readiness import readiness
from lotproof.quality.refusal import Refusal
from lotproof.quality.register import ACTS, PARTS
from lotproof.quality.sheet_fields import SHEETS
from lotproof.quality.shell import load
from lotproof.web.guard import role, signed_in
from lotproof.web.language import Said
from lotproof.web.pictures import case_timeline, drawn, units_road
from lotproof.web.problems import problem
from lotproof.web.site import workspace
from lotproof.web.views.acting import buttons, hour
from lotproof.workspace.outcomes import lot_found


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
        "title": Said(case.title),
        "effect": effect_so_far(workspace().root, number) if case.state is State.CHECKING else None,
        "road": _road(case),
        "fishbone": drawn(causes_fishbone(case)),
        "whys": drawn(causes_whys(case)),
        "timeline": case_timeline(case),
        "here": "incidents",
        "case": case,
        **hour(case),
        "decision": decision(case),
        "parts": parts,
        "sheets": SHEETS.items(),
        "steps": [{"step": step, "done": done.get(step.name)} for step in STEPS],
        "holds": _holds(case),
        "can_step": any(one["kind"].name == "containment-step" for one in parts["containment"]),
        "open_actions": open_actions(case),
        "verdict": verdict_of(case, check) if check else None,
        "readiness": readiness(case),
        "causes": case.all("cause"),
        "rows": case.all("is-is-not"),
        "fault_tree": case.last("fault-tree"),
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


def _road(case: Case) -> SafeString | None:
    """Where the units of the first lot were seen, as of the last run."""
    found = lot_found(workspace(), case.lots[0]) if case.lots else None
    return units_road(case.lots[0], found["balance"]["matrix"]) if found and found["balance"] else None


def _parts(request: HttpRequest, case: Case) -> dict[str, list[dict[str, Any]]]:
    """Part of the process -> what this person could do there."""
    can = buttons(request, case)
    return {part: [one for one in can if one["kind"] in kinds] for part, kinds in PARTS.items()}


def _holds(case: Case) -> list[dict[str, Any]]:
    released = {one.body["entry"]: one for one in case.all("release")}
    held = [one for name in HOLDING for one in case.all(name) if one.body.get("held")]
    return [{"act": one, "released": released.get(one.index)} for one in held]
