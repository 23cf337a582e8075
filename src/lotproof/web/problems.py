"""Pages for what went wrong: what, where, and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def problem(request: HttpRequest, title: str, told: str, status: int) -> HttpResponse:
    """A page that says it."""
    return render(request, "web/problem.html", {"title": title, "told": told}, status=status)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return problem(request, "Nothing here", "There is no such page; the box at the top finds lots, packs, cases and incidents.", 404)


def unusable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: too many fields, too much text, an unknown host."""
    told = "This request cannot be read: it is too large, or not one of this desk. Nothing was entered."
    return problem(request, "Not understood", told, 400)


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return problem(
        request,
        "Something broke",
        "Nothing that you entered was half written. Try again; if it stays, ask who runs the server for its log.",
        500,
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not come from this desk, or from a session that has ended."""
    return problem(
        request,
        "Form too old",
        "This form is of a session that has ended, or does not come from this desk. Open the page anew and enter it again.",
        403,
    )
