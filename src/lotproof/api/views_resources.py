"""/epcis and what can be browsed below it: event types, items, steps, places, dispositions, each with its events."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from lotproof.api.find import distinct, items
from lotproof.api.guard import endpoint, json_answer
from lotproof.api.problem import ApiProblem
from lotproof.api.query import MOST, PER_PAGE
from lotproof.api.site import workspace
from lotproof.api.views_capture import limits
from lotproof.api.views_events import within
from lotproof.epcis.members import CONTEXT

KINDS = {
    "eventTypes": ("type", "eventType"),
    "bizSteps": ("biz_step", "EQ_bizStep"),
    "bizLocations": ("biz_location", "EQ_bizLocation"),
    "readPoints": ("read_point", "EQ_readPoint"),
    "dispositions": ("disposition", "EQ_disposition"),
    "epcs": ("", "MATCH_anyEPC"),
}
"""Resource -> column of the index, parameter that asks for its events."""
TOP = ("capture", "events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "queries")


def _top(_request: HttpRequest) -> HttpResponse:
    return json_answer({"@context": [CONTEXT], "type": "Collection", "member": list(TOP)})


def _paging(request: HttpRequest) -> tuple[int, str]:
    per_page, token = request.GET.get("perPage", str(PER_PAGE)), request.GET.get("nextPageToken", "")
    if not re.fullmatch(r"[1-9][0-9]{0,8}", per_page) or len(token) > 2000 or "\0" in token:
        raise ApiProblem("QueryParameterException", "perPage is no number from 1, or the nextPageToken none of this server's.")
    return min(int(per_page), MOST), token


def _listing(kind: str) -> Callable[..., HttpResponse]:
    """The members of a kind in order; the token of a page is the last of the page before."""

    def view(request: HttpRequest) -> HttpResponse:
        size, token = _paging(request)
        if kind == "epcs":
            keys = items(workspace(), _number(token), size + 1)
            found, after = [text for _, text in keys[:size]], str(keys[size - 1][0]) if len(keys) > size else ""
        else:
            values = distinct(workspace(), KINDS[kind][0], token, size + 1)
            found, after = values[:size], values[size - 1] if len(values) > size else ""
        headers = {}
        if after:
            from urllib.parse import urlencode

            headers["Link"] = f'<{request.path}?{urlencode({"perPage": size, "nextPageToken": after})}>; rel="next"'
        return json_answer({"@context": [CONTEXT], "type": "Collection", "member": found}, headers=headers)

    return view


def _number(token: str) -> int:
    if token and not re.fullmatch(r"[0-9]{1,19}", token):
        raise ApiProblem(
            "QueryParameterException", "The nextPageToken is none of this server's; follow the Link of the page before as it is."
        )
    return min(int(token), 2**63 - 1) if token else -1


def _one(_request: HttpRequest, **_name: Any) -> HttpResponse:
    """What a member has below it."""
    return json_answer({"@context": [CONTEXT], "type": "Collection", "member": ["events"]})


def _events(kind: str) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, name: str) -> HttpResponse:
        return within(request, {KINDS[kind][1]: [name]})

    return view


top = endpoint(limits, get=("query", _top))
listings = {kind: endpoint(get=("query", _listing(kind))) for kind in KINDS}
members = endpoint(get=("query", _one))
events_of = {kind: endpoint(get=("query", _events(kind))) for kind in KINDS}
