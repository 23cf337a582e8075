"""A worker: takes jobs one after another until it is told to stop."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import threading
import time as passing
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from lotproof.jobs import queue
from lotproof.jobs.log import REQUEST
from lotproof.jobs.register import KINDS, NotDone, Work, load_handlers
from lotproof.jobs.schedule import clear, put_due
from lotproof.jobs.tracing import span
from lotproof.workspace.place import PATIENCE, Workspace

LOG = logging.getLogger("lotproof.jobs")
BEAT = 10
"""Seconds between signs of life."""
PAUSE = 0.5
"""Seconds between two looks where there is nothing to do."""
OFTEN = 0.5
"""Least seconds between two words about progress."""


def work(workspace: Workspace, clock: Callable[[], str], stop: threading.Event, once: bool = False) -> int:
    """Do jobs until ``stop`` is set, or with ``once`` until none is left; gives how many were begun."""
    load_handlers()
    with _patient():
        return _work(workspace, clock, stop, once)


@contextlib.contextmanager
def _patient() -> Iterator[None]:
    """A person at the command line goes first. Only here: whoever called the worker may be none themselves."""
    before = os.environ.get(PATIENCE)
    os.environ[PATIENCE] = before or "600"
    try:
        yield
    finally:
        if before is None:
            del os.environ[PATIENCE]


def _work(workspace: Workspace, clock: Callable[[], str], stop: threading.Event, once: bool) -> int:
    name, begun = secrets.token_hex(8), 0
    beating = threading.Thread(target=_beat, args=(name, clock, stop), daemon=True)
    queue.beat(name, clock())
    beating.start()
    try:
        while not stop.is_set():
            if not once:
                put_due(settings.SCHEDULE, clock())
            row = queue.take(name, clock())
            if row is not None:
                begun += 1
                _do(workspace, row, clock)
            elif once:
                break
            else:
                stop.wait(PAUSE)
        clear(clock())
    finally:
        stop.set()
        beating.join()
        queue.leave(name)
    return begun


def _beat(name: str, clock: Callable[[], str], stop: threading.Event) -> None:
    try:
        while not stop.wait(BEAT):
            try:
                queue.beat(name, clock())
            except Exception:  # a database that is away for a moment: the next beat tells
                LOG.exception("no sign of life could be given")
                connection.close()
    finally:
        connection.close()


def _do(workspace: Workspace, row: Any, clock: Callable[[], str]) -> None:
    kind = KINDS.get(row.kind)
    if kind is None:
        queue.fail(row, f'No handler does jobs of the kind "{row.kind}"; the program that put it down is of another version.', clock(), 0)
        return
    if row.tries > max(queue.DEATHS, kind.tries):
        queue.fail(row, f"The worker ended {row.tries - 1} times over it; it is not tried again. The server's log tells more.", clock(), 0)
        return
    held, begun = REQUEST.set(f"job-{row.pk}"), passing.perf_counter()
    try:
        with span("job", {"lotproof.job.kind": row.kind, "lotproof.job": row.pk, "lotproof.job.try": row.tries}):
            result = kind.run(Work(workspace, json.loads(row.given), row.actor, clock, row.tries >= kind.tries, _telling(row.pk)))
            with transaction.atomic():
                queue.end(row.pk, result)
        LOG.info("job done", extra={"facts": {"kind": row.kind, "ms": round(1000 * (passing.perf_counter() - begun))}})
    except NotDone as error:
        LOG.info("job not done", extra={"facts": {"kind": row.kind}})
        queue.fail(row, str(error), clock(), kind.tries)
    except Exception as error:
        LOG.exception("job %s (%s) went wrong", row.pk, row.kind)
        queue.fail(row, str(error) or type(error).__name__, clock(), kind.tries)
    finally:
        REQUEST.reset(held)


def _telling(number: int) -> Callable[[int, int, str], None]:
    last = [0.0]

    def tell(done: int, of: int, what: str) -> None:
        now = passing.monotonic()
        if now - last[0] >= OFTEN or done == of:
            last[0] = now
            queue.tell(number, done, of, what)

    return tell
