"""Text in a drawing: widths without a font at hand, lines that fit, characters that SVG needs escaped."""

from __future__ import annotations

import textwrap
from xml.sax.saxutils import escape, quoteattr

NARROW, WIDE = set("fijlrtI.,:;|!'() -"), set("mwMW%@")


def width(text: str, size: float) -> float:
    """About how wide a text is in a sans-serif face, in the unit of `size`."""
    return size * sum(0.3 if one in NARROW else 0.86 if one in WIDE else 0.68 if one.isupper() else 0.55 for one in text)


def lines(text: str, room: float, size: float, most: int) -> list[str]:
    """A text in at most so many lines that fit the room; the last one ends in an ellipsis where something is left out."""
    a_line = max(int(room / (size * 0.55)), 4)
    found = textwrap.wrap(text, a_line, break_on_hyphens=True) or [""]
    if len(found) > most:
        found = [*found[: most - 1], found[most - 1][: a_line - 1].rstrip() + "…"]
    return found


def block(x: float, y: float, rows: list[str], size: float, name: str = "t") -> str:
    """Lines of text centred on a point."""
    top = y - (len(rows) - 1) * size * 0.6 + size * 0.35
    spans = "".join(f'<tspan x="{x:g}" y="{top + place * size * 1.2:g}">{escape(row)}</tspan>' for place, row in enumerate(rows))
    return f'<text class="{name}" font-size="{size:g}" text-anchor="middle">{spans}</text>'


__all__ = ["block", "escape", "lines", "quoteattr", "width"]
