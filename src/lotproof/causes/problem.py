"""What a caller has to mend in a file of causes."""

from __future__ import annotations


class CausesError(ValueError):
    """A sentence: what is wrong, where, and what to do next."""
