"""Values made fit for the JSON profile of the ledger."""

from __future__ import annotations

import unicodedata
from typing import Any


def printable(value: Any) -> Any:
    """A body under the JSON profile: strings in NFC, lone surrogates (bytes of a file name that are no UTF-8) spelled out."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.encode("utf-8", "backslashreplace").decode("utf-8"))
    if isinstance(value, dict):
        return {key: printable(member) for key, member in value.items()}
    return [printable(member) for member in value] if isinstance(value, (list, tuple)) else value
