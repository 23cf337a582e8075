"""Every table of a page as CSV and JSON: the rows as they stand there, `?table=2&as=csv`.

A list that has files of its own, which hold it whole and not a page of it, says so with the attribute `data-whole`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html

from lotproof.web.language import say
from lotproof.web.problems import problem
from lotproof.web.tables import csv_of

_TABLE = re.compile(r"<table(?![^>]*\bdata-whole)[^>]*>")
_LEFT = {"form", "button", "details", "script", "style"}
"""What in a cell is there to be pressed."""


class Tables(HTMLParser):
    """The tables of a page: for each its header words and the texts of its rows. Those with `data-whole` are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[list[str], list[list[str]]]] = []
        self._row: list[str] | None = None
        self._inside = self._cell = self._head = False
        self._left = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._inside = "data-whole" not in dict(attrs)
            if self._inside:
                self.found.append(([], []))
        self._left += tag in _LEFT
        self._head = self._head or tag == "thead"
        if self._inside and tag == "tr":
            self._row = []
        if self._row is not None and tag in ("td", "th"):
            self._cell = True
            self._row.append("")

    def handle_endtag(self, tag: str) -> None:
        self._left -= tag in _LEFT
        self._head = self._head and tag != "thead"
        self._cell = self._cell and tag not in ("td", "th")
        if tag == "tr" and self._row is not None:
            row = [" ".join(cell.split()) for cell in self._row]
            if self._head:
                self.found[-1][0].extend(row)
            else:
                self.found[-1][1].append(row)
            self._row = None
        self._inside = self._inside and tag != "table"

    def handle_data(self, data: str) -> None:
        if self._cell and self._row and not self._left:
            self._row[-1] += data


def tables_of(html: str) -> list[tuple[list[str], list[list[str]]]]:
    """Header words and rows of every table that has no file of its own; a table without a head is headed by numbers."""
    reader = Tables()
    reader.feed(html)
    return [(heads or [str(at + 1) for at in range(len(rows[0]) if rows else 0)], rows) for heads, rows in reader.found]


class TableLinksMiddleware:
    """Puts the links before the tables, and answers them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._next(request)
        shown = request.method == "GET" and response.status_code == 200 and getattr(request, "person", None) is not None
        if not shown or response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        html = response.content.decode()
        ending, number = request.GET.get("as"), request.GET.get("table", "")
        if ending in ("csv", "json") and number.isdecimal():
            return _file(request, html, int(number[:4]), ending)
        if "<table" in html:
            response.content = _linked(request, html).encode()
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _file(request: HttpRequest, html: str, number: int, ending: str) -> HttpResponse:
    found = tables_of(html)
    if not 1 <= number <= len(found):
        told = say("This page has no table {number}; open the page and take the link above the table.", number=number)
        return problem(request, "No such table", told, 404)
    heads, rows = found[number - 1]
    name = f"{request.path.strip('/').replace('/', '-') or 'today'}-{number}"
    if ending == "csv":
        return csv_of(re.sub(r"[^\w.-]", "_", name), heads, rows)
    return JsonResponse({"page": request.path, "table": number, "columns": heads, "rows": rows})


def _linked(request: HttpRequest, html: str) -> str:
    counted = iter(range(1, 10_000))

    def before(found: re.Match[str]) -> str:
        return _links(request, next(counted)) + found[0]

    return _TABLE.sub(before, html)


def _links(request: HttpRequest, number: int) -> str:
    """The two links; what stands in the address besides is kept."""
    query = request.GET.copy()
    links = []
    for ending in ("csv", "json"):
        query["table"], query["as"] = str(number), ending
        hidden = say("Table {number} as {form}", number=number, form=ending.upper())
        links.append(format_html('<a href="?{}" aria-label="{}">{}</a>', query.urlencode(), hidden, ending.upper()))
    return f'<p class="files">{" ".join(links)}</p>'
