"""Documents over HTTP: who may send, what is refused, and that what was accepted is a source like any other."""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import time

import pytest
from api_site import KEYS, XML_1_2, document, event, lotproof, segment


def sources(served):
    return json.loads(lotproof("sources", "--json", "--workspace", str(served.home)))["sources"]


def test_without_a_key_401_beyond_its_scope_403(served):
    body = json.dumps(document(event("K1"))).encode()
    nobody = served.call("/capture", body, key=None, Content_Type="application/json")
    assert (nobody.status, nobody.headers["www-authenticate"]) == (401, 'Bearer realm="lotproof"')
    assert nobody.json["detail"] == "No key was sent; send one as Authorization: Bearer KEY."
    assert (
        served.call("/capture", body, key="some-other-key-00000000", Content_Type="application/json").json["detail"]
        == "The key is none that holds here."
    )
    beyond = served.call("/capture", body, key="reader", Content_Type="application/json")
    assert (beyond.status, beyond.json["detail"]) == (403, 'The key "reader" is for query; this needs capture.')
    assert served.call("/events", key="line").status == 403
    assert served.call("/events", key=None, X_API_Key=KEYS["reader"]).status == 200


def test_a_document_becomes_a_source_and_its_events_are_found(served):
    sent = document(event("A1", eventID="urn:uuid:00000000-0000-4000-8000-0000000000a1"))
    data = json.dumps(sent).encode()
    answer = served.call("/capture", data, key="line", Content_Type="application/ld+json")
    assert answer.status == 202
    assert answer.headers["gs1-epcis-version"] == "2.0"
    job = served.done(answer.headers["location"].removeprefix("/epcis"))
    assert (job["success"], job["errors"], job["captureErrorBehaviour"]) == (True, [], "rollback")
    assert [one["stored"] for one in sources(served) if one["sha256"] == hashlib.sha256(data).hexdigest()] == [1]
    found = served.call("/events?EQ_eventID=urn:uuid:00000000-0000-4000-8000-0000000000a1").events
    assert [one["epcList"] for one in found] == [["urn:epc:id:sgtin:9529502.000629.A1"]]
    again = served.call("/events/" + segment("urn:uuid:00000000-0000-4000-8000-0000000000a1"))
    assert again.json["recordTime"] == found[0]["recordTime"]


def test_the_same_bytes_twice_are_one_source_and_one_event(served):
    sent = document(event("TWICE"))
    assert [served.taken(sent)["success"] for _ in range(2)] == [True, True]
    sha = hashlib.sha256(json.dumps(sent).encode()).hexdigest()
    assert sum(one["sha256"] == sha for one in sources(served)) == 1
    assert len(served.call("/events?MATCH_epc=urn:epc:id:sgtin:9529502.000629.TWICE").events) == 1


def test_rollback_refuses_the_document_and_proceed_takes_what_is_valid(served):
    bad = event("R2", eventTimeZoneOffset=None)
    told = "its eventTimeZoneOffset is missing or none (+01:00)."
    refused = served.taken(document(event("R1"), bad))
    assert (refused["running"], refused["success"]) == (False, False)
    assert refused["errors"][0]["detail"].endswith(told)
    assert refused["errors"][0]["type"] == "epcisException:ValidationException"
    assert served.call("/events?MATCH_epc=urn:epc:id:sgtin:9529502.000629.R1").events == []
    taken = served.taken(document(event("R1"), bad), GS1_Capture_Error_Behaviour="proceed")
    assert (taken["success"], len(taken["errors"])) == (False, 1)
    assert len(served.call("/events?MATCH_epc=urn:epc:id:sgtin:9529502.000629.R1").events) == 1
    assert served.call("/events?MATCH_epc=urn:epc:id:sgtin:9529502.000629.R2").events == []


def test_one_event_is_created_and_its_address_shows_it(served):
    body = {"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"], **event("ONE")}
    answer = served.call("/events", json.dumps(body).encode(), Content_Type="application/json")
    assert answer.status == 201
    served.done(f"/capture/{answer.headers['gs1-capture-id']}")
    assert served.call(answer.headers["location"].removeprefix("/epcis")).json["epcList"] == body["epcList"]
    two = served.call("/events", json.dumps(document(event("X1"), event("X2"))).encode(), Content_Type="application/json")
    assert (two.status, two.json["detail"]) == (400, "The document holds 2 events; one is taken here, more by capture.")


def test_xml_of_1_2_comes_out_as_json_of_2_0_and_as_xml(served):
    served.taken(XML_1_2.format(id="00000000-0000-4000-8000-000000000012", serial="OLD").encode())
    link = "https://id.gs1.org/01/09529502006293/21/OLD"
    found = served.call(f"/events?MATCH_anyEPC={segment(link)}").events
    assert len(found) == 1
    assert found[0]["bizStep"] == "commissioning"
    assert found[0]["quantityList"] == [{"epcClass": "urn:epc:class:lgtin:9529502.000629.L77", "quantity": 12.5, "uom": "KGM"}]
    assert found[0]["sourceList"] == [{"type": "owning_party", "source": "urn:epc:id:sgln:9529502.00000.0"}]
    assert found[0]["ilmd"] == {"cbvmda:lotNumber": "L77"}
    assert found[0]["my:note"] == "kept & shown"
    assert {"cbvmda": "urn:epcglobal:cbv:mda", "my": "http://my.example/"} in found[0]["@context"]
    xml = served.call(f"/events?MATCH_anyEPC={segment(link)}", Accept="application/xml").body.decode()
    assert "<my:note>kept &amp; shown</my:note>" in xml
    assert "<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>" in xml
    links = served.call(f"/events?MATCH_anyEPC={segment(link)}", GS1_EPC_Format="Always_GS1_Digital_Link").events[0]
    assert links["epcList"] == [link]
    assert links["readPoint"]["id"] == "https://id.gs1.org/414/9529502000017/254/7"


@pytest.mark.parametrize(
    ("headers", "body", "status", "told"),
    [
        ({"Content_Type": "text/csv"}, b"a", 415, "Content-Type names none of them."),
        (
            {"Content_Type": "application/json", "Content_Encoding": "gzip"},
            b"a",
            415,
            "Compressed documents are not taken here; send it as it is.",
        ),
        ({"Content_Type": "application/json"}, b"[1]", 400, "The document is no EPCIS document and no event"),
        (
            {"Content_Type": "application/json"},
            XML_1_2.encode(),
            415,
            "The document is XML, its Content-Type says JSON; name the right one.",
        ),
        ({"Content_Type": "application/json"}, json.dumps(document(event("CUT"))).encode()[:-9], 400, "The document breaks off at byte"),
        (
            {"Content_Type": "application/json"},
            json.dumps(document()).encode(),
            400,
            "The document holds no event; put one into its event list.",
        ),
        (
            {"Content_Type": "application/xml"},
            XML_1_2.replace("<epcis:EPCISDocument", '<!DOCTYPE x [<!ENTITY a "b">]><epcis:EPCISDocument', 1).encode(),
            400,
            "it holds a DOCTYPE, which EPCIS never needs and which can be used for attacks; remove it to read on",
        ),
        ({"Content_Type": "application/json", "GS1_Capture_Error_Behaviour": "hope"}, b"{}", 400, "is neither rollback nor proceed."),
    ],
)
def test_what_is_refused_at_once_says_why(served, headers, body, status, told):
    answer = served.call("/capture", body, **headers)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json["detail"]


def test_a_document_that_is_too_large_is_refused_before_it_is_read(served):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.putrequest("POST", "/epcis/capture")
    for name, value in {
        "Content-Type": "application/json",
        "Content-Length": str(2 << 30),
        "Authorization": f"Bearer {KEYS['line']}",
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["type"]) == (413, "epcisException:CaptureLimitExceededException")
    connection.close()


def test_a_sender_who_breaks_off_leaves_nothing(served):
    before = len(served.call("/capture?perPage=1000").json)
    with socket.create_connection(("127.0.0.1", served.port)) as line:
        head = f"POST /epcis/capture HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEYS['line']}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
        line.sendall(head.encode() + json.dumps(document(event("CUT2"))).encode())
    time.sleep(0.5)
    assert len(served.call("/capture?perPage=1000").json) == before
    assert not list((served.home / "captures").glob("*.part"))


def test_limits_are_announced_and_jobs_listed_to_whom_they_belong(served):
    answer = served.call("/capture", method="OPTIONS", key="line")
    assert (answer.status, answer.headers["gs1-epcis-capture-file-size-limit"], answer.headers["gs1-epcis-capture-limit"]) == (
        204,
        str(1 << 30),
        "5000000",
    )
    path = served.capture(document(event("MINE")), Authorization=f"Bearer {KEYS['all']}")
    served.done(path)
    assert served.call(path, key="line").status == 404
    first = served.call("/capture?perPage=1").json
    second = served.call("/capture?perPage=1&nextPageToken=1").json
    assert first != second


def test_a_revoked_key_ends_at_once_and_no_key_is_written_anywhere(served):
    lotproof("api-key", "add", "short", "--scope", "query", "--key", "key-that-ends-soon-0001", "--workspace", str(served.home))
    assert served.call("/eventTypes", key="key-that-ends-soon-0001").status == 200
    lotproof("api-key", "revoke", "short", "--why", "a test", "--workspace", str(served.home))
    assert served.call("/eventTypes", key="key-that-ends-soon-0001").status == 401
    listed = json.loads(lotproof("api-key", "list", "--json", "--workspace", str(served.home)))["keys"]
    assert [one["name"] for one in listed if one["revoked"]] == ["short"]
    for path in (served.home / "ledger.sqlite3", served.home / "ledger.sqlite3-wal", served.home.parent / "server.log"):
        assert not path.exists() or b"key-that-ends-soon" not in path.read_bytes()
