"""Jobs that come back: each slot of time has one, whoever puts it down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from lotproof.jobs import queue

KEEP = timedelta(days=7)
"""How long a scheduled job that went well is kept."""
_SPELLING = "%Y-%m-%dT%H:%M:%SZ"


def put_due(schedule: Iterable[tuple[str, int]], time: str) -> None:
    """Put down what is due: ``schedule`` has pairs of a kind and its period in seconds."""
    now = datetime.strptime(time, _SPELLING).replace(tzinfo=UTC)
    for kind, period in schedule:
        slot = int(now.timestamp()) // period
        key = f"{kind}@{period}:{slot}"
        if not queue.table().filter(key=key).exists():
            queue.put(kind, {}, "lotproof work", time, key)


def clear(time: str) -> int:
    """Remove scheduled jobs that went well long ago; gives how many."""
    before = (datetime.strptime(time, _SPELLING).replace(tzinfo=UTC) - KEEP).strftime(_SPELLING)
    return int(queue.table().filter(state=queue.DONE, actor="lotproof work", put__lt=before).delete()[0])
