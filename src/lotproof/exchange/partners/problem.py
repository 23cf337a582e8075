"""What can be wrong with messages of partners."""

from __future__ import annotations


class PartnerError(Exception):
    """A message cannot be taken or written; the text says what is wrong, where, and what to do next."""
