"""A witness in a process of its own, and a log to submit to it: helpers of tests in several folders."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lotproof.ledger import merkle, note
from lotproof.ledger.cosignature import CosignerKey, parse_cosigner
from lotproof.ledger.keys import LogKey, make_key
from lotproof.ledger.nodes import nodes_of
from lotproof.ledger.witness.request import make_request

PROGRAM = Path(sys.executable).with_name("lotproof")
KEY = make_key("lotproof.example/site-a", bytes(range(32)))
NAME = "witness.example/quality"


@dataclass
class MadeLog:
    """Leaf hashes of a log, and what it submits."""

    leaves: list[bytes] = field(default_factory=list)

    def grow(self, count: int, word: str = "entry") -> MadeLog:
        """Append entries."""
        self.leaves += [merkle.leaf_hash(f"{word} {len(self.leaves) + number}".encode()) for number in range(count)]
        return self

    def checkpoint(self, size: int | None = None, key: LogKey = KEY) -> bytes:
        """The signed checkpoint at a size."""
        kept = self.leaves[:size]
        return note.sign(note.Checkpoint(key.name, len(kept), merkle.root(kept)).text, [key])

    def proof(self, old: int, size: int | None = None) -> tuple[bytes, ...]:
        """The consistency proof between two sizes."""
        kept = self.leaves[:size]
        return nodes_of(kept).consistency(old) if 0 < old < len(kept) else ()

    def request(self, old: int, size: int | None = None, key: LogKey = KEY) -> bytes:
        """The body of add-checkpoint."""
        return make_request(old, self.proof(old, size), self.checkpoint(size, key))


@dataclass(frozen=True)
class Served:
    """A witness that is running."""

    url: str
    key: CosignerKey

    def post(self, body: bytes, path: str = "/add-checkpoint") -> tuple[int, str, str]:
        """Status, content type and body of the answer."""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, body), timeout=30) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Content-Type"], error.read().decode()

    def time_in(self, checkpoint: bytes, line: str) -> int | None:
        """The time of a cosignature line over a checkpoint; None where it does not hold."""
        signed = note.parse(note.parse(checkpoint).text.encode() + b"\n" + line.encode())
        (one,) = signed.signatures
        return self.key.time_in(signed.text, one.signature) if (one.name, one.key_id) == (self.key.name, self.key.key_id) else None

    def seen(self) -> dict:
        """What it says it saw."""
        with urllib.request.urlopen(self.url + "/", timeout=30) as answer:
            return json.load(answer)["seen"]


def make_witness(folder: Path, name: str = NAME) -> CosignerKey:
    """Make a witness by the command."""
    done = subprocess.run([PROGRAM, "witness", "init", folder, "--name", name, "--json"], capture_output=True, text=True, check=True)
    return parse_cosigner(json.loads(done.stdout)["vkey"])


@contextmanager
def serving(folder: Path, key: CosignerKey, logs: Sequence[str] = (KEY.vkey,)) -> Iterator[Served]:
    """The witness in `folder`, listening; killed without warning at the end."""
    options = [word for log in logs for word in ("--log", log)]
    process = subprocess.Popen([PROGRAM, "witness", "serve", folder, "--port", "0", *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        told = process.stdout.readline()
        assert " listens at http://" in told, told
        yield Served(told.split(" listens at ")[1].split("/ for ")[0], key)
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
