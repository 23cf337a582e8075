"""Subscriptions against a real receiver: signed, tried again, logged, told once; schedules; what is no address for results."""

from __future__ import annotations

import hashlib
import hmac
import http.server
import json
import threading
import time

import pytest
from api_site import document, event

from lotproof.api.problem import ApiProblem
from lotproof.api.schedule import next_due, read_schedule


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answers = [], []
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()


def until(what, seconds=60):
    for _ in range(seconds * 10):
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("it does not happen")


def subscribe(served, name, body):
    return served.call(f"/queries/{name}/subscriptions", json.dumps(body).encode(), Content_Type="application/json")


def test_new_events_are_sent_once_and_signed_and_tried_again(served, receiver):
    served.taken(document(event("BEFORE", disposition="in_transit")))
    query = {"name": "moving", "query": {"EQ_disposition": ["in_transit"]}}
    assert served.call("/queries", json.dumps(query).encode(), Content_Type="application/json").status == 201
    dest = f"http://127.0.0.1:{receiver.server_port}/hook?a=1"
    made = subscribe(served, "moving", {"dest": dest, "signatureToken": "the token", "stream": True})
    assert made.status == 201, made.body
    assert "the token" not in made.body.decode()
    receiver.answers.append(503)
    served.taken(document(event("AFTER", disposition="in_transit"), event("OTHER", disposition="active")))
    assert served.call(made.headers["location"].removeprefix("/epcis")).status == 200
    log = until(lambda: served.call(made.headers["location"].removeprefix("/epcis")).json["deliveries"])
    assert [(one["ok"], one["told"]) for one in log] == [(False, "answered 503")]
    until(lambda: len(receiver.got) == 2)
    for headers, body in receiver.got:
        assert headers["GS1-Signature"] == "sha256=" + hmac.new(b"the token", body, hashlib.sha256).hexdigest()
        events = json.loads(body)["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert [one["epcList"] for one in events] == [["urn:epc:id:sgtin:9529502.000629.AFTER"]]
    told = until(lambda: served.call("/queries/moving/subscriptions").json[0].get("lastNotifiedAt"))
    assert told
    assert served.call(made.headers["location"].removeprefix("/epcis"), method="DELETE").status == 204


def test_from_a_moment_on_everything_recorded_since_is_sent(served, receiver):
    served.taken(document(event("EARLIER", disposition="recalled")))
    query = {"name": "recalled", "query": {"EQ_disposition": "recalled"}}
    served.call("/queries", json.dumps(query).encode(), Content_Type="application/json")
    dest = f"http://127.0.0.1:{receiver.server_port}/hook"
    subscribe(served, "recalled", {"dest": dest, "stream": True, "initialRecordTime": "2020-01-01T00:00:00Z"})
    served.taken(document(event("LATER", disposition="recalled")))
    until(lambda: receiver.got)
    events = json.loads(receiver.got[0][1])["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [one["epcList"][0].rpartition(".")[2] for one in events] == ["EARLIER", "LATER"]
    served.call("/queries/recalled", method="DELETE")


def test_what_is_no_subscription_says_why(served):
    served.call("/queries", json.dumps({"name": "q", "query": {}}).encode(), Content_Type="application/json")
    for body, told in (
        (
            {"dest": "https://a.example/", "stream": True, "schedule": {"hour": "1"}},
            'A subscription has "stream": true or a schedule, and not both.',
        ),
        ({"dest": "ftp://a.example/", "stream": True}, "dest is no address; write https://host/path, without a name or password in it."),
        ({"dest": "http://a.example/", "stream": True}, "Results are sent to a.example only if whoever runs the server names it"),
        ({"dest": "https://169.254.169.254/", "stream": True}, "Results are sent to 169.254.169.254 only if"),
        ({"dest": "https://a.example/", "schedule": {"hour": "25"}}, "The schedule cannot be understood: hour goes from 0 to 23."),
    ):
        answer = subscribe(served, "q", body)
        assert (answer.status, answer.json["type"]) == (400, "epcisException:SubscriptionControlsException")
        assert told in answer.json["detail"]


@pytest.mark.parametrize(
    ("schedule", "after", "due"),
    [
        ({"hour": "1", "minute": "5"}, "2026-03-09T01:04:59Z", "2026-03-09T01:05:00Z"),
        ({"hour": "1", "minute": "5"}, "2026-03-09T01:05:00Z", "2026-03-10T01:05:00Z"),
        ({"minute": "0,30"}, "2026-03-09T23:45:10Z", "2026-03-10T00:00:00Z"),
        ({"dayOfWeek": "[1-2]", "hour": "6"}, "2026-03-10T07:00:00Z", "2026-03-16T06:00:00Z"),
        ({"month": "2", "dayOfMonth": "29"}, "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        ({"second": "15"}, "2026-12-31T23:59:30Z", "2027-01-01T00:00:15Z"),
    ],
)
def test_a_schedule_is_due_when_it_says(schedule, after, due):
    assert next_due(read_schedule(schedule), after) == due


def test_a_day_that_never_comes_is_told():
    with pytest.raises(ApiProblem, match="it names no day that there is"):
        next_due(read_schedule({"month": "2", "dayOfMonth": "30"}), "2026-03-01T00:00:00Z")
