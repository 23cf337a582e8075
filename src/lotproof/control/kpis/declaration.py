"""A KPI as it is declared: what counts, out of what, what a point is, which chart watches it, and when it alarms.

A file is TOML. ``events`` is one SELECT with the columns lot, at_utc, item, note, source, position, one row an event or a measured
thing; ``n`` weighs it, ``value`` is what was measured, ``shipment`` names its delivery. ``opportunity`` has lot, at_utc, n. ``{SN-03}``
stands for the SELECT of that rule. A site's own files lie in the folder ``kpis`` of its workspace; one with ``base = "no-read"``
takes over that KPI and changes what it states.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from lotproof.rules.register import RULES
from lotproof.stats.charts.kinds import KINDS
from lotproof.stats.problem import MethodProblem

BUCKETS = ("lot", "shift", "hour", "day", "week", "month", "shipment")
KINDS_OF_KPI = ("rate", "count", "measure")
STATISTICS = ("mean", "median", "min", "max")
TABLES = ("lots", "site", "ledger")
LEVELS = ("target", "alert", "action")
NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
EVENT_COLUMNS = ("lot", "at_utc", "item", "note", "source", "position")
OPPORTUNITY_COLUMNS = ("lot", "at_utc", "n")


@dataclass(frozen=True)
class Level:
    """A threshold."""

    name: str
    """target, alert or action."""
    basis: str
    """Where it comes from."""
    above: float | None = None
    """A point above it is beyond the level."""
    below: float | None = None
    """A point below it is beyond the level."""

    def beyond(self, value: float) -> bool:
        """Whether a point of this value is beyond the level."""
        return (self.above is not None and value > self.above) or (self.below is not None and value < self.below)

    @property
    def limit(self) -> float:
        """The threshold."""
        return self.above if self.above is not None else float(self.below or 0)


@dataclass(frozen=True)
class Kpi:
    """One KPI."""

    id: str
    """Word for the command line, and name of its file."""
    name: str
    """What it is, for a person."""
    formula: str
    """How it is made, in words."""
    unit: str
    """Unit of its value."""
    kind: str
    """rate (events by opportunities), count (events), measure (a statistic of measured values)."""
    events: str
    """SELECT of the events or measured things."""
    opportunities: str
    """What the opportunities are, in words."""
    needs: str
    """Which sources or records it needs, for where there are none."""
    opportunity: str = ""
    """SELECT of the opportunities; none for a measure."""
    by: str = "lot"
    """What a point is unless somebody asks for another."""
    buckets: tuple[str, ...] = ("lot",)
    """What a point may be."""
    chart: str = "auto"
    """Kind of chart; auto: the one that the spread proposes; auto-u: the same where one unit may have several events; none: no chart."""
    rules: str = "western-electric"
    """Rule set of the chart."""
    only: tuple[str, ...] = ()
    """Some rules of the set; empty for all."""
    per: float = 1.0
    """A rate is events by opportunities times this."""
    complement: bool = False
    """The value is 1 less the rate: a yield."""
    statistic: str = "mean"
    """Of a measure: mean, median, min or max of a point."""
    tables: str = "lots"
    """lots: tables of the rules, lot by lot; site: the small tables, once; ledger: the acts recorded in the ledger."""
    levels: tuple[Level, ...] = ()
    """Thresholds."""
    response: str = ""
    """What a person does where it alarms: every alarm asks for a response (ISA-18.2)."""
    local: bool = False
    """Declared by a workspace."""


_NEEDED = ("id", "name", "formula", "unit", "kind", "events", "opportunities", "needs")
_TEXTS = (*_NEEDED, "opportunity", "by", "chart", "rules", "statistic", "tables", "response")
_CHOICES = {"kind": KINDS_OF_KPI, "by": BUCKETS, "statistic": STATISTICS, "tables": TABLES, "chart": ("auto", "auto-u", "none", *KINDS)}


def kpi_from(document: Mapping[str, Any], where: str, base: Kpi | None = None, local: bool = False) -> Kpi:
    """The KPI that a document declares, over what ``base`` says; MethodProblem names ``where`` and the field."""
    known = {field.name: field for field in fields(Kpi) if field.name != "local"}
    for name, value in document.items():
        if name != "base" and name not in known:
            raise _refused(where, name, f"there is no such field; there are base, {', '.join(known)}")
        if problem := _problem(name, value):
            raise _refused(where, name, problem)
    found: dict[str, Any] = dict(vars(base)) if base else {}
    found |= {name: _made(name, value, where) for name, value in document.items() if name != "base"}
    for name in _NEEDED:
        if not found.get(name):
            raise _refused(where, name, "write a text")
    kpi = Kpi(**{**found, "local": local})
    _check_whole(kpi, where)
    return kpi


def _problem(name: str, value: Any) -> str:
    if name in _TEXTS and not isinstance(value, str):
        return "write a text"
    if name in _CHOICES and value not in _CHOICES[name]:
        return f'"{value}" is none of {", ".join(_CHOICES[name])}'
    if name == "id" and not NAME.match(value):
        return f'"{value}" must be of small letters, digits and hyphens, such as no-read-us'
    if name in ("buckets", "only") and not (isinstance(value, list) and all(isinstance(word, str) for word in value)):
        return "write a list of texts"
    if name == "buckets" and (unknown := [word for word in value if word not in BUCKETS]):
        return f'"{unknown[0]}" is none of {", ".join(BUCKETS)}'
    if name == "per" and not (isinstance(value, int | float) and value > 0):
        return "write a number above 0"
    if name == "complement" and not isinstance(value, bool):
        return "write true or false"
    return ""


def _made(name: str, value: Any, where: str) -> Any:
    if name == "levels":
        return tuple(_level(one, where) for one in value) if isinstance(value, list) else _refuse_levels(where)
    if name in ("events", "opportunity"):
        return value.strip().rstrip(";")
    return tuple(value) if name in ("buckets", "only") else value


def _refuse_levels(where: str) -> Any:
    raise _refused(where, "levels", "write [[levels]] with name, above or below, and basis")


def _level(one: Any, where: str) -> Level:
    if not isinstance(one, dict) or set(one) - {"name", "basis", "above", "below"} or one.get("name") not in LEVELS:
        raise _refused(where, "levels", f"each has a name ({', '.join(LEVELS)}), above or below, and basis")
    sides = [side for side in ("above", "below") if side in one]
    if len(sides) != 1 or isinstance(one[sides[0]], bool) or not isinstance(one[sides[0]], int | float):
        raise _refused(where, "levels", f"the level {one['name']} needs one number, above or below")
    if not isinstance(one.get("basis"), str) or not one["basis"].strip():
        raise _refused(where, "levels", f"the level {one['name']} needs its basis: a baseline, a change, a regulation")
    return Level(one["name"], one["basis"].strip(), one.get("above"), one.get("below"))


def _check_whole(kpi: Kpi, where: str) -> None:
    if kpi.by not in kpi.buckets:
        raise _refused(where, "by", f"a point is one of its buckets, {', '.join(kpi.buckets)}")
    if kpi.kind != "measure" and not kpi.opportunity:
        raise _refused(where, "opportunity", f"a {kpi.kind} needs the SELECT of its opportunities")
    if kpi.complement and (kpi.kind != "rate" or kpi.per != 1):
        raise _refused(where, "complement", "only a rate with per = 1 has one")
    for name in ("events", "opportunity"):
        for code in re.findall(r"\{([^{}]*)\}", re.sub(r"\{'[^{}]*\}", "", getattr(kpi, name))):
            if code not in RULES:
                raise _refused(where, name, f"{{{code}}} stands for no rule; lotproof rules lists them")


def select_of(sql: str, instead: str = "") -> str:
    """The SELECT with the rules that it names written out, or ``instead`` in the place of each."""
    return re.sub(r"\{([A-Z]{2,3}-\d\d)\}", lambda found: instead or RULES[found[1]].sql, sql)


def document_of(kpi: Kpi) -> dict[str, Any]:
    """The declaration as JSON."""
    return {**asdict(kpi), "levels": [{k: v for k, v in asdict(level).items() if v is not None} for level in kpi.levels]}


def _refused(where: str, field: str, sentence: str) -> MethodProblem:
    return MethodProblem(f'{where}, field "{field}": {sentence}.')
