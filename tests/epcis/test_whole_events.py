"""One event out of a document by its byte, and the way from XML to JSON and back."""

from __future__ import annotations

import io

import pytest
from lxml import etree

from lotproof.epcis.canonical import canonical
from lotproof.epcis.json_to_xml import Writer
from lotproof.epcis.whole import NoEvent, json_context, json_event, xml_event
from lotproof.epcis.xml_to_json import event_of

EVENT = (
    "<ObjectEvent><eventTime>2026-03-09T10:00:00Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset><eventID>urn:uuid:1</eventID>"
    "<errorDeclaration><declarationTime>2026-03-10T10:00:00Z</declarationTime><reason>urn:epcglobal:cbv:er:incorrect_data</reason>"
    "<correctiveEventIDs><correctiveEventID>urn:uuid:2</correctiveEventID></correctiveEventIDs></errorDeclaration>"
    "<epcList><epc>urn:epc:id:sgtin:9529502.000629.Ä1</epc></epcList><action>ADD</action>"
    "<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><readPoint><id>urn:epc:id:sgln:9529502.00001.7</id></readPoint>"
    '<bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:po">urn:x:1</bizTransaction></bizTransactionList>'
    '<sensorElementList><sensorElement><sensorMetadata time="2026-03-09T10:00:00Z"/><sensorReport type="Temperature" value="26.5" uom="CEL"/>'
    "</sensorElement></sensorElementList><persistentDisposition><set>urn:epcglobal:cbv:disp:completeness_verified</set></persistentDisposition>"
    "<ilmd><my:colour>blue</my:colour><my:colour>red</my:colour></ilmd><my:deep><my:er>1</my:er></my:deep></ObjectEvent>"
)
DOCUMENT = (
    f'<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" xmlns:my="http://my.example/?a&amp;b"><EPCISBody><EventList>{EVENT}{EVENT}'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "iso-8859-1"])
def test_an_event_is_read_at_its_byte_in_any_encoding(encoding):
    head = f'<?xml version="1.0" encoding="{"utf-16" if "16" in encoding else encoding}"?>'
    text = head + DOCUMENT
    data = text.encode(encoding)
    second = len(text[: text.rindex("<ObjectEvent")].encode(encoding))
    event, spaces = xml_event(io.BytesIO(data), second)
    assert event["epcList"] == ["urn:epc:id:sgtin:9529502.000629.Ä1"]
    assert event["ilmd"] == {"my:colour": ["blue", "red"]}
    assert event["sensorElementList"][0]["sensorReport"] == [{"type": "Temperature", "value": 26.5, "uom": "CEL"}]
    assert event["errorDeclaration"]["reason"] == "incorrect_data"
    assert spaces == {"my": "http://my.example/?a&b"}


def test_what_goes_to_json_and_back_is_the_same_element():
    data = DOCUMENT.encode()
    event, spaces = xml_event(io.BytesIO(data), data.index(b"<ObjectEvent"))
    made = Writer(spaces).event(event)
    again, _ = event_of(etree.fromstring(etree.tostring(made)))
    assert again == event
    assert [child.tag for child in made][:6] == ["eventTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "epcList", "action"]


def test_for_1_2_members_lie_in_their_extensions_and_what_it_has_not_is_left_out():
    data = DOCUMENT.encode()
    event, spaces = xml_event(io.BytesIO(data), data.index(b"<ObjectEvent"))
    made = Writer(spaces, old=True).event(event)
    assert made.findtext("baseExtension/eventID") == "urn:uuid:1"
    assert made.find("extension/ilmd") is not None
    assert made.find("sensorElementList") is None
    transformation = Writer({}, old=True).event({"type": "TransformationEvent", "eventTime": "x", "ilmd": {}})
    assert (transformation.tag, transformation[0].tag, transformation[0][1].tag) == ("extension", "TransformationEvent", "ilmd")


def test_a_json_event_is_read_at_its_byte_and_the_context_by_itself():
    data = b'\xef\xbb\xbf{"@context": ["https://x/epcis-context.jsonld", {"my": "http://my.example/"}], "epcisBody": {"eventList": [ {"type": "a", "n": 1.50}'
    assert json_event(io.BytesIO(data), data.index(b'{"type"')) == {"type": "a", "n": 1.5}
    assert json_context(io.BytesIO(data)) == [{"my": "http://my.example/"}]
    with pytest.raises(NoEvent, match="no event begins at byte 4"):
        json_event(io.BytesIO(data), 4)
    with pytest.raises(NoEvent):
        xml_event(io.BytesIO(b"<a><b>"), 3)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("urn:epc:id:sgtin:9529502.000629.A%2F1", "https://id.gs1.org/01/09529502006293/21/A%2F1"),
        ("https://shop.example/01/09529502006293/21/A%2F1", "https://id.gs1.org/01/09529502006293/21/A%2F1"),
        ("urn:epc:class:lgtin:9529502.000629.L1", "https://id.gs1.org/01/09529502006293/10/L1"),
        ("urn:epc:id:sgln:9529502.00001.0", "https://id.gs1.org/414/9529502000017"),
        ("https://ref.gs1.org/cbv/BizStep-packing", "packing"),
        ("urn:epc:id:grai:4012345.66666.87", "urn:epc:id:grai:4012345.66666.87"),
        ("https://example.com/steps/mine", "https://example.com/steps/mine"),
    ],
)
def test_every_spelling_has_one_canonical_form(text, wanted):
    assert canonical(text) == wanted
