"""Whatever is done to the entries of a log is found: by its own chain, by the signed root, or by an earlier checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from synthetic_pack import KEY, ORIGIN, TIME, Log, sign_body

from lotproof.ledger import merkle, note
from lotproof.ledger.entry import leaf_text, make_entry, parse_entry
from lotproof.ledger.nodes import nodes_of
from lotproof.ledger.tiles import iter_tiles
from lotproof.packs.verify.ledger import check_ledger
from lotproof.packs.verify.report import Problem

STREAMS = ("INV-1", "INV-2", "runs")
DEEDS = ("edit", "drop", "reorder", "duplicate", "back-date", "insert", "truncate")


@dataclass(frozen=True)
class Memory:
    """The files of a pack, in memory; see `source.Source`."""

    contents: dict[str, bytes]
    problems: tuple[Problem, ...] = ()

    @property
    def files(self) -> dict[str, int]:
        return {path: len(data) for path, data in self.contents.items()}

    def chunks(self, path: str) -> Iterator[bytes]:
        yield self.contents[path]


def head_of(entries: list[bytes]) -> note.Checkpoint:
    return note.Checkpoint(ORIGIN, len(entries), merkle.root(merkle.leaf_hash(data) for data in entries))


def judged(entries: list[bytes], head: note.Checkpoint) -> set[str]:
    """The codes that the ledger step of verify finds in tiles of these entries under this head."""
    source = Memory({f"data/ledger/{path}": data for path, data in iter_tiles(entries)})
    return {problem.code for problem in check_ledger(source, head, None).problems}


@st.composite
def logs(draw: st.DrawFn) -> list[bytes]:
    """A log of a few streams with records, audits and signatures, closed with a directory."""
    log = Log()
    for stream in draw(st.lists(st.sampled_from(STREAMS), min_size=2, max_size=12)):
        kind = draw(st.sampled_from(("record", "audit", "esign")))
        if kind == "esign" and stream in log.streams.heads:
            last = max(index for index, data in enumerate(log.entries) if parse_entry(data).stream == stream)
            if parse_entry(log.entries[last]).kind != "esign":
                log.add("esign", stream, sign_body(log, last))
                continue
        log.add("audit" if kind == "esign" else kind, stream, {"n": draw(st.integers(0, 99))})
    log.close()
    return log.entries


def changed(data: bytes, time: str = TIME, **body: object) -> bytes:
    """The same entry with another time or body; all else as it was."""
    found = parse_entry(data)
    inside = {**found.body, **body} if isinstance(found.body, dict) else body
    return make_entry(found.kind, found.stream, found.seq, found.prev, time, found.actor, inside)


def done(draw: st.DrawFn, entries: list[bytes], deed: str) -> list[bytes]:
    """The log after a deed; only the bytes are changed, nothing is linked anew."""
    at = draw(st.integers(0, len(entries) - 2))
    other = draw(st.integers(0, len(entries) - 2))
    made = list(entries)
    if deed == "edit":
        made[at] = changed(made[at], edited=draw(st.integers(0, 9)))
    elif deed == "back-date":
        made[at] = changed(made[at], time=draw(st.sampled_from(("2026-10-03T09:59:59Z", "2020-01-01T00:00:00Z"))))
    elif deed == "drop":
        del made[at]
    elif deed == "duplicate":
        made.insert(other, made[at])
    elif deed == "insert":
        made.insert(at, make_entry("record", "INV-9", 1, None, TIME, "user-17", {"n": 1}))
    elif deed == "truncate":
        made = made[: max(1, at)]
    else:
        made[at], made[other] = made[other], made[at]
    return made


@pytest.mark.parametrize("deed", DEEDS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_nothing_done_to_a_log_escapes_the_signed_root(deed, data):
    entries = data.draw(logs())
    assert judged(entries, head_of(entries)) == set()
    forged = done(data.draw, entries, deed)
    assume(forged != entries)
    assert judged(forged, head_of(entries))


@pytest.mark.parametrize("deed", DEEDS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_with_the_logs_key_stolen_the_chain_and_the_directory_still_tell(deed, data):
    """The thief signs a new root over what he left; only an exchange of neighbours of different streams leaves the chains whole."""
    entries = data.draw(logs())
    forged = done(data.draw, entries, deed)
    assume(forged != entries)
    assume(deed != "reorder" or _order_within_streams(forged) != _order_within_streams(entries))
    assert judged(forged, head_of(forged))


def _order_within_streams(entries: list[bytes]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for data in entries:
        found.setdefault(parse_entry(data).stream, []).append(data)
    return found


def relinked(entries: list[bytes]) -> list[bytes]:
    """The same contents with every seq, prev, signature target and directory made anew, as a holder of all keys would."""
    log, leaves = Log(), dict[str, tuple[int, str]]()
    for data in entries[:-1]:
        found = parse_entry(data)
        body = found.body
        if found.kind == "esign" and isinstance(body, dict):
            old = body["signs"]["leaf"]  # type: ignore[index,call-overload]
            place, leaf = leaves.get(str(old), (0, leaf_text(log.entries[0]) if log.entries else ""))
            body = {**body, "signs": {**body["signs"], "index": place, "leaf": leaf}}  # type: ignore[dict-item]
        head = log.streams.heads.get(found.stream)
        index = log.put(make_entry(found.kind, found.stream, head.seq + 1 if head else 1, head.leaf if head else None, found.time, found.actor, body))
        leaves[leaf_text(data)] = (index, leaf_text(log.entries[index]))
    log.close()
    return log.entries


@pytest.mark.parametrize("deed", DEEDS)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_with_every_key_stolen_an_earlier_checkpoint_tells(deed, data):
    """A witness, an earlier pack or a printed root is enough: the new log does not continue the old one."""
    entries = data.draw(logs())
    forged = relinked(done(data.draw, entries, deed))
    size = min(len(entries), len(forged))
    assume(forged[: len(entries)] != entries)
    old = head_of(entries)
    if len(forged) < len(entries):
        return  # shorter than what was signed: refused before any proof (test_history)
    nodes = nodes_of(merkle.leaf_hash(item) for item in forged)
    assert not merkle.verify_consistency(size, len(forged), nodes.consistency(size), old.root, nodes.root())


def test_an_honest_log_that_goes_on_is_consistent():
    log = Log()
    for number in range(9):
        log.add("audit", "INV-1", {"n": number})
    old = head_of(list(log.entries))
    for number in range(300):
        log.add("audit", "INV-2", {"n": number})
    nodes = nodes_of(merkle.leaf_hash(item) for item in log.entries)
    assert merkle.verify_consistency(old.size, nodes.size, nodes.consistency(old.size), old.root, nodes.root())
    assert note.verify(note.parse(note.sign(old.text, [KEY])), [KEY.verifier]).valid


WORDS = ("signs", "manifestation", "signer", "auth", "assertion", "index", "leaf", "sha256_of_rendering", "printed_name", "meaning", "time_utc",
         "tz", "user_id", "components", "session", "first_in_session", "type", "credential", "authenticator_data", "client_data", "signature",
         "public_key", "rp_id", "checkpoint", "tsr", "size", "heads", "event_time")  # fmt: skip
TEXTS = st.sampled_from(("passkey", "webauthn", "", "AAAA", "c", TIME, "0" * 64, note.sign(note.Checkpoint(ORIGIN, 1, bytes(32)).text, [KEY]).decode()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 5) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=8),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("esign", "anchor", "key", "record", "directory")), VALUES), min_size=1, max_size=5))
def test_whatever_stands_in_an_entry_gets_a_verdict_and_no_crash(told):
    log = Log()
    for kind, body in told:
        log.add(kind, "s", body)
    log.close()
    assert isinstance(judged(log.entries, head_of(log.entries)), set)
