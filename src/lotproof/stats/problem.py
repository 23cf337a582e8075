"""What a method cannot do with the data it was given, as a sentence."""

from __future__ import annotations


class MethodProblem(ValueError):
    """The data or the parameters do not fit the method. The message says what, where and what to do next."""
