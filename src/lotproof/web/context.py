"""What every page shows: who is signed in, where they are, what time the server has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from lotproof.quality.book import Book
from lotproof.quality.shell import table
from lotproof.quality.signals import NEW
from lotproof.web.guard import role
from lotproof.web.language import current, offered
from lotproof.web.site import clock

PLACES = (
    ("today", "/", "Today"),
    ("signals", "/signals/", "Signals"),
    ("incidents", "/incidents/", "Incidents"),
    ("verify", "/verify/", "Verify"),
    ("actions", "/actions/", "CAPA"),
    ("holds", "/holds/", "On hold"),
    ("alarms", "/alarms/", "Alarms"),
    ("kpis", "/kpis/", "Indicators"),
    ("procedures", "/procedures/", "Training"),
    ("audits", "/audits/", "Audits"),
    ("readiness", "/readiness/", "Readiness"),
    ("files", "/files/", "Files"),
    ("work", "/work/", "Work"),
    ("trail", "/trail/", "Trail"),
)
"""Name, address and word of each entry of the menu."""


def desk(request: HttpRequest) -> dict[str, Any]:
    """For the frame of a page."""
    person = getattr(request, "person", None)
    shown = {"now": clock(), "language": current(), "languages": offered(), "path": request.get_full_path()}
    if person is None:
        return shown
    counts = {
        "signals": table("SignalRow").filter(state=NEW, count__gt=0).count(),
        "incidents": table("CaseRow").exclude(state="closed").count(),
        "verify": table("RecordRow").filter(book=Book.SESSION, closed=None).count(),
        "actions": table("ActionRow").filter(done=None).count(),
        "holds": table("HoldRow").filter(released=None).count(),
        "alarms": table("RecordRow").filter(book=Book.ALARM).exclude(state="closed").count(),
    }
    menu = [{"name": name, "href": href, "word": word, "count": counts.get(name)} for name, href, word in PLACES]
    return {**shown, "person": person, "role": role(request), "menu": menu}
