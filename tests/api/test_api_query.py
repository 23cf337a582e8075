"""Questions over HTTP: every parameter, pages, named queries, resources, SOAP, and answers held against the official schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from api_site import XML_1_2, document, event, segment
from lxml import etree

SHARED = Path("/work/shared/corpora")
SCHEMA = SHARED / "openepcis-validation/core/src/main/resources/json-schema/epcis-json-schema.json"
SAMPLES = SHARED / "openepcis-test-resources/core/src/main/resources"
PALLET, CASE = "urn:epc:id:sscc:9529502.3000000001", "urn:epc:id:sscc:9529502.3000000002"


@pytest.fixture(scope="module")
def asked(served):
    """A site with some events of every class."""
    events = [
        event("Q1", eventTime="2026-04-01T08:00:00Z", eventID="urn:uuid:q1", readPoint={"id": "urn:epc:id:sgln:9529502.00009.1"},
              bizLocation={"id": "urn:epc:id:sgln:9529502.00009.0"}, ilmd={"cbvmda:lotNumber": "QLOT", "my:colour": "blue"}),
        event("Q2", eventTime="2026-04-01T10:00:00+01:00", eventID="urn:uuid:q2", disposition="active"),
        {"type": "AggregationEvent", "eventTime": "2026-04-01T10:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "parentID": PALLET,
         "childEPCs": [CASE], "bizStep": "packing", "eventID": "urn:uuid:q3"},
        {"type": "TransactionEvent", "eventTime": "2026-04-01T11:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "epcList": [PALLET],
         "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9529502000004:PO1"}], "eventID": "urn:uuid:q4",
         "destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:9529502.00003"}]},
        {"type": "TransformationEvent", "eventTime": "2026-04-01T12:00:00Z", "eventTimeZoneOffset": "+00:00", "transformationID": "urn:x:t1",
         "inputEPCList": ["urn:epc:id:sgtin:9529502.000629.Q1"], "outputEPCList": ["urn:epc:id:sgtin:9529502.000629.Q9"],
         "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:9529502.000629.IN1", "quantity": 5}], "eventID": "urn:uuid:q5", "my:shift": "night"},
        event("Q2", eventTime="2026-04-01T10:00:00+01:00", eventID="urn:uuid:q2", disposition="active",
              errorDeclaration={"declarationTime": "2026-04-02T00:00:00Z", "reason": "incorrect_data", "correctiveEventIDs": ["urn:uuid:q1"]}),
    ]  # fmt: skip
    sent = document(*events)
    sent["@context"].append({"cbvmda": "urn:epcglobal:cbv:mda:", "my": "http://my.example/"})
    job = served.taken(sent)
    assert job["success"], job
    return served


WITHIN = "GE_eventTime=2026-04-01T00:00:00Z&LT_eventTime=2026-04-02T00:00:00Z"


@pytest.mark.parametrize(
    ("asking", "ids"),
    [
        ("", "5 4 3 2 2 1"),
        ("orderDirection=ASC", "1 2 2 3 4 5"),
        ("eventType=AggregationEvent,TransactionEvent", "4 3"),
        ("EQ_action=ADD&EQ_bizStep=urn:epcglobal:cbv:bizstep:commissioning", "2 2 1"),
        ("EQ_bizStep=packing", "3"),
        ("EQ_disposition=active", "2 2"),
        ("EQ_readPoint=https://id.gs1.org/414/9529502000093/254/1", "1"),
        ("WD_readPoint=urn:epc:id:sgln:9529502.00009.0", "1"),
        ("EQ_readPoint=urn:epc:id:sgln:9529502.00009.0", ""),
        ("EQ_bizLocation=urn:epc:id:sgln:9529502.00009.0", "1"),
        ("MATCH_epc=urn:epc:id:sgtin:9529502.000629.Q1", "1"),
        ("MATCH_epc=https://example.com/01/09529502006293/21/Q1", "1"),
        ("MATCH_anyEPC=urn:epc:id:sgtin:9529502.000629.Q1", "5 1"),
        ("MATCH_inputEPC=urn:epc:id:sgtin:9529502.000629.Q1", "5"),
        ("MATCH_outputEPC=urn:epc:id:sgtin:9529502.000629.Q1", ""),
        ("MATCH_outputEPC=urn:epc:id:sgtin:9529502.000629.Q9", "5"),
        ("MATCH_epc=urn:epc:idpat:sgtin:9529502.000629.*", "2 2 1"),
        ("MATCH_epc=urn:epc:idpat:sgtin:9529502.*.*", "2 2 1"),
        ("MATCH_parentID=https://id.gs1.org/00/395295020000000018", "3"),
        (f"MATCH_anyEPC={PALLET}", "4 3"),
        (f"MATCH_epc={CASE}", "3"),
        ("MATCH_inputEPCClass=https://id.gs1.org/01/09529502006293/10/IN1", "5"),
        ("MATCH_anyEPCClass=urn:epc:class:lgtin:9529502.000629.IN1", "5"),
        ("MATCH_epcClass=urn:epc:class:lgtin:9529502.000629.IN1", ""),
        ("EQ_bizTransaction_po=urn:epcglobal:cbv:bt:9529502000004:PO1", "4"),
        ("EQ_bizTransaction_inv=urn:epcglobal:cbv:bt:9529502000004:PO1", ""),
        ("EQ_destination_owning_party=https://id.gs1.org/417/9529502000031", "4"),
        ("EQ_transformationID=urn:x:t1", "5"),
        ("EQ_eventID=urn:uuid:q4,urn:uuid:q1", "4 1"),
        ("EXISTS_errorDeclaration=true", "2"),
        ("EQ_errorReason=incorrect_data", "2"),
        ("EQ_correctiveEventID=urn:uuid:q1", "2"),
        ("GE_errorDeclarationTime=2026-04-02T00:00:01Z", ""),
        ("EQ_ILMD_urn:epcglobal:cbv:mda:lotNumber=QLOT", "1"),
        ("EXISTS_ILMD_http://my.example/colour=true", "1"),
        ("EQ_http://my.example/shift=night", "5"),
        ("EQ_quantity=5", "5"),
        ("GT_quantity=5", ""),
        ("eventCountLimit=2", "5 4"),
        ("eventCountLimit=3&perPage=2", "5 4"),
        ("maxEventCount=6", "5 4 3 2 2 1"),
    ],
)
def test_a_parameter_finds_what_it_says(asked, asking, ids):
    path = "&".join(
        part if "=" not in part else part.split("=", 1)[0] + "=" + segment(part.split("=", 1)[1]).replace("%2C", ",")
        for part in asking.split("&")
    )
    found = asked.call(f"/events?{WITHIN.replace('+', '%2B')}&{path}").events
    assert " ".join(one["eventID"].removeprefix("urn:uuid:q") for one in found) == ids


@pytest.mark.parametrize("order", ["eventTime", "recordTime"])
@pytest.mark.parametrize("more", ["", "&MATCH_epc=urn:epc:idpat:sgtin:9529502.000629.*"])
def test_pages_give_every_event_once(asked, order, more):
    whole = asked.call(f"/events?{WITHIN}&orderBy={order}{more}").events
    path, found = f"/events?{WITHIN}&orderBy={order}&perPage=1{more}", []
    while path:
        answer = asked.call(path)
        found += answer.events
        link = answer.headers.get("link", "")
        assert not link or link.endswith('>; rel="next"')
        path = link[1:].split(">")[0].removeprefix("/epcis")
    assert found == whole


def test_too_much_is_told_and_what_is_not_answered_is_refused(asked):
    answer = asked.call(f"/events?{WITHIN}&maxEventCount=5")
    assert (answer.status, answer.json["type"]) == (413, "epcisException:QueryTooLargeException")
    assert answer.json["detail"] == "More than 5 events meet the query, which maxEventCount forbids; narrow the query or raise it."
    for asking, told in {
        "EQ_colour=blue": "The parameter EQ_colour is not answered here.",
        "GE_eventTime=yesterday": 'The parameter GE_eventTime "yesterday" is no time with a zone; write 2026-03-09T10:00:00Z.',
        "eventType=Event": 'The parameter eventType "Event" is no event class; write ObjectEvent, AggregationEvent, ….',
        "nextPageToken=abc": "The nextPageToken is none of this server's; follow the Link of the page before as it is.",
        "eventCountLimit=1&maxEventCount=1": "The parameter maxEventCount and eventCountLimit exclude each other.",
    }.items():
        answer = asked.call(f"/events?{asking}")
        assert (answer.status, answer.json["detail"]) == (400, told)
    assert asked.call("/events", Accept="text/html").status == 406
    assert asked.call("/events", GS1_EPC_Format="Always_EPC_URN").status == 406
    assert asked.call("/events", GS1_EPCIS_Min="2.1").status == 406
    assert asked.call("/nowhere").json["detail"] == "There is nothing at this address; GET /epcis/ lists what there is."
    assert asked.call("/events", b"", method="DELETE").headers["allow"] == "GET, POST, OPTIONS"


def test_resources_lead_to_their_events(asked):
    assert "TransactionEvent" in asked.call("/eventTypes").json["member"]
    assert "packing" in asked.call("/bizSteps").json["member"]
    assert "https://id.gs1.org/414/9529502000093/254/1" in asked.call("/readPoints").json["member"]
    assert len(asked.call(f"/bizSteps/packing/events?{WITHIN}").events) == 1
    assert len(asked.call(f"/epcs/{segment(PALLET)}/events").events) == 2
    assert asked.call("/readPoints/" + segment("urn:epc:id:sgln:9529502.00009.1") + "/events").events[0]["eventID"] == "urn:uuid:q1"
    assert asked.call("/eventTypes/AggregationEvent").json["member"] == ["events"]
    items, path = [], "/epcs?perPage=2"
    while path:
        answer = asked.call(path)
        items += answer.json["member"]
        path = answer.headers.get("link", "")[1:].split(">")[0].removeprefix("/epcis")
    assert len(items) == len(set(items))
    assert "https://id.gs1.org/00/395295020000000025" in items


def test_a_named_query_is_kept_narrowed_and_forgotten(asked):
    body = {"name": "aggregations", "query": {"eventType": ["AggregationEvent"], "GE_eventTime": "2026-04-01T00:00:00Z"}}
    made = asked.call("/queries", json.dumps(body).encode(), Content_Type="application/json")
    assert (made.status, made.headers["location"]) == (201, "/epcis/queries/aggregations")
    assert asked.call("/queries", json.dumps(body).encode(), Content_Type="application/json").status == 409
    assert asked.call("/queries/aggregations").json["query"] == body["query"]
    answer = asked.call("/queries/aggregations/events")
    assert answer.json["epcisBody"]["queryResults"]["queryName"] == "aggregations"
    assert [one["eventID"] for one in answer.events] == ["urn:uuid:q3"]
    assert asked.call("/queries/aggregations/events?EQ_bizStep=shipping").events == []
    assert asked.call("/queries/aggregations/events?eventType=ObjectEvent").status == 400
    assert asked.call("/queries/aggregations", method="DELETE").status == 204
    assert asked.call("/queries/aggregations/events").json["detail"] == 'There is no query "aggregations".'
    bad = asked.call("/queries", b'{"name": "a b", "query": {}}', Content_Type="application/json")
    assert "letters, digits" in bad.json["detail"]


SOAP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:q="urn:epcglobal:epcis-query:xsd:1"><s:Body>{}</s:Body></s:Envelope>'
POLL = "<q:Poll><queryName>SimpleEventQuery</queryName><params>{}</params></q:Poll>"
PARAM = "<param><name>{}</name><value>{}</value></param>"


def soap(asked, inside):
    answer = asked.call("/soap", SOAP.format(inside).encode(), Content_Type="text/xml")
    return answer.status, etree.fromstring(answer.body).find("{*}Body")[0]


def test_soap_polls_and_faults_as_the_standard_has_it(asked):
    asked.taken(XML_1_2.format(id="00000000-0000-4000-8000-000000000013", serial="SOAP").encode())
    assert soap(asked, "<q:GetQueryNames/>")[1].findtext("string") == "SimpleEventQuery"
    assert soap(asked, "<q:GetStandardVersion/>")[1].text == "1.2"
    params = PARAM.format("MATCH_epc", "<string>urn:epc:id:sgtin:9529502.000629.SOAP</string>") + PARAM.format(
        "eventType", "<string>ObjectEvent</string>"
    )
    status, found = soap(asked, POLL.format(params))
    assert (status, found.findtext("queryName")) == (200, "SimpleEventQuery")
    event = found.find("resultsBody/EventList/ObjectEvent")
    assert event.findtext("baseExtension/eventID") == "urn:uuid:00000000-0000-4000-8000-000000000013"
    assert event.findtext("extension/quantityList/quantityElement/quantity") == "12.5"
    for inside, fault in {
        POLL.format(PARAM.format("EQ_foo", "1")): "QueryParameterException",
        POLL.format(PARAM.format("maxEventCount", "1")): "QueryTooLargeException",
        POLL.replace("SimpleEventQuery", "Other").format(""): "NoSuchNameException",
        "<q:Subscribe/>": "SubscribeNotPermittedException",
        "<q:Nonsense/>": "ValidationException",
    }.items():
        status, told = soap(asked, inside)
        assert (status, etree.QName(told.find("detail")[0]).localname) == (500, fault)
    doctype = asked.call("/soap", b'<!DOCTYPE a [<!ENTITY b "c">]>' + SOAP.format("<q:GetQueryNames/>").encode(), Content_Type="text/xml")
    assert b"The request holds a DOCTYPE, which SOAP forbids." in doctype.body
    wsdl = etree.fromstring(asked.call("/soap").body)
    assert len(wsdl.findall("{*}portType/{*}operation")) == 7


@pytest.mark.skipif(not SCHEMA.exists(), reason="the official JSON schema lies beside the checkout in /work/shared")
def test_every_answer_is_valid_by_the_official_schema(asked):
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
    for name in ("All_eventTypes_in_single_document", "ObjectEvent_with_sensorData", "AssociationEvent_all_possible_fields"):
        asked.taken((SAMPLES / f"1.2/EPCIS/XML/Capture/Documents/{name}.xml").read_bytes())
    answer = asked.call("/events?perPage=1000")
    assert len(answer.events) > 10
    assert [error.message[:200] for error in validator.iter_errors(answer.json)] == []
