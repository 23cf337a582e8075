"""The real server: cookies behind HTTPS, paths that lead elsewhere, headers on every answer, and a log that keeps no secret."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from small_site import PROGRAM, invoke

PASSWORD, USER = "correct horse battery", "qa-1"
HOST = "desk.example.com"


@dataclass
class Server:
    """A desk that is served, and what its log says."""

    port: int
    home: Path
    log: Path
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, target: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request, as if it came through a proxy that speaks HTTPS; the target goes out as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        body = urlencode(form).encode() if form is not None else b""
        for name, value in {**sent, "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        self.set_cookies = answer.headers.get_all("Set-Cookie") or []
        for one in self.set_cookies:
            name, _, rest = one.partition("=")
            self.cookies[name] = rest.split(";")[0]
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()

    def sign_in(self, password: str = PASSWORD) -> int:
        page = self.ask("GET", "/sign-in")[2].decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        return self.ask("POST", "/sign-in", {"user": USER, "password": password, "csrfmiddlewaretoken": token})[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory, django_db_blocker) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    home = folder / "w"
    with django_db_blocker.unblock():
        _made(home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "LOTPROOF_HTTPS": "1", "LOTPROOF_HOSTS": HOST}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, "serve", "--port", str(port), "--workspace", home], stdout=log, stderr=log, env=environment, start_new_session=True)
        try:
            yield _ready(Server(port, home, folder / "log"), process)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def _made(home: Path) -> None:
    from lotproof.workspace.database import close_database

    assert invoke("init", home, "--actor", "x").exit_code == 0
    told = ("people", "add", USER, "--name", "Q A", "--role", "QA approver", "--tz", "UTC", "--workspace", home, "--actor", "x")
    reading, writing = os.pipe()
    os.write(writing, f"{PASSWORD}\n".encode())
    os.close(writing)
    assert invoke(*told, "--password-fd", reading).exit_code == 0
    os.close(reading)
    close_database()


def _ready(server: Server, process: subprocess.Popen[bytes]) -> Server:
    for _ in range(300):
        assert process.poll() is None, server.log.read_text()
        try:
            if server.ask("GET", "/alive")[0] == 200:
                return server
        except OSError:
            time.sleep(0.1)
    raise AssertionError(server.log.read_text())


@pytest.mark.shows("ASVS-V3", "ASVS-V14", "P11-30")
def test_cookies_travel_by_https_alone_to_this_host_and_to_no_script(server):
    server.cookies.clear()
    assert server.sign_in() == 302
    (session,) = [one for one in server.set_cookies if one.startswith("__Host-sessionid=")]
    attributes = {part.strip().lower() for part in session.split(";")[1:]}
    assert {"httponly", "secure", "samesite=strict", "path=/"} <= attributes
    assert not any(part.startswith("domain") for part in attributes)
    status, headers, _ = server.ask("GET", "/")
    assert (status, headers["strict-transport-security"]) == (200, "max-age=31536000")


@pytest.mark.shows("ASVS-V12", "ASVS-V5")
@pytest.mark.parametrize(
    "target",
    ["/../../etc/passwd", "/static/../../../../etc/passwd", "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2f..%2fetc/passwd", "//etc/passwd", "/static//etc/passwd",
     "/static/web/..%5c..%5ckeys", "/packs/..%2fkeys%2flog.pem", "/packs/EP-..%2f..%2fkeys%2flog.zip", "/static/web/desk.css%00.txt", "/.git/config", "/lots/..%2f..%2fkeys/"],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_served(server, target):
    server.cookies.clear()
    server.sign_in()
    status, headers, body = server.ask("GET", target)
    assert status in (400, 404), (target, status)
    assert b"root:" not in body
    assert b"PRIVATE KEY" not in body
    assert "default-src 'self'" in headers.get("content-security-policy", ""), "on errors too"


@pytest.mark.shows("ASVS-V14")
@pytest.mark.parametrize(("target", "status"), [("/static/web/desk.css", 200), ("/nothing", 404), ("/alive", 200), ("/sign-in", 200), ("/incidents/INC-2026-0009/", 404)])
def test_the_policy_is_on_every_answer(server, target, status):
    server.cookies.clear()
    server.sign_in()
    found, headers, _ = server.ask("GET", target)
    assert found == status
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


@pytest.mark.shows("ASVS-V14")
def test_another_host_and_another_method_get_nothing(server):
    assert server.ask("GET", "/sign-in", Host="elsewhere.example")[0] == 400
    assert server.ask("GET", "/sign-in", **{"X-Forwarded-Host": "elsewhere.example"})[0] == 200
    assert b"elsewhere.example" not in server.ask("GET", "/sign-in", **{"X-Forwarded-Host": "elsewhere.example"})[2]
    for method in ("TRACE", "PUT", "DELETE"):
        assert server.ask(method, "/sign-in")[0] in (403, 405), method


@pytest.mark.shows("ASVS-V7", "P11-300d")
def test_the_log_of_the_server_keeps_no_secret(server):
    """Everything that happens to a password, a code, a session: then the log is searched for them."""
    server.cookies.clear()
    assert server.sign_in("a wrong secret word") == 403
    assert server.sign_in() == 302
    page = server.ask("GET", "/incidents/open")[2].decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    server.ask("POST", "/incidents/open", {"title": "x", "severity": "major", "password": "typed into a form", "csrfmiddlewaretoken": token})
    server.ask("POST", "/incidents/open", {"title": "x", "password": "typed into a form"})  # refused: no token
    server.ask("GET", "/nothing?password=in+an+address")
    log = server.log.read_text()
    key = (server.home / "keys" / "session.key").read_text()
    secrets = [PASSWORD, "a wrong secret word", "typed into a form", token, key, *server.cookies.values(), "PRIVATE KEY", "$argon2id$"]
    assert [one for one in secrets if one in log] == []
