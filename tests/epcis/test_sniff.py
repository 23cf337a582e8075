import pytest
from epcis_documents import json_document, object_event, sgtin, xml_document

from lotproof.epcis.sniff import sniff

XML = xml_document(object_event(sgtin(1)))
JSON = json_document({"type": "ObjectEvent"})


@pytest.mark.parametrize(
    "head",
    [
        XML,
        b"\xef\xbb\xbf" + XML,
        XML.decode().encode("utf-16"),
        XML.decode().encode("utf-16-le"),
        XML.decode().encode("utf-16-be"),
        b"<!-- hello --><?pi x?>\n" + XML.split(b"?>", 1)[1],
        b'<EPCISDocument schemaVersion="1.0">',
        b'<n0:EPCISQueryDocument xmlns:n0="urn:epcglobal:epcis-query:xsd:1">',
        b"<ObjectEvent>",
        b"<extension><TransformationEvent><eventTime>",
        b'<s:Envelope xmlns:s="x"><s:Body><q:QueryResults>',
        b"<!DOCTYPE EPCISDocument [<!ENTITY a 'b'>]><EPCISDocument>",
    ],
)
def test_epcis_xml_is_known_by_its_content(head):
    assert sniff(head) == "epcis-xml"


@pytest.mark.parametrize(
    "head",
    [
        JSON,
        b"\xef\xbb\xbf \n" + JSON,
        JSON.decode().encode("utf-16"),
        JSON.decode().encode("utf-16-be"),
        b'{"isA": "ObjectEvent", "eventTime": ',
        b'[{"eventTime": "2031", "type": "epcis:AggregationEvent"',
        b'{"eventList": [',
        b'{"@context": [], "type": "EPCISQueryDocument"',
    ],
)
def test_epcis_json_is_known_by_its_content(head):
    assert sniff(head) == "epcis-json"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GTIN;Serial;State\n",
        b"<html><body>EPCISDocument</body></html>",
        b"<note>EPCISDocument</note>",
        b'{"type": "object", "properties": {"eventList": {"type": "array"}}}',
        b'{"alerts": []}',
        b"PK\x03\x04",
        b" " * 50_000 + b"<x>",
    ],
)
def test_other_files_are_not_taken_for_epcis(head):
    assert sniff(head) is None
