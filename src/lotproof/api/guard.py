"""What every request goes through: the key and its scope, the versions and forms that are asked for, problems as RFC 7807."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

from lotproof import __version__
from lotproof.api.keys import ApiKey, key_of
from lotproof.api.problem import ApiProblem, problem_body
from lotproof.api.site import workspace
from lotproof.workspace.place import WorkspaceError

LOG = logging.getLogger("lotproof.api")
View = Callable[..., HttpResponse]
VERSIONS = {"GS1-EPCIS-Version": "2.0", "GS1-CBV-Version": "2.0", "GS1-Vendor-Version": f"Lotproof {__version__}"}
_BOUNDS = {"GS1-EPCIS-Min": "EPCIS", "GS1-EPCIS-Max": "EPCIS", "GS1-CBV-Min": "CBV", "GS1-CBV-Max": "CBV"}
LONGEST_ADDRESS = 8_000
"""Characters of a query string; a longer query is a named one."""
PROBLEM = "application/problem+json"


def json_answer(document: Any, status: int = 200, kind: str = "application/json", headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A JSON document."""
    return HttpResponse(json.dumps(document, ensure_ascii=False), kind, status, headers=dict(headers or {}))


def problem_answer(problem: ApiProblem) -> HttpResponse:
    """A problem as the standard wants it."""
    return json_answer(problem_body(problem.kind, problem.detail, problem.code), problem.code, PROBLEM, problem.headers)


def endpoint(told: Callable[[], dict[str, str]] = dict, **methods: tuple[str, View]) -> View:
    """A resource: method -> (scope, view). OPTIONS is answered with the versions, and the headers ``told``, to whoever has a key."""
    allowed = ", ".join([*(method.upper() for method in methods), "OPTIONS"])

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method = "get" if request.method == "HEAD" else (request.method or "").lower()
        request.api_key = _key(request)
        if method == "options":
            return HttpResponse(status=204, headers={"Allow": allowed, **told()})
        if method not in methods:
            raise ApiProblem("MethodNotAllowed", f"{request.method} is not for this address; {allowed} are.", headers={"Allow": allowed})
        scope, view = methods[method]
        if not request.api_key.may(scope):
            sentence = f'The key "{request.api_key.name}" is for {", ".join(request.api_key.scopes)}; this needs {scope}.'
            raise ApiProblem("SecurityException", sentence)
        _check_versions(request)
        return view(request, *args, **kwargs)

    return guarded(answer)


def guarded(view: View) -> View:
    """Every answer has the versions; whatever goes wrong is a problem document."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except ApiProblem as problem:
            response = problem_answer(problem)
        except (WorkspaceError, DatabaseError, OSError):
            LOG.exception("a request could not be answered")
            response = problem_answer(
                ApiProblem("ImplementationException", "It cannot be done just now; try again.", 503, {"Retry-After": "5"})
            )
        except Exception:
            LOG.exception("a request broke")
            response = problem_answer(
                ApiProblem("ImplementationException", "Something broke here, nothing was half done; the log tells more.")
            )
        for name, value in VERSIONS.items():
            response.headers.setdefault(name, value)
        return response

    run.csrf_exempt = True  # type: ignore[attr-defined]  # no session, no cookie: a key in a header cannot be forged by a page
    return run


def _key(request: HttpRequest) -> ApiKey:
    workspace()
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    text = given.strip() if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "").strip()
    found = key_of(text) if text else None
    if found is None:
        told = "The key is none that holds here." if text else "No key was sent; send one as Authorization: Bearer KEY."
        raise ApiProblem("SecurityException", told, 401, {"WWW-Authenticate": 'Bearer realm="lotproof"'})
    return found


def _check_versions(request: HttpRequest) -> None:
    """Only version 2.0 is spoken here; documents of 1.x are read by what they are."""
    if len(request.META.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        raise ApiProblem(
            "URITooLongException", f"The query is longer than {LONGEST_ADDRESS} characters; POST it to queries and ask by its name."
        )
    for header, what in _BOUNDS.items():
        if (text := request.headers.get(header)) is None:
            continue
        try:
            least = tuple(int(part) for part in text.split("."))[:2]
        except ValueError:
            raise ApiProblem("ValidationException", f"{header} is no version; write 2.0.") from None
        if (least > (2, 0)) if header.endswith("Min") else (least < (2, 0)):
            raise ApiProblem("NotAcceptableException", f"{what} 2.0 is spoken here, which {header} {text} excludes.")


def accepted(request: HttpRequest, offered: Mapping[str, str]) -> str:
    """Of the media types offered (type -> form), the form that the client wants most."""
    asked = request.headers.get("Accept") or "*/*"
    ranked: list[tuple[float, int, str]] = []
    for at, part in enumerate(asked.split(",")[:50]):
        kind, *more = (one.strip() for one in part.split(";"))
        quality = next((one[2:] for one in more if one.startswith("q=")), "1")
        try:
            ranked.append((-float(quality), at, kind.lower()))
        except ValueError:
            continue
    for quality, _, kind in sorted(ranked):
        for one, form in offered.items() if quality else ():
            if kind in ("*/*", one) or (kind.endswith("/*") and one.startswith(kind[:-1])):
                return form
    raise ApiProblem("NotAcceptableException", f"The answer can be {', '.join(dict.fromkeys(offered))}; Accept names none of them.")
