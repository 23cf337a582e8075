"""What is wrong with a source, as a sentence for the person who delivered it."""

from __future__ import annotations

import json

SHOWN = 60
"""Characters of a header or a word that a sentence shows."""


class SourceProblem(Exception):
    """A source cannot be read as a whole. The message says what, where and what to do next."""


def quoted(text: str) -> str:
    """A name as it stands in TOML: in quotation marks, with what would end or break the line escaped."""
    return json.dumps(text, ensure_ascii=False)


def clipped(text: str) -> str:
    """A text of the source on one line and no longer than a sentence bears."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
