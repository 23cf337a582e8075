"""lotproof kpi: rates of the workspace on their charts, and the rows behind a point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lotproof.cli import common


@click.command()
@click.argument("name", required=False)
@click.option("--by", default="lot", show_default=True, metavar="lot/day/hour", help="What a point is.")
@click.option("--rules", default="western-electric", show_default=True, metavar="SET", help="Rule set of the chart.")
@click.option("--point", default=None, metavar="LOT/DAY/HOUR", help="The rows behind this point instead of the chart.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the chart to this file.")
@common.workspace_option
@common.json_option
@common.sentences
def kpi(name: str | None, by: str, rules: str, point: str | None, svg: Path | None, workspace_dir: Path, as_json: bool) -> None:
    """A KPI of the workspace on its chart, or the list of KPIs. Thresholds are starting values: replace them by the site's baseline.

    \b
    Examples:
      lotproof kpi
      lotproof kpi no-read --by day --svg no-read.svg
      lotproof kpi no-read --by day --point 2026-03-09
    """
    from lotproof.control import charting
    from lotproof.control import kpi as declared
    from lotproof.workspace.kpis import kpi_points, kpi_rows

    if name is None:
        shown = ("name", "title", "chart", "alert", "action")
        listed = [{key: getattr(one, key) for key in shown} for one in declared.KPIS.values()]
        _end({"kpis": listed}, [f"{one['name']:<12} {one['title']}" for one in listed], as_json)
        return
    wanted, time, actor = declared.kpi_named(name), common.time_text(None), common.actor_name(None)
    if point is not None:
        rows = kpi_rows(workspace_dir, wanted, by, point, time, actor)
        lines = [_row_line(row) for row in rows]
        _end({"kpi": name, "by": by, "point": point, "rows": rows}, lines or ["no event"], as_json)
        return
    counted = kpi_points(workspace_dir, wanted, by, time, actor)
    chart_wanted = charting.Wanted(rules)
    charted = charting.phase_one(wanted.chart, counted.series, chart_wanted)
    told = charting.document(charted, chart_wanted)
    if svg:
        svg.write_text(charting.drawing(charted, wanted.title), encoding="utf-8")
    rates: list[dict[str, Any]] = [
        {"point": label, "events": int(count), "of": int(size), "share": count / size}
        for label, count, size in counted.rows()
    ]
    alarms: list[dict[str, Any]] = [{"point": label, "level": level, "share": share} for label, level, share in counted.alarms]
    lines = [f"{wanted.title}, by {by}"]
    lines += [f"  {one['point']}: {one['events']:,} of {one['of']:,} ({100 * one['share']:.3f} %)" for one in rates]
    lines += [f"  {one['level']} at {one['point']}: {100 * one['share']:.3f} %" for one in alarms]
    lines += [f"  signal at {one['label']}: rule {one['rule']}, {one['sentence']}" for one in told["signals"]]
    _end({"kpi": name, "title": wanted.title, "by": by, "points": rates, "alarms": alarms, "chart": told}, lines, as_json)


def _row_line(row: dict[str, Any]) -> str:
    item = row["serial"] or row["sscc"] or "-"
    return f"{row['at_text'] or 'no time'}  {item}  {row['step']}  {row['file']}:{row['position']}"


def _end(told: dict[str, Any], lines: list[str], as_json: bool) -> None:
    if as_json:
        common.emit(told)
        return
    for line in lines:
        common.say(line)
