"""The data test of each code: what the record says to an alert, and whose fault it is likely to be. Pure (DOMAIN A.4 to A.6).

The tests fail safe: what nothing in the record explains is suspicious. A person decides; the sentences say what was found where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lotproof.exchange.alerts.alert import Alert, Class, Shown, Side, System, Verdict
from lotproof.exchange.alerts.codes import CODES, NO_SERVICE, POLICY, REASONS
from lotproof.exchange.alerts.judge_data import judge_expiry, judge_lot
from lotproof.exchange.alerts.judge_pack import judge_known, judge_serial, judge_state, unknown
from lotproof.exchange.alerts.match import Match
from lotproof.exchange.alerts.spelled import SAME

_WORSE = (Class.PROCEDURAL, Class.TECHNICAL, Class.SUSPICIOUS)
_PROCEDURAL_INFO = {"expired": "expired", "expirationextended": "of an extended expiry", "recalled": "recalled"}
_GRAVE_INFO = ("suspect", "illegitimate")


def judge(alert: Alert, match: Match) -> Verdict:
    """What the test of the alert's code says."""
    if alert.system is System.VRS:
        return _answer(alert, match)
    if alert.system in (System.AUTHORITY, System.PARTNER):
        return _asked(alert, match)
    return _TESTS.get(alert.code, _unlisted)(alert, match)


def _not_found(alert: Alert, match: Match) -> Verdict:
    """A2: the hub knows no such batch, nor the serial."""
    test = CODES["A2"].test
    lot = match.alert_lot
    if lot is None:
        if match.own_lot:
            return judge_lot(alert, match, test)
        return unknown(alert, match, test) if not match.known else judge_serial(alert, match, test)
    if lot.change != SAME:
        says = f"The record has lot {lot.lot}; the alert spells it {alert.lot}: {lot.change}. A scanner or a keyboard makes that."
        return Verdict(Class.TECHNICAL, Side.END_USER, says, test, _of(lot.shown))
    if not lot.uploaded:
        says = f"Lot {lot.lot} is in no upload that the record has; the line made {lot.made:,} packs of it."
        return Verdict(Class.TECHNICAL, Side.UPLOAD, says, test, _of(lot.shown), whole_lot=True)
    if lot.told and alert.at and lot.told.acknowledged > alert.at:
        says = f"The first message about lot {lot.lot} was acknowledged {lot.told.acknowledged}, after the alert of {alert.at}."
        told = Shown(says, lot.told.name, lot.told.sha256, lot.told.position)
        return Verdict(Class.TECHNICAL, Side.UPLOAD, says, test, (told,), whole_lot=True)
    if match.item and not match.uploaded:
        return judge_serial(alert, match, test)
    has = f"Lot {lot.lot} with {lot.uploaded:,} packs is in our upload{_since(match)}"
    says = f"{has}, and the hub does not find it: ask the hub or the national system."
    return Verdict(Class.TECHNICAL, Side.INTERMEDIARY, says, test, _of(lot.shown), whole_lot=True)


def _since(match: Match) -> str:
    told = match.alert_lot.told if match.alert_lot else None
    return f", acknowledged {told.acknowledged}" if told else ""


def _of(shown: Shown | None) -> tuple[Shown, ...]:
    return (shown,) if shown else ()


def _repeated(alert: Alert, match: Match) -> Verdict:
    """A7: the pack is in the requested state already, which somebody at its end did twice."""
    test = CODES["A7"].test
    if not match.known:
        return unknown(alert, match, test)
    if match.ended:
        return judge_state(alert, match, test)
    done = match.first(("dispensed",))
    if done:
        says = f"The record says that the pack was dispensed {done.at or 'before'}: the same was done again."
        return Verdict(Class.PROCEDURAL, Side.END_USER, says, test, (done.shows(says),))
    if match.alerts > 1:
        says = f"{match.alerts} alerts of this code were raised on this pack: a repeated scan or request at the end user."
        return Verdict(Class.PROCEDURAL, Side.END_USER, says, test)
    says = "The pack is ours and active by our record; what was done to it before stands in the national system's audit trail alone."
    return Verdict(Class.PROCEDURAL, Side.END_USER, says, test, tuple(one.shows("commissioned") for one in (match.uploaded,) if one))


def _unlisted(alert: Alert, match: Match) -> Verdict:
    """A code that nothing maps: judged by whether the record knows the pack."""
    test = "Does the record know the pack as the alert has it?"
    told = judge_known(alert, match, test)
    says = f"Code {alert.written} is not among those that are known; map it in alerts.toml. {told.says}"
    return Verdict(Class.TECHNICAL if told.klass is Class.PROCEDURAL else told.klass, told.side, says, test, told.shown)


def _answer(alert: Alert, match: Match) -> Verdict:
    """An answer of a verification service. That it is false says nothing by itself: makers answer alike conditions differently."""
    info = alert.text.rpartition(", ")[2].replace(" ", "").casefold() if ", " in alert.text else ""
    test = "Does the record know the pack, with this lot and expiry?"
    if info in _GRAVE_INFO:
        return Verdict(
            Class.SUSPICIOUS, Side.UNKNOWN, f"The answer itself calls the pack {info}.", test, judge_known(alert, match, test).shown
        )
    if alert.code in REASONS:
        return _worst(_TESTS[code](alert, match) for code in REASONS[alert.code])
    known = judge_known(alert, match, test)
    if known.klass is not Class.PROCEDURAL:
        return known
    if info in _PROCEDURAL_INFO:
        says = f"The answer says that the pack is {_PROCEDURAL_INFO[info]}. {known.says}"
    elif alert.code in POLICY:
        says = f"The answer gives a policy of the maker as its reason ({alert.code}), no fault of data. {known.says}"
    elif alert.code == NO_SERVICE:
        says = f"No verification service is known for the GTIN, neither positive nor negative: look into the directory entry. {known.says}"
        return Verdict(Class.TECHNICAL, Side.INTERMEDIARY, says, test, known.shown)
    else:
        says = f"The answer gives no reason. {known.says}"
    return Verdict(Class.PROCEDURAL, Side.UNKNOWN, says, test, known.shown)


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=lambda one: _WORSE.index(one.klass))


def _asked(alert: Alert, match: Match) -> Verdict:
    """A request: what is asked about is compared with the record, so that the answer can be given."""
    test = "Does the record know what is asked about, with this lot and expiry?"
    if not alert.serial and (lot := match.alert_lot):
        says = f"The record knows lot {lot.lot}: {lot.made:,} packs by the line, {lot.uploaded:,} in our uploads."
        return Verdict(Class.PROCEDURAL, Side.UNKNOWN, says, test, _of(lot.shown), whole_lot=True)
    return judge_known(alert, match, test)


_TESTS: dict[str, Callable[[Alert, Match], Verdict]] = {
    "A2": _not_found,
    "A3": lambda alert, match: judge_serial(alert, match, CODES["A3"].test),
    "A7": _repeated,
    "A24": lambda alert, match: judge_state(alert, match, CODES["A24"].test),
    "A52": lambda alert, match: judge_expiry(alert, match, CODES["A52"].test),
    "A68": lambda alert, match: judge_lot(alert, match, CODES["A68"].test),
}
"""Hub code -> its test."""
