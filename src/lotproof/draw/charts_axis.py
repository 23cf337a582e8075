"""Axes of charts: ticks on round numbers, numbers as text, the frame that curves and control charts share."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

INK, MUTED, RULE, SIGNAL, LIMIT = "#1b1f24", "#5b6570", "#d5dae0", "#b3261e", "#8a5a00"
FONT = "font-family=\"'Noto Sans','DejaVu Sans',Arial,sans-serif\""


@dataclass(frozen=True)
class Frame:
    """Where values lie on the page."""

    left: float
    """Left edge of the plot."""
    top: float
    """Upper edge."""
    width: float
    """Width of the plot."""
    height: float
    """Its height."""
    low: tuple[float, float]
    """Values at the left and lower edge."""
    high: tuple[float, float]
    """Values at the right and upper edge."""

    def x(self, value: float) -> float:
        """Page position of a value along."""
        return self.left + (value - self.low[0]) / ((self.high[0] - self.low[0]) or 1) * self.width

    def y(self, value: float) -> float:
        """Page position of a value up."""
        return self.top + self.height - (value - self.low[1]) / ((self.high[1] - self.low[1]) or 1) * self.height


def place(value: float) -> str:
    """A page position: two digits are finer than any screen."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text(value: float, step: float = 0.0) -> str:
    """A value as a person writes it; with ``step`` no more digits than the ticks need."""
    if step:
        # as many digits as the step itself has: 0.0025 needs four
        digits = next(at for at in range(20) if abs(step * 10**at - round(step * 10**at)) < 1e-6 and round(step * 10**at))
        return f"{value + 0.0:,.{digits}f}" if digits < 7 else f"{value:.3g}"
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values from low to high: 1, 2, 2.5 or 5 times a power of ten."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if span / (power * factor) <= most)
    first = math.ceil(low / step - 1e-9)
    return [round(at * step, 12) for at in range(first, math.floor(high / step + 1e-9) + 1)]


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest with a margin of a twelfth; a little room where all are equal."""
    known = [value for value in values if math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    margin = (high - low) / 12 or abs(high) / 10 or 1.0
    return (0.0 if low >= 0 and low - margin < 0 else low - margin), high + margin


def label(
    x: float, y: float, words: str, size: float = 11, fill: str = MUTED, anchor: str = "start", weight: str = "", halo: bool = False
) -> str:
    """A word on the page; with a white halo where lines may lie under it."""
    bold = f' font-weight="{weight}"' if weight else ""
    bold += ' stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return f'<text x="{place(x)}" y="{place(y)}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"{bold}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = RULE, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{place(x1)}" y1="{place(y1)}" x2="{place(x2)}" y2="{place(y2)}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{width:g}"{dashes}/>'


def page(width: float, height: float, title: str, description: str, parts: Sequence[str]) -> str:
    """The drawing, with its title and description for those who do not see it."""
    body = "".join(parts)
    # Ids are of the content, so that several drawings may stand on one page.
    key = hashlib.sha256(f"{title}\n{description}\n{body}".encode()).hexdigest()[:8]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{place(width)}" height="{place(height)}" '
        f'viewBox="0 0 {place(width)} {place(height)}" role="img" aria-labelledby="t{key} d{key}" {FONT}>'
        f'<title id="t{key}">{escape(title)}</title><desc id="d{key}">{escape(description)}</desc>'
        f'<rect width="{place(width)}" height="{place(height)}" fill="#ffffff"/>{body}</svg>\n'
    )


def grid(frame: Frame, levels: Sequence[float], unit: float) -> list[str]:
    """Horizontal rules with their values."""
    out = []
    for value in levels:
        out.append(line(frame.left, frame.y(value), frame.left + frame.width, frame.y(value)))
        out.append(label(frame.left - 8, frame.y(value) + 4, text(value, unit), anchor="end"))
    return out
