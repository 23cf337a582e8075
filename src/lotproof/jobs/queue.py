"""Jobs in the database: put down, taken, told of, ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
SILENT = 60
"""Seconds without a sign after which a worker counts as dead."""
DEATHS = 3
"""How often the worker may die over a job before the job counts as failed."""
_SPELLING = "%Y-%m-%dT%H:%M:%SZ"


def table() -> models.Manager[Any]:
    """The jobs."""
    manager: models.Manager[Any] = apps.get_model("jobs", "JobRow")._default_manager
    return manager


def workers() -> models.Manager[Any]:
    """The workers."""
    manager: models.Manager[Any] = apps.get_model("jobs", "WorkerRow")._default_manager
    return manager


def later(time: str, seconds: float) -> str:
    """The moment so many seconds after another, before it where negative."""
    return (datetime.strptime(time, _SPELLING).replace(tzinfo=UTC) + timedelta(seconds=seconds)).strftime(_SPELLING)


def put(kind: str, given: Mapping[str, Any], actor: str, time: str, key: str = "", due: str = "") -> Any:
    """Put a job down; durable when the surrounding transaction is. Under a key that is there already, gives that one.

    ``given`` has to be JSON; ``due`` is a moment before which it is not begun.
    """
    facts = {
        "kind": kind,
        "given": json.dumps(given, ensure_ascii=False, sort_keys=True),
        "actor": actor,
        "put": time,
        "due": due or time,
        "state": WAITING,
        "beat": "",
        "worker": "",
        "told": "",
        "result": "",
    }
    if not key:
        return table().create(key=None, **facts)
    return table().get_or_create(key=key, defaults=facts)[0]


def take(worker: str, time: str) -> Any | None:
    """The next job for a worker: the earliest that waits and is due, or one whose worker is silent; None where there is nothing."""
    rows = table().filter(models.Q(state=WAITING, due__lte=time) | models.Q(state=RUNNING, beat__lt=later(time, -SILENT)))
    if not rows.exists():  # on SQLite a transaction takes the lock of all writers: not for a look
        return None
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        row = rows.order_by("due", "id").first()
        if row is None:
            return None
        row.state, row.worker, row.beat, row.tries = RUNNING, worker, time, row.tries + 1
        row.save(update_fields=["state", "worker", "beat", "tries"])
        return row


def beat(worker: str, time: str) -> None:
    """A sign of life of a worker, for itself and for what it does."""
    workers().update_or_create(name=worker, defaults={"seen": time})
    table().filter(worker=worker, state=RUNNING).update(beat=time)


def leave(worker: str) -> None:
    """A worker ends; what it had not ended waits for another."""
    workers().filter(name=worker).delete()
    table().filter(worker=worker, state=RUNNING).update(state=WAITING, worker="", beat="")


def tell(number: int, done: int, of: int, what: str) -> None:
    """How far a job is."""
    table().filter(pk=number).update(done=done, of=of, told=what)


def end(number: int, result: Mapping[str, Any]) -> None:
    """A job is done."""
    table().filter(pk=number).update(state=DONE, result=json.dumps(result, ensure_ascii=False, sort_keys=True), told="")


def fail(row: Any, told: str, time: str, tries: int) -> None:
    """A job went wrong: it is tried again later, or has failed for good."""
    if row.tries < tries:
        wait = min(settings.TRY_AGAIN * 2 ** (row.tries - 1), 3600)
        table().filter(pk=row.pk).update(state=WAITING, due=later(time, wait), told=told, worker="", beat="")
    else:
        table().filter(pk=row.pk).update(state=FAILED, told=told)


def result(row: Any) -> dict[str, Any]:
    """What a job gave, empty before its end."""
    found: dict[str, Any] = json.loads(row.result) if row.result else {}
    return found


def alive(time: str) -> bool:
    """Whether a worker was heard of lately."""
    return bool(workers().filter(seen__gte=later(time, -SILENT)).exists())
