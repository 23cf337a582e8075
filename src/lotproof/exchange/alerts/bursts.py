"""Which alerts are one signal: the same pack and code within a burst, packs of a lot with one reason, all that one request asks. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lotproof.exchange.alerts.alert import Alert, Class, System, Verdict
from lotproof.exchange.alerts.codes import CODES
from lotproof.quality.signals import Raised
from lotproof.quality.times import after_hours

_KEY = 300
"""Characters of a signal's key."""
_LOT = 100
"""Characters of its lot; no lot of GS1 has more than 20."""
SUSPECT_CLOCK = "classify"
"""The clock that a suspicious alert begins: whether the product is suspect has to be decided (quality/clocks.py)."""


@dataclass(frozen=True)
class Judged:
    """An alert with what is made of it."""

    alert: Alert
    """What came in."""
    verdict: Verdict
    """What the record says to it."""
    lot: str = ""
    """Lot by the record, else by the alert."""


@dataclass(frozen=True)
class Burst:
    """Alerts that are one signal."""

    key: str
    """Key of the signal."""
    last: str
    """Time of the latest alert, UTC."""
    count: int = 0
    """Alerts so far."""


def identity(alert: Alert) -> tuple[str, str, str]:
    """What makes an alert one and the same: where it comes from, its identifier, what it is about: a request may ask about several."""
    return str(alert.system), alert.id, alert.about


def basis(one: Judged) -> str:
    """What alerts of one burst have in common."""
    alert, verdict = one.alert, one.verdict
    if alert.system in (System.AUTHORITY, System.PARTNER):
        return f"{alert.system}:{alert.id}"
    about = f"lot {one.lot}" if verdict.whole_lot and one.lot else alert.about
    return f"{alert.system}:{alert.code}:{verdict.klass}:{about}"


def sorted_into(known: Mapping[str, Burst], judged: Iterable[Judged], now: str, hours: float) -> dict[str, tuple[Burst, list[Judged]]]:
    """Signal key -> the burst with its new count, and the alerts that join it. ``known`` has the latest burst of each basis.

    An alert without a time counts as raised ``now``. Requests have no end to their burst: one request is one signal.
    """
    bursts = dict(known)
    found: dict[str, tuple[Burst, list[Judged]]] = {}
    for one in sorted(judged, key=lambda each: each.alert.at or now):
        common, at = basis(one), one.alert.at or now
        before = bursts.get(common)
        if before and (one.alert.clock or _near(at, before.last, hours)):
            burst = Burst(before.key, max(at, before.last), before.count + 1)
        else:
            burst = Burst(_key(f"alert:{common}:{at}"), at, 1)
        bursts[common] = burst
        members = found[burst.key][1] if burst.key in found else []
        members.append(one)
        found[burst.key] = burst, members
    return found


def _near(one: str, other: str, hours: float) -> bool:
    first, last = min(one, other), max(one, other)
    return last <= after_hours(first, hours)


def _key(text: str) -> str:
    """The text where a row can hold it; else its beginning and a digest of all of it."""
    return text if len(text) <= _KEY else f"{text[: _KEY - 65]}:{hashlib.sha256(text.encode()).hexdigest()}"


def raised(burst: Burst, members: Sequence[Judged], now: str) -> Raised:
    """The signal of a burst."""
    first = members[0]
    alert, verdict = first.alert, first.verdict
    clock = alert.clock or (SUSPECT_CLOCK if verdict.klass is Class.SUSPICIOUS else "")
    # A request's clock runs since it came in; whether product is suspect, since we could know of it.
    since = (min(alert.at, now) if alert.clock and alert.at else now) if clock else ""
    severity = min((one.verdict.severity for one in members), key=("critical", "major", "minor").index)
    severity = "major" if alert.clock and severity == "minor" else severity
    return Raised(
        burst.key, alert.system.origin, severity, sentence(burst, first), "", first.lot[:_LOT], burst.count, clock, since, alert.who
    )


def sentence(burst: Burst, first: Judged) -> str:
    """What the signal says."""
    alert, verdict = first.alert, first.verdict
    about = f"lot {first.lot}" if verdict.whole_lot and first.lot else alert.about
    if alert.clock:
        head = f"Request {alert.id} by {alert.who} for {alert.code}, about {about}" + (
            f" and {burst.count - 1} more" if burst.count > 1 else ""
        )
    else:
        code = CODES.get(alert.code)
        means = f" ({code.means})" if code else ""
        many = f"{burst.count} alerts" if burst.count > 1 else "Answer" if alert.system is System.VRS else "Alert"
        head = f"{many} {alert.code}{means} on {about}"
    return f"{head}: {verdict.in_words}. {verdict.says}"
