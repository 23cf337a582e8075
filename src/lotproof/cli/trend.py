"""lotproof trend: findings, alerts and deviations over time, with what most of them have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.control.trends import Event, Share, Trend

SHOWN = 12


@click.command()
@click.argument("sort", metavar="findings/alerts/deviations", default="findings")
@click.option("--split", default="code", show_default=True, metavar="code/line/product/partner", help="What the list is made of.")
@click.option("--only", "value", default=None, metavar="VALUE", help="Only events of this code, line, product or partner.")
@click.option("--by", default=None, metavar="lot/day/week/month", help="What a point is (default: lot; of deviations month).")
@click.option(
    "--svg", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the chart of all, or of --only, to this file."
)
@click.option("--pareto", "bars", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the Pareto chart here.")
@common.workspace_option
@common.json_option
@common.sentences
def trend(
    sort: str, split: str, value: str | None, by: str | None, svg: Path | None, bars: Path | None, workspace_dir: Path, as_json: bool
) -> None:  # fmt: skip
    """Findings of the last check, alerts or deviations over time: a Pareto list, the chart that fits each entry, and since when.

    Rates are per packs made where they can be: by lot, and of findings by time too. See docs/kpis.md.

    \b
    Examples:
      lotproof trend
      lotproof trend alerts --split partner --pareto alerts.svg
      lotproof trend findings --only SN-09 --by day --svg orphans.svg
      lotproof trend deviations --split line
    """
    from lotproof.control.trends import pareto, svg_of
    from lotproof.draw.pareto import pareto_chart
    from lotproof.stats.problem import MethodProblem
    from lotproof.workspace.trends import told

    word = sort.removesuffix("s")
    events, made = told(workspace_dir, word, common.time_text(None), common.actor_name(None))
    point = by or ("month" if word == "deviation" else "lot")
    every = pareto(events, split)
    if bars and every:
        bars.write_text(pareto_chart([(one.value, one.count) for one in every], f"{sort} by {split}"), encoding="utf-8")
    if value is not None:
        events = [event for event in events if (getattr(event, split) or "not told") == value]
        if not events:
            raise MethodProblem(
                f'There is no {split} "{value}" among the {sort}; there are {", ".join(one.value for one in every) or "none"}.'
            )
    found = _trends(events, made, split, point, f"{sort} {value or 'in all'}")
    if svg:
        svg.write_text(svg_of(found[0]), encoding="utf-8")
    if as_json:
        common.emit(_document(sort, split, every, found, events if value is not None else ()))
        return
    for line in _lines(sort, split, every, found, events if value is not None else ()):
        common.say(line)


def _trends(events: Sequence[Event], made: Any, split: str, by: str, name: str) -> list[Trend]:
    """All events first, then each value of the split."""
    from lotproof.control.trends import pareto, trend

    found = [trend(name, events, made, by)]
    values = [one.value for one in pareto(events, split)]
    if len(values) > 1:
        found += [trend(value, [one for one in events if (getattr(one, split) or "not told") == value], made, by) for value in values]
    return found


def _document(sort: str, split: str, every: Sequence[Share], found: Sequence[Trend], events: Sequence[Event]) -> dict[str, Any]:
    from lotproof.control.trends import as_document

    rows = [{**vars(event), "at": event.at and f"{event.at:%Y-%m-%dT%H:%M:%SZ}"} for event in events]
    return {
        "of": sort,
        "split": split,
        "pareto": [vars(one) for one in every],
        "trends": [as_document(one) for one in found],
        "events": rows,
    }


def _lines(sort: str, split: str, every: Sequence[Share], found: Sequence[Trend], events: Sequence[Event]) -> Iterator[str]:
    if not every:
        yield f"No {sort}."
        return
    yield f"{sum(one.count for one in every):,} {sort} by {split}:"
    for entry in every[:SHOWN]:
        yield f"  {entry.count:>7,}  {100 * entry.share:5.1f} %  {100 * entry.cumulated:5.1f} %  {entry.value}"
    if len(every) > SHOWN:
        yield f"  and {len(every) - SHOWN} more; see --json."
    for one in found[: SHOWN + 1]:
        yield from _trend(one)
    for event in events[:SHOWN]:
        when = f"{event.at:%Y-%m-%d %H:%M}" if event.at else "no time"
        yield f"  {when}  {event.lot}  {event.text}  {event.source}:{event.position}"


def _trend(one: Trend) -> Iterator[str]:
    yield f"{one.name}, by {one.by}: {sum(one.counts):,.0f} events in {len(one.labels)} points; chart {one.choice.kind}"
    yield f"  {one.choice.reason}"
    if one.charted:
        labels = one.charted.series.labels
        signals = [(labels[signal.index - 1], signal) for part in one.charted.parts for signal in part[2]]
        for label, signal in signals[:SHOWN]:
            yield f"  signal at {label}: rule {signal.rule}, {signal.sentence}"
    if one.since and one.onset:
        step, near = one.onset, (one.labels[one.onset.earliest], one.labels[one.onset.latest])
        which = "more" if step.after > step.before else "fewer"
        ratio = f"{step.ratio.value:.3g} times the rate before" if step.before else "none before"
        yield f"  {which} since {one.since} ({near[0]} to {near[1]}): {ratio}, p = {step.chance:.2g}"
    if one.unplaced:
        yield f"  {one.unplaced:,.0f} events belong to no point: they have no time, or their lot no packs."
