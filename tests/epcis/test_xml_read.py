import io

import pytest
from epcis_documents import object_event, reading, sgtin, xml_document

import lotproof.epcis.xml_read as xml_read
from lotproof.epcis.batch import EVENTS_SCHEMA, EventBatch, read_xml

ILMD = (
    "<extension><ilmd><cbvmda:lotNumber>L-1</cbvmda:lotNumber>"
    "<cbvmda:itemExpirationDate>2033-01-31</cbvmda:itemExpirationDate></ilmd></extension>"
)


def test_an_event_of_1_2_gives_all_its_columns():
    event = """<AggregationEvent><eventTime>2031-05-01T07:00:00Z</eventTime><recordTime>2031-05-01T07:00:09Z</recordTime>
      <eventTimeZoneOffset>-05:00</eventTimeZoneOffset>
      <baseExtension><eventID>urn:uuid:1</eventID><errorDeclaration><declarationTime>2031-05-02T00:00:00Z</declarationTime>
        <reason>urn:epcglobal:cbv:er:incorrect_data</reason><correctiveEventIDs><correctiveEventID>urn:uuid:2</correctiveEventID>
        <correctiveEventID>urn:uuid:3</correctiveEventID></correctiveEventIDs></errorDeclaration></baseExtension>
      <parentID> urn:epc:id:sscc:9521321.0000000001
      </parentID><childEPCs><epc>a</epc><epc> b </epc></childEPCs><action>ADD</action>
      <bizStep>https://ref.gs1.org/cbv/BizStep-packing</bizStep><disposition>urn:epcglobal:cbv:disp:in_progress</disposition>
      <bizLocation><id>urn:epc:id:sgln:9521321.00001.0</id></bizLocation>
      <bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:po">po-1</bizTransaction>
      <bizTransaction>x</bizTransaction></bizTransactionList>
      <extension><childQuantityList><quantityElement><epcClass>c</epcClass><quantity>10.50</quantity><uom>KGM</uom></quantityElement>
        </childQuantityList><sourceList><source type="urn:epcglobal:cbv:sdt:owning_party">s</source></sourceList>
        <destinationList><destination type="own">d</destination></destinationList></extension></AggregationEvent>"""
    data = xml_document(event)
    found = reading(data)
    assert found.events == [
        {
            "seq": 0,
            "type": "AggregationEvent",
            "offset": data.index(b"<AggregationEvent>"),
            "event_time": "2031-05-01T07:00:00Z",
            "zone_offset": "-05:00",
            "record_time": "2031-05-01T07:00:09Z",
            "action": "ADD",
            "biz_step": "packing",
            "disposition": "in_progress",
            "read_point": None,
            "biz_location": "urn:epc:id:sgln:9521321.00001.0",
            "parent": "urn:epc:id:sscc:9521321.0000000001",
            "event_id": "urn:uuid:1",
            "lot": None,
            "expiry": None,
            "error_reason": "incorrect_data",
            "error_time": "2031-05-02T00:00:00Z",
            "corrective_ids": "urn:uuid:2 urn:uuid:3",
            "transformation_id": None,
        }
    ]
    assert found.epcs == [{"seq": 0, "role": "child", "epc": "a"}, {"seq": 0, "role": "child", "epc": "b"}]
    assert found.quantities == [{"seq": 0, "role": "child", "epc_class": "c", "quantity": "10.50", "uom": "KGM"}]
    assert found.links == [
        {"seq": 0, "role": "bizTransaction", "type": "po", "value": "po-1"},
        {"seq": 0, "role": "bizTransaction", "type": None, "value": "x"},
        {"seq": 0, "role": "source", "type": "owning_party", "value": "s"},
        {"seq": 0, "role": "destination", "type": "own", "value": "d"},
    ]


def test_a_transformation_wrapped_in_an_extension_is_read_in_its_place():
    wrapped = (
        "<extension><TransformationEvent><inputEPCList><epc>i</epc></inputEPCList><outputEPCList><epc>o</epc></outputEPCList>"
        "<transformationID>t</transformationID></TransformationEvent></extension>"
    )
    found = reading(xml_document(object_event(sgtin(1)), wrapped, object_event(sgtin(2)), wrapped))
    assert [event["type"] for event in found.events] == ["ObjectEvent", "TransformationEvent"] * 2
    assert [(row["seq"], row["role"], row["epc"]) for row in found.epcs[1:3]] == [(1, "input", "i"), (1, "output", "o")]
    assert found.events[3]["transformation_id"] == "t"


@pytest.mark.parametrize(
    "members",
    [
        ILMD,
        "<ilmd><x:lotNumber>L-1</x:lotNumber><x:itemExpirationDate> 2033-01-31</x:itemExpirationDate></ilmd>",
        "<gs1ushc:lotNumber>L-1</gs1ushc:lotNumber><gs1ushc:itemExpirationDate>2033-01-31</gs1ushc:itemExpirationDate>",
        '<o:extension name="BATCH">L-1</o:extension><o:extension name="X"/><o:extension name="EXPIRY">2033-01-31</o:extension>',
        "<SAPExtension><ObjAttributes><LOTNO>L-1</LOTNO><DATEX>2033-01-31</DATEX></ObjAttributes></SAPExtension>",
    ],
)
def test_lot_and_expiry_are_found_in_every_dialect(members):
    for bulk in (True, False):
        found = reading(xml_document(*[object_event(sgtin(n), more=members) for n in range(3)]), bulk)
        assert {(event["lot"], event["expiry"]) for event in found.events} == {("L-1", "2033-01-31")}


def test_prefixes_missing_namespaces_and_undeclared_prefixes_are_no_obstacle():
    event = "<e:ObjectEvent><e:eventTime>t</e:eventTime><e:epcList><e:epc>a</e:epc></e:epcList>"
    event += "<e:readPoint>ML-150</e:readPoint></e:ObjectEvent>"
    found = reading(f"<EPCISDocument><EPCISBody><EventList>{event * 3}</EventList></EPCISBody></EPCISDocument>".encode())
    assert [(row["event_time"], row["read_point"]) for row in found.events] == [("t", "ML-150")] * 3
    assert [row["epc"] for row in found.epcs] == ["a"] * 3


def test_a_zone_offset_stated_twice_keeps_the_first():
    twice = "<eventTimeZoneOffset>+09:00</eventTimeZoneOffset>"
    for bulk in (True, False):
        found = reading(xml_document(*[object_event(sgtin(n), more=twice) for n in range(3)]), bulk)
        assert {event["zone_offset"] for event in found.events} == {"+02:00"}


def test_vendor_members_that_are_called_like_quantities_make_no_quantity():
    found = reading(
        xml_document(
            object_event(sgtin(1), more="<x:quantity>7</x:quantity>"),
            "<QuantityEvent><epcClass>c</epcClass><quantity>7</quantity></QuantityEvent>",
        )
    )
    assert found.quantities == [{"seq": 1, "role": "epc", "epc_class": "c", "quantity": "7", "uom": None}]


def test_a_query_document_and_a_bare_event_are_read():
    query = "<q:EPCISQueryDocument><EPCISBody><q:QueryResults><resultsBody><EventList>{}</EventList>"
    query += "</resultsBody></q:QueryResults></EPCISBody></q:EPCISQueryDocument>"
    assert len(reading(query.format(object_event(sgtin(1)) * 2).encode()).events) == 2
    assert reading(object_event(sgtin(1)).encode()).events[0]["offset"] == 0


def test_an_unknown_element_in_the_event_list_is_reported_and_the_rest_is_read():
    data = xml_document(object_event(sgtin(1)), "<SpecialEvent><eventTime>t</eventTime></SpecialEvent>", object_event(sgtin(2)))
    found = reading(data)
    assert len(found.events) == 2
    at = data.index(b"<SpecialEvent>")
    assert [one.reason for one in found.unreadable] == [
        f"The element <SpecialEvent> at byte {at} in the event list is none of the known event types."
    ]
    assert found.unreadable[0].line == 4


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "iso-8859-1", "windows-1252", "utf-8-sig"])
def test_declared_encodings_are_read_with_their_byte_offsets(encoding):
    name = encoding.removesuffix("-be").removesuffix("-sig")
    head = f'<?xml version="1.0" encoding="{name}"?>'
    text = xml_document(*[object_event(sgtin(f"ü{n}")) for n in range(4)], head=head).decode()
    data = (b"\xfe\xff" if encoding == "utf-16-be" else b"") + text.encode(encoding)
    found = reading(data)
    assert [row["epc"] for row in found.epcs] == [sgtin(f"ü{n}") for n in range(4)]
    for event in found.events:
        start = data[event["offset"] : event["offset"] + 24].decode(
            "utf-16-be" if encoding == "utf-16-be" else name.replace("utf-16", "utf-16-le")
        )
        assert start.startswith("<ObjectEvent")


def test_a_utf_16_declaration_before_utf_8_bytes_is_overruled():
    found = reading(xml_document(object_event(sgtin("ü")), head='<?xml version="1.0" encoding="utf-16"?>'))
    assert found.epcs[0]["epc"] == sgtin("ü")


def test_the_header_is_told_before_the_first_batch():
    header = (
        "<EPCISHeader><h:StandardBusinessDocumentHeader><h:Sender><h:Identifier> urn:s </h:Identifier></h:Sender>"
        "<h:Receiver><h:Identifier>urn:r</h:Identifier></h:Receiver><h:DocumentIdentification><h:InstanceIdentifier>77</h:InstanceIdentifier>"
        "<h:CreationDateAndTime>2031 05 01</h:CreationDateAndTime></h:DocumentIdentification></h:StandardBusinessDocumentHeader>"
        "<g:guidelineVersion>GS1 US DSCSA R1.3</g:guidelineVersion></EPCISHeader>"
    )
    data = xml_document(object_event(sgtin(1))).replace(b"<EPCISBody>", header.encode() + b"<EPCISBody>")
    told = []
    pieces = read_xml(io.BytesIO(data), told.append)
    assert isinstance(next(pieces), EventBatch)
    assert told[0].root == "EPCISDocument"
    assert (told[0].format, told[0].schema_version, told[0].creation_date) == ("xml", "1.2", "2031-05-01T08:00:00Z")
    assert (told[0].sender, told[0].receiver, told[0].instance_identifier) == ("urn:s", "urn:r", "77")
    assert (told[0].created_at, told[0].guideline) == ("2031 05 01", "GS1 US DSCSA R1.3")
    assert list(pieces) == []
    assert len(told) == 1


def test_batches_are_bounded_and_count_on_through_the_document(monkeypatch):
    monkeypatch.setattr(xml_read, "FIRST_READ", 4096)
    monkeypatch.setattr(xml_read, "READ", 4096)
    monkeypatch.setattr("lotproof.epcis.collect.BATCH_BYTES", 10_000)
    data = xml_document(*[object_event(sgtin(n)) for n in range(200)])
    batches = list(read_xml(io.BytesIO(data)))
    assert len(batches) > 3
    assert all(batch.events.schema == EVENTS_SCHEMA for batch in batches)
    assert [row["seq"] for batch in batches for row in batch.events.to_pylist()] == list(range(200))
    assert all(set(batch.epcs["seq"].to_pylist()) == set(batch.events["seq"].to_pylist()) for batch in batches)


def test_a_document_without_events_yields_nothing():
    assert list(read_xml(io.BytesIO(xml_document()))) == []


def test_most_events_of_a_regular_document_never_reach_the_machine(monkeypatch):
    seen = []
    finish = xml_read.XmlMachine._finish
    monkeypatch.setattr(xml_read.XmlMachine, "_finish", lambda self, draft: (seen.append(draft.offset), finish(self, draft)))
    events = [object_event(*map(sgtin, range(n % 7 + 1)), more=ILMD if n % 2 else "") for n in range(500)]
    assert len(reading(xml_document(*events)).events) == 500
    assert len(seen) <= 4
