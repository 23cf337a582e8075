"""/epcis/queries: named queries, their events, and who subscribed to them."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any
from urllib.parse import quote, urlsplit

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from lotproof.api.guard import endpoint, json_answer
from lotproof.api.problem import ApiProblem
from lotproof.api.query import CONTROLS, instant, of_body, read_query
from lotproof.api.schedule import next_due, read_schedule
from lotproof.api.shelf import shelf_of
from lotproof.api.site import clock, stream_port, workspace
from lotproof.api.streams import checked_dest, deliveries, queries, subscriptions
from lotproof.api.views_events import answer, parameters

BODY = 1 << 20
"""Bytes of a query or subscription at most."""
_NAME = re.compile(r"[A-Za-z0-9_.~-]{1,100}")


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.content_type not in ("application/json", "application/ld+json"):
        raise ApiProblem("UnsupportedMediaTypeException", "Send it as application/json.")
    try:
        found = json.loads(request.read(BODY))
    except (ValueError, RecursionError) as error:
        raise ApiProblem("ValidationException", f"The body is no JSON, or larger than {BODY >> 20} MB.") from error
    if not isinstance(found, dict):
        raise ApiProblem("ValidationException", "The body is no JSON object.")
    return found


def _create(request: HttpRequest) -> HttpResponse:
    given = _body(request)
    name, query = given.get("name") or uuid.uuid4().hex, given.get("query")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ApiProblem(
            "QueryValidationException", "The name of a query has 1 to 100 letters, digits and . _ ~ -, for it stands in addresses."
        )
    read_query(of_body(query))
    try:
        with transaction.atomic():
            queries().create(name=name, query=json.dumps(query, ensure_ascii=False), created=clock(), actor=request.api_key.name)
    except IntegrityError:
        told = f'There is a query "{name}" already; choose another name or delete that one.'
        raise ApiProblem("ResourceAlreadyExistsException", told) from None
    return HttpResponse(status=201, headers={"Location": f"/epcis/queries/{quote(name, safe='')}"})


def _list(_request: HttpRequest) -> HttpResponse:
    return json_answer([_shown(row) for row in queries().all()])


def _shown(row: Any) -> dict[str, Any]:
    return {"name": row.name, "createdAt": row.created, "query": json.loads(row.query)}


def _row(name: str) -> Any:
    row = queries().filter(name=name).first()
    if row is None:
        raise ApiProblem("NoSuchNameException", f'There is no query "{name[:100]}".')
    return row


def _definition(_request: HttpRequest, name: str) -> HttpResponse:
    return json_answer(_shown(_row(name)))


def _delete(_request: HttpRequest, name: str) -> HttpResponse:
    """A query goes with its subscriptions."""
    with transaction.atomic():
        _row(name).delete()
        subscriptions().filter(query=name).delete()
    return HttpResponse(status=204)


def _events(request: HttpRequest, name: str) -> HttpResponse:
    """The query's events; perPage and the token of the address hold, and other parameters narrow the query further."""
    if request.headers.get("Upgrade", "").lower() == "websocket":
        raise _elsewhere(request)
    stored = of_body(json.loads(_row(name).query))
    asked = parameters(request)
    if taken := [key for key in asked if key in stored and key not in CONTROLS]:
        raise ApiProblem("QueryParameterException", f"The query {name} states {taken[0]} itself; leave it out of the address.")
    return answer(request, read_query({**stored, **asked}), name)


def _elsewhere(request: HttpRequest) -> ApiProblem:
    """Where a websocket is opened, to whoever came here for one because no proxy led it there."""
    if not (port := stream_port()):
        return ApiProblem("ImplementationException", "No websockets are served here; subscribe with a dest, or run lotproof stream.", 501)
    told = f"Websockets are at port {port}: ws://{urlsplit(request.build_absolute_uri()).hostname}:{port}{request.path}."
    return ApiProblem("ImplementationException", told, 421)


def _subscribe(request: HttpRequest, name: str) -> HttpResponse:
    row, given = _row(name), _body(request)
    stream, schedule = given.get("stream") is True, given.get("schedule")
    if stream == (schedule is not None):
        raise ApiProblem("SubscriptionControlsException", 'A subscription has "stream": true or a schedule, and not both.')
    plan = read_schedule(schedule) if schedule is not None else None
    since = str(given.get("initialRecordTime") or "")
    token = given.get("signatureToken") or ""
    if not isinstance(token, str) or len(token) > 1000:
        raise ApiProblem("SubscriptionControlsException", "The signatureToken is no text of at most 1,000 characters.")
    made = subscriptions().create(
        number=uuid.uuid4().hex, query=row.name, dest=checked_dest(given.get("dest")), token=token,
        schedule=json.dumps(plan) if plan else "", report_if_empty=given.get("reportIfEmpty") is True,
        # from the beginning where a time is stated: the events recorded before it are left out one by one
        cursor=-1 if since else shelf_of(workspace()).cursor, since=instant("initialRecordTime", since)[:19] + "Z" if since else "",
        created=clock(), due=next_due(plan, clock()) if plan else "", notified="", actor=request.api_key.name,
    )  # fmt: skip
    at = f"/epcis/queries/{quote(name, safe='')}/subscriptions/{made.number}"
    return json_answer(_told(made), 201, headers={"Location": at})


def _told(row: Any) -> dict[str, Any]:
    """A subscription as its owner sees it: the token is never told."""
    about = {"subscriptionID": row.number, "dest": row.dest, "createdAt": row.created, "reportIfEmpty": row.report_if_empty}
    about |= (
        {"schedule": {key: ",".join(map(str, values)) for key, values in json.loads(row.schedule).items()}}
        if row.schedule
        else {"stream": True}
    )
    about |= {"lastNotifiedAt": row.notified} if row.notified else {}
    log = deliveries().filter(subscription=row.number)[:20]
    return {**about, "deliveries": [{"at": one.at, "events": one.events, "ok": one.ok, "told": one.told} for one in log]}


def _subscriptions(_request: HttpRequest, name: str) -> HttpResponse:
    return json_answer([_told(row) for row in subscriptions().filter(query=_row(name).name)])


def _subscription_row(name: str, number: str) -> Any:
    row = subscriptions().filter(number=number, query=name).first()
    if row is None:
        raise ApiProblem("NoSuchResourceException", "There is no such subscription to this query.")
    return row


def _subscription(_request: HttpRequest, name: str, number: str) -> HttpResponse:
    return json_answer(_told(_subscription_row(name, number)))


def _unsubscribe(_request: HttpRequest, name: str, number: str) -> HttpResponse:
    _subscription_row(name, number).delete()
    return HttpResponse(status=204)


named = endpoint(get=("query", _list), post=("query", _create))
one = endpoint(get=("query", _definition), delete=("query", _delete))
events = endpoint(get=("query", _events))
subscribed = endpoint(get=("subscribe", _subscriptions), post=("subscribe", _subscribe))
subscription = endpoint(get=("subscribe", _subscription), delete=("subscribe", _unsubscribe))
