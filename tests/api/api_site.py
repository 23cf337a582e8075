"""A workspace with a real server and a real worker beside it, and what a client of it needs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
KEYS = {"all": "key-for-all-of-it-0001", "line": "key-for-the-line-00001", "reader": "key-of-a-reader-000001"}
SCOPES = {"all": ["admin"], "line": ["capture"], "reader": ["query"]}
LOTPROOF = [sys.executable, "-c", "from lotproof.cli.main import main; main()"]


def environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join((str(ROOT / "src"), str(Path(__file__).parent)))
    return {**os.environ, "PYTHONPATH": path, "LOTPROOF_THREADS": "1", "LOTPROOF_WEBHOOK_HOSTS": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "quick_settings", **more}  # fmt: skip


def lotproof(*words: str) -> str:
    done = subprocess.run([*LOTPROOF, *words], capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def lotproof_each(*commands: Sequence[str]) -> None:
    """Several commands, one after the other, in one process: each start of the program takes longer than any of them."""
    said = f"import sys; from lotproof.cli.main import main; [main(words, standalone_mode=False) for words in {[list(one) for one in commands]!r}]"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, done.stderr


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Answer:
    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers.items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[dict[str, Any]]:
        assert self.status == 200, self.body
        return self.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


class Site:
    """Start it, speak with it, kill it."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.log = (home.parent / "server.log").open("ab")
        if not home.exists():
            scopes = {name: [word for scope in SCOPES[name] for word in ("--scope", scope)] for name in KEYS}
            keys = [("api-key", "add", name, *scopes[name], "--key", key, "--workspace", str(home)) for name, key in KEYS.items()]
            lotproof_each(("init", str(home)), *keys)

    def start(self) -> None:
        command = [*LOTPROOF, "serve", "--workspace", str(self.home), "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=environment(), stdout=self.log, stderr=self.log, start_new_session=True)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/alive", timeout=5).read()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End it; with SIGKILL its children die by themselves or with it."""
        assert self.process is not None
        os.killpg(self.process.pid, how) if how == signal.SIGKILL else self.process.send_signal(how)
        self.process.wait(30)

    def call(self, path: str, data: bytes | None = None, method: str | None = None, key: str | None = "all", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            sent.setdefault("Authorization", f"Bearer {KEYS.get(key, key)}")
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/epcis{path}", data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def capture(self, document: Any, **headers: str) -> str:
        """Send a document (a dict, or bytes of XML); gives the path of its job."""
        is_json = isinstance(document, dict)
        data = json.dumps(document).encode() if is_json else document
        answer = self.call("/capture", data, Content_Type="application/ld+json" if is_json else "application/xml", **headers)
        assert answer.status == 202, answer.body
        return answer.headers["location"].removeprefix("/epcis")

    def done(self, path: str) -> dict[str, Any]:
        """The job, once it is ended."""
        for _ in range(600):
            job = self.call(path).json
            if not job["running"]:
                return job
            time.sleep(0.1)
        raise AssertionError(f"{path} does not end")

    def taken(self, document: Any, **headers: str) -> dict[str, Any]:
        return self.done(self.capture(document, **headers))


def segment(text: str) -> str:
    return quote(text, safe="")


def event(serial: str, **more: Any) -> dict[str, Any]:
    made = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-09T10:00:00Z",
        "eventTimeZoneOffset": "+01:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "epcList": [f"urn:epc:id:sgtin:9529502.000629.{serial}"],
        **more,
    }
    return {name: value for name, value in made.items() if value is not None}


def document(*events: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-09T11:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **more,
    }


XML_1_2 = """<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda" xmlns:my="http://my.example/"
 schemaVersion="1.2" creationDate="2026-03-09T11:00:00Z"><EPCISBody><EventList>
<ObjectEvent><eventTime>2026-03-09T10:00:00Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
<baseExtension><eventID>urn:uuid:{id}</eventID></baseExtension>
<epcList><epc>urn:epc:id:sgtin:9529502.000629.{serial}</epc></epcList><action>ADD</action>
<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><readPoint><id>urn:epc:id:sgln:9529502.00001.7</id></readPoint>
<extension><quantityList><quantityElement><epcClass>urn:epc:class:lgtin:9529502.000629.L77</epcClass><quantity>12.5</quantity><uom>KGM</uom>
</quantityElement></quantityList><sourceList><source type="urn:epcglobal:cbv:sdt:owning_party">urn:epc:id:sgln:9529502.00000.0</source></sourceList>
<ilmd><cbvmda:lotNumber>L77</cbvmda:lotNumber></ilmd></extension><my:note>kept &amp; shown</my:note></ObjectEvent>
</EventList></EPCISBody></epcis:EPCISDocument>
"""
