"""Drawings of the report as SVG text: partition of a lot, histogram of grades, timeline of lots.

Colours are presentation attributes, which the style sheet of the HTML report overrides by class; the PDF takes them as
they are. Every text passes `show`, so that a PDF/A build finds a glyph for it, and is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import escape

from lotproof.packs.report.words import utc

Show = Callable[[str], str]
WIDTH = 720
"""Width of a drawing in its own units."""

COLOURS: Mapping[str, str] = {
    "good": "#2f6f93", "unused": "#b9cdd8", "invalidated": "#8fa6b3", "label_scrapped": "#7d8fa8", "label_sampled": "#a9b6cc",
    "sampled": "#5f9ea0", "destroyed": "#6b7280", "inactive": "#9ca3af", "orphans": "#c98a1b", "unaccounted": "#b3261e",
}  # fmt: skip
"""Class of the lot equation -> colour; what is not accounted for is amber and red."""


@dataclass(frozen=True)
class Band:
    """One lot on the timeline."""

    label: str
    """Lot."""
    first: datetime
    """First observation."""
    last: datetime
    """Last observation."""
    steps: Sequence[datetime]
    """Times of steps of the dossiers of the lot."""
    marks: Sequence[datetime]
    """Times of the rows that prove findings of the lot."""


def _svg(height: int, body: Sequence[str], alt: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-label="{escape(alt)}" font-family="Libertinus Serif" font-size="12">{"".join(body)}</svg>'
    )


def _text(x: float, y: float, text: str, anchor: str = "start", style: str = "ink") -> str:
    colour = {"ink": "#1c2733", "soft": "#55616d", "light": "#ffffff"}[style]
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _box(x: float, y: float, width: float, height: float, style: str, colour: str, title: str = "") -> str:
    inside = f"<title>{escape(title)}</title>" if title else ""
    return f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}">{inside}</rect>'


def partition(parts: Sequence[tuple[str, str, int]], alt: str, show: Show) -> str:
    """One bar: each class (key, name, number) of a lot in its share of the width; a class that is there is never invisible."""
    there = [part for part in parts if part[2] > 0]
    total = sum(number for _, _, number in there)
    body: list[str] = []
    if not there:
        body.append(_box(0, 0, WIDTH, 26, "empty", "#e3e6e8"))
    room, x = WIDTH - 3.0 * len(there), 0.0
    for key, name, number in there:
        width = 3 + room * number / total
        body.append(_box(x, 0, width - 0.6, 26, f"c-{key}", COLOURS[key], f"{name}: {number:,}"))
        if width > 60 and key in ("good", "unaccounted", "destroyed"):
            body.append(_text(x + width / 2, 17, f"{number:,}", "middle", "light"))
        x += width
    for rank, (key, name, number) in enumerate(parts):
        left, top = (rank % 5) * WIDTH / 5, 36 + (rank // 5) * 18
        body.append(_box(left, top, 10, 10, f"c-{key}", COLOURS[key]))
        body.append(_text(left + 15, top + 9.5, show(f"{name} {number:,}"), style="ink" if number else "soft"))
    return _svg(36 + 18 * ((len(parts) + 4) // 5), body, show(alt))


def histogram(classes: Sequence[tuple[str, int]], limit_after: int | None, alt: str, show: Show) -> str:
    """Bars of a histogram with their numbers; a dashed line stands after the class that lies below a limit."""
    top = max([number for _, number in classes] + [1])
    step = WIDTH / max(len(classes), 1)
    body = []
    for rank, (name, number) in enumerate(classes):
        height, middle = 90 * number / top, (rank + 0.5) * step
        below = limit_after is not None and rank < limit_after
        style, colour = ("c-unaccounted", COLOURS["unaccounted"]) if below else ("c-good", COLOURS["good"])
        body.append(_box(middle - step * 0.3, 112 - height, step * 0.6, height, style, colour))
        body.append(_text(middle, 106 - height, f"{number:,}", "middle"))
        body.append(_text(middle, 128, show(name), "middle", "soft"))
    body.append('<path class="axis" d="M0 112.5H720" stroke="#9aa4ad" fill="none"/>')
    if limit_after is not None:
        x = limit_after * step
        body.append(f'<path class="limit" d="M{x:.1f} 4V112" stroke="#b3261e" stroke-dasharray="4 3" fill="none"/>')
        body.append(_text(x + 5, 13, show("limit 1.5"), style="soft"))
    return _svg(136, body, show(alt))


def timeline(bands: Sequence[Band], alt: str, show: Show) -> str:
    """One band a lot from its first to its last observation; below it ticks for steps, above it triangles for findings."""
    times = [moment for band in bands for moment in (band.first, band.last, *band.steps, *band.marks)]
    low, high = min(times).timestamp(), max(times).timestamp()
    left, right = 130.0, WIDTH - 40.0
    scale = (right - left) / ((high - low) or 1)
    body = []
    for tick in range(5):
        x = left + (right - left) * tick / 4
        moment = datetime.fromtimestamp(int(low + (high - low) * tick / 4), UTC)
        body.append(f'<path class="grid" d="M{x:.1f} 20V{30 + 28 * len(bands)}" stroke="#d9dee2" fill="none"/>')
        body.append(_text(x, 12, (utc(moment) or "")[:16].replace("T", " ") + "Z", "middle", "soft"))
    for rank, band in enumerate(bands):
        y = 34 + 28 * rank
        x, end = left + (band.first.timestamp() - low) * scale, left + (band.last.timestamp() - low) * scale
        label = band.label if len(band.label) <= 16 else band.label[:15] + "…"
        body.append(_text(left - 8, y + 10, show(label), "end"))
        body.append(_box(x, y, max(end - x, 2), 12, "band", "#8fb3c7", show(f"{band.label}: {utc(band.first)} to {utc(band.last)}")))
        body.extend(_ticks([left + (m.timestamp() - low) * scale for m in band.steps], y))
        body.extend(_triangles([left + (m.timestamp() - low) * scale for m in band.marks], y))
    return _svg(36 + 28 * len(bands), body, show(alt))


def _ticks(places: Sequence[float], y: float) -> list[str]:
    path = "".join(f"M{x}.5 {y + 13}v4" for x in sorted({int(x) for x in places}))
    return [f'<path class="tick" d="{path}" stroke="#55616d" fill="none"/>'] if path else []


def _triangles(places: Sequence[float], y: float) -> list[str]:
    path = "".join(f"M{x} {y}l-4 -7h8z" for x in sorted({int(x) // 3 * 3 for x in places}))
    return [f'<path class="mark" d="{path}" fill="#b3261e"/>'] if path else []
