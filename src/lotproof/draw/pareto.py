"""Pareto chart: what there is most of, the most first, with the share that adds up (Juran 1951, Quality Control Handbook)."""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.draw.pen import PAGE, Skin, area, line, num, sheet, words, wrap

ROW, EDGE, NAME, BAR, SIZE = 30.0, 18.0, 220.0, 380.0, 12.0
"""Height of a row, margin, room for names, width of the longest bar, size of text."""
MOST = 20
"""Rows drawn; the rest is one row."""
VITAL = 0.8
"""Rows until the shares add up to this are dark: the vital few."""


def pareto_chart(counts: Sequence[tuple[str, int]], title: str, skin: Skin = PAGE) -> str:
    """The chart of (name, count); equal counts in the order of their names. ValueError where there is nothing to draw."""
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    total = sum(count for _, count in ordered)
    if not total:
        raise ValueError("there is no count above nought to draw")
    rest = ordered[MOST:]
    rows = [*ordered[:MOST], *([(f"{len(rest)} others", sum(count for _, count in rest))] if rest else [])]
    longest, sum_, parts = max(count for _, count in rows), 0, []
    for at, (name, count) in enumerate(rows):
        top = EDGE + 22 + at * ROW
        vital = sum_ < VITAL * total
        sum_ += count
        said = wrap(skin.show(name), NAME - 10, SIZE, 1, vital)
        parts.append(words(EDGE + NAME - 10, top + ROW / 2 + 4, said, SIZE, "plain", "end", vital))
        wide = max(BAR * count / longest, 1.5)
        parts.append(area(f"M{num(EDGE + NAME)} {num(top + 5)}h{num(wide)}v{num(ROW - 10)}h-{num(wide)}z", "head" if vital else "soft"))
        parts.append(words(EDGE + NAME + wide + 8, top + ROW / 2 + 4, [f"{count:,}"], SIZE, "plain", bold=True))
        parts.append(words(EDGE + NAME + BAR + 130, top + ROW / 2 + 4, [f"{100 * sum_ / total:.0f} %"], 11, "soft", "end"))
    high = EDGE * 2 + 26 + len(rows) * ROW
    parts.append(words(EDGE + NAME + BAR + 130, EDGE + 12, ["adds up to"], 10, "soft", "end"))
    parts.append(line(f"M{num(EDGE + NAME)} {num(EDGE + 20)}V{num(high - EDGE)}", "soft", 1))
    return sheet(EDGE * 2 + NAME + BAR + 130, high, skin.show(title), skin.show(_told(rows, total)), parts, skin)


def _told(rows: Sequence[tuple[str, int]], total: int) -> str:
    return f"{total:,} in all. " + "; ".join(f"{name}: {count:,} ({100 * count / total:.1f} %)" for name, count in rows) + "."
