"""Control charts in bulk: 10,000 I charts of 500 points, limits and all eight rules of Nelson; and drawings."""

from __future__ import annotations

import time

import numpy as np

from lotproof.draw.charts_control import Drawn, control_chart
from lotproof.stats.charts import kinds
from lotproof.stats.charts.rules import panel_signals, rule_set
from lotproof.stats.charts.values import Series

CHARTS, POINTS, DRAWINGS = 10_000, 500, 200


def measured() -> list[tuple[str, float, int]]:
    """(what, CPU-seconds, how many)."""
    values = np.random.default_rng(1).normal(size=(CHARTS, POINTS))
    rules = rule_set("nelson")
    began, found = time.process_time(), 0
    for row in values:
        series = Series(row)
        chart = kinds.make(kinds.estimate("i-mr", series), series)
        found += sum(len(panel_signals(panel, rules)) for panel in chart.panels)
    judged = time.process_time() - began
    panel = kinds.make(kinds.estimate("i-mr", Series(values[0, :100])), Series(values[0, :100])).panels[0]
    drawn = Drawn("value", panel.statistic.tolist(), panel.center.tolist(), panel.lower.tolist(), panel.upper.tolist(), {})
    began = time.process_time()
    for _ in range(DRAWINGS):
        control_chart("A chart", [drawn])
    return [(f"{CHARTS:,} charts of {POINTS}, {found:,} signals", judged, CHARTS), (f"{DRAWINGS} drawings of 100", time.process_time() - began, DRAWINGS)]
