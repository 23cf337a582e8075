"""Redaction: which files the sender left out. They stay in the manifests, and only the log's key may say that they are withheld."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from lotproof.ledger import canonical, note
from lotproof.ledger.handover import MOST, Keyring, read_handover
from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.signatures import judge
from lotproof.packs.verify.source import Source, Unreadable, read
from lotproof.packs.verify.trust import Trust

REDACTION, REDACTION_NOTE = "seal/redaction.json", "seal/redaction.json.note"
"""What was withheld, and the signature under it."""

HEADER = "lotproof.org/redaction/v1"
"""First line of the note."""


@dataclass(frozen=True)
class Redaction:
    """What the sender left out of this copy."""

    withheld: Mapping[str, int] = field(default_factory=dict)
    """Path to size in bytes."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the redaction."""
    notes: tuple[str, ...] = ()
    """Who left out what, and why."""


def redaction_text(pack: str | None, redaction: bytes) -> str:
    """Give the text that is signed: format, pack id and SHA-256 of the redaction, a line each."""
    return f"{HEADER}\n{pack}\n{hashlib.sha256(redaction).hexdigest()}\n"


def check_redaction(source: Source, trust: Trust, pack: str | None, head: note.Checkpoint | None) -> Redaction:
    """Read what was withheld, and say what is wrong with it."""
    if REDACTION not in source.files:
        return Redaction()
    try:
        data = read(source, REDACTION)
        signed = note.parse(read(source, REDACTION_NOTE))
        document = canonical.loads(data)
        withheld = _withheld(source, document)
    except Unreadable as error:
        return Redaction(problems=(Problem("bad-redaction", REDACTION, error.problem.sentence),))
    except (canonical.CanonicalError, note.NoteError) as error:
        return Redaction(problems=(Problem("bad-redaction", REDACTION, f"{REDACTION} cannot be read: {error}"),))
    keys = _linked(trust.keys, document, head)
    problems = judge(signed, keys, head.origin if head else None, REDACTION_NOTE, head.size if head else None)
    if signed.text != redaction_text(pack, data):
        problems.append(Problem("note-differs", REDACTION_NOTE, f"{REDACTION_NOTE} was made for something else than it lies beside."))
    facts = document if isinstance(document, dict) else {}
    why = f"{facts.get('by')} withheld {len(withheld)} files of this copy: {facts.get('reason')}"
    return Redaction(withheld, tuple(problems), (why, *(f"{path} was withheld by the sender." for path in withheld)))


def _linked(keys: Keyring, document: canonical.Json, head: note.Checkpoint | None) -> Keyring:
    """Give the keyring with the hand-overs that came after the pack was sealed; each is signed, so one that is not is left out."""
    listed = document.get("handovers") if isinstance(document, dict) else None
    found = list(keys.handovers)
    for item in listed[:MOST] if isinstance(listed, list) and head else ():
        index, body = (item.get("index"), item.get("body")) if isinstance(item, dict) else (None, None)
        if type(index) is int and isinstance(body, dict) and head:
            with contextlib.suppress(note.NoteError):
                found.append(read_handover(index, body, head.origin))
    return Keyring(keys.given, tuple(found))


def _withheld(source: Source, document: canonical.Json) -> dict[str, int]:
    listed = document.get("withheld") if isinstance(document, dict) else None
    found: dict[str, int] = {}
    for item in listed if isinstance(listed, list) else [None]:
        path, size = (item.get("path"), item.get("size")) if isinstance(item, dict) else (None, None)
        if not isinstance(path, str) or not path.startswith("data/") or path in source.files or type(size) is not int:
            raise note.NoteError(f"it cannot withhold {path!r}.")
        found[path] = size
    return found
