"""/epcis/events, and the events of everything that has an address of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from lotproof.api.answers import event_list, query_document, xml_document
from lotproof.api.events import Found
from lotproof.api.find import by_id, page
from lotproof.api.guard import accepted, endpoint, json_answer
from lotproof.api.problem import ApiProblem
from lotproof.api.query import Query, listed, read_query
from lotproof.api.site import clock, workspace
from lotproof.api.views_capture import EVENT_LIMIT, limits, post_event
from lotproof.epcis.members import CONTEXT

FORMS = {"application/ld+json": "ld", "application/json": "json", "application/xml": "xml", "text/xml": "text/xml"}
TOKEN_LASTS = "2099-12-31T23:59:59Z"
"""Tokens name a place in the order, not a result that is kept: they do not end."""


def answer(request: HttpRequest, query: Query, name: str = "SimpleEventQuery") -> HttpResponse:
    """A page of a query's events in the form that the client accepts."""
    form, links, web = _form(request), _wants_links(request), _wants_web(request)
    found = page(workspace(), query)
    headers = {"GS1-EPC-Format": request.headers.get("GS1-EPC-Format", "No_Preference")}
    if found.token:
        kept = [(key, value) for key, values in request.GET.lists() for value in values if key not in ("nextPageToken", "perPage")]
        again = urlencode([*kept, ("perPage", query.per_page), ("nextPageToken", found.token)])
        headers |= {"Link": f'<{request.path}?{again}>; rel="next"', "GS1-Next-Page-Token-Expires": TOKEN_LASTS}
    return _document(found.events, form, name, links, web, headers)


def _document(found: Sequence[Found], form: str, name: str, links: bool, web: bool, headers: Mapping[str, str]) -> HttpResponse:
    if form in ("xml", "text/xml"):
        kind = "application/xml" if form == "xml" else form
        return HttpResponse(xml_document(found, clock(), name, links, web), kind, headers=dict(headers))
    kind = "application/ld+json" if form == "ld" else "application/json"
    return json_answer(query_document(event_list(found, links), clock(), name), kind=kind, headers=headers)


def _form(request: HttpRequest) -> str:
    return accepted(request, FORMS)


def _wants_links(request: HttpRequest) -> bool:
    wanted = request.headers.get("GS1-EPC-Format", "No_Preference")
    if wanted == "Always_EPC_URN":
        told = "A Digital Link does not tell the length of the company prefix, which its URN needs; Always_GS1_Digital_Link can be had."
        raise ApiProblem("NotAcceptableException", told)
    if wanted not in ("No_Preference", "Never_Translates", "Always_GS1_Digital_Link"):
        raise ApiProblem("ValidationException", "GS1-EPC-Format is none of No_Preference, Never_Translates, Always_GS1_Digital_Link.")
    return wanted == "Always_GS1_Digital_Link"


def _wants_web(request: HttpRequest) -> bool:
    wanted = request.headers.get("GS1-CBV-XML-Format", "No_Preference")
    if wanted not in ("No_Preference", "Never_Translates", "Always_URN", "Always_Web_URI"):
        raise ApiProblem(
            "ValidationException", "GS1-CBV-XML-Format is none of No_Preference, Never_Translates, Always_URN, Always_Web_URI."
        )
    return wanted == "Always_Web_URI"


def parameters(request: HttpRequest) -> dict[str, list[str]]:
    """The parameters of the address."""
    return listed({key: [str(one) for one in values] for key, values in request.GET.lists()})


def _query(request: HttpRequest) -> HttpResponse:
    return answer(request, read_query(parameters(request)))


def _event(request: HttpRequest, event_id: str) -> HttpResponse:
    """One event; where it was declared erroneous, the declaration, which came later."""
    form, links, web = _form(request), _wants_links(request), _wants_web(request)
    found = by_id(workspace(), event_id)
    if not found:
        raise ApiProblem("NoSuchResourceException", "There is no event with this eventID.")
    if form in ("xml", "text/xml"):
        return _document(found[:1], form, "SimpleEventQuery", links, web, {})
    event = event_list(found[:1], links)[0]
    own = event.pop("@context", [])
    kind = "application/ld+json" if form == "ld" else "application/json"
    return json_answer({"@context": [CONTEXT, *own], **event}, kind=kind)


def within(request: HttpRequest, more: Mapping[str, Sequence[str]]) -> HttpResponse:
    """The events that meet the address's parameters and these."""
    own = read_query(parameters(request))
    return answer(request, replace(own, conditions=(*own.conditions, *read_query(more).conditions)))


def _event_limits() -> dict[str, str]:
    return {**limits(), "GS1-EPCIS-Capture-Limit": "1", "GS1-EPCIS-Capture-File-Size-Limit": str(EVENT_LIMIT)}


events = endpoint(_event_limits, get=("query", _query), post=("capture", post_event))
event = endpoint(get=("query", _event))
