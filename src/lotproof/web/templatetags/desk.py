"""How templates say things: sentences of the trail, times in the reader's zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString

from lotproof.quality.case import Recorded
from lotproof.quality.clocks import CLOCKS
from lotproof.quality.register import ACTS
from lotproof.quality.times import minutes_between, moment
from lotproof.web import books, sentences
from lotproof.web.language import current, say
from lotproof.web.script_words import of_scripts

register = template.Library()


@register.simple_tag
def t(text: str, **values: Any) -> str:
    """A text of the program in the reader's language; names in braces stand for values."""
    return conditional_escape(say(text, **values))


@register.filter(name="t")
def translated(text: Any) -> str:
    """A text of the program that a view or the record gives, in the reader's language."""
    return say(text if isinstance(text, str) else str(text)) if text else ""


@register.simple_tag
def js_words() -> SafeString | str:
    """What the scripts of the page say, in the reader's language; nothing in English."""
    return "" if current() == "en" else json_script({text: say(text) for text in of_scripts()}, "words")


@register.filter
def told(one: Recorded) -> str:
    """The sentence of an act, without its actor, who stands before it."""
    return sentences.act(one)


@register.filter
def act_button(name: str) -> str:
    """What the button of an act says."""
    return say(ACTS[name].button)


@register.filter
def address(case: Any) -> str:
    """The page of a record."""
    return books.address(case.number)


@register.filter
def linked(stream: str) -> str:
    """The page of the record that a stream is; empty where it is none."""
    return books.linked(stream)


@register.filter
def kind(one: Recorded) -> Any:
    """The kind of an act."""
    return ACTS[one.name]


@register.simple_tag(takes_context=True)
def when(context: Any, text: str | None) -> SafeString | str:
    """A moment in the reader's zone, with UTC for who points at it."""
    if not text:
        return ""
    person = context.get("person")
    local = moment(text).astimezone(ZoneInfo(person.tz if person else "UTC"))
    return format_html('<time datetime="{}" title="{} UTC">{}</time>', text, text[:16].replace("T", " "), _spelled(local))


def _spelled(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} {at.tzname()}"


@register.simple_tag
def left(due: str, now: str) -> str:
    """What is left until then, or by how much it is over."""
    minutes = minutes_between(now, due)
    sign, minutes = ("", minutes) if minutes >= 0 else ("−", -minutes)
    if minutes < 100:
        return f"{sign}{minutes} min"
    return f"{sign}{minutes // 60} h {minutes % 60:02d} min" if minutes < 48 * 60 else f"{sign}{minutes // 1440} days"


@register.filter
def visible(text: str) -> str:
    """A scan with the group separator as a sign that can be seen."""
    return text.replace("\x1d", "␝")


@register.filter
def over(due: str, now: str) -> bool:
    """Whether a moment has passed."""
    return due < now


@register.filter
def clock_says(name: str) -> str:
    """What a clock asks for."""
    return say(CLOCKS[name].says)


@register.filter
def clock_basis(name: str) -> str:
    """Where a clock comes from."""
    return CLOCKS[name].basis


@register.filter
def meaning(one: Recorded) -> str:
    """What its signature means, in the words that were signed."""
    return ACTS[one.name].meaning


@register.filter
def clock(case: Any, name: str) -> Any:
    """A clock of a case."""
    return case.clock(name)


@register.simple_tag
def spent(since: str, now: str) -> int:
    """Seconds that passed, at most an hour, for a bar."""
    return min(max(int((moment(now) - moment(since)).total_seconds()), 0), 3600)


@register.filter
def last_of(points: Any, name: str) -> Any:
    """A fact of the last point; empty where there is none."""
    return points[-1][name] if points else ""


@register.filter
def kpi_value(one: Any) -> str:
    """The value of the last point of a KPI with its unit."""
    value = one["points"][-1]["value"]
    return f"{100 * value:.3f} %" if one["unit"] == "share" else f"{value:,.4g} {one['unit']}"


@register.filter
def thousands(number: int) -> str:
    """A number as people read it."""
    return f"{number:,}"


@register.filter
def late(one: Recorded) -> str:
    """How much later than its event an act was entered, where that is more than an hour; empty otherwise."""
    minutes = minutes_between(one.event_time, one.time)
    return f"late entry: {minutes // 60} h {minutes % 60:02d} min after the event" if minutes > 60 else ""
