import io
import json

import pytest
from epcis_documents import json_document, object_event, sgtin, xml_document

import lotproof.epcis.count as count
from lotproof.epcis.count import count_events


def counted(data: bytes) -> int:
    return count_events(io.BytesIO(data))


def test_events_in_comments_cdata_and_instructions_are_not_counted():
    data = xml_document(
        object_event(sgtin(1)),
        "<!-- <ObjectEvent> -->",
        "<![CDATA[<AggregationEvent>]]>",
        "<?note <ObjectEvent> ?>",
        object_event(sgtin(2)),
    )
    assert counted(data) == 2


def test_any_prefix_attributes_and_an_empty_event_count():
    events = ['<n:ObjectEvent xmlns:n="a>b"/>', "<ObjectEvent\n  a='1'></ObjectEvent>", "<q:QuantityEvent></q:QuantityEvent >"]
    assert counted(xml_document(*events)) == 3


def test_an_event_inside_an_event_and_names_like_events_are_not_counted():
    data = xml_document(f"<ObjectEvent><x>{object_event(sgtin(1))}</x></ObjectEvent>", "<ObjectEventList/>", "<MyObjectEvent/>")
    assert counted(data) == 1


def test_members_inside_texts_and_inside_events_are_not_counted_in_json():
    inner = {"type": "ObjectEvent", "note": '{"type": "ObjectEvent"} \\" {', "x:cause": {"type": "ObjectEvent"}}
    data = json_document(inner, {"x:cause": {"type": "ObjectEvent"}, "isA": "AggregationEvent"})
    assert counted(data) == 2


def test_a_bare_event_and_a_list_of_events_count():
    assert counted(b'{"type": "epcis:ObjectEvent"}') == 1
    assert counted(json.dumps([{"type": "ObjectEvent"}, {"type": "TransformationEvent"}]).encode()) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_and_marks_are_understood(encoding):
    xml = xml_document(object_event(sgtin("ü")), object_event(sgtin(2)), head="").decode().lstrip()
    assert counted(xml.encode(encoding)) == 2
    assert counted(json_document({"type": "ObjectEvent", "x": "ü"}).decode().encode(encoding)) == 1


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_the_count_does_not_depend_on_how_the_stream_is_cut(size, monkeypatch):
    monkeypatch.setattr(count, "READ", size)
    xml = xml_document(*[object_event(sgtin(n)) + "<!-- <ObjectEvent> -->" for n in range(30)])
    events = [{"type": "ObjectEvent", "readPoint": {"id": "a{b"}, "x": 'q"\\'} for _ in range(30)]
    assert counted(xml) == 30
    assert counted(json_document(*events)) == 30


def test_bad_input_never_raises():
    for data in (b"", b"\0\0\0", b"<", b"{", b'"', b"<!--", b'{"type": "ObjectEvent"', b"\xff\xfe<", b"}}}}", b"a" * 300_000):
        assert counted(data) in (0, 1)
