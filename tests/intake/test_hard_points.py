"""The hard points of EPCIS documents, one small invented document each, through intake into observations.

Rows of the list that are no matter of reading (capture contract, event hash, VRS) are not here.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from intake_helper import Taken, take_texts

GTIN = "09506000134352"
SGTIN = "urn:epc:id:sgtin:9506000.013435.{}"
SSCC = "urn:epc:id:sscc:9506000.1000000001"
SSCC18 = "195060000000000012"
HEAD1 = '<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="1.2">'
HEAD2 = '<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="2.0">'
WHEN = "<eventTime>2026-03-01T10:00:00Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"
ILMD = "<ilmd><cbvmda:lotNumber>L1</cbvmda:lotNumber><cbvmda:itemExpirationDate>2028-09-30</cbvmda:itemExpirationDate></ilmd>"
ADD = "<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>"
PACK = "<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep>"


def body(*events: str, head: str = HEAD1, tail: str = "</e:EPCISDocument>") -> str:
    return f"{head}<EPCISBody><EventList>{''.join(events)}</EventList></EPCISBody>{tail}"


def objects(*epcs: str, rest: str = ADD, before: str = WHEN, after: str = "") -> str:
    return f"<ObjectEvent>{before}<epcList>{''.join(f'<epc>{epc}</epc>' for epc in epcs)}</epcList>{rest}{after}</ObjectEvent>"


def of(text: str, tmp_path: Path, columns: str = "gtin serial sscc step") -> list[tuple[object, ...]]:
    taken = read(text, tmp_path)
    return taken.rows("observation", columns)


def read(text: str | bytes, tmp_path: Path) -> Taken:
    taken = take_texts(tmp_path, {"x": text})
    assert taken.only.kind in ("epcis-xml", "epcis-json"), taken.only
    return taken


ONE = [(GTIN, "A1", None, "commissioned")]
EPC = SGTIN.format("A1")
PLAIN = objects(EPC)

XML = {
    "1.0, no offset of the event": body(objects(EPC, before="<eventTime>2026-03-01T10:00:00Z</eventTime>"), head='<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="1.0">'),
    "1.2": body(PLAIN),
    "2.0": body(PLAIN, head=HEAD2),
    "no namespace at all, schemaVersion 1.0, a read point of the line": body(
        objects(EPC, after="<readPoint><id>ML-150</id></readPoint>"), head='<EPCISDocument schemaVersion="1.0">', tail="</EPCISDocument>"
    ),
    "schemaVersion 0": body(PLAIN, head='<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="0">'),
    "schemaVersion 3.1": body(PLAIN, head='<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="3.1">'),
    "every child with a prefix": (
        '<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"><e:EPCISBody><e:EventList><e:ObjectEvent>'
        f"<e:eventTime>2026-03-01T10:00:00Z</e:eventTime><e:eventTimeZoneOffset>+01:00</e:eventTimeZoneOffset><e:epcList><e:epc>{EPC}</e:epc></e:epcList>"
        "<e:action>ADD</e:action><e:bizStep>urn:epcglobal:cbv:bizstep:commissioning</e:bizStep></e:ObjectEvent></e:EventList></e:EPCISBody></e:EPCISDocument>"
    ),
    "the default namespace": body(PLAIN, head='<EPCISDocument xmlns="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2">', tail="</EPCISDocument>"),
    "the wrong namespace for gs1ushc": body(
        PLAIN.replace("</ObjectEvent>", "<gs1ushc:dropShipment>false</gs1ushc:dropShipment></ObjectEvent>"),
        head=HEAD1.replace(" schemaVersion", ' xmlns:gs1ushc="dscsaTransactionStatement" schemaVersion'),
    ),
    "an undeclared prefix": body(objects(EPC, after="<gs1ushc:unitOfMeasure>EA</gs1ushc:unitOfMeasure>")),
    "SAPExtension in the middle": body(objects(EPC, before=WHEN + "<SAPExtension><Identifier> X </Identifier><Deep><epcList/></Deep></SAPExtension>")),
    "blanks and line ends inside the identifier's element": body(objects(f"\n   {EPC}\n  ")),
    "bizTransaction with a date": body(objects(EPC, after='<bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:po" date="2026-03-01">urn:epcglobal:cbv:bt:9506000000006:PO1</bizTransaction></bizTransactionList>')),
    "sourceList outside extension": body(objects(EPC, after='<sourceList><source type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:sgln:9506000.00000.0</source></sourceList>')),
    "the offset stated twice": body(PLAIN.replace(WHEN, WHEN + "<eventTimeZoneOffset>-05:00</eventTimeZoneOffset>")),
    "a bare SGLN": body(objects(EPC, after="<readPoint><id>9506000.00000.0</id></readPoint>")),
    "an SBDH with blanks in its time": body(PLAIN).replace(
        "<EPCISBody>",
        '<EPCISHeader><s:StandardBusinessDocumentHeader xmlns:s="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"><s:HeaderVersion>1.0</s:HeaderVersion>'
        "<s:DocumentIdentification><s:CreationDateAndTime> 2026-03-01 10:00:00 </s:CreationDateAndTime></s:DocumentIdentification></s:StandardBusinessDocumentHeader></EPCISHeader><EPCISBody>",
    ),
    "a query document": (
        '<q:EPCISQueryDocument xmlns:q="urn:epcglobal:epcis-query:xsd:1" schemaVersion="1.2"><EPCISBody><q:QueryResults><queryName>x</queryName><resultsBody><EventList>'
        f"{PLAIN}</EventList></resultsBody></q:QueryResults></EPCISBody></q:EPCISQueryDocument>"
    ),
    "a byte order mark": "\ufeff" + body(PLAIN),
    "a comment and an instruction before the root": '<?xml version="1.0"?><!-- x --><?y z?>' + body(PLAIN),
}  # fmt: skip


@pytest.mark.parametrize("name", XML)
def test_an_event_is_read_in_every_dialect_of_xml(name: str, tmp_path: Path) -> None:
    taken = read(XML[name], tmp_path)
    assert taken.rows("observation", "gtin serial sscc step") == ONE
    assert taken.column("observation", "at_utc") == [datetime(2026, 3, 1, 10)]
    assert (taken.only.rows, taken.only.stored, taken.only.problems) == (1, 1, ())


EVENT = {"type": "ObjectEvent", "eventTime": "2026-03-01T10:00:00Z", "eventTimeZoneOffset": "+01:00", "action": "ADD", "bizStep": "commissioning", "epcList": [EPC]}


def document(*events: dict[str, object], **more: object) -> str:
    return json.dumps({"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument", "schemaVersion": "2.0", **more, "epcisBody": {"eventList": events}})


JSON = {
    "bare words": document(EVENT),
    "@context a text": document(EVENT, **{"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"}),
    "an own context in the event": document({**EVENT, "@context": {"x": "https://example.com/x/"}, "x:thing": {"deep": [1, {"epcList": ["no"]}]}}),
    "isA": document({**{key: value for key, value in EVENT.items() if key != "type"}, "isA": "ObjectEvent"}),
    "words as CURIEs": document({**EVENT, "bizStep": "cbv:BizStep-commissioning"}),
    "words as URIs": document({**EVENT, "bizStep": "https://ref.gs1.org/cbv/BizStep-commissioning"}),
    "words as URNs": document({**EVENT, "bizStep": "urn:epcglobal:cbv:bizstep:commissioning"}),
    "a Digital Link": document({**EVENT, "epcList": [f"https://id.gs1.org/01/{GTIN}/21/A1"]}),
    "a Digital Link of the brand": document({**EVENT, "epcList": [f"https://example.com/some/path/01/{GTIN}/21/A1?17=280930"]}),
    "the type behind everything else": json.dumps({"epcisBody": {"eventList": [dict(reversed(EVENT.items()))]}, "type": "EPCISDocument"}),
    "a query document": json.dumps({"type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"queryName": "x", "resultsBody": {"eventList": [EVENT]}}}}),
    "a single event": json.dumps(EVENT),
    "an array of events": json.dumps([EVENT]),
    "pseudo headers": document(EVENT, sender="urn:epc:id:sgln:9506000.00000.0", instanceIdentifier="1"),
}


@pytest.mark.parametrize("name", JSON)
def test_an_event_is_read_in_every_dialect_of_json(name: str, tmp_path: Path) -> None:
    taken = read(JSON[name], tmp_path)
    assert taken.rows("observation", "gtin serial sscc step") == ONE
    assert (taken.only.rows, taken.only.stored, taken.only.problems) == (1, 1, ())


LOTS = {
    "in extension, 1.2": body(objects(EPC, after=f"<extension>{ILMD}</extension>")),
    "flat, 2.0": body(objects(EPC, after=ILMD), head=HEAD2),
    "the namespace with a colon at its end": body(objects(EPC, after=f"<extension>{ILMD}</extension>"), head=HEAD1.replace("cbv:mda", "cbv:mda:")),
    "gs1ushc at the event": body(
        objects(EPC, after="<u:lotNumber>L1</u:lotNumber><u:itemExpirationDate>2028-09-30</u:itemExpirationDate>"),
        head=HEAD1.replace(" schemaVersion", ' xmlns:u="http://epcis.gs1us.org/hc/ns" schemaVersion'),
    ),
    "extension by name": body(objects(EPC, after='<extension><extension name="BATCH">L1</extension><extension name="EXPIRY">2028-09-30</extension></extension>')),
    "json": document({**EVENT, "ilmd": {"cbvmda:lotNumber": "L1", "cbvmda:itemExpirationDate": "2028-09-30"}}),
    "json by URI": document({**EVENT, "ilmd": {"urn:epcglobal:cbv:mda:lotNumber": "L1", "urn:epcglobal:cbv:mda:itemExpirationDate": "2028-09-30"}}),
}  # fmt: skip


@pytest.mark.parametrize("name", LOTS)
def test_lot_and_expiry_are_found_wherever_they_were_written(name: str, tmp_path: Path) -> None:
    assert of(LOTS[name], tmp_path, "serial lot expiry") == [("A1", "L1", "2028-09-30")]


CHILDREN = f"<parentID>{SSCC}</parentID><childEPCs><epc>{EPC}</epc></childEPCs>"
STEPS = {
    "pack": (body(f"<AggregationEvent>{WHEN}{CHILDREN}{PACK}</AggregationEvent>"), [("A1", None, "aggregated", f"(00){SSCC18}")]),
    "unpack": (body(f"<AggregationEvent>{WHEN}{CHILDREN}<action>DELETE</action></AggregationEvent>"), [("A1", None, "disaggregated", f"(00){SSCC18}")]),
    "unpack all": (body(f"<AggregationEvent>{WHEN}<parentID>{SSCC}</parentID><childEPCs/><action>DELETE</action></AggregationEvent>"), [(None, SSCC18, "emptied", None)]),
    "seen inside": (body(f"<AggregationEvent>{WHEN}{CHILDREN}<action>OBSERVE</action></AggregationEvent>"), [("A1", None, "aggregation_observed", f"(00){SSCC18}")]),
    "decommission": (body(objects(EPC, rest="<action>DELETE</action>")), [("A1", None, "inactivated", None)]),
    "destroy": (body(objects(EPC, rest="<action>DELETE</action><bizStep>urn:epcglobal:cbv:bizstep:destroying</bizStep>")), [("A1", None, "destroyed", None)]),
    "ship": (body(objects(SSCC, rest="<action>OBSERVE</action><bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>")), [(None, SSCC18, "shipped", None)]),
    "a transaction": (body(f"<TransactionEvent>{WHEN}<bizTransactionList><bizTransaction>x</bizTransaction></bizTransactionList><epcList><epc>{EPC}</epc></epcList><action>ADD</action></TransactionEvent>"), [("A1", None, "linked", None)]),
    "a transformation in extension, 1.1": (body(f"<extension><TransformationEvent>{WHEN}<inputEPCList><epc>{EPC}</epc></inputEPCList><outputEPCList><epc>{SGTIN.format('B1')}</epc></outputEPCList></TransformationEvent></extension>"), [("A1", None, "consumed", None), ("B1", None, "commissioned", None)]),
    "an association in extension of extension, 1.2": (body(f"<extension><extension><AssociationEvent>{WHEN}{CHILDREN}<action>ADD</action></AssociationEvent></extension></extension>"), [("A1", None, "associated", f"(00){SSCC18}")]),
    "an association, 2.0": (body(f"<AssociationEvent>{WHEN}{CHILDREN}<action>ADD</action></AssociationEvent>", head=HEAD2), [("A1", None, "associated", f"(00){SSCC18}")]),
    "an error declaration": (body(objects(EPC, before=WHEN + "<baseExtension><eventID>urn:uuid:1</eventID><errorDeclaration><declarationTime>2026-03-02T10:00:00Z</declarationTime><reason>urn:epcglobal:cbv:er:did_not_occur</reason></errorDeclaration></baseExtension>")), [("A1", None, "voided", None)]),
    "one identifier twice": (body(objects(EPC, EPC)), [("A1", None, "commissioned", None)] * 2),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_actions_and_kinds_of_events_mean_what_the_standard_says(name: str, tmp_path: Path) -> None:
    text, expected = STEPS[name]
    taken = read(text, tmp_path)
    assert sorted(taken.rows("observation", "serial sscc step parent_text"), key=str) == sorted(expected, key=str)
    assert taken.only.problems == ()


SPELLINGS = {
    "another split of the company prefix": ("urn:epc:id:sgtin:95060001.03435.A1", GTIN, "A1", None),
    "an escaped serial": (SGTIN.format("A%2F1"), GTIN, "A/1", None),
    "leading zeros": (SGTIN.format("00123"), GTIN, "00123", None),
    "a serial like a number": (SGTIN.format("1E5"), GTIN, "1E5", None),
    "an SSCC of 20 digits": (f"00{SSCC18}", None, None, SSCC18),
    "an SSCC link": (f"https://id.gs1.org/00/{SSCC18}", None, None, SSCC18),
    "an element string": (f"01{GTIN}21A1", GTIN, "A1", None),
    "brackets": (f"(01){GTIN}(21)A1", GTIN, "A1", None),
    "fourteen digits before the serial": (f"urn:epc:id:sgtin:{GTIN}.0.A1", None, f"urn:epc:id:sgtin:{GTIN}.0.A1", None),
}  # fmt: skip


@pytest.mark.parametrize("name", SPELLINGS)
def test_identifiers_compare_as_gtin_and_serial_or_sscc_whatever_their_spelling(name: str, tmp_path: Path) -> None:
    text, gtin, serial, sscc = SPELLINGS[name]
    [row] = of(body(objects(text)), tmp_path, "gtin serial sscc")
    if name.startswith("fourteen"):
        assert row[1] is not None  # kept, whatever becomes of it
    else:
        assert row == (gtin, serial, sscc)


@pytest.mark.parametrize(
    ("written", "utc"),
    [("2026-03-01T10:00:00Z", "2026-03-01T10:00:00"), ("2026-03-01T10:00:00-05:00", "2026-03-01T15:00:00"), ("2026-03-01T10:00:00.9995Z", "2026-03-01T10:00:00.999500"),
     ("2026-03-01T10:00:00+14:00", "2026-02-28T20:00:00"), ("2026-03-01T10:00:00", "2026-03-01T09:00:00")],
)  # fmt: skip
def test_the_time_is_absolute_and_the_offset_of_the_event_helps_only_where_it_has_none(written: str, utc: str, tmp_path: Path) -> None:
    text = body(objects(EPC, before=f"<eventTime>{written}</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"))
    assert of(text, tmp_path, "at_utc at_text") == [(datetime.fromisoformat(utc), written)]


def test_quantities_outside_extension_are_kept_as_events(tmp_path: Path) -> None:
    quantity = "<quantityList><quantityElement><epcClass>urn:epc:class:lgtin:9506000.013435.L1</epcClass><quantity>5</quantity></quantityElement></quantityList>"
    taken = read(body(f"<ObjectEvent>{WHEN}<epcList/>{ADD}{quantity}</ObjectEvent>"), tmp_path)
    assert (taken.only.rows, taken.only.stored) == (1, 1)
    assert len(taken.rows("observation", "gtin lot")) + len(taken.rows("record", "record key")) >= 1


@pytest.mark.parametrize("doctype", ['<!DOCTYPE x [<!ENTITY a "b">]>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">'])
def test_a_doctype_is_never_resolved(doctype: str, tmp_path: Path) -> None:
    taken = read(doctype + body(objects(EPC, "&a;" if "ENTITY" in doctype else SGTIN.format("A2"))), tmp_path)
    assert "root:" not in str(taken.rows("observation", "serial"))
    assert taken.only.rows == taken.only.stored + taken.only.quarantined
