"""What whoever runs the server sees: metrics, readiness, logs and traces, of a real server in processes of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("quality", "workspace", "ledger")]

from ledger_databases import server  # noqa: F401
from prometheus_client.parser import text_string_to_metric_families
from small_site import PROGRAM

from lotproof.jobs import log
from lotproof.web import ready
from lotproof.web.views import health

PASSWORD = "correct horse battery"
NAME = "Anabela Ferreira"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def ask(port: int, path: str, method: str = "GET", body: str = "", **headers: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return SimpleNamespace(status=answer.status, headers=answer.headers, text=answer.read().decode())


def until(look: Any, told: str) -> Any:
    for _ in range(150):
        try:
            if found := look():
                return found
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(told)


def enrolled(home: Path, environment: dict[str, str]) -> None:
    subprocess.run([PROGRAM, "init", home], check=True, env=environment, capture_output=True)
    reading, writing = os.pipe()
    os.write(writing, f"{PASSWORD}\n".encode())
    os.close(writing)
    command = [PROGRAM, "people", "add", "user-17", "--name", NAME, "--role", "investigator", "--tz", "UTC"]
    subprocess.run(
        [*command, "--workspace", home, "--password-fd", str(reading)], check=True, env=environment, capture_output=True, pass_fds=[reading]
    )
    os.close(reading)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[Any]:  # noqa: F811
    """A desk of two processes on PostgreSQL with JSON logs, and a receiver of traces beside it."""
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS watched WITH (FORCE)")
        connection.execute("CREATE DATABASE watched")
    folder = tmp_path_factory.mktemp("watched")
    port, traces = free_port(), free_port()
    environment = {
        **os.environ, "DATABASE_URL": f"{server.replace('lotproof@', 'lotproof:pg-secret@')}/watched", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{traces}",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }  # fmt: skip
    enrolled(folder / "w", environment)
    receiver = subprocess.Popen([sys.executable, Path(__file__).with_name("otlp_receiver.py"), str(traces), folder / "spans"])
    logs = (folder / "log").open("w")
    command = [PROGRAM, "serve", "--workspace", folder / "w", "--port", str(port), "--workers", "2", "--log", "json"]
    running = subprocess.Popen(command, stderr=logs, stdout=subprocess.DEVNULL, env=environment)
    try:
        until(lambda: ask(port, "/ready").status == 200, "the desk is not ready")
        yield SimpleNamespace(port=port, folder=folder, log=folder / "log", spans=folder / "spans", pid=running.pid)
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) is not None
        receiver.terminate()
        receiver.wait(10)


def signed_in(port: int) -> str:
    form = ask(port, "/sign-in?next=/lots/B7-2231/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)[1]
    cookie = form.headers["Set-Cookie"].split(";")[0]
    body = urllib.parse.urlencode({"user": "user-17", "password": PASSWORD, "csrfmiddlewaretoken": token})
    entered = ask(
        port, "/sign-in", "POST", body, Cookie=cookie, Content_Type="application/x-www-form-urlencoded", Origin=f"http://127.0.0.1:{port}"
    )
    assert entered.status == 302, entered.text
    return "; ".join(one.split(";")[0] for one in entered.headers.get_all("Set-Cookie"))


def test_the_log_has_a_line_for_each_request_and_no_secret_and_nobodys_name(desk):
    cookie = signed_in(desk.port)
    session = re.search(r"sessionid=(\w+)", cookie)[1]
    assert (
        ask(desk.port, f"/find?q={urllib.parse.quote(NAME)}", Cookie=cookie, X_Request_ID="ticket-4711").headers["X-Request-ID"]
        == "ticket-4711"
    )
    assert ask(desk.port, f"/{urllib.parse.quote(NAME)}", Cookie=cookie).status == 404
    made = ask(desk.port, "/alive", X_Request_ID="no id <script>").headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    found = until(lambda: {line.get("request"): line for line in lines(desk.log)} if made in desk.log.read_text() else None, "no line")
    line = found["ticket-4711"]
    assert (line["view"], line["route"], line["query"], line["status"], line["level"]) == ("find.find", "find", ["q"], 200, "info")
    told = desk.log.read_text()
    assert '"view": "none"' in told, "a page that is not there has its line too"
    secret = (desk.folder / "w" / "keys" / "session.key").read_text()
    assert secret
    for hidden in (
        PASSWORD,
        NAME,
        "Anabela",
        "Ferreira",
        session,
        secret,
        "pg-secret",
        "B7-2231",
        "user-17",
        "argon2",
        "PRIVATE KEY",
        "csrf",
    ):
        assert hidden not in told, hidden
    assert not re.search(r"sessionid|Cookie", told)


def lines(file: Path) -> list[dict[str, Any]]:
    """The documents of the log; each line is one."""
    return [json.loads(line) for line in file.read_text().splitlines() if line]


def test_two_processes_count_together_and_the_record_is_measured(desk):
    before = measured(desk.port)
    for _ in range(20):
        ask(desk.port, "/alive")
    ask(desk.port, "/no/such/page", "BREW")
    after = measured(desk.port)
    alive = ("lotproof_requests_total", ("GET", "200", "health.alive"))
    assert after[alive] - before.get(alive, 0) == 20
    assert after["lotproof_requests_total", ("other", "404", "none")] >= 1
    assert after["lotproof_request_seconds_count", ("health.alive",)] == after[alive]
    assert after["lotproof_worker_seen", ()] == 1
    assert after["lotproof_ledger_entries", ()] >= 2
    assert after["lotproof_jobs", ("failed",)] == 0
    assert after["lotproof_sources", ()] == 0


def measured(port: int) -> dict[Any, float]:
    """Read by Prometheus' own parser: (name, values of labels in the order of their names) -> value."""
    answer = ask(port, "/metrics")
    assert answer.status == 200, answer.text
    return {
        (one.name, tuple(one.labels[name] for name in sorted(one.labels))): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


def test_metrics_are_not_answered_through_a_proxy(desk):
    answer = ask(desk.port, "/metrics", X_Forwarded_For="203.0.113.9")
    assert (answer.status, answer.text) == (
        403,
        "This is answered to the machine itself; for others set LOTPROOF_METRICS_TOKEN and send it as bearer token.\n",
    )


def test_requests_are_traced_with_the_callers_trace_and_nothing_typed(desk):
    ask(desk.port, f"/find?q={urllib.parse.quote(NAME)}", traceparent=f"00-{TRACE}-00f067aa0ba902b7-01", X_Request_ID="traced-0001")
    spans = until(lambda: [one for one in lines(desk.spans) if one["trace"] == TRACE] if desk.spans.exists() else None, "no span came")
    assert spans[0]["parent"] == "00f067aa0ba902b7"
    assert (spans[0]["lotproof.view"], spans[0]["http.response.status_code"], spans[0]["lotproof.request"]) == (
        "find.find",
        302,
        "traced-0001",
    )
    assert NAME not in desk.spans.read_text()


def test_a_desk_without_worker_is_not_ready(visit):
    answer = visit().get("/ready")
    assert answer.status_code == 503
    found = answer.json()
    assert (found["ready"], found["checks"]["database"], found["checks"]["ledger"]) == (False, "ok", "ok")
    assert found["checks"]["worker"] == 'No worker was heard of within a minute; start one with "lotproof work".'


def test_the_trial_leaves_no_entry_and_a_read_only_ledger_is_not_ready(floor):
    from django.db import connection

    from lotproof.ledger import store

    size = store.size()
    assert ready.checks(floor.workspace.root, floor.now)["ledger"] == "ok"
    assert store.size() == size
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
    assert (
        ready.checks(floor.workspace.root, floor.now)["ledger"]
        == "No entry could be written (OperationalError); look at the database's own log."
    )


def test_with_a_token_metrics_want_it_from_everybody(visit, floor, monkeypatch):
    number = floor.contained()
    monkeypatch.setenv(health.TOKEN, "m3tr1cs-t0ken")
    client = visit()
    refused = client.get("/metrics")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    floor.wait(60 * 30)
    told = client.get("/metrics", headers={"Authorization": "Bearer m3tr1cs-t0ken", "X-Forwarded-For": "203.0.113.9"}).content.decode()
    assert 'lotproof_incidents_open{state="investigating"} 1.0' in told
    assert 'lotproof_clocks_past_due{clock="classify"} 1.0' in told
    assert number not in told


def test_what_breaks_is_logged_by_its_type_and_places_alone():
    import logging

    try:
        raise ValueError(f"duplicate name {NAME}")
    except ValueError:
        record = logging.LogRecord("other.library", logging.ERROR, __file__, 1, "no room for %s", (NAME,), sys.exc_info())
    told = log.JsonLines().format(record)
    line = json.loads(told)
    assert (line["message"], line["error"]) == ("no room for %s", "ValueError")
    assert line["at"][-1].endswith("test_what_breaks_is_logged_by_its_type_and_places_alone")
    assert NAME not in told
    mine = logging.LogRecord("lotproof.jobs", logging.INFO, __file__, 1, "cannot reach %s", ("postgres://lotproof:hidden@db/x",), None)
    assert json.loads(log.JsonLines().format(mine))["message"] == "cannot reach postgres://…@db/x"


def test_traces_without_the_library_end_with_a_sentence(tmp_path):
    environment = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
    subprocess.run([PROGRAM, "init", tmp_path / "w"], check=True, capture_output=True)
    hidden = "import sys; sys.modules['opentelemetry.exporter.otlp.proto.http.trace_exporter'] = None; from lotproof.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "serve", "--workspace", tmp_path / "w"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert 'OTEL_EXPORTER_OTLP_ENDPOINT is set, and OpenTelemetry is missing: install "lotproof[otel]", or unset it.' in done.stderr
