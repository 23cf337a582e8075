"""People are told by a real mail server and a real web server; what these refuse is tried again, and given up in the open."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import sys
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

sys.path += [str(Path(__file__).parents[1] / name) for name in ("quality", "workspace")]

from case_kit import Floor
from quality_floor import crewed, floor, quick_hashes  # noqa: F401
from small_site import as_a_user, invoke, json_of  # noqa: F401

from lotproof.exchange.notify import news
from lotproof.exchange.notify.settings import NotifyError, read_settings
from lotproof.exchange.notify.watch import noticed
from lotproof.jobs import queue
from lotproof.jobs.worker import work
from lotproof.ledger import store
from lotproof.quality.times import after_hours


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Postbox:
    """A mail server that keeps what it takes, and takes nothing while it is told so."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuses = False
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(), auth_required=True, auth_require_tls=False, authenticator=self._who)

    def _who(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == b"postbox secret", handled=False)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 try again later"
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 taken"


class Hook(BaseHTTPRequestHandler):
    """A web server that keeps what is posted to it."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers), body))
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    box.controller.start()
    yield box
    box.controller.stop()


@pytest.fixture
def hook() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.posts, server.answer = [], 200
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def told(floor: Floor, postbox: Postbox, hook: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> Floor:  # noqa: F811
    port = postbox.controller.port
    monkeypatch.setenv("POST_PASSWORD", "postbox secret")
    monkeypatch.setenv("HOOK_SECRET", "shared")
    (floor.workspace.root / "notify.toml").write_text(f"""
desk = "https://desk.example.com"
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
user = "lotproof"
password_env = "POST_PASSWORD"
sender = "lotproof@example.com"
[[channel]]
name = "qa"
type = "mail"
to = ["qa@example.com", "lead@example.com"]
about = ["incident", "clock"]
[[channel]]
name = "hub"
type = "webhook"
url = "http://127.0.0.1:{hook.server_address[1]}/hook?token=hidden"
secret_env = "HOOK_SECRET"
about = ["incident"]
[[channel]]
name = "room"
type = "teams"
url = "http://127.0.0.1:{hook.server_address[1]}/teams"
about = ["incident"]
least = "critical"
""")
    return floor


def run(site: Floor) -> None:
    queue.put("watch", {}, "lotproof work", site.now)
    work(site.workspace, lambda: site.now, threading.Event(), once=True)


def notices() -> list[tuple[str, str, str]]:
    return [(body["channel"], body["about"].split(":")[0], body["result"]) for body in store.bodies("audit", "notices")]


def test_an_incident_is_told_once_through_every_channel_that_wants_it(told, postbox, hook):
    number = told.opened()
    run(told)
    run(told)
    ((to, mail),) = postbox.mails
    assert to == ["qa@example.com", "lead@example.com"]
    assert mail["Subject"] == f"Incident {number} was opened: 96 units shipped, not received"
    assert f"https://desk.example.com/incidents/{number}/" in mail.get_content()
    ((path, headers, body),) = hook.posts
    assert (path, json.loads(body)["about"]) == ("/hook?token=hidden", "incident")
    assert headers["X-Lotproof-Signature"] == f"sha256={hmac.new(b'shared', body, hashlib.sha256).hexdigest()}"
    assert sorted(notices()) == [("hub", "incident", "sent"), ("qa", "incident", "sent")]


def test_a_grave_incident_goes_to_the_room_as_a_card(told, hook):
    told.opened(severity="critical")
    run(told)
    card = json.loads(next(body for path, _, body in hook.posts if path == "/teams"))["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["content"]["actions"][0]["url"].startswith("https://desk.example.com/incidents/INC-")


def test_an_overdue_containment_escalates_once_at_half_time_and_once_at_its_end(told, postbox):
    number = told.opened()
    for hours in (0.1, 0.6, 0.7, 1.2, 1.3):
        told.now = after_hours(told.now, 0) if not hours else after_hours("2026-11-23T08:00:00Z", hours)
        run(told)
    subjects = [str(mail["Subject"]) for _, mail in postbox.mails if "containment" in str(mail["Subject"])]
    assert subjects == [f"{number}: the five steps of containment is due in 24 min", f"{number}: the five steps of containment was due 12 min ago"]


def test_what_the_server_refuses_is_tried_again_until_it_takes_it(told, postbox):
    told.opened()
    postbox.refuses = True
    run(told)
    row = queue.table().get(kind="notify", key__startswith="notify:qa")
    assert (row.state, "451" in row.told) == ("waiting", True)
    postbox.refuses, told.now = False, row.due
    run(told)
    assert len(postbox.mails) == 1
    assert ("qa", "incident", "sent") in notices()


def test_what_is_given_up_is_in_the_ledger_and_among_the_failed_work(told, hook):
    told.opened()
    hook.answer = 500
    for _ in range(9):
        run(told)
        told.now = after_hours(told.now, 2)
    assert ("hub", "incident", "given up") in notices()
    row = queue.table().get(kind="notify", key__startswith="notify:hub")
    assert (row.state, row.told) == ("failed", f"127.0.0.1:{hook.server_address[1]} answered 500."), "the token of the address is not told"


def test_a_redirect_is_not_followed(told, hook):
    told.opened()
    hook.answer = 302
    run(told)
    assert {path for path, _, _ in hook.posts} == {"/hook?token=hidden"}


def test_days_are_reminded_of_before_and_after():
    early = list(news.of_days("action", "a", "INC-1: corrective action", "2026-12-01", "/", "2026-11-29", "2026-11-28"))
    over = list(news.of_days("action", "a", "INC-1: corrective action", "2026-12-01", "/", "2026-12-02", "2026-11-28"))
    assert [(one.key, one.subject) for one in early + over] == [
        ("a:soon", "INC-1: corrective action is due 2026-12-01"), ("a:over", "INC-1: corrective action was due 2026-12-01"),
    ]  # fmt: skip
    assert not list(news.of_days("action", "a", "x", "2026-12-01", "/", "2026-11-20", "2026-11-28"))


def test_everything_that_runs_is_noticed(floor):  # noqa: F811
    number = floor.acting()
    told = {one.key for one in noticed("2026-12-03T09:00:00Z")}
    assert {key.split(":")[0] for key in told} == {"action"}
    assert any(key.startswith(f"action:{number}:") and key.endswith(":over") for key in told)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = ", "is no TOML"),
        ("[[channel]]\nname = 'a'\ntype = 'fax'\n", "The channel a has the type “fax”; write mail, webhook, teams."),
        ("[[channel]]\nname = 'a'\ntype = 'mail'\nto = ['a@b']\n", "notify.toml: a channel sends mail and there is no [mail]; name host and sender of the server there."),
        ("[[channel]]\nname = 'a'\ntype = 'webhook'\nurl = 'ftp://x'\n", "The channel a needs an url that begins with https://."),
        ("[[channel]]\nname = 'a'\ntype = 'teams'\nurl = 'https://x'\nabout = ['lunch']\n", "The channel a: “lunch” is not among signal, incident,"),
        ("[mail]\nhost = 'h'\n", "[mail] lacks sender."),
        ("[mail]\nhost = 'h'\nsender = 's'\npassword = 'x'\n", "[mail] has “password”, which means nothing here; it may have host, password_env,"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_a_sentence(tmp_path, text, sentence):
    (tmp_path / "notify.toml").write_text(text)
    with pytest.raises(NotifyError) as refused:
        read_settings(tmp_path)
    assert sentence in str(refused.value)


def test_the_command_checks_tests_and_lists(told, postbox):
    home = ("--workspace", told.workspace.root)
    assert [one["name"] for one in json_of("notify", "check", *home)["channels"]] == ["qa", "hub", "room"]
    assert "Sent through qa." in invoke("notify", "test", "qa", *home).stdout
    assert str(postbox.mails[0][1]["Subject"]) == "Lotproof: a test"
    told.opened()
    run(told)
    assert "sent     qa  incident:INC-2026-0001" in invoke("notify", "list", *home).stdout
