"""What is to be done now: clocks, signals, actions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lotproof.quality.shell import table
from lotproof.quality.signals import NEW
from lotproof.web.guard import signed_in
from lotproof.web.site import clock


@signed_in
def today(request: HttpRequest) -> HttpResponse:
    """The first page."""
    now = clock()
    running = list(table("ClockRow").filter(ended=None).order_by("due")[:20])
    cases = {row.number: row for row in table("CaseRow").filter(number__in=[clock.case for clock in running])}
    found = table("SignalRow").filter(number__in=[clock.case for clock in running])
    signals = {row.number: row for row in found}
    clocks = [{"row": row, "case": cases.get(row.case), "signal": signals.get(row.case)} for row in running]
    actions = table("ActionRow").filter(done=None).order_by("due")
    return render(
        request,
        "web/today.html",
        {
            "title": "Today",
            "here": "today",
            "clocks": clocks,
            "signals": table("SignalRow").filter(state=NEW, count__gt=0)[:10],
            "signal_count": table("SignalRow").filter(state=NEW, count__gt=0).count(),
            "open_count": table("CaseRow").exclude(state="closed").count(),
            "overdue": table("ClockRow").filter(ended=None, due__lt=now).count(),
            "late_actions": actions.filter(due__lt=now[:10]).count(),
            "mine": actions.filter(owner=request.person.user_id)[:10],
            "held": table("HoldRow").filter(released=None).count(),
        },
    )
