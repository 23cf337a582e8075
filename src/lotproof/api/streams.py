"""Subscriptions: who is told of a query's new events, when, and what became of each attempt."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import models

from lotproof.api.answers import event_list, query_document
from lotproof.api.events import Found
from lotproof.api.find import page
from lotproof.api.problem import ApiProblem
from lotproof.api.query import MOST, Condition, instant, of_body, read_query
from lotproof.api.schedule import next_due
from lotproof.api.shelf import shelf_of
from lotproof.jobs.queue import put
from lotproof.jobs.register import NotDone, Work, handler
from lotproof.workspace.place import Workspace

KIND = "epcis-deliver"
TRIES = 8
"""Attempts at one delivery: with waits that double, about an hour."""
TIMEOUT = 20
"""Seconds that the other side may take."""


def queries() -> models.Manager[Any]:
    """The named queries."""
    manager: models.Manager[Any] = apps.get_model("api", "QueryRow")._default_manager
    return manager


def subscriptions() -> models.Manager[Any]:
    """The subscriptions."""
    manager: models.Manager[Any] = apps.get_model("api", "SubscriptionRow")._default_manager
    return manager


def deliveries() -> models.Manager[Any]:
    """The log of attempts."""
    manager: models.Manager[Any] = apps.get_model("api", "DeliveryRow")._default_manager
    return manager


def checked_dest(dest: object) -> str:
    """An address that results may be sent to: https, or a host that the operator names (LOTPROOF_WEBHOOK_HOSTS)."""
    parts = urlsplit(dest) if isinstance(dest, str) and dest.isprintable() and len(dest) <= 2000 else urlsplit("")
    host, named = parts.hostname or "", settings.WEBHOOK_HOSTS
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise ApiProblem("SubscriptionControlsException", "dest is no address; write https://host/path, without a name or password in it.")
    if host not in named and (parts.scheme == "http" or _is_inside(host)):
        told = (
            f"Results are sent to {host} only if whoever runs the server names it in LOTPROOF_WEBHOOK_HOSTS; without that, by https "
            "to names of the internet."
        )
        raise ApiProblem("SubscriptionControlsException", told)
    return str(dest)


def _is_inside(host: str) -> bool:
    """Whether a host is this machine or one of a private network, as far as its name shows it."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".internal", ".localhost"))


def put_deliveries(cursor: int, time: str) -> None:
    """New events are there: a job for each stream that has not looked as far."""
    for row in subscriptions().filter(schedule="", cursor__lt=cursor):
        put(KIND, {"number": row.number}, row.actor, time, f"{KIND}:{row.number}:{cursor}")


@handler("epcis-schedules")
def schedules(work: Work) -> dict[str, Any]:
    """Put down the deliveries of schedules that are due."""
    rows = list(subscriptions().exclude(schedule="").filter(due__lte=work.clock()))
    for row in rows:
        put(KIND, {"number": row.number}, row.actor, work.clock(), f"{KIND}:{row.number}@{row.due}")
        row.due = next_due(json.loads(row.schedule), work.clock())
        row.save(update_fields=["due"])
    return {"due": len(rows)}


@handler(KIND, tries=TRIES)
def deliver(work: Work) -> dict[str, Any]:
    """Send a subscriber the events that are new since the last delivery; an event is sent again only where no answer came."""
    row = subscriptions().filter(number=work.given["number"]).first()
    named = queries().filter(name=row.query).first() if row else None
    if row is None or named is None:
        return {"sent": 0}
    upto = shelf_of(work.workspace).cursor
    sent = 0
    for found in new_events(work.workspace, json.loads(named.query), row.cursor, row.since):
        if found or (row.report_if_empty and not sent):
            body = json.dumps(query_document(event_list(found), work.clock(), row.query, row.number), ensure_ascii=False).encode()
            _attempt(row, body, len(found), work.clock())
            sent += len(found)
    subscriptions().filter(number=row.number, cursor__lt=upto).update(cursor=upto, since="")
    return {"sent": sent}


def new_events(workspace: Workspace, given: Mapping[str, Any], cursor: int, since: str) -> Iterator[list[Found]]:
    """The events of sources whose ledger entry is later than the cursor, page by page, the earliest recorded first.

    ``since`` leaves out what was recorded before, UTC; empty for none.
    """
    query = replace(read_query(of_body(given)), order="recordTime", descending=False, per_page=MOST, limit=None, too_many=None, token="")
    if since:
        bound = Condition("recordTime", "GE", (instant("initialRecordTime", since),))
        query = replace(query, conditions=(*query.conditions, bound))
    while True:
        found = page(workspace, query, cursor)
        yield found.events
        if not found.token:
            return
        query = replace(query, token=found.token)


def _attempt(row: Any, body: bytes, count: int, time: str) -> None:
    """One POST. NotDone where the other side does not take it, so that the job is tried again."""
    try:
        status = _post(checked_dest(row.dest), body, row.token)
        ok, told = 200 <= status < 300, f"answered {status}"
    except (OSError, http.client.HTTPException, ApiProblem) as error:
        ok, told = False, f"{type(error).__name__}: {error}"[:300]
    deliveries().create(subscription=row.number, at=time, events=count, told=told, ok=ok)
    if not ok:
        raise NotDone(f"{urlsplit(row.dest).hostname} did not take the events of subscription {row.number}: {told}.")
    subscriptions().filter(number=row.number).update(notified=time)


def signature(token: str, body: bytes) -> str:
    """The value of GS1-Signature: HMAC-SHA256 of the body under the subscriber's token."""
    return "sha256=" + hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def _post(dest: str, body: bytes, token: str) -> int:
    """The status of the answer. Redirects are not followed: they would lead round the check of the host."""
    parts = urlsplit(dest)
    headers = {"Content-Type": "application/ld+json", "GS1-EPCIS-Version": "2.0", "User-Agent": "Lotproof"}
    if token:
        headers["GS1-Signature"] = signature(token, body)
    host, port = parts.hostname or "", parts.port
    made: http.client.HTTPConnection
    if parts.scheme == "https":
        made = http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        made = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    with closing(made) as connection:
        connection.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, headers)
        answer = connection.getresponse()
        answer.read(1 << 16)
        return answer.status
