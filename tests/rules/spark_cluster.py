"""A real standalone Spark cluster on loopback: a master and workers, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Cluster:
    """A running cluster."""

    address: str
    """spark://127.0.0.1:port"""
    workers: list[subprocess.Popen[bytes]]
    """The workers, to be killed by tests."""
    master: subprocess.Popen[bytes] = field(repr=False)

    def kill_worker(self) -> None:
        """Kill one worker and the executor that it started, as a machine that loses its power."""
        worker = self.workers.pop()
        for child in _children(worker.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        worker.kill()
        worker.wait()


def slow_visit(mark: Path, _connection: Any, lots: Sequence[str]) -> str:
    """A visit that says that it has begun and takes its time, so that there is a middle in which to kill."""
    (mark / "-".join(lots).replace("/", "_")).write_text(str(os.getpid()))
    time.sleep(1)
    return str(os.getpid())


def _children(pid: int) -> list[int]:
    """All descendants of a process."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [*_children(int(child)), int(child)]
    return found


def available() -> bool:
    """Whether PySpark and Java are here."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return False
    return shutil.which("java") is not None


@contextlib.contextmanager
def cluster(folder: Path, count: int = 2) -> Iterator[Cluster]:
    """A master and ``count`` workers of one core each."""
    import pyspark

    home = Path(pyspark.__file__).parent
    env = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_MASTER_HOST": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1",
           "PYSPARK_PYTHON": sys.executable, "SPARK_WORKER_DIR": str(folder / "work"), "SPARK_LOG_DIR": str(folder)}  # fmt: skip
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *arguments: str) -> tuple[subprocess.Popen[bytes], Path]:
        log = folder / f"{len(started)}-{name}.log"
        command = [str(home / "bin/spark-class"), f"org.apache.spark.deploy.{name.lower()}.{name}", "--host", "127.0.0.1", *arguments]
        started.append(subprocess.Popen(command, stdout=log.open("wb"), stderr=subprocess.STDOUT, env=env))
        return started[-1], log

    try:
        master, log = start("Master", "--port", "0", "--webui-port", "0")
        address = _wait(log, r"Starting Spark master at (spark://\S+)")
        _wait(log, r"New state: (ALIVE)")
        workers = []
        for _ in range(count):
            worker, told = start("Worker", "--cores", "1", "--memory", "1g", "--webui-port", "0", address)
            _wait(told, r"(Successfully registered) with master")
            workers.append(worker)
        yield Cluster(address, workers, master)
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def _wait(log: Path, pattern: str) -> str:
    for _ in range(600):
        if found := re.search(pattern, log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no {pattern} in {log}: {log.read_text()[-2000:]}")
