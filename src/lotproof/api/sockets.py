"""Subscriptions over a websocket (EPCIS 2.0 clause 12.6.2): as long as it is open, a query's new events come through it.

`wss://HOST/epcis/queries/NAME/events?stream=true`, or with a schedule, `?minute=0,30`. The server of the desk speaks WSGI, which has no
websockets, so they are a process of their own that `lotproof serve` runs beside itself on the next port; a proxy joins the two.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from weakref import WeakKeyDictionary

from django.db import Error as DatabaseError
from django.db import close_old_connections
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from lotproof.api.answers import event_list, query_document
from lotproof.api.keys import ApiKey, key_of
from lotproof.api.problem import ApiProblem, problem_body
from lotproof.api.query import instant
from lotproof.api.schedule import FIELDS, next_due, read_schedule
from lotproof.api.shelf import shelf_of
from lotproof.api.site import clock
from lotproof.api.streams import new_events, queries
from lotproof.workspace.place import Workspace, WorkspaceError

LOG = logging.getLogger("lotproof.api")
PAUSE = 0.5
"""Seconds between looks at the index."""
LOOKS = 10
"""Looks after which the key and the query are looked at again."""
MOST = 200
"""Websockets at once: each has a thread."""
_CONTROLS = {"stream", "initialRecordTime", "reportIfEmpty", *FIELDS}


@dataclass(frozen=True)
class Asked:
    """What a websocket was opened for."""

    name: str
    """Name of the query."""
    key: str
    """The key that it was opened with."""
    plan: dict[str, list[int]] | None
    """Its schedule; None for a stream."""
    since: str
    """What was recorded since is sent at once; empty for new events alone."""
    report_if_empty: bool
    """Whether an empty result is sent too."""


def asked(target: str, headers: Mapping[str, str]) -> Asked:
    """What a request for a websocket asks for. ApiProblem where it cannot be had."""
    parts = urlsplit(target)
    steps = [unquote(step) for step in parts.path.strip("/").split("/")]
    if steps[:1] == ["epcis"]:
        steps = steps[1:]
    if len(steps) != 3 or (steps[0], steps[2]) != ("queries", "events"):
        raise ApiProblem("NoSuchResourceException", "Websockets are at /epcis/queries/NAME/events and nowhere else.")
    given = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if unknown := sorted(set(given) - _CONTROLS):
        raise ApiProblem(
            "SubscriptionControlsException", f"{unknown[0]} is no control of a subscription; {', '.join(sorted(_CONTROLS))} are."
        )
    schedule = {name: given[name] for name in FIELDS if name in given}
    if bool(schedule) == (given.get("stream") == "true"):
        raise ApiProblem("SubscriptionControlsException", "A websocket has stream=true or a schedule, such as minute=0, and not both.")
    since = given.get("initialRecordTime", "")
    _permitted(key := _key_in(headers))
    _query(steps[1])
    return Asked(steps[1], key, read_schedule(schedule) if schedule else None,
                 instant("initialRecordTime", since)[:19] + "Z" if since else "", given.get("reportIfEmpty") == "true")  # fmt: skip


def _key_in(headers: Mapping[str, str]) -> str:
    scheme, _, text = headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else headers.get("X-API-Key", "").strip()


def _permitted(text: str) -> ApiKey:
    key = key_of(text) if text else None
    if key is None:
        told = "The key is none that holds here." if text else "No key was sent; send one as Authorization: Bearer KEY."
        raise ApiProblem("SecurityException", told, 401, {"WWW-Authenticate": 'Bearer realm="lotproof"'})
    if not key.may("subscribe"):
        raise ApiProblem("SecurityException", f'The key "{key.name}" is for {", ".join(key.scopes)}; this needs subscribe.')
    return key


def _query(name: str) -> dict[str, Any]:
    row = queries().filter(name=name).first()
    if row is None:
        raise ApiProblem("NoSuchNameException", f'There is no query "{name[:100]}".')
    found: dict[str, Any] = json.loads(row.query)
    return found


class Door:
    """Judges requests for websockets and keeps count of them."""

    def __init__(self, place: Workspace) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._open = 0
        # What was judged waits here for its talk; where the other side goes away in between, it goes with the connection.
        self._asked: WeakKeyDictionary[ServerConnection, Asked] = WeakKeyDictionary()

    def judge(self, connection: ServerConnection, request: Request) -> Response | None:
        """The refusal of a request; None where the websocket is opened."""
        close_old_connections()
        try:
            found = asked(request.path, request.headers)
            with self._lock:
                if self._open >= MOST:
                    raise ApiProblem("ImplementationException", f"{MOST} websockets are open; try again later.", 503, {"Retry-After": "60"})
                self._asked[connection] = found
            return None
        except ApiProblem as problem:
            return _refusal(connection, problem)
        except (WorkspaceError, DatabaseError, OSError):
            LOG.exception("a websocket could not be opened")
            return _refusal(connection, ApiProblem("ImplementationException", "It cannot be done just now; try again.", 503))
        finally:
            close_old_connections()

    def talk(self, connection: ServerConnection) -> None:
        """Send what is new until the other side has gone, or the key or the query has."""
        with self._lock:
            found = self._asked.pop(connection)
            self._open += 1
        try:
            Talk(self._place, connection, found).run()
        except ConnectionClosed:
            pass
        except ApiProblem as problem:
            connection.close(1008, problem.detail[:120])
        except (WorkspaceError, DatabaseError, OSError):
            LOG.exception("a websocket broke")
            connection.close(1011, "Something broke here; open it again.")
        finally:
            with self._lock:
                self._open -= 1
            close_old_connections()


def _refusal(connection: ServerConnection, problem: ApiProblem) -> Response:
    """The answer to a request that opens nothing: a problem document."""
    response = connection.respond(HTTPStatus(problem.code), json.dumps(problem_body(problem.kind, problem.detail, problem.code)))
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/problem+json"
    for name, value in (problem.headers or {}).items():
        response.headers[name] = value
    return response


class Talk:
    """One open websocket."""

    def __init__(self, place: Workspace, connection: ServerConnection, found: Asked) -> None:
        self._place, self._connection, self._asked = place, connection, found
        # From the beginning where a time is stated: what was recorded before it is left out event by event.
        self._cursor, self._since = -1 if found.since else shelf_of(place).cursor, found.since
        self._due = next_due(found.plan, clock()) if found.plan else ""

    def run(self) -> None:
        """Look, send, wait."""
        looks = 0
        while True:
            if looks % LOOKS == 0:
                _permitted(self._asked.key)
                _query(self._asked.name)
            looks += 1
            if self._is_due():
                self._send()
            close_old_connections()
            self._wait()

    def _is_due(self) -> bool:
        if self._asked.plan is None:
            return shelf_of(self._place).cursor > self._cursor
        if clock() < self._due:
            return False
        self._due = next_due(self._asked.plan, clock())
        return True

    def _send(self) -> None:
        upto, sent, query = shelf_of(self._place).cursor, 0, _query(self._asked.name)
        for page in new_events(self._place, query, self._cursor, self._since):
            if page or (self._asked.report_if_empty and not sent):
                self._connection.send(json.dumps(query_document(event_list(page), clock(), self._asked.name, ""), ensure_ascii=False))
                sent += len(page)
        self._cursor, self._since = upto, ""

    def _wait(self) -> None:
        """Until the next look. What the other side says is not asked for and not heard."""
        end = time.monotonic() + PAUSE
        while (left := end - time.monotonic()) > 0:
            try:
                self._connection.recv(timeout=left)
            except TimeoutError:
                return


def server_of(place: Workspace, host: str, port: int) -> Server:
    """The server of websockets, listening. OSError where the port is taken."""
    door = Door(place)
    return serve(door.talk, host, port, process_request=door.judge, max_size=1 << 12, server_header=None)
