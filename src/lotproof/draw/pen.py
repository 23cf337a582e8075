"""The pen of the newer drawings: tones for light and dark, boxes, lines, words that fit, and the page.

Every colour is an attribute, so that a PDF takes it as it is; its class lets a page that is dark have another. The skin says which
font is there and whether the drawing brings its own dark style along.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lotproof.draw.text import NARROW, WIDE, escape

LIGHT = {
    "plain": ("#c3cbd2", "#ffffff", "#161d26"), "soft": ("#8a95a1", "#f5f6f7", "#55616d"), "head": ("#dbe9e9", "#dfeceb", "#10393f"),
    "flow": ("#1b2530", "#1b2530", "#161d26"), "root": ("#b3261e", "#fbe7e4", "#a3201a"), "supported": ("#a86a00", "#fdf1d8", "#7a4d00"),
    "ruled": ("#2e8b57", "#e2f2e8", "#1d6b40"), "possible": ("#8a95a1", "#ffffff", "#161d26"), "back": ("none", "#ffffff", "#161d26"),
}  # fmt: skip
"""Tone -> stroke, fill, ink."""
DARK = {
    "plain": ("#3a4650", "#182027", "#e9eef2"), "soft": ("#6f7d8a", "#1d262e", "#9aa8b4"), "head": ("#1d363c", "#1d363c", "#d9ecef"),
    "flow": ("#d5dde4", "#d5dde4", "#e9eef2"), "root": ("#ff8a7a", "#3b1b1a", "#ff9c8e"), "supported": ("#e6b155", "#362a10", "#f0c270"),
    "ruled": ("#6cc394", "#14301f", "#86d7a8"), "possible": ("#7d8b98", "#182027", "#e9eef2"), "back": ("none", "#12181e", "#e9eef2"),
}  # fmt: skip
MARKS = {"root": "■", "supported": "▲", "ruled out": "×", "possible": "○"}
"""Status of a cause -> its mark, so that colour is never the only sign."""
TONES = {"root": "root", "supported": "supported", "ruled out": "ruled", "possible": "possible"}
"""Status -> tone."""


@dataclass(frozen=True)
class Skin:
    """Where a drawing is shown."""

    font: str
    """Font family."""
    dark: bool
    """Whether it brings its style for dark pages."""
    show: Callable[[str], str] = str
    """Writes out characters that the medium cannot show."""


PAGE = Skin("system-ui,'Segoe UI',Arial,sans-serif", True)
"""For a browser, a page of its own."""
PACK = Skin("Libertinus Serif", False)
"""For the report of a pack, whose style sheet knows the classes; PDF takes the attributes."""

STYLE = "@media(prefers-color-scheme:dark){" + "".join(
    f".lp-f-{tone}{{fill:{fill}}}.lp-s-{tone}{{stroke:{stroke}}}.lp-i-{tone}{{fill:{ink}}}" for tone, (stroke, fill, ink) in DARK.items()
) + "}"  # fmt: skip


def num(value: float) -> str:
    """A place on the page: a tenth is finer than any screen."""
    return f"{value:.1f}".removesuffix(".0")


def box(x: float, y: float, wide: float, high: float, tone: str = "plain", radius: float = 6, thick: float = 1.2) -> str:
    """A box with rounded corners."""
    stroke, fill, _ = LIGHT[tone]
    return (
        f'<rect class="lp-f-{tone} lp-s-{tone}" x="{num(x)}" y="{num(y)}" width="{num(wide)}" height="{num(high)}" rx="{radius:g}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{thick:g}"/>'
    )


def line(path: str, tone: str = "flow", thick: float = 1.2, dash: str = "") -> str:
    """A line along a path."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path class="lp-s-{tone}" d="{path}" fill="none" stroke="{LIGHT[tone][0]}" stroke-width="{thick:g}"{dashes}/>'


def area(path: str, tone: str = "flow", thick: float = 0) -> str:
    """A filled outline; the colour of its line where it has no border."""
    stroke, fill, _ = LIGHT[tone]
    if not thick:
        # The class that paints text paints a solid shape as well.
        return f'<path class="lp-i-{tone}" d="{path}" fill="{LIGHT[tone][2]}"/>'
    return f'<path class="lp-f-{tone} lp-s-{tone}" d="{path}" fill="{fill}" stroke="{stroke}" stroke-width="{thick:g}"/>'


def dot(x: float, y: float, radius: float, tone: str) -> str:
    """A ring with the tone's filling."""
    stroke, fill, _ = LIGHT[tone]
    paint = f'fill="{fill}" stroke="{stroke}" stroke-width="2"'
    return f'<circle class="lp-f-{tone} lp-s-{tone}" cx="{num(x)}" cy="{num(y)}" r="{radius:g}" {paint}/>'


def arrow(x1: float, x2: float, y: float, tone: str = "flow", thick: float = 1.4) -> str:
    """A level arrow from left to right."""
    return line(f"M{num(x1)} {num(y)}H{num(x2 - 6)}", tone, thick) + area(f"M{num(x2)} {num(y)}l-8 -4v8z", tone)


def words(
    x: float,
    y: float,
    rows: Sequence[str],
    size: float = 11,
    tone: str = "plain",
    anchor: str = "start",
    bold: bool = False,
    lead: float = 1.28,
) -> str:
    """Lines of text; ``y`` is the base of the first."""
    weight = ' font-weight="600"' if bold else ""
    spans = "".join(f'<tspan x="{num(x)}" y="{num(y + at * size * lead)}">{escape(row)}</tspan>' for at, row in enumerate(rows))
    return f'<text class="lp-i-{tone}" font-size="{size:g}" fill="{LIGHT[tone][2]}" text-anchor="{anchor}"{weight}>{spans}</text>'


def centred(x: float, y: float, rows: Sequence[str], size: float = 11, tone: str = "plain", bold: bool = False) -> str:
    """Lines of text around a point."""
    return words(x, y - (len(rows) - 1) * size * 0.64 + size * 0.36, rows, size, tone, "middle", bold)


def measure(text: str, size: float, bold: bool = False) -> float:
    """About how wide a text is, on the wide side: the font of the reader is not known here."""
    return sum(map(_WIDTHS.__getitem__, text)) * size * (1.09 if bold else 1.0)


class _Widths(dict[str, float]):
    """Width of a character in ems, remembered."""

    def __missing__(self, one: str) -> float:
        self[one] = 0.33 if one in NARROW else 0.95 if one in WIDE else 0.75 if one.isupper() else 0.61
        return self[one]


_WIDTHS = _Widths()


def wrap(text: str, room: float, size: float, most: int, bold: bool = False) -> list[str]:
    """The text in at most so many lines that fit; the last ends in an ellipsis where something is left out."""
    return list(_wrapped(text, room, size, most, bold))


@functools.lru_cache(2048)
def _wrapped(text: str, room: float, size: float, most: int, bold: bool) -> tuple[str, ...]:
    """As `wrap`; remembered, because heights are asked before the lines are drawn."""
    found, far = [""], 0.0
    for word in _pieces(text, room, size, bold):
        wide = measure(word, size, bold)
        if found[-1] and far + wide + 0.33 * size > room:
            found.append("")
            far = 0.0
            if len(found) > most:
                break  # what follows is left out anyway
        found[-1] = f"{found[-1]} {word}" if found[-1] else word
        far += wide + 0.33 * size
    if len(found) > most:
        found = [*found[: most - 1], _cut(found[most - 1], room, size, bold)]
    return tuple(found)


def _pieces(text: str, room: float, size: float, bold: bool) -> Iterable[str]:
    """Words, and parts of words that are wider than the room."""
    for word in text.split():
        start, far = 0, 0.0
        for at, one in enumerate(word):
            wide = measure(one, size, bold)
            if far + wide > room and at > start:
                yield word[start:at]
                start, far = at, 0.0
            far += wide
        yield word[start:]


def _cut(text: str, room: float, size: float, bold: bool) -> str:
    while text and measure(text + "…", size, bold) > room:
        text = text[:-1].rstrip()
    return text + "…"


def sheet(wide: float, high: float, title: str, told: str, parts: Iterable[str], skin: Skin = PAGE) -> str:
    """The drawing with its title, and its description for those who do not see it."""
    body = "".join(parts)
    key = hashlib.sha256(f"{title}\n{told}\n{body}".encode()).hexdigest()[:8]
    style = f"<style>{STYLE}</style>" if skin.dark else ""
    back = f'<rect class="lp-f-back" width="{num(wide)}" height="{num(high)}" fill="#ffffff"/>' if skin.dark else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t{key} d{key}" viewBox="0 0 {num(wide)} {num(high)}" '
        f'width="{num(wide)}" height="{num(high)}" font-family="{skin.font}"><title id="t{key}">{escape(title)}</title>'
        f'<desc id="d{key}">{escape(told)}</desc>{style}{back}{body}</svg>\n'
    )


def legend(x: float, y: float, statuses: Sequence[str]) -> str:
    """What the marks mean, in a row."""
    out = []
    for status in statuses:
        tone = TONES[status]
        out.append(words(x, y, [f"{MARKS[status]} {status}"], 10.5, tone, bold=status == "root"))
        x += measure(f"{MARKS[status]} {status}", 10.5, status == "root") + 16
    return "".join(out)
