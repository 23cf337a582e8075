"""Serial number states of a real OPC UA server (asyncua's, in a process of its own), and a hold that is asked for."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("workspace",)]

from small_site import PROGRAM, copied, program

from lotproof.exchange.line import states
from lotproof.exchange.line.settings import LineError, load

pytest.importorskip("asyncua", reason='asyncua is not here; pip install "lotproof[opcua]"')
PASSWORD = "correct horse battery"
CONFIG = """
[[opcua]]
name = "line2"
url = "opc.tcp://127.0.0.1:{port}/line2"
gtin = "04012345678901"
lot = "B7-2231"
[opcua.hold]
object = "ns=2;s=Control"
method = "ns=2;s=Hold"
arguments = ["what", "why", "by", "reference"]
"""
STEPS = {
    "S00": "returned_unused", "S01": "returned_unused", "S02": "allocated", "S03": "invalidated", "S04": "encoded", "S05": "label_sampled",
    "S06": "label_scrapped", "S07": "commissioned", "S08": "sampled", "S09": "inactivated", "S10": "destroyed", "S11": "released",
}  # fmt: skip


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """The port of a running server, and the process."""
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("openscs_server.py"), str(port)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout.readline() == "ready 2\n"
        yield port, running
    finally:
        running.terminate()
        running.wait(20)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A workspace with two people, made once: each test changes a copy."""
    home = tmp_path_factory.mktemp("made") / "w"
    assert program("init", home).returncode == 0
    for user, role in (("op-1", "operator"), ("read-1", "reader")):
        assert _as_person("people", "add", user, "--name", "O. Perator", "--role", role, "--tz", "UTC", home=home).returncode == 0
    return home


@pytest.fixture
def home(made, server, tmp_path) -> Path:
    copied(made, tmp_path / "w")
    (tmp_path / "w" / "line.toml").write_text(CONFIG.format(port=server[0]))
    return tmp_path / "w"


def test_states_become_observations_with_a_receipt_and_nothing_is_requested(home):
    assert "ok   line2: 13 collections with 37 serial numbers" in program("line", "check", "--workspace", home).stdout
    done = program("line", "read", "--workspace", home, "--json")
    assert done.returncode == 0, done.stderr
    (source,) = json.loads(done.stdout)["lines"][0]["sources"]
    assert (source["kind"], source["stored"], source["quarantined"]) == ("openscs", 37, 0)
    assert source["rows"] == 37 + source["no_data"], source
    segments = str(home / "segments" / "*" / "observation.parquet")
    rows = duckdb.sql(f"SELECT serial, step, gtin, lot, at_utc::VARCHAR, device FROM '{segments}' ORDER BY serial").fetchall()
    assert len(rows) == 37
    assert {row[0][:3]: row[1] for row in rows if row[0].startswith("S")} == STEPS
    assert {row[2:] for row in rows if row[0].startswith("S")} == {("04012345678901", "B7-2231", "2026-11-22 08:30:01", "line2")}
    assert [row[1:4] for row in rows if row[0] == "X1"] == [("commissioned", "04012345678918", "B7-9999")], (
        "a label's own statements go first"
    )
    (original,) = [path for path in (home / "originals").rglob("*") if path.is_file()]
    kept = [json.loads(line) for line in original.read_text().splitlines()]
    assert {"Description": "Etiketten ä", "Printer": "P-3", "AssociatedPoolID": "POOL-7", "StateValue": 7}.items() <= kept[-1].items(), (
        "lossless"
    )


def _as_person(*words: str, home: Path, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    reading, writing = os.pipe()
    os.write(writing, f"{password}\n".encode())
    os.close(writing)
    command = [PROGRAM, *words, "--workspace", home, "--password-fd", str(reading)]
    done = subprocess.run(command, capture_output=True, text=True, pass_fds=[reading], check=False)
    os.close(reading)
    return done


def _entries(home: Path) -> list[dict[str, Any]]:
    """The bodies of the stream of lines, read from the database as anybody may."""
    import sqlite3

    with sqlite3.connect(home / "ledger.sqlite3") as database:
        rows = database.execute("SELECT data FROM ledger_entry WHERE stream = 'line' ORDER BY \"index\"").fetchall()
    return [{**(entry := json.loads(data))["body"], "actor": entry["actor"]} for (data,) in rows]


def test_a_person_asks_to_hold_and_both_sides_are_recorded(home, server):
    what = ("--what", "lot B7-2231", "--why", "96 units missing", "--reference", "INC-2026-0147")
    done = _as_person("line", "hold", "line2", "--by", "op-1", *what, home=home)
    assert (done.returncode, done.stdout) == (0, "line2 answers Good: 1, lot B7-2231 is held.\n"), done.stderr
    assert server[1].stdout.readline() == "hold|lot B7-2231|96 units missing|op-1|INC-2026-0147\n"
    asked, answered = _entries(home)
    assert (asked["type"], asked["what"], asked["why"], asked["actor"]) == ("line-hold-asked", "lot B7-2231", "96 units missing", "op-1")
    assert (answered["type"], answered["status"], answered["outputs"]) == ("line-hold-answered", "Good", ["1", "lot B7-2231 is held"])


def test_a_refusal_is_an_answer(home, server):
    done = _as_person("line", "hold", "line2", "--by", "op-1", "--what", "the moon", "--why", "x", home=home)
    assert (done.returncode, done.stdout) == (1, "line2 answers BadUserAccessDenied.\n"), done.stderr
    server[1].stdout.readline()
    assert _entries(home)[-1]["status"] == "BadUserAccessDenied"


def test_nobody_without_the_role_or_the_password_asks(home):
    done = _as_person("line", "hold", "line2", "--by", "read-1", "--what", "x", "--why", "x", home=home)
    assert "read-1 is reader; a line is asked to hold by one of: QA approver, investigator, operator." in done.stderr
    assert _as_person("line", "hold", "line2", "--by", "op-1", "--what", "x", "--why", "x", home=home, password="wrong").returncode == 2
    assert _entries(home) == []


def test_a_server_that_is_away_leaves_an_entry_and_a_sentence(home):
    (home / "line.toml").write_text(CONFIG.format(port=1))
    done = _as_person("line", "hold", "line2", "--by", "op-1", "--what", "lot 7", "--why", "x", home=home)
    assert "Whether the line holds is not known: go there." in done.stderr
    assert [entry["type"] for entry in _entries(home)] == ["line-hold-asked", "line-hold-failed"]
    assert "does not answer (ConnectionRefusedError); look whether it runs." in program("line", "check", "--workspace", home).stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[opcua]]\nname = 'x'\n", "[[opcua]] 1 lacks 'url'."),
        ("[[opcua]]\nname = 'x'\nurl = 'y'\npasswort = 'z'\n", "[[opcua]] 1 has passwort, which nobody reads; there are name, url,"),
        ("[[modbus]]\n", "has the table modbus, which nobody reads; there are [[opcua]] and [[mqtt]]."),
        ("[[mqtt]]\nname = 'x'\nhost = 'y'\n", 'the broker x has no topics; write topics = ["plant/line2/#"].'),
        ("=", "is no TOML"),
    ],
)
def test_a_wrong_file_gets_a_sentence(tmp_path, text, told):
    (tmp_path / "line.toml").write_text(text)
    with pytest.raises(LineError) as caught:
        load(tmp_path)
    assert told in str(caught.value)


def test_states_and_returns_are_those_of_the_specification():
    assert (states.state_name(4), states.state_name(11), states.state_name(12)) == ("Encoded", "Released", "12")
    assert (len(states.STATES), len(states.RETURNS)) == (12, 12)
