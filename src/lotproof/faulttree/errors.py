"""What is wrong with a tree, or what could not be computed, as a sentence for a person."""

from __future__ import annotations


class TreeError(ValueError):
    """A tree that cannot be read or judged: what, where, what to do next."""


class OutOfBudget(Exception):
    """A computation met its limit of nodes or of time; the caller tries another way or says what is known so far."""
