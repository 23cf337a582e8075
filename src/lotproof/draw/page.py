"""The frame that all drawings share: size, colours for light and dark, title and description for a screen reader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from lotproof.draw.text import escape

STYLE = (
    ".s{fill:var(--f,#fff);stroke:var(--l,#1f2933);stroke-width:1.4}.l{fill:none;stroke:var(--l,#1f2933);stroke-width:1.4}"
    ".t{fill:var(--i,#1f2933)}.m{fill:var(--m,#52606d)}.w{fill:var(--w,#fbeaea);stroke:var(--x,#a61b1b)}"
    "text{font-family:system-ui,'Segoe UI',Arial,sans-serif}"
    "@media(prefers-color-scheme:dark){svg{--f:#1f2933;--l:#cbd2d9;--i:#f5f7fa;--m:#9aa5b1;--w:#4c1d1d;--x:#f29b9b}}"
)
"""Colours as properties with a value for light; what is marked is also said in words, so that colour is never alone."""


def page(width: float, height: float, title: str, description: str, parts: Iterable[str]) -> str:
    """The SVG document."""
    body = "".join(parts)
    # Ids are of the content, so that several drawings may stand on one page.
    key = hashlib.sha256(f"{title}\n{description}\n{body}".encode()).hexdigest()[:8]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t{key} d{key}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}"><title id="t{key}">{escape(title)}</title><desc id="d{key}">{escape(description)}</desc>'
        f"<style>{STYLE}</style>{body}</svg>\n"
    )
