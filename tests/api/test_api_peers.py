"""Clients that others wrote: the SDK epcis2.js captures and asks, the websockets of ws and of the library websockets are told of new events."""

from __future__ import annotations

import json
import socket
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from api_site import KEYS, Site, document, event
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from lotproof.api.sockets import MOST

sys.path.append(str(Path(__file__).parents[1] / "peers"))

from peers import HERE, node


def named(served: Site, name: str, query: dict[str, Any]) -> None:
    made = served.call("/queries", json.dumps({"name": name, "query": query}).encode(), Content_Type="application/json")
    assert made.status == 201, made.body


def address(served: Site, name: str, controls: str = "stream=true") -> str:
    return f"ws://127.0.0.1:{served.port + 1}/epcis/queries/{name}/events?{controls}"


def opened(served: Site, name: str, controls: str = "stream=true", key: str = "all") -> ClientConnection:
    return connect(address(served, name, controls), additional_headers={"Authorization": f"Bearer {KEYS.get(key, key)}"}, open_timeout=30)


def serials(message: str | bytes) -> list[str]:
    found = json.loads(message)
    assert (found["type"], found["schemaVersion"]) == ("EPCISQueryDocument", "2.0")
    return [one["epcList"][0].rpartition(".")[2] for one in found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]


def test_the_sdk_of_others_captures_asks_and_finds_the_events_valid(served: Site) -> None:
    told, trouble = node(HERE / "epcis_client.mjs", f"http://127.0.0.1:{served.port}/epcis", KEYS["all"]).communicate(timeout=120)
    assert told, trouble
    found = json.loads(told)
    assert (found["captured"], found["state"]["success"]) == (202, True)
    assert [(one["type"], one["id"][-1], one["valid"]) for one in found["events"]] == [
        ("ObjectEvent", "1", True),
        ("AggregationEvent", "2", True),
    ]
    assert found["refused"] == [401, "application/problem+json"]


def test_a_websocket_of_node_hears_of_new_events(served: Site) -> None:
    named(served, "node", {"EQ_disposition": "in_transit"})
    client = node(HERE / "socket_client.mjs", address(served, "node"), KEYS["all"])
    assert client.stdout is not None
    assert client.stdout.readline() == "open\n"
    served.taken(document(event("WS1", disposition="in_transit"), event("WS2", disposition="active")))
    assert serials(client.stdout.readline()) == ["WS1"]
    assert served.call("/queries/node", method="DELETE").status == 204
    assert client.stdout.readline() == 'close 1008 There is no query "node".\n'
    client.communicate(timeout=30)


def test_what_was_recorded_since_a_moment_comes_first_and_then_each_event_once(served: Site) -> None:
    served.taken(document(event("WB1", disposition="expired")))
    named(served, "expired", {"EQ_disposition": "expired"})
    with opened(served, "expired", "stream=true&initialRecordTime=2020-01-01T00:00:00Z") as one, opened(served, "expired") as other:
        assert serials(one.recv(timeout=30)) == ["WB1"]
        served.taken(document(event("WB2", disposition="expired")))
        assert [serials(each.recv(timeout=30)) for each in (one, other)] == [["WB2"], ["WB2"]]
        with pytest.raises(TimeoutError):
            other.recv(timeout=1.5)


def test_a_schedule_is_kept_and_an_empty_result_is_sent_where_that_is_wanted(served: Site) -> None:
    named(served, "each-second", {"EQ_disposition": "stolen"})
    with opened(served, "each-second", "second=[0-59]&reportIfEmpty=true") as one:
        assert [serials(one.recv(timeout=30)) for _ in range(2)] == [[], []]


@pytest.mark.parametrize(
    ("name", "controls", "key", "status", "sentence"),
    [
        ("nothing", "stream=true", "all", 404, 'There is no query "nothing".'),
        ("there", "", "all", 400, "A websocket has stream=true or a schedule, such as minute=0, and not both."),
        ("there", "stream=true&minute=0", "all", 400, "A websocket has stream=true or a schedule, such as minute=0, and not both."),
        ("there", "stream=true&perPage=4", "all", 400, "perPage is no control of a subscription; "),
        ("there", "minute=99", "all", 400, "The schedule cannot be understood: minute goes from 0 to 59."),
        ("there", "stream=true", "no key", 401, "The key is none that holds here."),
        ("there", "stream=true", "line", 403, 'The key "line" is for capture; this needs subscribe.'),
    ],
)
def test_a_websocket_that_cannot_be_had_is_refused_with_a_sentence(served: Site, name, controls, key, status, sentence) -> None:
    served.call("/queries", json.dumps({"name": "there", "query": {"EQ_action": "ADD"}}).encode(), Content_Type="application/json")
    with pytest.raises(InvalidStatus) as refused:
        opened(served, name, controls, key).close()
    problem = json.loads(refused.value.response.body or b"")
    assert (refused.value.response.status_code, refused.value.response.headers["Content-Type"]) == (status, "application/problem+json")
    assert problem["detail"].startswith(sentence)


def test_the_port_of_the_desk_says_where_websockets_are(served: Site) -> None:
    named(served, "elsewhere", {"EQ_action": "ADD"})
    with pytest.raises(InvalidStatus) as refused:
        connect(address(served, "elsewhere").replace(str(served.port + 1), str(served.port)), additional_headers={"X-API-Key": KEYS["all"]})
    assert refused.value.response.status_code == 421
    assert f"ws://127.0.0.1:{served.port + 1}/epcis/queries/elsewhere/events" in (refused.value.response.body or b"").decode()


def test_who_goes_away_before_the_answer_takes_no_place(served: Site) -> None:
    """More than there is room for: each asks, and is gone before it is answered."""
    named(served, "gone", {"EQ_action": "ADD"})
    asked = f"GET {address(served, 'gone').partition(str(served.port + 1))[2]} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    asked += f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {KEYS['all']}\r\n\r\n"
    for _ in range(MOST + 20):
        with socket.create_connection(("127.0.0.1", served.port + 1), 30) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.sendall(asked.encode())
    served.taken(document(event("WG0", disposition="destroyed")))
    with opened(served, "gone") as one, pytest.raises(TimeoutError):
        one.recv(timeout=0.1)


def test_a_key_that_is_revoked_ends_its_websockets(served: Site) -> None:
    from api_site import lotproof

    lotproof("api-key", "add", "briefly", "--scope", "subscribe", "--key", "key-for-a-short-time-01", "--workspace", str(served.home))
    named(served, "briefly", {"EQ_action": "ADD"})
    with opened(served, "briefly", key="key-for-a-short-time-01") as one:
        lotproof("api-key", "revoke", "briefly", "--why", "tried", "--workspace", str(served.home))
        with pytest.raises(ConnectionClosed) as closed:
            one.recv(timeout=30)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "The key is none that holds here.")
