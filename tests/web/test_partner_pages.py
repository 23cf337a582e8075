"""Exceptions of partners on the desk: taken in, read with what the record says, answered; roles; nothing is sent by itself."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from case_kit import PASSWORD, PEOPLE, Floor
from django.core.files.uploadedfile import SimpleUploadedFile
from small_site import Site

sys.path.append(str(Path(__file__).parents[1] / "exchange"))

from partner_kit import PARTNER, SETTINGS, agrees, missing_data, name, report

from lotproof.exchange.partners import shell
from lotproof.jobs import queue
from lotproof.jobs.worker import work
from lotproof.ledger import store
from lotproof.quality.shell import load
from lotproof.workspace import credentials
from lotproof.workspace.place import open_workspace
from lotproof.workspace.sources import receipts_of


@pytest.fixture
def floor(own: Site, quick_hashes: None) -> Floor:
    """The people of the other tests, on a site that was judged."""
    workspace = open_workspace(own.home, "2026-11-23T07:00:00Z", "administrator")
    for user, (printed, role) in PEOPLE.items():
        credentials.enrol(workspace, user, printed, role, "UTC", PASSWORD, None, "2026-11-23T07:00:00Z", "administrator")
    (own.home / "partners.toml").write_text(SETTINGS)
    return Floor(workspace)


def sent(client: Any, content: bytes, title: str = "notice.json") -> Any:
    return client.post("/partners/", {"file": SimpleUploadedFile(title, content)})


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_message_is_taken_in_read_answered_and_said_to_be_sent(visit: Any, floor: Floor, own: Site) -> None:
    one, two = own.finding("SN-01")["items"][:2]
    client = visit("inv-1")
    answer = sent(client, report(exceptions=missing_data(one, two), other_errors=["<b>hurry</b>"]))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/partners/EXC-2026-0001/")
    assert [row.kind for row in queue.table().all()] == ["take-in"], "nobody waits for whoever writes to the workspace now"
    page = text(client.get("/partners/EXC-2026-0001/"))
    assert "The record knows all 2 packs; our own findings on the same packs: " in page
    assert all(part in page for part in (one, "Depot Four Winds", "HDA PND", "EMVS A3, A2", "The record knows it: ", "&lt;b&gt;hurry", f"/lots/{own.lot}/SN-01/"))
    assert "EXC-2026-0001" in text(client.get("/partners/?state=to answer"))
    assert "EXC-2026-0001" not in text(client.get("/partners/?state=waiting"))
    signals = text(client.get("/signals/?state=new"))
    assert "/partners/of/SIG-2026-0001" in signals
    assert client.get("/partners/of/SIG-2026-0001").headers["Location"] == "/partners/EXC-2026-0001/"
    form = {"seen": "1", "uuid": [name(one), name(two)], "said": ["", "Reject"], "comment": ["", "Not ours."], "instead": ["", ""], "every": "Accept", "note": "See mail."}
    assert client.post("/partners/EXC-2026-0001/reply", form).status_code == 302
    kept = shell.thread("EXC-2026-0001").messages[-1]
    message = client.get(f"/partners/EXC-2026-0001/{kept.body['sha256']}.json")
    assert message.headers["Content-Disposition"].startswith('attachment; filename="EXC-2026-0001-')
    document = json.loads(message.content)
    assert agrees(document)
    assert {item["exception_item_uuid"]: item["resolution_response"] for item in document["response_items"]} == {name(one): "Accept", name(two): "Reject"}
    assert "to send" in text(client.get("/partners/EXC-2026-0001/"))
    late = client.post("/partners/EXC-2026-0001/sent", {"seen": "1", "how": "by mail"})
    assert (late.status_code, "has got another message meanwhile; open it anew" in text(late)) == (409, True)
    assert client.post("/partners/EXC-2026-0001/sent", {"seen": "2", "how": "by mail"}).status_code == 302
    assert (shell.thread("EXC-2026-0001").state, shell.thread("EXC-2026-0001").messages[-1].sent_by) == ("answered", "inv-1")


@pytest.mark.slow
def test_a_worker_judges_what_a_partner_said_with_the_rest(visit: Any, floor: Floor, own: Site) -> None:
    client = visit("op-1")
    sent(client, report(exceptions=missing_data(*own.finding("SN-01")["items"][:2])))
    assert work(floor.workspace, lambda: floor.now, threading.Event(), once=True) == 1
    assert [one.kind for one in receipts_of() if one.name.startswith("exception-")] == ["partner-notice"]
    assert "PHY-01" in text(client.get("/partners/EXC-2026-0001/"))


def test_an_incident_is_opened_with_our_own_findings_on_the_same_packs(visit: Any, floor: Floor, own: Site) -> None:
    client = visit("op-1")
    sent(client, report(exceptions=missing_data(own.finding("SN-01")["items"][0])))
    opened = client.post("/partners/EXC-2026-0001/incident").headers["Location"]
    body = load(opened.split("/")[2]).opened.body
    assert (body["lots"], "SN-01" in body["codes"]) == ([own.lot], True)
    assert opened.split("/")[2] in text(client.get("/partners/EXC-2026-0001/"))
    again = client.post("/partners/EXC-2026-0001/incident")
    assert (again.status_code, "has no signal that waits for triage" in text(again)) == (409, True)


def test_a_finding_is_written_to_a_partner_and_closed(visit: Any, floor: Floor, own: Site) -> None:
    client = visit("reg-1")
    page = text(client.get(f"/lots/{own.lot}/SN-01/"))
    assert all(part in page for part in ("HDA PND · PDG missing_product_data · EMVS A3, A2 · VRS No_match_GTIN_Serial", f"/partners/?about=SN-01:{own.lot}#about"))
    assert f'value="SN-01:{own.lot}"' in text(client.get(f"/partners/?about=SN-01:{own.lot}"))
    assert client.get("/find?q=exc-2026-0001").headers["Location"] == "/partners/EXC-2026-0001/"
    answer = client.post("/partners/write", {"about": f"SN-01:{own.lot}", "to": PARTNER, "po": "PO-9", "resolution": ""})
    assert answer.headers["Location"] == "/partners/EXC-2026-0001/"
    page = text(client.get("/partners/EXC-2026-0001/"))
    assert all(part in page for part in ("We told Depot Four Winds.", "Write that the case is resolved", "I have sent it", f"SN-01:{own.lot}"))
    assert client.post("/partners/EXC-2026-0001/close", {"seen": "1"}).status_code == 302
    assert client.post("/partners/EXC-2026-0001/sent", {"seen": "2", "how": "portal"}).status_code == 302
    assert shell.thread("EXC-2026-0001").state == "resolved"


@pytest.mark.parametrize(("user", "may"), [("read-1", set()), ("op-1", {"take"}), ("reg-1", {"write"}), ("qa-1", {"take", "write"})])
def test_who_may_take_and_who_may_write(visit: Any, floor: Floor, own: Site, user: str, may: set[str]) -> None:
    client = visit(user)
    taken = sent(client, report(exceptions=missing_data(own.finding("SN-01")["items"][0])))
    written = client.post("/partners/write", {"about": f"SN-01:{own.lot}", "to": PARTNER})
    assert [taken.status_code, written.status_code] == [302 if "take" in may else 403, 302 if "write" in may else 403]
    page = text(client.get("/partners/"))
    assert ("Take it in" in page, "Write the message" in page) == ("take" in may, "write" in may)
    if not may:
        assert "you are signed in as reader" in text(taken)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"gtin;serial\n", "notice.json is no exception notification"), (b'{"exception_case_uuid": 3, "exceptions": {}}', "has no usable exception_case_uuid"), (None, "Choose one file of at most 16 MB")],
)  # fmt: skip
def test_what_is_no_message_is_refused_and_nothing_is_written(visit: Any, floor: Floor, content: bytes | None, told: str) -> None:
    client = visit("inv-1")
    before = store.size()
    answer = client.post("/partners/") if content is None else sent(client, content)
    assert (answer.status_code, told in text(answer), store.size()) == (409, True, before)


def test_threads_and_messages_that_are_not_there(visit: Any, floor: Floor, own: Site) -> None:
    client = visit("qa-1")
    assert [client.get(path).status_code for path in ("/partners/EXC-2026-0404/", "/partners/of/SIG-2026-0404")] == [404, 404]
    sent(client, report(exceptions=missing_data(own.finding("SN-01")["items"][0])))
    assert client.get(f"/partners/EXC-2026-0001/{'0' * 64}.json").status_code == 404


def test_a_message_with_very_many_packs_is_answered_in_one_go(visit: Any, floor: Floor) -> None:
    client = visit("inv-1")
    packs = [f"(01)09528862577757(21)NOBODY{number:05d}" for number in range(1200)]
    assert sent(client, report(exceptions=missing_data(*packs))).status_code == 302
    page = text(client.get("/partners/EXC-2026-0001/"))
    assert ("and 1100 more; the file has all." in page, page.count('name="said"')) == (True, 100)
    client.post("/partners/EXC-2026-0001/reply", {"seen": "1", "every": "Reject"})
    kept = shell.thread("EXC-2026-0001").messages[-1]
    assert len(json.loads(client.get(f"/partners/EXC-2026-0001/{kept.body['sha256']}.json").content)["response_items"]) == 1200
