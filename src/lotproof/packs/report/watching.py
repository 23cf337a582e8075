"""Section 19: the control strategy: indicators with their charts, alarms, the alarm budget, samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lotproof.control.charting import drawing
from lotproof.control.kpis.judge import Judged, told
from lotproof.packs.report.blocks import Block, Code, Column, Facts, Figure, Heading, Inline, Light, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.values import Control
from lotproof.packs.report.words import count

OPEN = (
    "Who has acknowledged an alarm, and the schedule of verification, are missing: they need a person's record. "
    "The serialization engineer and QA would supply them."
)
LEVEL_ORDER = ("action", "alert", "target")
CHARTS = 12
"""Charts drawn in HTML; the PDF draws as many as it has figures for."""


def strategy(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 19."""
    control = book.values.control
    if control is None:
        text = "Indicators, control charts, samples and alarms are missing: this pack was made without counting them."
        return "missing", Light("none", "not counted"), [Para(text, note=True)]
    alarms = [(one, alarm) for one in control.judged for alarm in one.alarms]
    acted = len({one.points.kpi.id for one, alarm in alarms if alarm.condition == "action"})
    light = (
        Light("act", f"{count(acted, 'indicator')} beyond an action level")
        if acted
        else Light("watch" if alarms else "clear", _state(alarms))
    )
    blocks = [
        _intro(control),
        _table(book, control),
        *_alarms(book, alarms),
        *_figures(book, control),
        *_budget(control),
        *_samples(book, control),
    ]
    return "partly", light, [*blocks, Para(OPEN, note=True)]


def _state(alarms: Sequence[Any]) -> str:
    return count(len(alarms), "alarm condition") if alarms else "no alarm condition holds"


def _intro(control: Control) -> Block:
    return Para(
        (
            "Each indicator is declared once: what counts, out of what, its levels with their basis, its chart. All figures are in ",
            data_ref("kpis.json"),
            f", whose digest is in entry {control.entry} of the ledger. Levels are starting values until the site has its own baseline.",
        )
    )


def _table(book: Book, control: Control) -> Block:
    columns = [Column("Indicator", 1.8), Column("By", 0.5), Column("Points", 0.5, right=True), Column("Last", 0.9), Column("Worst", 0.9),
               Column("Levels", 1.2, lines=3), Column("Chart", 0.7), Column("Alarms", 0.6, right=True)]  # fmt: skip
    shown, more = cut([_row(one) for one in control.judged], book.limits.rows + len(control.judged), data_ref("kpis.json"))
    return Table("Indicators", columns, shown, more)


def _row(one: Judged) -> tuple[Inline, ...]:
    kpi, found = one.points.kpi, one.points.points
    levels = ", ".join(f"{level.name} {'>' if level.above is not None else '<'} {told(kpi, level.limit)}" for level in kpi.levels)
    if not found:
        return kpi.name, one.points.by, 0, one.no_data, None, levels or None, None, 0
    low = kpi.complement or any(level.below is not None for level in kpi.levels)
    worst = (min if low else max)(found, key=lambda point: point.value)
    chart = one.choice.kind if one.charted else None
    return (
        kpi.name,
        one.points.by,
        len(found),
        told(kpi, found[-1].value),
        f"{told(kpi, worst.value)} ({worst.label})",
        levels or None,
        chart,
        len(one.alarms),
    )


def _alarms(book: Book, alarms: Sequence[tuple[Judged, Any]]) -> list[Block]:
    if not alarms:
        return [Para("No alarm condition holds: no point is beyond a level, and no rule of a chart fires.")]
    order = {name: place for place, name in enumerate(LEVEL_ORDER)}
    ranked = sorted(alarms, key=lambda pair: order.get(pair[1].condition, len(order)))
    rows: list[tuple[Inline, ...]] = [
        (one.points.kpi.name, Code(alarm.point), alarm.condition, alarm.sentence) for one, alarm in ranked
    ]  # fmt: skip
    shown, more = cut(rows, book.limits.rows, data_ref("kpis.json"))
    columns = [Column("Indicator", 1.4), Column("Point", 1), Column("Condition", 0.7), Column("What holds, and its basis", 3, lines=3)]
    return [Table("Alarm list, the gravest first", columns, shown, more)]


def _figures(book: Book, control: Control) -> list[Block]:
    """Charts, those with most alarms first; the PDF has two."""
    drawn = sorted((one for one in control.judged if one.charted), key=lambda one: -len(one.alarms))[: 2 if book.limits.paper else CHARTS]
    return [figure for one in drawn for figure in _figure(book, one)]


def _figure(book: Book, one: Judged) -> list[Block]:
    charted = one.charted
    assert charted is not None
    show = book.limits.show
    labels = tuple(show(label) for label in charted.series.labels)
    title = show(f"{one.points.kpi.name}, by {one.points.by}")
    fired = [alarm.point for alarm in one.alarms if alarm.condition.startswith("rule")]
    alt = f"{title}: {len(charted.series)} points, {count(len(set(fired)), 'signal')}"
    figure = Figure(
        drawing(replace(charted, series=replace(charted.series, labels=labels)), title).strip(), alt, f"{title}. {one.choice.reason}"
    )
    return [figure]


def _budget(control: Control) -> list[Block]:
    told_ = control.budget
    charts = told_["watched"]
    if not charts:
        return []
    holds = "is held" if told_["holds"] else "is not held: take fewer rules, wider limits or fewer charts"
    return [
        Heading("Alarm budget"),
        Facts(
            [
                ("Charts and points", f"{len(charts):,} charts, {told_['points']:,} points"),
                ("False alarms to expect among them", f"{told_['expected']:.2f}"),
                ("Points at which a rule fired", f"{told_['signals']:,}"),
                (
                    "False alarms a day",
                    f"{told_['false_signals_a_day']:.2f}; at most {told_['bearable_a_day']:g} are bearable, which {holds}",
                ),
            ]
        ),
    ]


def _samples(book: Book, control: Control) -> list[Block]:
    if not control.selections:
        return [
            Para(
                "No sample is recorded in the workspace: the sampling plan is missing. QA would supply it (lotproof sample select).",
                note=True,
            )
        ]
    found = {body["selection"]: body for body in control.evaluations}
    rows = [_sample(body, found.get(body["number"])) for body in reversed(control.selections)]
    shown, more = cut(rows, book.limits.rows, data_ref("audit/audit.ndjson"))
    columns = [Column("No.", 0.4, right=True), Column("Lot", 0.9), Column("Sample", 1.2), Column("Plan", 1.2), Column("Verdict", 0.8),
               Column("What it shows, what follows", 2.6, lines=4)]  # fmt: skip
    return [
        Heading("Samples"),
        Table("Samples selected at random, the newest first; each can be selected again from the ledger", columns, shown, more),
    ]


def _sample(body: Mapping[str, Any], judged: Mapping[str, Any] | None) -> tuple[Inline, ...]:
    plan = body.get("plan") or f"accepted with {body['accept']:,} wrong at most"
    sample = f"{body['n']:,} of {body['listed']:,} {body['level'] or 'listed'}"
    shows = f"{judged['statement']} {judged['consequence']}".strip() if judged else "not evaluated"
    return body["number"], Code(body["lot"]) if body["lot"] else None, sample, plan, judged["verdict"] if judged else None, shows
