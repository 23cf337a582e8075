"""/epcis/capture and POST /epcis/events."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from lotproof.api.capture import BEHAVIOURS, EVENTS_LIMIT, TYPES, Sent, accept, captures, size_limit, told
from lotproof.api.guard import endpoint, json_answer
from lotproof.api.problem import ApiProblem, problem_body
from lotproof.api.query import MOST, PER_PAGE
from lotproof.api.site import clock, workspace
from lotproof.jobs import queue

EVENT_LIMIT = 4 << 20
"""Bytes of a single event at most."""


def limits() -> dict[str, str]:
    """What a document may be at most, as headers."""
    return {
        "GS1-EPCIS-Capture-Limit": str(EVENTS_LIMIT),
        "GS1-EPCIS-Capture-File-Size-Limit": str(size_limit()),
        "GS1-Capture-Error-Behaviour": "rollback",
    }


def _sent(request: HttpRequest, behaviour: str, limit: int) -> Sent:
    kind = TYPES.get((request.content_type or "").lower())
    if kind is None:
        raise ApiProblem("UnsupportedMediaTypeException", f"A document is {', '.join(TYPES)}; Content-Type names none of them.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ApiProblem("UnsupportedMediaTypeException", "Compressed documents are not taken here; send it as it is.")
    if not re.fullmatch(r"[0-9]{1,15}", request.META.get("CONTENT_LENGTH") or ""):
        raise ApiProblem("LengthRequired", "Content-Length is missing; send the document whole, not in chunks.")
    size = int(request.META["CONTENT_LENGTH"])
    if size > limit:
        raise ApiProblem("CaptureLimitExceededException", f"The document has {size:,} bytes, more than {limit:,}; send it in parts.")
    return Sent(kind, behaviour, request.api_key.name, request.read, size)


def _behaviour(request: HttpRequest) -> str:
    behaviour = request.headers.get("GS1-Capture-Error-Behaviour", "rollback").lower()
    if behaviour not in BEHAVIOURS:
        raise ApiProblem("ValidationException", "GS1-Capture-Error-Behaviour is neither rollback nor proceed.")
    return behaviour


def _post(request: HttpRequest) -> HttpResponse:
    behaviour = _behaviour(request)
    row, _ = accept(workspace(), _sent(request, behaviour, size_limit()), clock())
    headers = {**limits(), "Location": f"/epcis/capture/{row.number}", "GS1-Capture-Error-Behaviour": behaviour}
    return HttpResponse(status=202, headers=headers)


def _list(request: HttpRequest) -> HttpResponse:
    """The captures of this key, the latest first; those of all keys for an admin."""
    rows = captures().all() if request.api_key.may("admin") else captures().filter(actor=request.api_key.name)
    per_page = request.GET.get("perPage", str(PER_PAGE))
    token = request.GET.get("nextPageToken", "0")
    if not re.fullmatch(r"[1-9][0-9]{0,6}", per_page) or not re.fullmatch(r"[0-9]{1,9}", token):
        raise ApiProblem("QueryParameterException", "perPage and nextPageToken are numbers; follow the Link of the page before as it is.")
    size, start = min(int(per_page), MOST), int(token)
    found = list(rows[start : start + size + 1])
    more = {"Link": f'<{request.path}?perPage={size}&nextPageToken={start + size}>; rel="next"'} if len(found) > size else {}
    return json_answer([_shown(row) for row in found[:size]], headers={**limits(), **more})


def _one(request: HttpRequest, number: str) -> HttpResponse:
    row = captures().filter(number=number).first()
    if row is None or not (row.actor == request.api_key.name or request.api_key.may("admin")):
        raise ApiProblem("NoSuchResourceException", "There is no such capture job, or it is of another key.")
    return json_answer(_shown(row), headers={"GS1-Capture-Error-Behaviour": row.behaviour})


def _shown(row: Any) -> dict[str, Any]:
    """A capture; one whose job failed for good, such as on a full disk, is no longer running."""
    shown = told(row)
    job = queue.table().filter(key=f"capture:{row.number}", state=queue.FAILED).first() if row.running else None
    if job is not None:
        detail = f"The document is kept and was not taken in: {job.told or 'its job failed'} (lotproof jobs --again {job.pk})."
        shown |= {"running": False, "success": False, "errors": [problem_body("ImplementationException", detail)]}
    return shown


def post_event(request: HttpRequest) -> HttpResponse:
    """Take one event; it can be asked for once its job is done."""
    sent = _sent(request, "rollback", EVENT_LIMIT)
    row, event_id = accept(workspace(), sent, clock(), single=True)
    return HttpResponse(status=201, headers={"Location": f"/epcis/events/{quote(event_id, safe='')}", "GS1-Capture-ID": row.number})


capture = endpoint(limits, post=("capture", _post), get=("capture", _list))
capture_job = endpoint(get=("capture", _one))
