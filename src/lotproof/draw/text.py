"""Text in a drawing: widths without a font at hand, lines that fit, characters that SVG needs escaped."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

NARROW, WIDE = set("fijlrtI.,:;|!'() -"), set("mwMW%@—…")
WIDTHS = {**dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ", 0.7), **dict.fromkeys(NARROW, 0.33), **dict.fromkeys(WIDE, 0.97)}
"""Character -> about its width in ems in a sans-serif face; one not named here is 0.58 wide. On the safe side: text must not stick out."""


def width(text: str, size: float) -> float:
    """About how wide a text is in a sans-serif face, in the unit of `size`."""
    return size * sum(WIDTHS.get(one, 0.58) for one in text)


def lines(text: str, room: float, size: float, most: int) -> list[str]:
    """A text in at most so many lines that fit the room; the last one ends in an ellipsis where something is left out."""
    if len(text) * size * WIDTHS["W"] <= room:
        return [text]
    found: list[str] = []
    row = ""
    for word in text.split():
        joined = f"{row} {word}" if row else word
        if width(joined, size) <= room:
            row = joined
            continue
        found += [row] if row else []
        row = word
        while width(row, size) > room:
            fits = _fitting(row, room, size)
            found.append(row[:fits])
            row = row[fits:]
    found.append(row)
    if len(found) > most:
        last = found[most - 1]
        found = [*found[: most - 1], last[: _fitting(last, room - size, size)].rstrip() + "…"]
    return found


def _fitting(word: str, room: float, size: float) -> int:
    """How many characters of a word fit; after a hyphen, where one is among them."""
    fits = next((at for at in range(1, len(word)) if width(word[: at + 1], size) > room), len(word))
    hyphen = word.rfind("-", 1, fits)
    return hyphen + 1 if hyphen > 0 and fits < len(word) else fits


def block(x: float, y: float, rows: list[str], size: float, name: str = "t") -> str:
    """Lines of text centred on a point."""
    if len(rows) == 1:
        return f'<text class="{name}" font-size="{size:g}" text-anchor="middle" x="{x:g}" y="{y + size * 0.35:g}">{escape(rows[0])}</text>'
    top = y - (len(rows) - 1) * size * 0.6 + size * 0.35
    spans = "".join(f'<tspan x="{x:g}" y="{top + place * size * 1.2:g}">{escape(row)}</tspan>' for place, row in enumerate(rows))
    return f'<text class="{name}" font-size="{size:g}" text-anchor="middle">{spans}</text>'


__all__ = ["block", "escape", "lines", "quoteattr", "width"]
