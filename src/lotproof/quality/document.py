"""A case for programs and for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lotproof.quality.book import Book
from lotproof.quality.case import Case, Recorded
from lotproof.quality.clocks import CLOCKS
from lotproof.quality.readiness import MISSING, readiness
from lotproof.quality.register import ACTS
from lotproof.quality.times import minutes_between


def document(case: Case) -> dict[str, Any]:
    """Everything that the record holds."""
    acts = [
        {
            "entry": one.index,
            "act": one.name,
            "actor": one.actor,
            "time": one.time,
            "signed_by": list(one.signed_by),
            "withdrawn": one.withdrawn,
            "body": dict(one.body),
        }
        for one in case.acts
    ]
    clocks = [{"name": one.name, "since": one.since, "due": one.due, "ended": one.ended} for one in case.clocks]
    return {
        "number": case.number,
        "book": case.book.noun,
        "state": str(case.state),
        "title": case.title,
        "lots": list(case.lots),
        "clocks": clocks,
        **_readiness(case),
        "acts": acts,
    }


def _readiness(case: Case) -> dict[str, Any]:
    if case.book is not Book.INCIDENT:
        return {}
    ready = readiness(case)
    return {"readiness": {"percent": ready.percent, "items": {one.item.name: one.state for one in ready.items}}}


def lines(case: Case, now: str) -> Iterator[str]:
    """The same for a person."""
    yield f"{case.number}  {case.state}  {case.title}"
    for one in case.clocks:
        rest = minutes_between(now, one.due)
        left = f"done {one.ended}" if one.ended else f"{rest} min left" if rest >= 0 else f"{-rest} min over"
        yield f"  clock  {CLOCKS[one.name].says}: due {one.due}, {left}"
    if case.book is Book.INCIDENT:
        yield from _missing(case)
    for act in case.acts:
        yield f"  {act.index:>6}  {act.time}  {sentence(act)}"


def _missing(case: Case) -> Iterator[str]:
    ready = readiness(case)
    yield f"  ready for the inspector: {ready.percent} %"
    for item in ready.items:
        if item.state == MISSING:
            yield f"    missing  {item.item.asks}: {item.told}"


def sentence(one: Recorded) -> str:
    """An act as a sentence of the trail, with its signatures."""
    said = ACTS[one.name].told.format_map({"actor": one.actor, **{name: words(value) for name, value in one.body.items()}})
    signed = f" (signed by {', '.join(one.signed_by)}: “{ACTS[one.name].meaning}”)" if one.signed_by else ""
    return said + signed + (f" [withdrawn: {one.withdrawn}]" if one.withdrawn else "")


def words(value: Any) -> str:
    """A value in a sentence; a long list is cut."""
    if isinstance(value, list):
        shown = ", ".join(_word(each) for each in value[:5])
        return f"{shown} and {len(value) - 5} more" if len(value) > 5 else shown
    return str(value)


def _word(value: Any) -> str:
    """A scan by what it names and what the record said; anything else as it is."""
    return f"{value.get('item') or value['text']} ({value['said']})" if isinstance(value, Mapping) else str(value)
