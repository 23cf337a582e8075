"""How a verdict looks: a colour and a word, for who sees no colours. Shared by fishbone, 5-Why and bow-tie."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lotproof.draw.text import escape, width

WORDS: Mapping[str, str] = MappingProxyType({"root": "root", "supported": "supported", "contradicted": "ruled out", "untested": ""})
"""Mark to the word beside it; what is not tested bears none."""
SIGNS: Mapping[str, str] = MappingProxyType({"root": "●", "supported": "▲", "contradicted": "×", "untested": "○"})
"""Mark to its sign."""
MARKED = (
    ".root{fill:#b3261e}.supported{fill:#8a5300}.contradicted{fill:#1d6b45}.untested{fill:#52606d}"
    ".f-root{fill:#fbe9e7;stroke:#b3261e}.f-supported{fill:#fdf3df;stroke:#8a5300}.f-contradicted{fill:#e5f2ea;stroke:#1d6b45}"
    ".f-untested{fill:#fff;stroke:#7b8794}.pill{fill:#e0eeef;stroke:none}.pt{fill:#12343b}.w6{stroke-width:.6}.w20{stroke-width:2}"
    ".lack{stroke:#b3261e}"
    "@media(prefers-color-scheme:dark){.root{fill:#ff8a80}.supported{fill:#ffcc80}.contradicted{fill:#8fd6ae}.untested{fill:#9aa5b1}"
    ".f-root{fill:#4a1c19;stroke:#ff8a80}.f-supported{fill:#46341a;stroke:#ffcc80}.f-contradicted{fill:#173a29;stroke:#8fd6ae}"
    ".f-untested{fill:#1f2933;stroke:#7b8794}.lack{stroke:#ff8a80}.pill{fill:#24444b}.pt{fill:#d7ecee}}"
)
"""Style of the marks, for light and dark, after that of the page; each text has at least 4.5 to 1 to its ground (WCAG 2.2, 1.4.3)."""


def room(text: str, size: float) -> float:
    """How wide a text may come out: the face is the reader's, and some are a good deal wider than others."""
    return 1.16 * width(text, size)


def label(x: float, y: float, text: str, size: float, name: str, anchor: str = "start", bold: bool = False) -> str:
    """One line of text with its left end, middle or right end at a point."""
    weight = ' font-weight="600"' if bold else ""
    return f'<text class="{name}" x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


def pill(x: float, y: float, text: str, size: float = 12) -> str:
    """A word on a rounded ground, centred on a point."""
    wide = max(room(text, size) + 22, 84)
    return (
        f'<rect class="pill" x="{x - wide / 2:g}" y="{y - 12:g}" width="{wide:g}" height="24" rx="8"/>'
        + label(x, y + size * 0.35, text, size, "pt", "middle", True)
    )
