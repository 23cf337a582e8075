"""lotproof kpi: indicators of the workspace on their charts, their alarms, and the rows behind a point."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.control.kpis.declaration import Kpi
    from lotproof.control.kpis.judge import Judged

SHOWN = 40
"""Points and rows that are printed; --json has all points."""


@click.command()
@click.argument("name", metavar="ID", required=False)
@click.option("--by", default=None, metavar="lot/shift/day/hour/shipment", help="What a point is (default: as the KPI declares).")
@click.option("--chart", default=None, metavar="KIND", help="Another chart than the declared one; auto asks the dispersion test.")
@click.option("--rules", default=None, metavar="SET", help="Another rule set of the chart than the declared one.")
@click.option(
    "--limits", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None, help="File of approved limit sets (phase 2)."
)
@click.option("--rows", "label", default=None, metavar="POINT", help="The rows behind this point, with their places in the originals.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the chart to this file.")
@common.workspace_option
@common.json_option
@common.sentences
def kpi(name: str | None, label: str | None, workspace_dir: Path, as_json: bool, **asked: Any) -> None:
    """A KPI of the workspace on its chart with its alarms, or the list of all. See docs/kpis.md; a site's own lie in its folder kpis.

    Levels are starting values, each with its basis: replace them by the site's own baseline.

    \b
    Examples:
      lotproof kpi
      lotproof kpi no-read --by hour --svg no-read.svg
      lotproof kpi orphans --rows B7-2231
    """
    from lotproof.control.kpis.register import all_kpis, kpi_named

    known = all_kpis(workspace_dir / "kpis")
    if name is None:
        _list(known, as_json)
        return
    wanted = kpi_named(name, known)
    by = asked["by"] or wanted.by
    if label is not None:
        _rows(workspace_dir, wanted, by, label, as_json)
        return
    judged = _judged(workspace_dir, wanted, by, asked)
    if asked["svg"]:
        from lotproof.control.kpis.judge import svg_of

        asked["svg"].write_text(svg_of(judged), encoding="utf-8")
    if as_json:
        from lotproof.control.kpis.judge import as_document

        common.emit(as_document(judged))
        return
    for line in _lines(judged):
        common.say(line)


def _list(known: dict[str, Kpi], as_json: bool) -> None:
    from lotproof.control.kpis.declaration import document_of

    if as_json:
        common.emit({"kpis": [{"kpi": one.id, **document_of(one)} for one in known.values()]})
        return
    for one in known.values():
        levels = ", ".join(f"{level.name} {'>' if level.above is not None else '<'} {level.limit:g}" for level in one.levels)
        common.say(f"{one.id:<18} {one.name}; {one.chart}, by {one.by}{'; ' + levels if levels else ''}{'; local' if one.local else ''}")


def _judged(home: Path, wanted: Kpi, by: str, asked: dict[str, Any]) -> Judged:
    from lotproof.control.kpis.judge import judge
    from lotproof.workspace.kpis import kpi_points

    with common.progress_bar() as progress:
        found = kpi_points(home, wanted, by, common.time_text(None), common.actor_name(None), progress)
    return judge(found, _chart(asked["chart"]), asked["rules"] or "", _limits(asked["limits"]))


def _chart(word: str | None) -> str:
    from lotproof.stats.charts.kinds import kind_name

    return word if word in (None, "auto", "none") and word else kind_name(word) if word else ""


def _limits(path: Path | None) -> tuple[Any, ...]:
    from lotproof.cli.chart import read_sets

    return tuple(read_sets(path)) if path else ()


def _rows(home: Path, wanted: Kpi, by: str, label: str, as_json: bool) -> None:
    from lotproof.workspace.kpis import kpi_rows

    with common.progress_bar() as progress:
        count, rows = kpi_rows(home, wanted, by, label, common.time_text(None), common.actor_name(None), progress)
    if as_json:
        common.emit({"kpi": wanted.id, "by": by, "point": label, "count": count, "rows": rows})
        return
    common.say(f"{wanted.name}, {by} {label}: {count:,} rows")
    for row in rows[:SHOWN]:
        common.say(f"  {row['at_utc'] or 'no time':<20}  {row['item'] or '-'}  {row['note'] or ''}  {row['file']}:{row['position']}")
    if count > SHOWN:
        common.say(f"  and {count - SHOWN:,} more; --json has the first {len(rows):,}.")


def _lines(judged: Judged) -> Iterator[str]:
    from lotproof.control.kpis.judge import told

    points = judged.points
    yield f"{points.kpi.name}, by {points.by}: {points.kpi.formula}"
    if judged.no_data:
        yield f"  {judged.no_data}"
        return
    for point in points.points[-SHOWN:]:
        of = f" ({point.events:,.0f} of {point.opportunities:,.0f} {points.kpi.opportunities})" if points.kpi.kind != "measure" else (
            f" ({len(point.values):,} {points.kpi.opportunities})")  # fmt: skip
        yield f"  {point.label:<18} {told(points.kpi, point.value)}{of}"
    if len(points.points) > SHOWN:
        yield f"  these are the last {SHOWN} of {len(points.points):,} points; --json has all."
    if points.unplaced:
        yield f"  {points.unplaced:,.0f} events belong to no point: they have no time, or no {points.by}."
    yield f"  chart: {judged.choice.kind} ({judged.choice.reason})"
    yield from (f"  {alarm.condition} at {alarm.point}: {alarm.sentence}" for alarm in judged.alarms[:SHOWN])
    if not judged.alarms:
        yield "  no alarm condition holds"
