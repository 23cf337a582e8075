"""The frame that all drawings share: size, colours for light and dark, title and description for a screen reader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from lotproof.draw.text import escape

STYLE = (
    ".s{fill:#fff;stroke:#1f2933;stroke-width:1.4}.l{fill:none;stroke:#1f2933;stroke-width:1.4}.t{fill:#1f2933}.m{fill:#52606d}"
    "text{font-family:system-ui,'Segoe UI',Arial,sans-serif}"
    "@media(prefers-color-scheme:dark){.s{fill:#1f2933;stroke:#cbd2d9}.l{stroke:#cbd2d9}.t{fill:#f5f7fa}.m{fill:#9aa5b1}}"
)
"""Plain colours for light, which every renderer knows (custom properties it may not), and others where the reader's page is dark."""


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
