"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from lotproof.quality.roles import Role, role_of

View = Callable[..., HttpResponse]
PUBLIC: set[str] = set()
"""Names of views that nobody has to sign in for; a test walks every other one without a session."""


def public(view: View) -> View:
    """A page for everybody."""
    PUBLIC.add(view.__name__)
    return view


def role(request: HttpRequest) -> Role:
    """The role of the person who asks."""
    return role_of(request.person.role)


def signed_in(view: View) -> View:
    """A page for everybody who is signed in; others are led to the door and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.person is None:
            return HttpResponseRedirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded


def needs(*roles: Role) -> Callable[[View], View]:
    """A page for some roles; others get a sentence."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if role(request) not in roles:
                told = f"This page is for the roles {', '.join(roles)}; you are signed in as {role(request)}."
                return render(request, "web/problem.html", {"title": "Not for your role", "told": told}, status=403)
            return view(request, *args, **kwargs)

        return signed_in(guarded)

    return decorate
