"""A process that runs beside the server and is begun again where it ends."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence

PAUSE = 2
"""Seconds before it is begun again."""


class Beside:
    """One process. Its standard input is a pipe from here, so that it learns of our end even where we are killed."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Begin it."""
        self._begin()
        self._watching.start()

    def stop(self) -> None:
        """End it, and wait for that."""
        self._stop.set()
        process = self._process
        if process is not None and process.poll() is None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _begin(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)

    def _watch(self) -> None:
        while not self._stop.is_set():
            assert self._process is not None
            self._process.wait()
            if not self._stop.wait(PAUSE):
                self._begin()
