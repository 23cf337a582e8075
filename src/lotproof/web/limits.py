"""What a request may be before anything of it is read: without NUL, no larger than its sender may send (OWASP ASVS 4.0.3 V5.1, V12.1)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lotproof.web.problems import problem

FORM = 1_000_000
"""Bytes that the parts of an upload take beside its files."""

OTHERS = "/epcis/"
"""Addresses of interfaces, which know their callers by other means and have limits of their own."""


class LimitsMiddleware:
    """Refuses them. After PersonMiddleware, which says who sends, and before the check of the form's token, which reads the whole body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A scanner may send NUL with what it read, and no database takes one: what is asked for is the rest.
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "").replace("\x00", "")
        if "\x00" in request.path_info:
            return problem(request, "Not understood", "The address holds a character (NUL) that no text has; enter it again.", 400)
        most = settings.UPLOAD_BYTES + FORM if request.person else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if _length(request) > most and not request.path_info.startswith(OTHERS):
            told = f"{_length(request) / 1e6:,.0f} MB are more than {most / 1e6:,.0f} MB; use a drop folder or lotproof add."
            return problem(request, "Too large", told, 413)
        return self._next(request)


def _length(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isdecimal() and text.isascii() else 0
