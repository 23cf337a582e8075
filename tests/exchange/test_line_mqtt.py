"""Messages of a real mosquitto: nothing is lost where the broker is restarted or our process is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("workspace",)]

from small_site import PROGRAM, copied, program

from lotproof.exchange.line.buffer import Buffer, line_of

paho = pytest.importorskip("paho.mqtt.client", reason='paho-mqtt is not here; pip install "lotproof[mqtt]"')
MOSQUITTO = shutil.which("mosquitto") or ("/usr/sbin/mosquitto" if Path("/usr/sbin/mosquitto").exists() else None)
broker_is_here = pytest.mark.skipif(MOSQUITTO is None, reason="there is no mosquitto here; apt-get install mosquitto")
CONFIG = """
[[mqtt]]
name = "line2"
host = "127.0.0.1"
port = {port}
topics = ["plant/line2/state", "plant/line2/+/raw"]
user = "lotproof"
password_env = "LINE2_PASSWORD"
batch_seconds = {seconds}
"""
PASSWORD = "broker-secret-7"


class Broker:
    """A mosquitto that keeps what it has on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        made = subprocess.run(
            ["mosquitto_passwd", "-b", "-c", folder / "passwords", "lotproof", PASSWORD], capture_output=True, check=False
        )
        assert made.returncode == 0, made.stderr
        (folder / "data").mkdir()
        (folder / "conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {folder}/passwords\npersistence true\n"
            f"persistence_location {folder}/data/\nautosave_interval 1\nmax_queued_messages 100000\nuser root\n"
        )
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen([MOSQUITTO, "-c", self.folder / "conf"], stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("mosquitto does not listen")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def publish(self, *messages: tuple[str, bytes]) -> None:
        """Each is with the broker when this returns."""
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, "a-line")
        client.username_pw_set("lotproof", PASSWORD)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        for topic, payload in messages:
            client.publish(topic, payload, qos=1).wait_for_publish(20)
        client.disconnect()
        client.loop_stop()


@pytest.fixture
def broker(tmp_path) -> Iterator[Broker]:
    (tmp_path / "mosquitto").mkdir()
    found = Broker(tmp_path / "mosquitto")
    yield found
    found.stop()


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A workspace, made once: each test changes a copy."""
    home = tmp_path_factory.mktemp("made") / "w"
    assert program("init", home).returncode == 0
    return home


@pytest.fixture
def listening(made, broker, tmp_path) -> Iterator[Callable[..., Any]]:
    """Starts `lotproof line listen`; gives the process when the broker knows its subscription."""
    home, running = copied(made, tmp_path / "w"), []

    def start(seconds: float = 0.5) -> subprocess.Popen[str]:
        (home / "line.toml").write_text(CONFIG.format(port=broker.port, seconds=seconds))
        command = [PROGRAM, "line", "listen", "--workspace", home]
        process = subprocess.Popen(
            command, env={**os.environ, "LINE2_PASSWORD": PASSWORD}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        return process

    start.home = home
    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait(60)


def state(number: int) -> tuple[str, bytes]:
    record = {
        "SerialNumber": f"SN{number:04d}",
        "GTIN": "04012345678901",
        "Lot": "B7-2231",
        "State": "Commissioned",
        "Level": "EA",
        "VerifyTime": "2026-11-22T08:00:00Z",
    }
    return "plant/line2/state", json.dumps(record, indent=1).encode()


def kept(home: Path) -> list[dict[str, Any]]:
    """Every line that is on the disk: in the lake's originals, and what waits."""
    files = [path for folder in (home / "originals", home / "line") for path in folder.rglob("*") if path.is_file()]
    return [json.loads(line) for path in files for line in path.read_bytes().splitlines()]


def until(look: Callable[[], Any], told: Callable[[], object]) -> Any:
    for _ in range(300):
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(told())


def serials(home: Path) -> set[str]:
    return {line["SerialNumber"] for line in kept(home) if "SerialNumber" in line}


def subscribed(broker: Broker, home: Path) -> None:
    """Until one message goes through: from then on the broker keeps whatever comes."""
    for number in range(9000, 9100):
        broker.publish(state(number))
        if f"SN{number}" in (time.sleep(0.3) or serials(home)):
            return
    raise AssertionError("nothing comes through")


@broker_is_here
def test_messages_are_taken_in_by_batch_and_kept_to_the_letter(broker, listening):
    process, home = listening(), listening.home
    subscribed(broker, home)
    odd = b'{"a": 1.10, "b": {"c": [1, 2]},\n "d": "x\\ny"}'
    broker.publish(
        *map(state, range(20)), ("plant/line2/7/raw", odd), ("plant/line2/7/raw", b"\xff\x00"), ("plant/line2/8/raw", b"plain text")
    )
    until(lambda: len([line for line in kept(home) if "/raw" in line["mqtt_topic"]]) == 3, lambda: kept(home))
    until(
        lambda: not list((home / "line").rglob("*.open")) and not list((home / "line").rglob("*.jsonl")),
        lambda: list((home / "line").rglob("*")),
    )
    process.terminate()
    assert process.wait(60) == 0, process.stderr.read()
    originals = b"".join(path.read_bytes() for path in (home / "originals").rglob("*") if path.is_file())
    assert b'{"a": 1.10, "b": {"c": [1, 2]},  "d": "x\\ny","mqtt_topic": "plant/line2/7/raw"' in originals
    assert {"/wA=", "plain text"} <= {line.get("mqtt_payload_base64", line.get("mqtt_payload")) for line in kept(home)}
    sources = json.loads(program("sources", "--workspace", home, "--json").stdout)["sources"]
    assert sum(one["stored"] for one in sources if one["kind"] == "line") >= 21
    assert PASSWORD not in json.dumps(sources)


@broker_is_here
def test_a_restart_of_the_broker_loses_nothing(broker, listening):
    process, home = listening(), listening.home
    subscribed(broker, home)
    broker.publish(*map(state, range(10)))
    broker.stop()
    broker.start()
    broker.publish(*map(state, range(10, 20)))
    until(lambda: {f"SN{number:04d}" for number in range(20)} <= serials(home), lambda: sorted(serials(home)))
    assert process.poll() is None


@broker_is_here
def test_a_kill_of_our_process_loses_nothing(broker, listening):
    """Killed five times in the middle of a stream, each time at another moment."""
    home = listening.home
    process = listening(3600)
    subscribed(broker, home)
    for part in range(5):
        sending = threading.Thread(target=broker.publish, args=[state(number) for number in range(part * 40, part * 40 + 40)])
        sending.start()
        until(lambda part=part: f"SN{part * 40 + 5 * part:04d}" in serials(home), lambda: sorted(serials(home)))
        process.kill()
        process.wait()
        sending.join()
        process = listening(3600)
    wanted = {f"SN{number:04d}" for number in range(200)}
    until(lambda: wanted <= serials(home), lambda: sorted(wanted - serials(home)))
    broker.publish(state(777))
    until(lambda: "SN0777" in serials(home), lambda: "the last process does not listen")
    process.terminate()
    assert process.wait(60) == 0, process.stderr.read()
    assert not [path for path in (home / "line").rglob("*") if path.is_file()], "what was open is taken in at the end"
    assert wanted <= serials(home)


@broker_is_here
def test_a_wrong_password_and_a_broker_that_is_away_get_sentences(broker, listening, tmp_path):
    process = listening()
    process.terminate()
    process.wait(60)
    command = ["line", "listen", "--workspace", listening.home]
    assert "takes its password from LINE2_PASSWORD, which is not set in the environment; set it." in program(*command).stderr
    done = program(*command, environment={"LINE2_PASSWORD": "wrong"})
    assert (done.returncode, "The broker line2 refuses: " in done.stderr) == (2, True), done.stderr
    broker.stop()
    done = program(*command, environment={"LINE2_PASSWORD": PASSWORD})
    assert f"The broker line2 at 127.0.0.1:{broker.port} does not answer (ConnectionRefusedError); look whether it runs." in done.stderr
    broker.start()


def test_a_line_that_a_crash_cut_off_is_cut_away(tmp_path):
    buffer = Buffer(tmp_path, 1)
    buffer.add(0, line_of("t", b'{"a": 1}', "2026-11-22T08:00:00Z"), 0)
    with (tmp_path / "0.open").open("ab") as stream:
        stream.write(b'{"a": 2, "mqtt_to')
    again = Buffer(tmp_path, 1)
    again.add(0, line_of("t", b'{"a": 3}', "2026-11-22T08:00:00Z"), 100)
    again.close_due(200, 60, 10)
    assert [json.loads(line)["a"] for line in again.closed()[0].read_bytes().splitlines()] == [1, 3]


@pytest.mark.parametrize(
    ("payload", "members"),
    [
        (b"{}", [{}]),
        (b' {"a": 1}\r\n', [{"a": 1}]),
        (b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
        (b"[1, 2]", [{"mqtt_payload": "[1, 2]"}]),
        (b"[]", [{"mqtt_payload": "[]"}]),
        (b'{"a": 1', [{"mqtt_payload": '{"a": 1'}]),
        (b'{"a": 1}}', [{"mqtt_payload": '{"a": 1}}'}]),
        (b"", [{"mqtt_payload": ""}]),
        (b"\x80", [{"mqtt_payload_base64": "gA=="}]),
    ],
)
def test_any_payload_becomes_lines(payload, members):
    beside = {"mqtt_topic": "ä/b", "mqtt_received": "now"}
    assert [json.loads(line) for line in line_of("ä/b", payload, "now").splitlines()] == [{**one, **beside} for one in members]
