"""The receipt of a source: what was seen, stored and put in quarantine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Receipt:
    """What became of one file. ``rows == stored + quarantined + no_data`` always holds."""

    name: str
    """Path in the delivery, with slashes."""
    sha256: str
    """Digest of the bytes, hex."""
    size: int
    """Bytes."""
    kind: str
    """Kind of source: epcis-xml, epcis-json, line, camera, ..., document, unreadable, duplicate."""
    rows: int = 0
    """Rows or event elements seen."""
    stored: int = 0
    """Rows or events stored."""
    quarantined: int = 0
    """Rows or events that could not be read, kept with reason and position."""
    no_data: int = 0
    """Blank lines, preambles, headers, totals."""
    observations: int = 0
    """Observations that the stored rows became."""
    problems: tuple[str, ...] = ()
    """Sentences for a person: what could not be read or decided, and what to do."""
    notes: tuple[str, ...] = ()
    """How it was read: encoding, separator, columns without use."""
    segment: dict[str, str] = field(default_factory=dict)
    """Segment file -> SHA-256."""
    duplicate_of: str | None = None
    """Name of the file that had the same bytes, where this one was delivered again."""

    def as_json(self) -> dict[str, Any]:
        """The receipt as it stands in reports; keys as in the command line's document."""
        document: dict[str, Any] = {
            "name": self.name, "sha256": self.sha256, "size": self.size, "kind": self.kind, "rows": self.rows,
            "stored": self.stored, "quarantined": self.quarantined, "no_data": self.no_data,
            "observations": self.observations, "problems": list(self.problems), "notes": list(self.notes),
        }  # fmt: skip
        if self.duplicate_of:
            document["duplicate_of"] = self.duplicate_of
        return document

    def named(self, name: str) -> Receipt:
        """The same receipt under another name."""
        return replace(self, name=name)


def receipt_from(document: dict[str, Any]) -> Receipt:
    """A receipt back from its JSON form (with its segment, as a ledger entry keeps it)."""
    plain = {key: value for key, value in document.items() if key in Receipt.__dataclass_fields__}
    for key in ("problems", "notes"):
        plain[key] = tuple(plain.get(key, ()))
    return Receipt(**plain)
