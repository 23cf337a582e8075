"""Where partitions are judged: in this process, in several, or by Spark (`rules.spark`). All give the same, in the same order."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from lotproof.lake.processes import threads_each, wanted
from lotproof.rules.part import Job, PartResult, check_part

Engine = Callable[[Sequence[Job]], Iterator[PartResult]]
"""Judges partitions; the results come in the order of the jobs."""

LEAST_MB = 400
"""A process with less memory than this spills all the time."""


class EngineError(Exception):
    """Partitions cannot be judged in the place asked for. The message says what, where and what to do next."""


def here(jobs: Sequence[Job]) -> Iterator[PartResult]:
    """One partition after the other, in this process."""
    return map(check_part, jobs)


def processes(count: int) -> Engine:
    """An engine of ``count`` processes of this machine, which share memory and threads of the settings."""

    def run(jobs: Sequence[Job]) -> Iterator[PartResult]:
        workers = min(count, len(jobs))
        if workers <= 1:
            yield from here(jobs)
            return
        threads = threads_each(workers)
        shared = [replace(job, memory=share(os.environ.get("LOTPROOF_MEMORY", "1GB"), workers), threads=threads) for job in jobs]
        # A process that was forked while the engine's threads run may hang, so each is started afresh.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as pool, _stopped(pool):
            yield from pool.map(check_part, shared)

    return run


@contextlib.contextmanager
def _stopped(pool: ProcessPoolExecutor) -> Iterator[None]:
    """What has not begun is not begun any more once one partition has failed or the caller has stopped asking.

    What runs is waited for: it writes into the folder of the run, which its owner removes next. (A pool that was shut down without
    waiting does not wait at its end either.)
    """
    try:
        yield
    except BaseException:
        pool.shutdown(wait=True, cancel_futures=True)
        raise


_SIZE = re.compile(r"^\s*([\d.]+)\s*([KMGT]?)(i?)B?\s*$", re.I)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def share(memory: str, workers: int) -> str:
    """The part of a DuckDB size that each of ``workers`` may use, at least LEAST_MB; as it is where it is no size (``80%``)."""
    found = _SIZE.match(memory)
    if found is None:
        return memory
    size = float(found[1]) * (1024 if found[3] else 1000) ** _POWERS[found[2].upper()]
    return f"{max(LEAST_MB, int(size / workers / 1e6))}MB"


def engine_of(name: str | None, jobs: int | None, store: str | None = None) -> Engine:
    """The engine that the command line names: ``spark://host:port``, or processes of this machine.

    ``jobs`` counts processes; default LOTPROOF_JOBS, or one a core. ``store`` is where Spark's workers get the partitions from, None
    where they see our disk. EngineError where there is no such engine.
    """
    if name and name != "local":
        if not name.startswith(("spark://", "local[")):
            raise EngineError(f'--engine "{name}" is none: write "local", or "spark://HOST:PORT" for the master of a Spark cluster.')
        from lotproof.rules.spark import spark

        return spark(name, store)
    if store:
        raise EngineError(f"--store {store} is for the workers of a Spark cluster; name it with --engine spark://HOST:PORT.")
    try:
        count = wanted(jobs)
    except ValueError as error:
        raise EngineError(str(error)) from error
    return here if count == 1 else processes(count)
