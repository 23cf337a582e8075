"""The witness as an HTTP service: POST /add-checkpoint (C2SP tlog-witness), GET / says who it is and what it saw."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lotproof.ledger.cosignature import CosignerKey, cosignature_line
from lotproof.ledger.note import NoteError, Signer, VerifierKey, encode64
from lotproof.ledger.witness.judge import Verdict, continues, unsigned
from lotproof.ledger.witness.request import parse_request
from lotproof.ledger.witness.state import State

BODY_LIMIT = 64 << 10
"""Largest request, in bytes; a proof of 63 hashes with a hundred signatures has less."""

PATIENCE = 30
"""Seconds that a client may be silent."""


@dataclass(frozen=True)
class Witness:
    """A witness: its key, the logs that it knows, its memory and its clock."""

    signer: Signer
    """Its name and Ed25519 key."""
    logs: Mapping[str, Sequence[VerifierKey]]
    """Keys of each log by its origin."""
    state: State
    """What it remembers."""
    clock: Callable[[], int]
    """Seconds since 1970."""

    @property
    def key(self) -> CosignerKey:
        """Its public key, for whoever verifies."""
        return CosignerKey(self.signer.name, self.signer.public)

    def add_checkpoint(self, body: bytes) -> Verdict:
        """Answer a request; the text of a 200 is the signature line."""
        try:
            request = parse_request(body)
        except NoteError as error:
            return Verdict(400, f"{error}\n")
        refused = unsigned(request, self.logs)
        if refused:
            return refused
        time = self.clock()
        verdict = self.state.settle(request, body, time, lambda seen: continues(request, seen))
        if verdict.status != 200:
            return verdict
        return Verdict(200, cosignature_line(request.signed.text, self.signer, time))

    def describe(self) -> dict[str, object]:
        """Give name, key and what was seen."""
        seen = {origin: {"size": head.size, "root": encode64(head.root)} for origin, head in sorted(self.state.seen().items())}
        return {"witness": self.key.name, "vkey": self.key.vkey, "logs": sorted(self.logs), "seen": seen}


class Server(ThreadingHTTPServer):
    """Serves each connection in a thread of its own; a client that hangs up is no news."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what is wrong with this program, not what clients do."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def make_server(witness: Witness, host: str, port: int) -> Server:
    """Give a server that is bound to `host` and `port` (0: any free one) and not serving yet."""

    class Handler(_Handler):
        pass

    Handler.witness = witness
    return Server((host, port), Handler)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    witness: Witness
    protocol_version = "HTTP/1.1"
    server_version = "lotproof-witness"
    sys_version = ""
    timeout = PATIENCE

    def do_POST(self) -> None:
        """Answer add-checkpoint."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._answer(Verdict(411, "Send the length of the request (Content-Length).\n"), last=True)
        elif int(length) > BODY_LIMIT:
            self._answer(Verdict(413, f"A request has at most {BODY_LIMIT} bytes.\n"), last=True)
        elif self.path != "/add-checkpoint":
            self._answer(Verdict(404, "There is POST /add-checkpoint and GET /.\n"), last=True)
        else:
            self._answer(self._judged(self.rfile.read(int(length))))

    def _judged(self, body: bytes) -> Verdict:
        try:
            return self.witness.add_checkpoint(body)
        except sqlite3.Error as error:
            return Verdict(503, f"The witness cannot remember anything now ({error}), so it signs nothing. Try again.\n")

    def do_GET(self) -> None:
        """Say who this is."""
        if self.path == "/":
            self._answer(Verdict(200, json.dumps(self.witness.describe(), indent=1) + "\n", "application/json"))
        else:
            self._answer(Verdict(404, "There is POST /add-checkpoint and GET /.\n"))

    def _answer(self, verdict: Verdict, last: bool = False) -> None:
        body = verdict.text.encode()
        self.close_connection = self.close_connection or last
        self.send_response(verdict.status)
        self.send_header("Content-Type", verdict.kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not printed: what matters is in the memory of the witness."""
