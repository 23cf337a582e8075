"""Why an act cannot be done."""

from __future__ import annotations


class Refusal(Exception):
    """The act is not possible now; the message says why and what to do first. Nothing was written."""


class Overtaken(Refusal):
    """Somebody else acted on the record meanwhile; what this person entered is still with them."""
