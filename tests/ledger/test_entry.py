"""Entries and their streams."""

from __future__ import annotations

import json

import pytest

from lotproof.ledger import entry

TIME = "2026-10-03T10:00:00Z"


def make(stream="INV-1", seq=1, prev=None, **changes):
    values = {"kind": "audit", "time": TIME, "actor": "user-17", "body": {"what": "opened"}, **changes}
    return entry.make_entry(stream=stream, seq=seq, prev=prev, **values)


def chain(*streams: str) -> list[bytes]:
    """Give one entry for each name, each after the previous of its stream."""
    entries: list[bytes] = []
    last: dict[str, tuple[int, str]] = {}
    for stream in streams:
        seq, prev = last.get(stream, (0, None))
        entries.append(make(stream, seq + 1, prev))
        last[stream] = (seq + 1, entry.leaf_text(entries[-1]))
    return entries


def test_an_entry_is_canonical_json_of_its_members():
    assert make() == (
        b'{"actor":"user-17","body":{"what":"opened"},"kind":"audit","prev":null,"seq":1,"stream":"INV-1",'
        b'"time":"2026-10-03T10:00:00Z","v":1}'
    )


def test_an_entry_is_read_back():
    data = make(seq=2, prev=entry.leaf_text(b"x"), actor={"user_id": "user-17"}, body=None)
    read = entry.parse_entry(data)
    assert (read.v, read.kind, read.stream, read.seq) == (1, "audit", "INV-1", 2)
    assert (read.prev, read.time, read.actor, read.body) == (entry.leaf_text(b"x"), TIME, {"user_id": "user-17"}, None)


def test_members_that_a_later_version_adds_are_ignored():
    data = json.dumps({**json.loads(make()), "later": [1]}).encode()
    assert entry.parse_entry(data).seq == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "gossip"}, "There is no entry kind 'gossip'; use one of anchor, audit, directory,"),
        ({"stream": "a b"}, "The stream is 'a b'; its name is 1 to 200 printable ASCII characters without a space."),
        ({"seq": 0}, "The seq of stream 'INV-1' is 0; it counts from 1."),
        ({"seq": 2}, "The prev of entry 2 of stream 'INV-1' is None; it is the base64 leaf hash (32 bytes)"),
        ({"prev": "AAAA"}, "The prev of entry 1 of stream 'INV-1' is 'AAAA'"),
        ({"time": "2026-02-30T10:00:00Z"}, "is '2026-02-30T10:00:00Z'; write UTC as YYYY-MM-DDTHH:MM:SSZ."),
        ({"time": "2026-10-03T10:00:00+00:00"}, "write UTC as YYYY-MM-DDTHH:MM:SSZ."),
        ({"actor": ""}, "Entry 1 of stream 'INV-1' has no actor; name the person or the program that acted."),
        ({"body": {"rate": 0.5}}, "The audit entry 1 of stream 'INV-1' cannot be written: $.body.rate is the number 0.5"),
    ],
)
def test_a_malformed_entry_is_refused_with_a_sentence(changes, sentence):
    with pytest.raises(entry.EntryError) as caught:
        make(**changes)
    assert sentence in str(caught.value)


def test_an_entry_of_65535_bytes_is_written_and_a_longer_one_refused():
    room = 65_535 - len(make(body=""))
    assert len(make(body="x" * room)) == 65_535
    with pytest.raises(entry.EntryError) as caught:
        make(body="x" * (room + 1))
    assert str(caught.value) == (
        "The audit entry 1 of stream 'INV-1' has 65536 bytes; 65535 are the most. "
        "Store the content as a file and record its digest in a file entry."
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "The entry cannot be read: This is not JSON"),
        (b"[]", "The entry is not a JSON object."),
        (b"{}", "The entry has no v, kind, stream, seq, prev, time, actor."),
        (make() + b"\n", "The entry holds a line break; canonical JSON has none."),
        (make().replace(b'"v":1', b'"v":0'), "The version is 0; it is a whole number from 1."),
    ],
)
def test_bytes_that_are_no_entry_are_refused_with_a_sentence(data, sentence):
    with pytest.raises(entry.EntryError) as caught:
        entry.parse_entry(data)
    assert sentence in str(caught.value)


def test_streams_that_hang_together_have_no_problems():
    assert entry.check_streams(chain("A", "B", "A", "A", "C", "B")) == []
    assert entry.check_streams([]) == []


def test_a_dropped_entry_leaves_a_gap():
    entries = chain("A", "B", "A", "A")
    del entries[2]
    assert entry.check_streams(entries) == [
        "Entry 2: Stream 'A' has entry 3 where 2 follows.",
        "Entry 2: Entry 3 of stream 'A' names as its predecessor an entry that is not the stream's previous one.",
    ]


def test_a_changed_entry_breaks_the_next_of_its_stream_only():
    entries = chain("A", "B", "A", "B")
    entries[0] = make("A", body={"what": "closed"})
    assert entry.check_streams(entries) == [
        "Entry 2: Entry 2 of stream 'A' names as its predecessor an entry that is not the stream's previous one."
    ]


def test_a_repeated_entry_and_an_unreadable_one_are_named():
    entries = chain("A", "A")
    problems = entry.check_streams([*entries, entries[1], b"?"])
    assert problems[0] == "Entry 2: Stream 'A' has entry 2 where 3 follows."
    assert problems[-1].startswith("Entry 3: The entry cannot be read: This is not JSON")


def test_the_directory_names_the_head_of_each_stream():
    entries = chain("B", "A", "B")
    checker = entry.StreamChecker()
    for data in entries:
        assert checker.add(entry.parse_entry(data), entry.leaf_text(data)) == []
    assert entry.directory_body(checker.heads) == {
        "heads": {
            "A": {"seq": 1, "leaf": entry.leaf_text(entries[1])},
            "B": {"seq": 2, "leaf": entry.leaf_text(entries[2])},
        }
    }
