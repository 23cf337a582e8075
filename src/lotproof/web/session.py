"""Sign-in: the people who may sign are the people who may enter, with the same passwords, locks and trail."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lotproof.quality.times import moment
from lotproof.web.site import clock, workspace
from lotproof.workspace.credentials import Given, authenticate
from lotproof.workspace.people import Person, active, people
from lotproof.workspace.place import WorkspaceError

USER, SEEN, POLL = "user_id", "seen", "X-Lotproof-Poll"


def sign_in(request: HttpRequest, user_id: str, given: Given) -> Person:
    """Begin a session; WorkspaceError where identifier, password or code is wrong, which counts and may lock."""
    authenticate(workspace(), user_id, given, True, clock())
    request.session.flush()  # what was there before sign-in, an attacker may know
    request.session[USER] = user_id
    request.session[SEEN] = clock()
    request.session["identifier"] = secrets.token_hex(16)
    return active(user_id)


def sign_out(request: HttpRequest) -> None:
    """End the session, here and in the database."""
    request.session.flush()


class PersonMiddleware:
    """Puts the person into the request, None where nobody is signed in; ends a session that no human used for a while."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = self._person(request)
        return self._next(request)

    def _person(self, request: HttpRequest) -> Person | None:
        user = request.session.get(USER)
        if user is None:
            return None
        now = clock()
        idle = (moment(now) - moment(request.session[SEEN])).total_seconds()
        person = people().get(user)
        if idle > settings.IDLE_SECONDS or person is None or person.retired or person.locked:
            request.session.flush()
            return None
        # Pages that ask for news by themselves are no human activity: they must not keep a session alive.
        if POLL not in request.headers and idle > settings.IDLE_SECONDS / 30:
            request.session[SEEN] = now
        return person


def problem(error: WorkspaceError) -> str:
    """What is said at the door: never whether it was the name or the password that was wrong."""
    text = str(error)
    hidden = " is wrong. That was attempt " in text or text.startswith("Nobody is enrolled")
    return "Name, password or code is wrong." if hidden and "is locked" not in text else text
