"""The alerts that were taken, as the ledger has them: each entry names its signal, the alerts, and what the record said to them then."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lotproof.exchange.alerts.alert import Alert, Class, Shown, Side, System, Verdict
from lotproof.exchange.alerts.bursts import Burst, Judged, basis, identity
from lotproof.ledger import store

STREAM = "alerts"
ENTRY_BYTES = 40_000
"""Bytes of the alerts of one entry, which holds 65,535 in all."""


@dataclass(frozen=True)
class Taken:
    """An alert as it was taken."""

    signal: str
    """Number of its signal."""
    time: str
    """When it was taken, UTC."""
    entry: int
    """Place in the log."""
    judged: Judged
    """The alert and what was made of it then."""


@dataclass
class Book:
    """All of them."""

    taken: list[Taken] = field(default_factory=list)
    """In the order of the log."""
    known: set[tuple[str, str, str]] = field(default_factory=set)
    """Identities (bursts.identity)."""
    bursts: dict[str, Burst] = field(default_factory=dict)
    """The latest burst of each basis."""
    by_signal: dict[str, list[Taken]] = field(default_factory=dict)
    """Number of a signal -> its alerts."""

    def of_pack(self, alert: Alert) -> list[Alert]:
        """Earlier alerts of the same pack and code."""
        return [one.judged.alert for one in self.taken if one.judged.alert.item == alert.item and one.judged.alert.code == alert.code]


_KEPT: dict[str, Book] = {}
"""Leaf of the last entry -> the book that all entries make; pages ask for it often, and alerts come seldom."""


def book() -> Book:
    """What was taken so far. Not to be changed by who asks."""
    head = store.head_of(STREAM)
    if head is None:
        return Book()
    if head.leaf not in _KEPT:
        made = _read()
        _KEPT.clear()
        _KEPT[head.leaf] = made
    return _KEPT[head.leaf]


def _read() -> Book:
    found = Book()
    for index, entry in store.indexed("audit", STREAM):
        body: Any = entry.body if isinstance(entry.body, dict) else {}
        for told in body.get("alerts", ()):
            one = Taken(str(body["signal"]), entry.time, index, _judged(body, told))
            _add(found, one, str(body["burst"]))
    return found


def _add(found: Book, one: Taken, key: str) -> None:
    found.taken.append(one)
    found.known.add(identity(one.judged.alert))
    found.by_signal.setdefault(one.signal, []).append(one)
    common, at = basis(one.judged), one.judged.alert.at or one.time
    before = found.bursts.get(common)
    same = before is not None and before.key == key
    found.bursts[common] = Burst(key, max(before.last, at) if before and same else at, (before.count if before and same else 0) + 1)


def write(signal: str, burst: Burst, members: Sequence[Judged], time: str, actor: str) -> None:
    """Enter alerts of one signal; those with the same verdict share an entry."""
    for part in _parts(members):
        first = part[0]
        verdict = {**first.verdict.as_json(), "whole_lot": first.verdict.whole_lot}
        body = {"act": "alerts", "signal": signal, "burst": burst.key, "lot": first.lot, "verdict": verdict}
        store.append("audit", STREAM, time, actor, {**body, "alerts": [_told(one.alert) for one in part]})


def _parts(members: Sequence[Judged]) -> Iterator[list[Judged]]:
    part: list[Judged] = []
    size = 0
    for one in members:
        own = len(json.dumps(_told(one.alert)).encode())
        if part and (size + own > ENTRY_BYTES or (one.verdict, one.lot) != (part[0].verdict, part[0].lot)):
            yield part
            part, size = [], 0
        part.append(one)
        size += own
    if part:
        yield part


def _told(alert: Alert) -> dict[str, Any]:
    return {name: str(value) if name == "system" else value for name, value in vars(alert).items() if value not in ("", None)}


def _judged(body: dict[str, Any], told: dict[str, Any]) -> Judged:
    alert = Alert(**{**told, "system": System(told["system"])})
    verdict = body["verdict"]
    shown = tuple(Shown(**one) for one in verdict["shown"])
    made = Verdict(Class(verdict["class"]), Side(verdict["side"]), verdict["says"], verdict["test"], shown, verdict["whole_lot"])
    return Judged(alert, made, str(body.get("lot") or ""))
