"""Sign-in: the people who may sign are the people who may enter, with the same passwords, locks and trail."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lotproof.quality.times import moment
from lotproof.web.language import say
from lotproof.web.site import clock, workspace
from lotproof.workspace.credentials import Given, authenticate, spend
from lotproof.workspace.people import Person, active, enrolled
from lotproof.workspace.place import WorkspaceError

USER, SEEN, BEGUN, CREDENTIAL, POLL = "user_id", "seen", "begun", "credential", "X-Lotproof-Poll"


def sign_in(request: HttpRequest, user_id: str, given: Given) -> Person:
    """Begin a session; WorkspaceError where identifier, password or code is wrong, which counts and may lock."""
    known = enrolled().get(user_id)
    if known is None or known.retired:
        spend(given.password)  # who waits must not learn from it whether there is such a name
    authenticate(workspace(), user_id, given, True, clock())
    return enter(request, active(user_id))


def enter(request: HttpRequest, person: Person) -> Person:
    """Begin a session of somebody who has shown who they are."""
    request.session.flush()  # what was there before sign-in, an attacker may know
    request.session[USER] = person.user_id
    request.session[SEEN] = request.session[BEGUN] = clock()
    request.session[CREDENTIAL] = person.credential
    request.session["identifier"] = secrets.token_hex(16)
    return person


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
        person = enrolled().get(user)
        if idle > settings.IDLE_SECONDS or person is None or person.retired or person.locked or _ended(request, person, now):
            request.session.flush()
            return None
        # Pages that ask for news by themselves are no human activity: they must not keep a session alive.
        if POLL not in request.headers and idle > settings.IDLE_SECONDS / 30:
            request.session[SEEN] = now
        return person


def _ended(request: HttpRequest, person: Person, now: str) -> bool:
    """Whether a session is too old however much it was used, or of a password that was changed since (ASVS 3.3.2, 3.3.3)."""
    begun = request.session.get(BEGUN)
    old = begun is None or (moment(now) - moment(begun)).total_seconds() > settings.SESSION_COOKIE_AGE
    return old or request.session.get(CREDENTIAL) != person.credential


def problem(error: WorkspaceError) -> str:
    """What is said at the door: never whether it was the name or the password that was wrong."""
    text = str(error)
    hidden = " is wrong. That was attempt " in text or text.startswith("Nobody is enrolled") or " was retired " in text
    return say("Name, password or code is wrong.") if hidden and "is locked" not in text else text
