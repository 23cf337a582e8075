"""CPU-seconds of this process and of each that it starts, on Linux: what two processes share out can be told on a busy machine too."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from pathlib import Path
from types import TracebackType

_TICK = os.sysconf("SC_CLK_TCK")
_EACH = 0.02
"""Seconds between two looks; what a process does after the last look is missed."""


class Watch:
    """Watches what is done within it."""

    def __init__(self) -> None:
        self.wall = 0.0
        """Seconds on the clock."""
        self.own = 0.0
        """CPU-seconds of this process."""
        self._started: dict[int, float] = {}
        """CPU-seconds of each process that this one started."""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    @property
    def all(self) -> float:
        """CPU-seconds of all processes."""
        return self.own + sum(self._started.values())

    @property
    def busiest(self) -> float:
        """CPU-seconds of the busiest process."""
        return max(self.own, *self._started.values(), 0.0)

    def __enter__(self) -> Watch:
        self.wall, self.own = -time.monotonic(), -time.process_time()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.wall += time.monotonic()
        self.own += time.process_time()
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_EACH):
            for child in multiprocessing.active_children():
                if child.pid is not None and (used := _cpu(child.pid)) is not None:
                    self._started[child.pid] = used


def _cpu(pid: int) -> float | None:
    """User and system time of a process, proc(5); None where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / _TICK
