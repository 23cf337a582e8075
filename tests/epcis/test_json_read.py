import io
import json

import pytest
from epcis_documents import json_document, reading, sgtin

import lotproof.epcis.json_read as json_read
import lotproof.epcis.json_source as json_source
from lotproof.epcis.batch import EventBatch, read_json


def event(*serials, **more):
    return {
        "type": "ObjectEvent",
        "eventTime": "2031-05-01T07:00:00Z",
        "eventTimeZoneOffset": "+02:00",
        "epcList": [sgtin(serial) for serial in serials],
        "action": "ADD",
        "bizStep": "commissioning",
        "readPoint": {"id": "urn:epc:id:sgln:9521321.00001.0"},
        **more,
    }


@pytest.fixture
def small_runs(monkeypatch):
    """Runs are cut out of documents of any size."""
    monkeypatch.setattr(json_read, "MIN_RUN", 64)


def test_an_event_of_2_0_gives_all_its_columns():
    full = {
        "type": "TransformationEvent",
        "eventTime": " 2031-05-01T07:00:00Z ",
        "recordTime": "2031-05-01T07:00:09Z",
        "eventTimeZoneOffset": "-05:00",
        "eventID": "urn:uuid:1",
        "errorDeclaration": {
            "declarationTime": "2031-05-02T00:00:00Z",
            "reason": "cbv:ER-incorrect_data",
            "correctiveEventIDs": ["urn:uuid:2", "urn:uuid:3"],
        },
        "inputEPCList": ["a", " b "],
        "outputEPCList": ["c"],
        "outputQuantityList": [{"epcClass": "q", "quantity": 10.50, "uom": "KGM"}],
        "transformationID": "t",
        "bizStep": "https://ref.gs1.org/cbv/BizStep-creating_class_instance",
        "disposition": "",
        "readPoint": "urn:rp",
        "bizLocation": {"id": "urn:bl", "x:note": 1},
        "bizTransactionList": [{"type": "po", "bizTransaction": "po-1"}, {"bizTransaction": "x"}],
        "sourceList": [{"type": "https://ref.gs1.org/cbv/SDT-owning_party", "source": "s"}],
        "destinationList": [{"type": "own", "destination": "d"}],
        "ilmd": {"cbvmda:lotNumber": "L-1", "https://example.org/mda/itemExpirationDate": {"@value": "2033-01-31"}},
    }
    data = json_document(json.dumps(full).replace("10.5,", "10.50,"))
    found = reading(data)
    assert found.events == [
        {
            "seq": 0,
            "type": "TransformationEvent",
            "offset": data.index(b'{"type": "Transf'),
            "event_time": "2031-05-01T07:00:00Z",
            "zone_offset": "-05:00",
            "record_time": "2031-05-01T07:00:09Z",
            "action": None,
            "biz_step": "creating_class_instance",
            "disposition": None,
            "read_point": "urn:rp",
            "biz_location": "urn:bl",
            "parent": None,
            "event_id": "urn:uuid:1",
            "lot": "L-1",
            "expiry": "2033-01-31",
            "error_reason": "incorrect_data",
            "error_time": "2031-05-02T00:00:00Z",
            "corrective_ids": "urn:uuid:2 urn:uuid:3",
            "transformation_id": "t",
        }
    ]
    assert [(row["role"], row["epc"]) for row in found.epcs] == [("input", "a"), ("input", "b"), ("output", "c")]
    assert found.quantities == [{"seq": 0, "role": "output", "epc_class": "q", "quantity": "10.50", "uom": "KGM"}]
    assert [(row["role"], row["type"], row["value"]) for row in found.links] == [
        ("bizTransaction", "po", "po-1"),
        ("bizTransaction", None, "x"),
        ("source", "owning_party", "s"),
        ("destination", "own", "d"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"type": "EPCISDocument", "epcisBody": {"eventList": [event(1)]}},
        {"epcisBody": {"eventList": [event(1)]}, "type": "EPCISDocument"},
        {"type": "EPCISDocument", "epcisBody": {"event": event(1)}},
        {"type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"resultsBody": {"eventList": [event(1)]}}}},
        {"eventList": [event(1)]},
        [event(1)],
        event(1),
        {"isA": "epcis:ObjectEvent", **{key: value for key, value in event(1).items() if key != "type"}},
        {"@context": ["a", {"x": "y"}], **event(1)},
        {"epcis:eventTime": "t", **event(1), "type": "https://ref.gs1.org/epcis/ObjectEvent"},
    ],
)
def test_every_kind_of_document_gives_its_event(document):
    found = reading(json.dumps(document, indent=1).encode())
    assert [(row["type"], row["event_time"], row["biz_step"]) for row in found.events] == [
        ("ObjectEvent", "2031-05-01T07:00:00Z", "commissioning")
    ]
    assert [row["epc"] for row in found.epcs] == [sgtin(1)]
    assert found.unreadable == []


def test_events_one_a_line_are_read():
    lines = b"\n".join(json.dumps(event(n)).encode() for n in range(3))
    assert [row["epc"] for row in reading(lines).epcs] == [sgtin(n) for n in range(3)]


def test_documents_of_1_x_turned_into_json_are_looked_through():
    old = event(1, extension={"ilmd": {"lotNumber": "L"}, "extension": {"parentID": "p"}}, baseExtension={"eventID": "e"})
    assert [(row["lot"], row["event_id"], row["parent"]) for row in reading(json_document(old, old)).events] == [("L", "e", "p")] * 2


def test_most_events_of_a_regular_document_are_decoded_by_type(monkeypatch):
    seen = []
    read_one = json_read.TypedEvents.read_one
    monkeypatch.setattr(json_read.TypedEvents, "read_one", lambda self, *args: (seen.append(args[0]), read_one(self, *args))[1])
    events = [event(n, **{"example:shift": n, "ilmd": {"cbvmda:lotNumber": f"L{n}", "x:y": [n]}}) for n in range(300)]
    found = reading(json_document(*events))
    assert [row["lot"] for row in found.events] == [f"L{n}" for n in range(300)]
    assert len(seen) <= 3


def test_one_bad_event_costs_only_itself(small_runs):
    bad = [
        '{"type": "ObjectEvent", "a": }',
        '{"type": "NoEvent"}',
        '{"eventTime": "x"}',
        "777",
        '{"type": "ObjectEvent", "bizStep": "\\ud800"}',
    ]
    data = json_document(event(1), bad[0], event(2), bad[1], bad[2], event(3), bad[3], bad[4], event(4))
    starts = [data.index(text.encode()) for text in bad]
    for bulk in (True, False):
        found = reading(data, bulk)
        assert [row["epc"] for row in found.epcs] == [sgtin(n) for n in (1, 2, 3, 4)]
        assert sorted(one.reason for one in found.unreadable) == sorted(
            [
                f"The event that begins at byte {starts[0]:,} is not valid JSON at its character 29 (expecting value); it was left out.",
                f"The event that begins at byte {starts[1]:,} is of type 'NoEvent', no known event type; it was left out.",
                f"The event that begins at byte {starts[2]:,} states no type; it was left out.",
                f"The value at byte {starts[3]:,} in the event list is not a JSON object; it was left out.",
                f"The event that begins at byte {starts[4]:,} holds half of a surrogate pair, which is no text; it was left out.",
            ]
        )


def test_a_truncated_document_keeps_what_came_before():
    data = json_document(*[event(n) for n in range(5)])
    begin = data.rindex(b'{"type"')
    cut = data[: begin + 60]
    for bulk in (True, False):
        found = reading(cut, bulk)
        assert len(found.events) == 4
        assert [one.reason for one in found.unreadable] == [
            f"The document breaks off at byte {len(cut):,}, line 6: it ends inside the event that begins at byte {begin:,}; "
            "the 4 events before it were kept."
        ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The document breaks off at byte 0, line 1: it is empty; no event was read before it."),
        (
            b'{"type": "EPCISDocument"',
            "The document breaks off at byte 24, line 1: it ends with 1 brackets open; no event was read before it.",
        ),
        (b'{"a": nonsense}', "The document breaks off at byte 6, line 1: 'nonsense' is no JSON value; no event was read before it."),
        (b'{"a": 1]', "The document breaks off at byte 7, line 1: a ']' closes nothing; no event was read before it."),
        (b'{"a": "b', "The document breaks off at byte 6, line 1: it ends within a text; no event was read before it."),
        (b"[" * 300, "The document breaks off at byte 256, line 1: its values are nested deeper than 256; no event was read before it."),
        (b'"hello"', "The document breaks off at byte 0, line 1: a text stands where an object should; no event was read before it."),
        (b"{\n\0}", "The document breaks off at byte 2, line 2: '\\x00' is no JSON value; no event was read before it."),
    ],
)
def test_what_is_no_document_gives_one_sentence(data, reason):
    assert [piece.reason for piece in read_json(io.BytesIO(data))] == [reason]


def test_deep_nesting_in_an_event_is_reported(small_runs):
    deep = '{"type": "ObjectEvent", "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
    data = json_document(event(1), deep, event(2))
    for bulk in (True, False):
        found = reading(data, bulk)
        assert len(found.events) == 2
        assert [one.reason for one in found.unreadable] == [
            f"The event that begins at byte {data.index(deep.encode()):,} is nested too deeply; it was left out."
        ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_read_with_their_byte_offsets(encoding, small_runs):
    text = json_document(*[event(f"ü{n}") for n in range(6)]).decode().encode().decode("unicode_escape")
    data = text.encode(encoding)
    found = reading(data)
    assert [row["epc"] for row in found.epcs] == [sgtin(f"ü{n}") for n in range(6)]
    wide = {"utf-16": 2, "utf-16-le": 2, "utf-16-be": 2, "utf-32": 4}.get(encoding, 1)
    name = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    for row in found.events:
        assert data[row["offset"] :][: 8 * wide].decode(name).startswith('{"type"')


def test_the_header_is_told_before_the_first_batch_and_again_if_more_comes_after():
    told = []
    data = json_document(event(1), sender="urn:s", instanceIdentifier="77", sequence=1)[:-1] + b', "receiver": "urn:r"}'
    pieces = read_json(io.BytesIO(data), told.append)
    assert isinstance(next(pieces), EventBatch)
    assert list(pieces) == []
    assert (told[0].format, told[0].root, told[0].schema_version, told[0].sender) == ("json", "EPCISDocument", "2.0", "urn:s")
    assert told[-1].receiver == "urn:r"
    assert len(told) <= 2


@pytest.mark.parametrize("size", [1, 50, 700])
def test_the_result_does_not_depend_on_how_the_stream_is_cut(size, monkeypatch, small_runs):
    data = json_document(*[event(*range(n % 5), **{"note": '}, {"type": "ObjectEvent"'}) for n in range(40)])
    whole = reading(data)
    monkeypatch.setattr(json_source, "READ", size)
    assert reading(data).events == whole.events
    assert reading(data).epcs == whole.epcs


def test_batches_are_bounded_and_count_on_through_the_document(monkeypatch, small_runs):
    monkeypatch.setattr(json_source, "READ", 4096)
    monkeypatch.setattr(json_read, "HEAD", 4096)
    monkeypatch.setattr("lotproof.epcis.collect.BATCH_BYTES", 10_000)
    batches = list(read_json(io.BytesIO(json_document(*[event(n) for n in range(200)]))))
    assert len(batches) > 3
    assert [row["seq"] for batch in batches for row in batch.events.to_pylist()] == list(range(200))
