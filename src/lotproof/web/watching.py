"""Every request is counted, timed, logged and traced, with an identifier that the answer and every line of the log carry."""

from __future__ import annotations

import logging
import re
import secrets
import time as passing
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lotproof.jobs.log import REQUEST
from lotproof.jobs.tracing import span
from lotproof.web.measures import count

LOG = logging.getLogger("lotproof.requests")
HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


class WatchMiddleware:
    """The outermost of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if _GIVEN.fullmatch(given) else secrets.token_hex(16)
        held = REQUEST.set(number)
        try:
            answer = self._answer(request)
        finally:
            REQUEST.reset(held)
        answer.headers[HEADER] = number
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponse:
        begun = passing.perf_counter()
        facts = {"http.request.method": str(request.method), "lotproof.request": REQUEST.get()}
        with span("request", facts, request.headers) as traced:
            answer = self._next(request)
            view = view_of(request)
            traced |= {"lotproof.view": view, "http.response.status_code": answer.status_code}
        seconds = passing.perf_counter() - begun
        count(view, str(request.method), answer.status_code, seconds)
        if getattr(request, "person", None) is not None:  # to strangers it would tell what takes long
            answer.headers["Server-Timing"] = f"app;dur={1000 * seconds:.1f}"
        LOG.info("request", extra={"facts": _facts(request, view, answer.status_code, seconds)})
        return answer


def view_of(request: HttpRequest) -> str:
    """Name of the view: the module and function of the program, never what was asked for."""
    match = request.resolver_match
    if match is None:
        return "static" if request.path.startswith("/static/") else "none"
    return f"{match.func.__module__.rpartition('.')[2]}.{match.func.__name__}"


def _facts(request: HttpRequest, view: str, status: int, seconds: float) -> dict[str, object]:
    """Neither address nor body nor cookie; of a path only what led to a view, of a query string only the names that views know."""
    match = request.resolver_match
    return {
        "method": str(request.method)[:10],
        "view": view,
        "route": match.route if match else "",
        "query": sorted(key for key in request.GET if re.fullmatch(r"[a-z-]{1,20}", key))[:10],
        "status": status,
        "ms": round(1000 * seconds, 1),
    }
