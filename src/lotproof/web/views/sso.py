"""Sign-in by the organisation's identity provider: there and back."""

from __future__ import annotations

import logging
import secrets
from dataclasses import asdict

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lotproof.quality.times import moment
from lotproof.web.guard import public
from lotproof.web.session import enter
from lotproof.web.site import clock, provider
from lotproof.web.views.door import closed, inside
from lotproof.workspace.people import active, enrolled
from lotproof.workspace.place import WorkspaceError

LOG = logging.getLogger("lotproof.web")
COOKIE, SALT = "lotproof_sso", "sign-in by a provider"
MINUTES = 10
"""How long somebody may take there."""


@public
@require_GET
def leave_for_provider(request: HttpRequest) -> HttpResponse:
    """Send the person to the provider. A link and no form: the policy of contents lets no form lead away."""
    from lotproof.web.sso.exchange import Pending, address

    there = provider()
    if there is None:
        return HttpResponseRedirect("/sign-in")
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    pending = Pending(state, nonce, verifier, _now(), inside(request.GET.get("next")))
    try:
        response = HttpResponseRedirect(address(there, _back(request), pending))
    except WorkspaceError as error:
        return closed(request, str(error), pending.target)
    # The way back comes from another site: a strict cookie would not be sent with it.
    response.set_cookie(COOKIE, signing.dumps(asdict(pending), salt=SALT), max_age=MINUTES * 60, path="/sign-in", httponly=True,
                        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)  # fmt: skip
    return response


@public
@require_GET
def back_from_provider(request: HttpRequest) -> HttpResponse:
    """Let in who came back and is enrolled here."""
    from lotproof.web.sso.exchange import Pending, came_back

    there = provider()
    target = "/"
    try:
        pending = Pending(**signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MINUTES * 60))
        target = pending.target
        if there is None:
            raise WorkspaceError("No identity provider is set up here.")
        user = came_back(there, _back(request), pending, request.GET.dict(), _now())
        if user not in enrolled():
            raise WorkspaceError(f'{there.name} says that you are "{user}", and nobody is enrolled here as that: ask an administrator.')
        enter(request, active(user))
        # A page and no redirect: what a browser follows on from another site goes without strict cookies, and nobody would be signed in.
        response = render(request, "web/welcome.html", {"title": "Signed in", "target": target})
    except (signing.BadSignature, TypeError):
        response = closed(request, "This sign-in was not begun in this browser, or took too long; begin again.", target)
    except WorkspaceError as error:
        LOG.warning("sign-in by the provider was refused")
        response = closed(request, str(error), target)
    response.delete_cookie(COOKIE, path="/sign-in", samesite="Lax")
    return response


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri("/sign-in/provider/return")


def _now() -> int:
    return int(moment(clock()).timestamp())
