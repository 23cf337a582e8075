"""Step 5, electronic signatures: reads the entry that each one names and hands both to the rules (`ledger/esign.py`).

Also compares what the report prints of the signatures, `data/signatures.json`, with the ledger (11.50(b)).
"""

from __future__ import annotations

from typing import Any

from lotproof.ledger import canonical
from lotproof.ledger.entry import Entry
from lotproof.ledger.esign import Signature, Signatures
from lotproof.packs.verify.entries import EntryReader
from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.source import Source, Unreadable, read

PRINTED = "data/signatures.json"
"""What the report prints beside the records."""


class Esigns:
    """Follows the entries of a log in order."""

    def __init__(self, entries: EntryReader) -> None:
        """Look signed entries up in `entries`."""
        self._entries = entries
        self._rules = Signatures()

    def add(self, index: int, found: Entry, data: bytes) -> list[tuple[str, str]]:
        """Take the next entry; give (code, sentence) for each rule that a signature breaks."""
        return self._rules.add(index, found, data, self._target(index, found) if found.kind == "esign" else None)

    def _target(self, index: int, found: Entry) -> bytes | None:
        body: Any = found.body if isinstance(found.body, dict) else {}
        signs = body.get("signs")
        place = signs.get("index") if isinstance(signs, dict) else None
        if type(place) is not int or not 0 <= place < index:
            return None
        try:
            return self._entries.entry(place)
        except Unreadable:
            return None

    def printed(self, source: Source) -> list[Problem]:
        """Compare what the report prints of the signatures with the ledger; a pack without any need not have the file."""
        if PRINTED not in source.files and not self._rules.all:
            return []
        try:
            stated = canonical.loads(read(source, PRINTED))
        except Unreadable as error:
            return [error.problem] if PRINTED in source.files else []
        except canonical.CanonicalError:
            stated = None
        if stated == {"signatures": [as_printed(one) for one in self._rules.all]}:
            return []
        return [Problem("signatures-differ", PRINTED, f"{PRINTED} prints other signatures than the ledger has.")]


def as_printed(one: Signature) -> dict[str, canonical.Json]:
    """Give a signature as the report prints it."""
    return {
        "index": one.index, "stream": one.stream, "record": one.record, **one.facts,
        "passkey": one.assured, "status": "valid" if one.current else "of an earlier version",
    }  # fmt: skip
