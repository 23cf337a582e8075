"""What is wrong with a source, as a sentence for the person who delivered it."""

from __future__ import annotations


class SourceProblem(Exception):
    """A source cannot be read as a whole. The message says what, where and what to do next."""
