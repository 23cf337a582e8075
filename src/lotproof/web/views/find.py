"""One box for everything: a scan, a lot, a case, a signal, a word."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.wedge import mended
from lotproof.quality.book import Book
from lotproof.quality.shell import table
from lotproof.web.copies import printed_copy
from lotproof.web.guard import signed_in
from lotproof.web.language import Said
from lotproof.web.site import clock, workspace
from lotproof.workspace.look import look_up
from lotproof.workspace.outcomes import lot_found
from lotproof.workspace.place import WorkspaceError

LONGEST = 2000
"""Characters of what is looked for; the longest scan has some hundreds."""
_CASE, _SIGNAL, _SESSION, _THREAD = (re.compile(rf"{book}-\d{{4}}-\d{{4,}}") for book in ("INC", "SIG", "VER", "EXC"))
_COPY = re.compile(r"COPY-\d{6,}|[0-9a-f]{64}", re.IGNORECASE)
"""A controlled copy by its number or its hash."""


@signed_in
def find(request: HttpRequest) -> HttpResponse:
    """Lead to what was meant."""
    asked = request.GET.get("q", "").replace("\x00", "").strip(" \t")[:LONGEST]
    if _CASE.fullmatch(asked.upper()):
        return HttpResponseRedirect(f"/incidents/{asked.upper()}/")
    if _SIGNAL.fullmatch(asked.upper()):
        return HttpResponseRedirect(f"/signals/{asked.upper()}/")
    if _SESSION.fullmatch(asked.upper()):
        return HttpResponseRedirect(f"/verify/{asked.upper()}/")
    if _COPY.fullmatch(asked) and (copy := printed_copy(asked)):
        return HttpResponseRedirect(f"/copies/{copy.number}/")
    if _THREAD.fullmatch(asked.upper()):
        return HttpResponseRedirect(f"/partners/{asked.upper()}/")
    typed, asked = asked, mended(asked).text  # a scan through a wrong keyboard is still that scan
    cases, records = table("CaseRow"), table("RecordRow")
    found = list((cases.filter(lots__icontains=asked) | cases.filter(title__icontains=asked))[:20]) if asked else []
    signals = list(table("SignalRow").filter(lot=asked)[:20]) if asked else []
    others = list((records.filter(about=asked) | records.filter(title__icontains=asked))[:20]) if asked else []
    told, life = "", None
    if asked and not signals:
        try:
            life = look_up(workspace().root, asked, clock(), "lotproof serve")
        except (WorkspaceError, UnreadableIdentifier) as error:
            told = str(error)
    held = list(table("HoldRow").filter(item=asked, released=None)) if asked else []
    shown = {
        "title": Said(asked) or "Find",
        "asked": asked,
        "cases": found,
        "sessions": [one for one in others if one.book == Book.SESSION],
        "respelled": typed != asked,
        "lot": asked if asked and lot_found(workspace(), asked) else None,
        "signals": signals,
        "life": life,
        "told": told,
        "held": held,
        "now": clock(),
    }
    return render(request, "web/find.html", shown)
