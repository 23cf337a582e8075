"""For those who run the server: is it alive, can it work, how does it do."""

from __future__ import annotations

import hmac
import os
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse, JsonResponse

from lotproof.web import measures
from lotproof.web.guard import public
from lotproof.web.ready import checks
from lotproof.web.site import clock, workspace
from lotproof.workspace.place import WorkspaceError

TOKEN = "LOTPROOF_METRICS_TOKEN"
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")


@public
def alive(_request: HttpRequest) -> HttpResponse:
    """Whether the server answers."""
    return HttpResponse("alive\n", "text/plain")


@public
def ready(_request: HttpRequest) -> HttpResponse:
    """Whether it can do its work: 200, or 503 with what it lacks. Says nothing of the record, so that a balancer may ask."""
    try:
        found = checks(workspace().root, clock())
    except WorkspaceError as error:
        found = {"workspace": type(error).__name__ + ": the workspace cannot be opened; the server's log tells more."}
    good = all(told == "ok" for told in found.values())
    return JsonResponse({"ready": good, "checks": found}, status=200 if good else 503)


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: with the token of LOTPROOF_METRICS_TOKEN, or without one from this machine alone."""
    refused = _refused(request)
    if refused is not None:
        return refused
    workspace()
    return HttpResponse(measures.text(clock()), "text/plain; version=0.0.4; charset=utf-8")


def _refused(request: HttpRequest) -> HttpResponse | None:
    token = os.environ.get(TOKEN, "")
    if token:
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return None
        told = f"This needs the bearer token that the server has in {TOKEN}.\n"
        return HttpResponse(told, "text/plain", status=401, headers={"WWW-Authenticate": "Bearer"})
    # What comes through a proxy comes from this machine too, whoever asked: the proxy says so in one of these.
    if _is_here(str(request.META.get("REMOTE_ADDR", ""))) and not any(name in request.headers for name in FORWARDED):
        return None
    told = f"This is answered to the machine itself; for others set {TOKEN} and send it as bearer token.\n"
    return HttpResponse(told, "text/plain", status=403)


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
