"""What every page shows: who is signed in, where they are, what time the server has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from lotproof.quality.book import Book
from lotproof.quality.shell import table
from lotproof.quality.signals import NEW
from lotproof.web.guard import role
from lotproof.web.site import clock

PLACES = (
    ("today", "/", "Today"),
    ("signals", "/signals/", "Signals"),
    ("incidents", "/incidents/", "Incidents"),
    ("verify", "/verify/", "Verify"),
    ("actions", "/actions/", "CAPA"),
    ("holds", "/holds/", "On hold"),
    ("alarms", "/alarms/", "Alarms"),
    ("procedures", "/procedures/", "Training"),
    ("audits", "/audits/", "Audits"),
    ("files", "/files/", "Files"),
    ("work", "/work/", "Work"),
    ("trail", "/trail/", "Trail"),
)
"""Name, address and word of each entry of the menu."""


def desk(request: HttpRequest) -> dict[str, Any]:
    """For the frame of a page."""
    person = getattr(request, "person", None)
    if person is None:
        return {"now": clock()}
    counts = {
        "signals": table("SignalRow").filter(state=NEW, count__gt=0).count(),
        "incidents": table("CaseRow").exclude(state="closed").count(),
        "verify": table("RecordRow").filter(book=Book.SESSION, closed=None).count(),
        "actions": table("ActionRow").filter(done=None).count(),
        "holds": table("HoldRow").filter(released=None).count(),
        "alarms": table("RecordRow").filter(book=Book.ALARM).exclude(state="closed").count(),
    }
    menu = [{"name": name, "href": href, "word": word, "count": counts.get(name)} for name, href, word in PLACES]
    return {"now": clock(), "person": person, "role": role(request), "menu": menu}
