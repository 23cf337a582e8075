"""Step 2, seal: the statement is there, is one, and is signed by the log."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lotproof.ledger import canonical, note
from lotproof.ledger.handover import Keyring
from lotproof.packs.verify.outside import check_outside
from lotproof.packs.verify.redaction import check_redaction
from lotproof.packs.verify.report import UNDETERMINED, Problem, Step
from lotproof.packs.verify.signatures import judge
from lotproof.packs.verify.source import Source, Unreadable, read
from lotproof.packs.verify.trust import Trust

STATEMENT, NOTE, COPIES = "seal/statement.json", "seal/statement.json.note", "seal/trust/"
"""The files of the seal."""

_TYPE = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://lotproof.org/evidence-pack/v"
_HEADER = "lotproof.org/evidence-pack/v1"
_SIGNED = r"statement\.json(\.note|(\.[2-9])?\.p7s(\.tsr)?)?"
_KNOWN = re.compile(rf"seal/({_SIGNED}|checkpoint\.tsr|redaction\.json(\.note)?|(trust|renewals)/.+)", re.DOTALL)


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
    parts: Sequence[str] = ()
    """Names of the other files of the seal: none of them may be missing."""
    copies: Mapping[str, canonical.Json] | None = field(default_factory=dict)
    """SHA-256 of each file in seal/trust/, by name; None in a statement of the first versions, which named neither copies nor parts."""
    newer: bool = False
    """True when the format is one that this version does not know; the other steps then have nothing to go by."""


def check_seal(source: Source, trust: Trust, allow_unsealed: bool) -> tuple[Step, Statement | None, Mapping[str, int]]:
    """Check statement and signatures; give the step, what the statement says (None when there is none), and the withheld files."""
    problems = _files(source)
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
    if statement is not None and statement.newer:
        return Step("seal", tuple(problems)), statement, {}
    if NOTE in source.files:
        problems += _signature(source, trust.keys, statement, data)
    earlier: list[str] = []
    if statement is not None:
        problems += _parts(source, statement)
        problems += _copies(source, statement.copies) if statement.copies is not None else _first_version(source, earlier)
    outside, notes = check_outside(source, trust)
    left_out = check_redaction(source, trust, statement.pack if statement else None, statement.head if statement else None)
    return Step("seal", (*problems, *outside, *left_out.problems), (*earlier, *notes, *left_out.notes)), statement, left_out.withheld


def _files(source: Source) -> list[Problem]:
    strange = [path for path in sorted(source.files) if path.startswith("seal/") and not _KNOWN.fullmatch(path)]
    return [Problem("seal-file", path, f"{path} does not belong into the seal; no signature covers it.") for path in strange]


def _parts(source: Source, statement: Statement) -> list[Problem]:
    """Hold the seal to the parts that the statement names."""
    problems: list[Problem] = []
    for path in (f"seal/{name}" for name in statement.parts):
        if path not in source.files and path != NOTE:
            sentence = f"{path} is missing, and {STATEMENT} says that it is part of the seal: somebody took it away."
            problems.append(Problem("missing-seal", path, sentence))
    return problems


def _copies(source: Source, named: Mapping[str, canonical.Json]) -> list[Problem]:
    """Hold the copies of trust to the digests that the statement names."""
    problems: list[Problem] = []
    for path in sorted(path for path in source.files if path.startswith(COPIES)):
        try:
            if named.get(path.removeprefix(COPIES)) != hashlib.sha256(read(source, path)).hexdigest():
                sentence = f"{path} is not the copy that {STATEMENT} names; do not use it."
                problems.append(Problem("trust-copy", path, sentence))
        except Unreadable as error:
            problems.append(error.problem)
    return problems


def _first_version(source: Source, notes: list[str]) -> list[Problem]:
    """The first versions laid in the log's key alone and named no digest of it: it is the copy if it is the key that signed the note."""
    problems: list[Problem] = []
    for path in sorted(path for path in source.files if path.startswith(COPIES)):
        try:
            key = note.parse_vkey(read(source, path).decode("utf-8", "replace"))
            good = path == f"{COPIES}log.vkey" and key in note.verify(note.parse(read(source, NOTE)), [key]).valid
        except (note.NoteError, Unreadable):
            good = False
        if good:
            notes.append(f"{STATEMENT} is of a first version, which did not name the copies in {COPIES}; {path} is the key that signed.")
        else:
            sentence = f"{path} is not the key that signed {NOTE}, and {STATEMENT} names no copies; do not use it."
            problems.append(Problem("trust-copy", path, sentence))
    return problems


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
    parts, copies = _seal(inside["seal"]) if "seal" in inside else ([], None)
    return Statement(pack, document.get("subject"), head, inside, parts, copies, newer)


def _seal(value: canonical.Json) -> tuple[list[str], dict[str, canonical.Json]]:
    """Read predicate.seal: the parts and the copies of trust."""
    inside = value if isinstance(value, dict) else {}
    parts, copies = inside.get("parts", []), inside.get("trust", {})
    if not isinstance(parts, list) or not isinstance(copies, dict):
        raise note.NoteError("predicate.seal names the parts of the seal as a list and the copies of trust with their digests.")
    return [str(part) for part in parts], copies


def _bad(sentence: str) -> Problem:
    return Problem("bad-statement", STATEMENT, sentence)


def _signature(source: Source, keys: Keyring, statement: Statement | None, data: bytes) -> list[Problem]:
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
    head = statement.head if statement else None
    return problems + judge(signed, keys, head.origin if head else None, NOTE, head.size if head else None)
