"""Controlled copies: print a page, find a copy again, see what was on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import render
from django.urls import resolve
from django.views.decorators.http import require_GET, require_POST

from lotproof.quality.times import moment
from lotproof.web.copies import Copy, changed_since, copies, file_of, take
from lotproof.web.guard import signed_in
from lotproof.web.language import Said
from lotproof.web.problems import problem
from lotproof.web.site import clock, workspace
from lotproof.web.views.door import inside

MARGIN = """@media print {{ @page {{
  @bottom-left {{ content: "{text}"; white-space: pre; font-size: 7pt; font-family: monospace; }}
}} }}
"""


@signed_in
@require_POST
def print_page(request: HttpRequest) -> HttpResponse:
    """The page of this address as a controlled copy, which is entered in the trail."""
    path = inside(request.POST.get("path"))
    shown = _shown(request, path)
    if shown is None:
        return problem(request, "Not printed", "There is no page at this address that could be printed as a controlled copy.", 404)
    html, title = shown
    copy = take(workspace(), path, title, html, request.person.user_id, clock())
    head = (
        f'<link rel="stylesheet" href="/copies/{copy.number}/margin.css"><script src="/static/web/print.js" defer></script>'
        f'<meta name="copy" content="{copy.number}"></head>'
    )
    return HttpResponse(html.replace("</head>", head, 1))


def _shown(request: HttpRequest, path: str) -> tuple[str, str] | None:
    """The page as the person sees it, and its title; None where there is none."""
    address, _, query = path.partition("?")
    try:
        found = resolve(address)
    except Http404:
        return None
    asked = _asked(request, address, path, query)
    answer = found.func(asked, *found.args, **found.kwargs)
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code != 200 or not kind.startswith("text/html") or "<main" not in (html := answer.content.decode()):
        return None
    return html, html.partition("<title>")[2].partition(" · Lotproof</title>")[0]


def _asked(request: HttpRequest, address: str, path: str, query: str) -> HttpRequest:
    asked = HttpRequest()
    asked.META = {**request.META, "REQUEST_METHOD": "GET", "QUERY_STRING": query, "PATH_INFO": address}
    asked.method, asked.path, asked.path_info = "GET", address, address
    asked.GET, asked.COOKIES = QueryDict(query), request.COOKIES
    asked.person, asked.session = request.person, request.session
    asked.get_full_path = lambda force_append_slash=False: path
    return asked


@signed_in
@require_GET
def printed(request: HttpRequest) -> HttpResponse:
    """Every copy, the latest first."""
    return render(request, "web/copies.html", {"title": "Controlled copies", "here": "trail", "copies": copies()[:200]})


@signed_in
@require_GET
def copy_page(request: HttpRequest, number: int) -> HttpResponse:
    """A copy: who printed it, what its hash is, and whether anything was entered since."""
    copy = _of(number)
    stream, count = changed_since(copy)
    shown = {"title": Said(copy.number), "here": "trail", "copy": copy, "stream": stream, "since": count}
    return render(request, "web/copy.html", shown)


@signed_in
@require_GET
def copy_text(_request: HttpRequest, number: int) -> HttpResponse:
    """The text whose hash the copy bears."""
    path = file_of(workspace(), _of(number).sha256)
    if not path.exists():
        raise Http404
    return HttpResponse(path.read_bytes(), "text/plain; charset=utf-8")


@signed_in
@require_GET
def margin(_request: HttpRequest, number: int) -> HttpResponse:
    """What stands at the foot of every page of the copy."""
    copy = _of(number)
    at = moment(copy.time).strftime("%Y-%m-%d %H:%M UTC")
    lines = (f"Controlled copy {copy.number} - printed by {_plain(copy.actor)} {at} - ledger entry {copy.index}", f"SHA-256 {copy.sha256}")
    return HttpResponse(MARGIN.format(text=r"\A ".join(lines)), "text/css; charset=utf-8")


def _plain(text: str) -> str:
    """A text that may stand in a style sheet's string."""
    return "".join(char if char.isalnum() or char in " .-_@" else "?" for char in text)


def _of(number: int) -> Copy:
    found: Any = next((copy for copy in copies() if copy.index == number), None)
    if found is None:
        raise Http404
    return found
