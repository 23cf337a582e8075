"""Control charts as SVG: one drawing above the other, limits stepwise, signals marked by shape, colour and number of the rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from lotproof.draw.charts_axis import INK, LIMIT, MUTED, SIGNAL, Frame, grid, label, line, page, place, spread, text, ticks

WIDTH, HEIGHT, LEFT, RIGHT, TOP, GAP = 860.0, 250.0, 78.0, 108.0, 64.0, 62.0
DOTS = 150
"""Points up to which each gets a dot; more would run into each other."""


@dataclass(frozen=True)
class Drawn:
    """One drawing of a chart; all sequences have one value a point, NaN where there is none."""

    name: str
    """What is plotted."""
    statistic: Sequence[float]
    """The points."""
    center: Sequence[float]
    """Centre line."""
    lower: Sequence[float]
    """Lower limit."""
    upper: Sequence[float]
    """Upper limit."""
    marks: dict[int, str]
    """Point (from 0) -> numbers of the rules that fire there."""


def control_chart(title: str, panels: Sequence[Drawn], labels: Sequence[str] = (), stages: Sequence[int] = (), note: str = "") -> str:
    """The chart. ``labels`` name the points, ``stages`` are the points (from 0) at which new limits begin, ``note`` stands below."""
    height = TOP + len(panels) * (HEIGHT + GAP) + (18 if note else 0)
    parts = [label(LEFT - 54, 30, title, 17, INK, weight="600")]
    for at, panel in enumerate(panels):
        parts += _panel(panel, TOP + at * (HEIGHT + GAP), labels, stages)
    if note:
        parts.append(label(LEFT - 54, height - 12, note, 11))
    return page(WIDTH, height, title, description(title, panels, labels), parts)


def description(title: str, panels: Sequence[Drawn], labels: Sequence[str] = ()) -> str:
    """The drawing in words."""
    told = [f"{title}."]
    for panel in panels:
        names = [f"{labels[at] if labels else at + 1} (rule {rules})" for at, rules in sorted(panel.marks.items())]
        told.append(f"{panel.name}: {len(panel.statistic)} points; signals: {', '.join(names) if names else 'none'}.")
    return " ".join(told)


def _panel(panel: Drawn, top: float, labels: Sequence[str], stages: Sequence[int]) -> list[str]:
    count = len(panel.statistic)
    low, high = spread([*panel.statistic, *panel.center, *panel.lower, *panel.upper])
    frame = Frame(LEFT, top, WIDTH - LEFT - RIGHT, HEIGHT, (-0.5, low), (max(count, 1) - 0.5, high))
    levels = ticks(low, high)
    unit = levels[1] - levels[0] if len(levels) > 1 else 0.0
    parts = [label(LEFT - 54, top - 12, panel.name, 12, MUTED, weight="600"), *grid(frame, levels, unit), *_along(frame, count, labels)]
    parts += [line(frame.x(at - 0.5), top, frame.x(at - 0.5), top + HEIGHT, MUTED, 1, "2 3") for at in stages if 0 < at < count]
    limits = ((panel.upper, LIMIT, "6 4"), (panel.center, MUTED, ""), (panel.lower, LIMIT, "6 4"))
    parts += [part for values, stroke, dash in limits for part in _stepped(frame, values, stroke, dash)]
    parts += _limit_names(frame, panel)
    return [*parts, *_points(frame, panel)]


def _along(frame: Frame, count: int, labels: Sequence[str]) -> list[str]:
    """Names of some points below the axis: as many as there is room for."""
    base = frame.top + frame.height
    longest = max((len(word) for word in labels), default=3)
    every = max(1, math.ceil(count * (longest + 2) * 6.2 / frame.width))
    parts = [line(frame.left, base, frame.left + frame.width, base, MUTED)]
    if not labels:
        every = next(step for power in range(10) for step in (10**power, 2 * 10**power, 5 * 10**power) if step >= every)
    # Points without names are numbered from 1, so round numbers stand at the end of each stride.
    for at in range(0 if labels else every - 1, count, every):
        parts.append(line(frame.x(at), base, frame.x(at), base + 4, MUTED))
        parts.append(label(frame.x(at), base + 18, labels[at] if labels else str(at + 1), anchor="middle"))
    return parts


def _stepped(frame: Frame, values: Sequence[float], stroke: str, dash: str) -> list[str]:
    """A limit as steps that reach half a point to each side; it ends where there is none."""
    path: list[str] = []
    at = 0
    for value, run in groupby(values):
        start, at = at, at + sum(1 for _ in run)
        if math.isfinite(value):
            joined = start and path and math.isfinite(values[start - 1])
            path.append(f"{'L' if joined else 'M'}{place(frame.x(start - 0.5))} {place(frame.y(value))}H{place(frame.x(at - 0.5))}")
    if not path:
        return []
    # Dashes of many short steps would be a cloud of dots.
    drawn = f'stroke-width="1.3" stroke-dasharray="{dash}"' if dash and len(path) <= DOTS else f'stroke-width="{0.8 if dash else 1.3}"'
    return [f'<path d="{"".join(path)}" fill="none" stroke="{stroke}" {drawn}/>']


def _limit_names(frame: Frame, panel: Drawn) -> list[str]:
    """Names and last values of the limits beside their ends, moved apart where they would lie on each other."""
    named = ((panel.upper, LIMIT, "upper"), (panel.center, MUTED, "centre"), (panel.lower, LIMIT, "lower"))
    parts, above = [], -math.inf
    for values, stroke, name in named:
        last = next((value for value in reversed(values) if math.isfinite(value)), None)
        if last is not None:
            above = max(frame.y(last) + 4, above + 12)
            parts.append(label(frame.left + frame.width + 6, above, f"{name} {text(last)}", 10.5, stroke))
    return parts


def _points(frame: Frame, panel: Drawn) -> list[str]:
    known = [(at, value) for at, value in enumerate(panel.statistic) if math.isfinite(value)]
    trace = " ".join(f"{place(frame.x(at))},{place(frame.y(value))}" for at, value in known)
    parts = [f'<polyline points="{trace}" fill="none" stroke="{INK}" stroke-width="1.2" stroke-linejoin="round"/>']
    numbered: list[tuple[float, float]] = []
    for at, value in known:
        x, y = frame.x(at), frame.y(value)
        if at in panel.marks:
            # a diamond, not a dot: colour alone says nothing to those who do not see it
            corners = ((x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y))
            outline = " ".join(f"{place(px)},{place(py)}" for px, py in corners)
            parts.append(f'<polygon points="{outline}" fill="{SIGNAL}" stroke="#ffffff"/>')
            # below its point where it lies below the centre, but not on the axis
            below = value < panel.center[at] and y + 22 < frame.top + frame.height
            height = y + (19 if below else -10)
            # numbers that would run into each other are left to the table; the diamond stays
            half = 3.5 * len(panel.marks[at])
            beside = min(x, frame.left + frame.width - half)
            others = [*numbered, *((frame.x(near), frame.y(panel.statistic[near]) + 4) for near in panel.marks if near != at)]
            if all(abs(x - px) > half + 8 or abs(height - py) > 12 for px, py in others):
                numbered.append((x, height))
                parts.append(label(beside, height, panel.marks[at], 10.5, SIGNAL, "middle", "600", halo=True))
        elif len(known) <= DOTS:
            parts.append(f'<circle cx="{place(x)}" cy="{place(y)}" r="2.6" fill="{INK}" stroke="#ffffff" stroke-width="0.8"/>')
    return parts
