"""The operating characteristic of a sampling plan as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.draw.charts_axis import INK, LIMIT, MUTED, RULE, Frame, grid, label, line, page, place, text, ticks
from lotproof.draw.text import width

WIDTH, HEIGHT, LEFT, TOP = 640.0, 400.0, 72.0, 62.0


def oc_curve(title: str, shares: Sequence[float], chances: Sequence[float], marks: Sequence[tuple[float, str]] = ()) -> str:
    """Probability of acceptance over the share that is wrong; ``marks`` are shares that a person should see, each with its name."""
    frame = Frame(LEFT, TOP, WIDTH - LEFT - 40, HEIGHT - TOP - 70, (0.0, 0.0), (max(shares), 1.0))
    base = frame.top + frame.height
    along = ticks(0.0, 100 * frame.high[0])
    unit = along[1] - along[0] if len(along) > 1 else 0.0
    parts = [label(24, 30, title, 17, INK, weight="600"), *grid(frame, [0, 0.2, 0.4, 0.6, 0.8, 1.0], 0.2)]
    parts.append(label(24, TOP - 12, "probability of acceptance", 12, MUTED, weight="600"))
    for value in along:
        parts.append(line(frame.x(value / 100), frame.top, frame.x(value / 100), base, RULE))
        parts.append(label(frame.x(value / 100), base + 18, text(value, unit), anchor="middle"))
    parts.append(label(frame.left + frame.width, base + 38, "per cent wrong", 12, MUTED, "end", "600"))
    for share, _ in marks:
        parts.append(line(frame.x(share), frame.top, frame.x(share), base, LIMIT, 1.2, "6 4"))
    trace = " ".join(f"{place(frame.x(share))},{place(frame.y(chance))}" for share, chance in zip(shares, chances, strict=True))
    parts.append(f'<polyline points="{trace}" fill="none" stroke="{INK}" stroke-width="2" stroke-linejoin="round"/>')
    for share, name in marks:
        # where the curve is not: below it while it is high, above it when it is low
        chance = min(zip(shares, chances, strict=True), key=lambda point: abs(point[0] - share))[1]
        x, fits = frame.x(share), frame.x(share) + 5 + width(name, 10.5) < WIDTH - 8
        height = base - 8 if chance > 0.5 else frame.top + 14
        parts.append(label(x + 5 if fits else x - 5, height, name, 10.5, LIMIT, "start" if fits else "end", halo=True))
    some = list(zip(shares, chances, strict=True))[:: max(len(shares) // 8, 1)]
    told = ", ".join(f"{100 * share:.3g} %: {chance:.3f}" for share, chance in some)
    return page(WIDTH, HEIGHT, title, f"{title}. Probability of acceptance by per cent wrong: {told}.", parts)
