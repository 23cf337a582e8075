"""Step 2, seal: the statement is there, is one, and is signed by the log."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lotproof.ledger import canonical, note
from lotproof.packs.verify.report import UNDETERMINED, Problem, Step
from lotproof.packs.verify.signatures import judge
from lotproof.packs.verify.source import Source, Unreadable, read

STATEMENT, NOTE, TRUST = "seal/statement.json", "seal/statement.json.note", "seal/trust/log.vkey"
"""The files of the seal."""

_TYPE = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://lotproof.org/evidence-pack/v"
_HEADER = "lotproof.org/evidence-pack/v1"
_LATER = re.compile(r"seal/(trust/|renewals/|.*\.(p7s|tsr)$)")


@dataclass(frozen=True)
class Statement:
    """What the statement says."""

    pack: str
    """Pack id."""
    subject: canonical.Json
    """The named files with their digests, as they stand there."""
    head: note.Checkpoint
    """Origin, size and root of the ledger."""
    predicate: dict[str, canonical.Json]
    """The whole predicate."""
    newer: bool = False
    """True when the format is one that this version does not know; the other steps then have nothing to go by."""


def check_seal(source: Source, keys: Sequence[note.VerifierKey], allow_unsealed: bool) -> tuple[Step, Statement | None]:
    """Check statement and signature; give the step and what the statement says, None when there is none."""
    problems, notes = _files(source)
    statement, data = None, b""
    if STATEMENT not in source.files or NOTE not in source.files:
        problems.append(_missing(source, allow_unsealed))
    if STATEMENT in source.files:
        try:
            data = read(source, STATEMENT)
            statement, found = _parse(data)
            problems += found
        except Unreadable as error:
            problems.append(error.problem)
    if NOTE in source.files:
        problems += _signature(source, keys, statement, data)
    return Step("seal", tuple(problems), tuple(notes)), statement


def _files(source: Source) -> tuple[list[Problem], list[str]]:
    problems: list[Problem] = []
    notes: list[str] = []
    for path in sorted(source.files):
        if not path.startswith("seal/") or path in (STATEMENT, NOTE, TRUST):
            continue
        if _LATER.match(path):
            notes.append(f"{path} is not checked by this version.")
        else:
            problems.append(Problem("seal-file", path, f"{path} does not belong into the seal; no signature covers it."))
    return problems, notes


def _missing(source: Source, allow_unsealed: bool) -> Problem:
    path = NOTE if STATEMENT in source.files else STATEMENT
    problem = Problem("missing-seal", path, f"{path} is missing: the pack is not sealed, so nothing vouches for it.")
    return replace(problem, status=UNDETERMINED) if allow_unsealed else problem


def _parse(data: bytes) -> tuple[Statement | None, list[Problem]]:
    try:
        document = canonical.loads(data)
    except canonical.CanonicalError as error:
        return None, [_bad(f"{STATEMENT} cannot be read: {error}")]
    if not isinstance(document, dict) or document.get("_type") != _TYPE:
        return None, [_bad(f"{STATEMENT} is not an in-toto Statement v1.")]
    kind = document.get("predicateType")
    if not isinstance(kind, str) or not re.fullmatch(re.escape(_PREDICATE) + "[1-9][0-9]*", kind, re.ASCII):
        return None, [_bad(f"{STATEMENT} is not about an evidence pack: its predicateType is {kind!r}.")]
    newer = kind != _PREDICATE + "1"
    try:
        statement = _members(document, newer)
    except note.NoteError as error:
        return None, [_bad(f"{STATEMENT} lacks a member: {error}")]
    if newer:
        sentence = f"The pack is of format {kind}; this version knows v1. Verify it with a newer version of Lotproof."
        return statement, [Problem("newer-format", STATEMENT, sentence, UNDETERMINED)]
    return statement, []


def _members(document: dict[str, canonical.Json], newer: bool) -> Statement:
    """Take the members that the steps need; raises NoteError when one is missing or malformed."""
    predicate = document.get("predicate")
    inside = predicate if isinstance(predicate, dict) else {}
    ledger = inside.get("ledger")
    log = ledger if isinstance(ledger, dict) else {}
    pack, origin, size, root = inside.get("pack"), log.get("origin"), log.get("size"), log.get("root")
    if not isinstance(pack, str) or not pack:
        raise note.NoteError("predicate.pack, the pack id, is missing.")
    if type(size) is not int or not isinstance(origin, str) or not isinstance(root, str) or "\n" in origin + root:
        raise note.NoteError("predicate.ledger names origin, size and root of the ledger.")
    head = note.parse_checkpoint(f"{origin}\n{size}\n{root}\n")
    return Statement(pack, document.get("subject"), head, inside, newer)


def _bad(sentence: str) -> Problem:
    return Problem("bad-statement", STATEMENT, sentence)


def _signature(source: Source, keys: Sequence[note.VerifierKey], statement: Statement | None, data: bytes) -> list[Problem]:
    try:
        signed = note.parse(read(source, NOTE))
    except Unreadable as error:
        return [error.problem]
    except note.NoteError as error:
        return [Problem("bad-note", NOTE, f"{NOTE} cannot be read: {error}")]
    pack = statement.pack if statement else None
    problems: list[Problem] = []
    if signed.text != f"{_HEADER}\n{pack}\n{hashlib.sha256(data).hexdigest()}\n":
        sentence = f"{NOTE} was made for another statement: it does not name this format, pack id and SHA-256."
        problems.append(Problem("note-differs", NOTE, sentence))
    trusted, found = judge(signed, keys, statement.head.origin if statement else None, NOTE)
    problems += found
    if trusted and statement and TRUST in source.files:
        problems += _copy(source, keys, statement.head.origin)
    return problems


def _copy(source: Source, keys: Sequence[note.VerifierKey], origin: str | None) -> list[Problem]:
    """Compare the copy of the key in the pack with the keys given: a swapped copy would mislead the next reader."""
    try:
        copy = read(source, TRUST)
    except Unreadable as error:
        return [error.problem]
    if copy in [f"{key.vkey}\n".encode() for key in keys if key.name == origin]:
        return []
    return [Problem("trust-copy", TRUST, f"{TRUST} is not the key that was given for {origin}; do not use the copy.")]
