"""Looks at the record every minute and puts down what has to be told; sends it, tries again, writes into the ledger what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from lotproof.exchange.notify import news
from lotproof.exchange.notify.news import News
from lotproof.exchange.notify.send import NotSent, send
from lotproof.exchange.notify.settings import NotifyError, read_settings
from lotproof.jobs import queue
from lotproof.jobs.register import NotDone, Work, handler
from lotproof.ledger import store
from lotproof.quality.book import Book
from lotproof.quality.case import State
from lotproof.quality.shell import table
from lotproof.quality.signals import NEW

STREAM = "notices"
FRESH = 7
"""Days that news may be old and still be told: a desk that is given its first channel does not tell the past."""


@handler("watch")
def watch(work: Work) -> dict[str, Any]:
    """Put a notice down for each channel and each piece of news that it was not told yet."""
    try:
        settings = read_settings(work.workspace.root)
    except NotifyError as error:
        raise NotDone(str(error)) from error
    if not settings.channels:
        return {"told": 0}
    told = 0
    for one in noticed(work.clock()):
        for channel in settings.channels:
            key = f"notify:{channel.name}:{one.key}"
            if channel.wants(one) and not queue.table().filter(key=key).exists():
                queue.put("notify", {"channel": channel.name, "news": vars(one)}, "lotproof work", work.clock(), key)
                told += 1
    return {"told": told}


def noticed(now: str) -> Iterator[News]:
    """Everything that somebody should be told, as of now."""
    since = _day(now, -FRESH)
    for row in table("SignalRow").filter(state=NEW, count__gt=0, raised__gte=since):
        yield news.of_signal(row.number, row.severity, row.sentence)
    for row in table("CaseRow").filter(opened__gte=since):
        yield news.of_incident(row.number, row.severity, row.title)
    titles = dict(table("CaseRow").exclude(state=State.CLOSED).values_list("number", "title"))
    titles |= dict(table("SignalRow").filter(state=NEW).values_list("number", "sentence"))
    clocks = table("ClockRow").filter(ended=None, due__gte=since, due__lt=_day(now, 3))
    yield from news.of_clocks((news.Clock(row.case, titles.get(row.case, ""), row.name, row.since, row.due) for row in clocks), now)
    yield from _by_day(now)
    for row in table("RecordRow").filter(book=Book.ALARM, opened__gte=since).exclude(state=State.CLOSED):
        yield news.of_alarm(row.number, row.kind, row.title)
    for row in queue.table().filter(state=queue.FAILED, put__gte=since).exclude(kind="notify"):
        yield news.of_job(row.pk, row.kind, row.told)


def _by_day(now: str) -> Iterator[News]:
    today = now[:10]
    for row in table("ActionRow").filter(done=None):
        early = _day(row.due, -news.EARLY_DAYS["action"])
        subject = f"{row.case}: {row.type} action of {row.owner}"
        yield from news.of_days("action", f"action:{row.case}:{row.index}", subject, row.due, f"/incidents/{row.case}/#capa", today, early)
    for row in table("RecordRow").filter(book=Book.AUDIT).exclude(state=State.CLOSED):
        early = _day(row.due, -news.EARLY_DAYS["audit"])
        yield from news.of_days("audit", f"audit:{row.number}:{row.due}", row.title, row.due, f"/audits/{row.number}/", today, early)
    for row in table("TrainingRow").exclude(due="").filter(due__lt=today):
        key = f"training:{row.case}:{row.person}:{row.due}"
        yield from news.of_days(
            "training", key, f"Training of {row.person} on {row.case}", row.due, f"/procedures/{row.case}/", today, row.due
        )


def _day(text: str, days: int) -> str:
    return (date.fromisoformat(text[:10]) + timedelta(days=days)).isoformat()


@handler("notify", tries=8)
def notify(work: Work) -> dict[str, Any]:
    """Send one piece of news through one channel. What became of it is an entry: sent, or given up after the last attempt."""
    told = News(**work.given["news"])
    try:
        settings = read_settings(work.workspace.root)
        send(settings, settings.channel(work.given["channel"]), told)
    except (NotSent, NotifyError) as error:
        if work.last:
            _noted(work, told, "given up", str(error))
        raise NotDone(str(error)) from error
    _noted(work, told, "sent", "")
    return {"sent": told.key}


def _noted(work: Work, told: News, result: str, why: str) -> None:
    """The ledger says what was told through which channel and when; not to whose address."""
    body = {"act": "notice", "channel": work.given["channel"], "about": told.key, "result": result}
    store.append("audit", STREAM, work.clock(), "lotproof work", {**body, "why": why} if why else body)
