"""Step 6, statements: each stated value is that of its record, and the readable audit trail is the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lotproof.ledger import canonical, note
from lotproof.ledger.entry import EntryError, parse_entry
from lotproof.packs.verify.entries import EntryReader
from lotproof.packs.verify.proofs import check_proofs
from lotproof.packs.verify.report import UNDETERMINED, Problem, Step
from lotproof.packs.verify.source import Source, Unreadable, read, require

STATEMENTS, AUDIT = "data/statements.json", "data/audit/audit.ndjson"
"""The statements of the report; the entries of the ledger, a line each."""


def check_statements(source: Source, head: note.Checkpoint | None, withheld: Mapping[str, int]) -> Step:
    """Check statements and audit trail against the entries of the ledger."""
    if head is None:
        sentence = "Statements and audit trail were not checked: the size of the ledger is unknown."
        return Step("statements", (Problem("not-checked", STATEMENTS, sentence, UNDETERMINED),))
    entries = EntryReader(source, head.size)
    problems = [] if STATEMENTS in withheld else [*_statements(source, entries)]
    problems += [] if AUDIT in withheld else [*_audit(source, entries)]
    problems += check_proofs(source, entries)
    return Step("statements", tuple(problems))


def _statements(source: Source, entries: EntryReader) -> Iterator[Problem]:
    try:
        document = canonical.loads(read(source, STATEMENTS))
    except Unreadable as error:
        yield error.problem
        return
    except canonical.CanonicalError as error:
        yield Problem("bad-statements", STATEMENTS, f"{STATEMENTS} cannot be read: {error}")
        return
    listed = document.get("statements") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        yield Problem("bad-statements", STATEMENTS, f"{STATEMENTS} has no list of statements.")
        return
    seen: set[str] = set()
    for position, statement in enumerate(listed):
        yield from _statement(position, statement, entries, seen)


def _statement(position: int, statement: canonical.Json, entries: EntryReader, seen: set[str]) -> Iterator[Problem]:
    members = statement if isinstance(statement, dict) else {}
    name, index = members.get("id"), members.get("index")
    if not isinstance(name, str) or name in seen or type(index) is not int or "value" not in members:
        sentence = f"Statement {position} of {STATEMENTS} has no id of its own, no value or no index."
        yield Problem("bad-statements", STATEMENTS, sentence)
        return
    seen.add(name)
    if not 0 <= index < entries.size:
        yield Problem("statement-index", name, f"Statement {name} points at entry {index}, which the ledger has not.")
        return
    try:
        results = _results(entries.entry(index))
    except Unreadable:
        sentence = f"Statement {name} was not checked: entry {index} of the ledger cannot be read."
        yield Problem("not-checked", name, sentence, UNDETERMINED)
        return
    if results is None or name not in results:
        sentence = f"Statement {name} points at entry {index}, which is not a run with a result of that name."
        yield Problem("statement-record", name, sentence)
    elif canonical.dumps(results[name]) != canonical.dumps(members["value"]):
        sentence = f"Statement {name} says {members['value']!r:.60}, but the record, entry {index}, {results[name]!r:.60}."
        yield Problem("statement-value", name, sentence)


def _results(data: bytes) -> dict[str, canonical.Json] | None:
    """Give the results of a run, or None when the entry is no record of a run."""
    try:
        found = parse_entry(data)
    except EntryError:
        return None
    if found.kind != "record" or not isinstance(found.body, dict) or found.body.get("type") != "run":
        return None
    results = found.body.get("results")
    return results if isinstance(results, dict) else None


def _audit(source: Source, entries: EntryReader) -> Iterator[Problem]:
    """Compare the audit trail with the entries, byte for byte, without holding either in memory."""
    try:
        require(source, AUDIT)
        feed = _Feed(source.chunks(AUDIT))
        for index, data in enumerate(entries.stream()):
            if feed.take(len(data) + 1) != data + b"\n":
                yield Problem("audit-differs", AUDIT, f"Line {index + 1} of {AUDIT} is not entry {index} of the ledger.")
                return
        if feed.take(1):
            yield Problem("audit-differs", AUDIT, f"{AUDIT} goes on after entry {entries.size - 1}, the last one.")
    except Unreadable as error:
        if error.problem.where == AUDIT:
            yield error.problem
        else:
            sentence = f"{AUDIT} was not checked to its end: {error.problem.where} cannot be read."
            yield Problem("not-checked", AUDIT, sentence, UNDETERMINED)


class _Feed:
    """Hands out a stream of pieces in portions of asked size."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        """Give the next `count` bytes, fewer only at the end."""
        while len(self._rest) - self._at < count:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._rest, self._at = self._rest[self._at :] + chunk, 0
        taken = self._rest[self._at : self._at + count]
        self._at += len(taken)
        return taken
