"""What is measured for Prometheus: requests of every process of the server, and the record as it stands."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.conf import settings
from django.db.models import Count
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from lotproof import __version__
from lotproof.jobs import queue
from lotproof.ledger import store
from lotproof.quality.shell import table
from lotproof.workspace.sources import STREAM, acknowledged

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Folder in which processes of one server add up what they count; lotproof serve makes it."""
_OWN = CollectorRegistry()
REQUESTS = Counter("lotproof_requests", "Requests answered.", ("view", "method", "status"), registry=_OWN)
SECONDS = Histogram("lotproof_request_seconds", "How long an answer took.", ("view",), registry=_OWN)
METHODS = ("GET", "HEAD", "POST")


def count(view: str, method: str, status: int, seconds: float) -> None:
    """Take a request into account. Whoever asks cannot make new series: views are the program's, methods these or "other"."""
    REQUESTS.labels(view, method if method in METHODS else "other", str(status)).inc()
    SECONDS.labels(view).observe(seconds)


class Record:
    """The record as it stands now, read from the database when it is asked for."""

    def __init__(self, now: str) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Gauges."""
        yield _gauge("lotproof_build", "The version that answers.", "version", [(__version__, 1)])
        yield _gauge("lotproof_incidents_open", "Incidents that are not closed.", "state", _by("CaseRow", "state", closed=None))
        yield _gauge("lotproof_clocks_running", "Clocks of incidents that run.", "clock", _by("ClockRow", "name", ended=None))
        past = _by("ClockRow", "name", ended=None, due__lt=self._now)
        yield _gauge("lotproof_clocks_past_due", "Clocks that ran out and are not answered.", "clock", past)
        yield _gauge("lotproof_signals", "Signals that count something.", "state", _by("SignalRow", "state", count__gt=0))
        jobs = dict(queue.table().order_by().values_list("state").annotate(Count("pk")))
        states = (queue.WAITING, queue.RUNNING, queue.DONE, queue.FAILED)
        yield _gauge("lotproof_jobs", "Jobs.", "state", [(state, jobs.get(state, 0)) for state in states])
        yield GaugeMetricFamily("lotproof_worker_seen", "1 where a worker was heard of within a minute.", int(queue.alive(self._now)))
        yield GaugeMetricFamily("lotproof_ledger_entries", "Entries of the ledger.", store.size())
        yield GaugeMetricFamily("lotproof_sources", "Sources that were taken in.", _sources())


def _gauge(name: str, says: str, label: str, values: Iterable[tuple[str, int]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=[label])
    for value, number in values:
        family.add_metric([value], number)
    return family


def _by(rows: str, column: str, **which: object) -> list[tuple[str, int]]:
    return list(table(rows).filter(**which).order_by(column).values_list(column).annotate(Count("pk")))


def _sources() -> int:
    head = store.head_of(STREAM)
    return _counted(str(settings.DATABASES["default"]["NAME"]), head.leaf) if head else 0


@lru_cache(4)
def _counted(_database: str, _head: str) -> int:
    """The ledger is read for it only when the stream of intake has grown."""
    return len(acknowledged())


def text(now: str) -> bytes:
    """Everything, in Prometheus' text form."""
    registry = CollectorRegistry()
    if os.environ.get(SHARED):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        requests = generate_latest(registry)
    else:
        requests = generate_latest(_OWN)
    record = CollectorRegistry()
    record.register(Record(now))
    return requests + generate_latest(record)
