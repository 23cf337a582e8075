"""Drawings of the desk: what draw/ makes, from what a case and a lot hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from lotproof.control.process_steps import STEPS, mapped
from lotproof.control.units_seen import PLACES, stops_of
from lotproof.draw import page, pen
from lotproof.draw.marks import MARKED
from lotproof.draw.process_map import process_map
from lotproof.draw.road import road
from lotproof.draw.timeline import Happening, timeline
from lotproof.quality.case import Case
from lotproof.quality.register import ACTS
from lotproof.quality.times import moment
from lotproof.web.language import say


def units_road(lot: str, matrix: Sequence[Mapping[str, Any]]) -> SafeString | None:
    """Where the units of a lot were seen; None where no two sources speak of it."""
    return drawn(road(stops_of(matrix), say("Lot {lot}: where the units were seen", lot=lot))) if matrix else None


def findings_map(findings: Sequence[Mapping[str, Any]], title: str) -> SafeString | None:
    """The process with the findings at the step where they arose; None where there are none."""
    counts = {one["code"]: int(one["count"]) for one in findings}
    grave = sorted({one["code"] for one in findings if one["severity"] in ("critical", "major")})
    return drawn(process_map(mapped(counts, grave, "item"), title)) if counts else None


PICTURE_WORDS = (
    "Material", "Method", "Machine", "Man", "Measurement", "Environment", "Data", "People",
    "■ root", "▲ supported", "× ruled out", "○ possible",
    "Problem", *(text for name, where, *_ in STEPS for text in (name, where)), *(text for seen in PLACES.values() for text in seen),
)  # fmt: skip
"""Words that drawings bear by themselves."""
_FEWER = re.compile(r"[\d,]+ fewer, in the equation")
LANES = {
    "containment-step": "people",
    "contain": "people",
    "interview": "people",
    "gate": "people",
    "hold": "people",
    "notified": "people",
    "evidence": "data",
    "scope-search": "data",
    "open": "data",
}
"""Kind of act -> line of the timeline; an observation says its own."""


def case_timeline(case: Case) -> SafeString | None:
    """Machine, data and people over time, at the times of the events; None where there is little to see."""
    happenings = []
    for one in case.acts:
        lane = one.body["stream"] if one.name == "observation" else LANES.get(one.name)
        if lane and one.stands:
            text = one.body.get("what") or one.body.get("said") or one.body.get("title") or say(ACTS[one.name].button)
            happenings.append(Happening(moment(one.event_time), str(text), lane, grave=one.name == "open"))
    return drawn(timeline(happenings, say("{number}: machine, data and people", number=case.number))) if len(happenings) > 1 else None


def drawn(svg: str) -> SafeString:
    """What draw/ makes escapes every text that it is given. Its <style> goes: the policy of the page lets no inline style in."""
    bare = re.sub(r"<style>.*?</style>", "", svg, flags=re.DOTALL)
    return mark_safe(re.sub(r"(?<=>)[^<>]+(?=</text>|</tspan>)", _word, bare))


def _word(found: re.Match[str]) -> str:
    """A text of a drawing: its own words in the reader's language, what people wrote as it is."""
    text = found[0]
    return say(text) if text in PICTURE_WORDS or _FEWER.fullmatch(text) else text


def stylesheet() -> str:
    """The styles of all drawings, for drawings on a page."""
    return f".picture{{{page.STYLE}{MARKED}{pen.STYLE}}}"
