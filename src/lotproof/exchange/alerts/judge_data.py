"""The tests on what is stated of a pack: its lot and its expiry. Pure."""

from __future__ import annotations

from lotproof.exchange.alerts.alert import Alert, Class, Side, Verdict
from lotproof.exchange.alerts.match import HUB, Match, Moment
from lotproof.exchange.alerts.spelled import DAY_00, EQUIPMENT, SAME, later, same_expiry, same_lot


def judge_lot(alert: Alert, match: Match, test: str) -> Verdict:
    """A68: the serial is of another lot. Is it the same lot in another spelling; which of our sources say so?"""
    rows = match.stated("lot")
    if not rows or not alert.lot:
        return _nothing_stated(match, "lot", alert.lot, test)
    told = [(same_lot(alert.lot, one.lot, alert.gtin), one) for one in rows]
    exact = [one for change, one in told if change == SAME]
    if exact:
        return _agreeing(exact, rows, "lot", test)
    alike = next(((change, one) for change, one in told if change in EQUIPMENT), None)
    if alike:
        says = f"The record has lot {alike[1].lot}; the alert spells it {alert.lot}: {alike[0]}. A scanner or a keyboard makes that."
        return Verdict(Class.TECHNICAL, Side.END_USER, says, test, (alike[1].shows(says),))
    ours = rows[0]
    if match.finding("DAT-01") or match.alert_lot:
        also = f", and lot {match.alert_lot.lot} is ours too" if match.alert_lot else ""
        says = (
            f"The record has the pack in lot {ours.lot}{also}: a wrong lot was printed or uploaded; hold both until print and record agree."
        )
        return Verdict(Class.TECHNICAL, Side.DATA, says, test, tuple(one.shows(f"lot {one.lot}") for one in rows))
    says = f"The record has the pack in lot {ours.lot}; no source knows lot {alert.lot}, in any spelling."
    return Verdict(Class.SUSPICIOUS, Side.UNKNOWN, says, test, (ours.shows(f"lot {ours.lot}"),))


def judge_expiry(alert: Alert, match: Match, test: str) -> Verdict:
    """A52: the expiry differs. Is it the same day in another form; which of our sources say so?"""
    rows = match.stated("expiry")
    if not rows or not alert.expiry:
        return _nothing_stated(match, "expiry", alert.expiry, test)
    told = [(same_expiry(alert.expiry, one.expiry), one) for one in rows]
    days = next((one for change, one in told if change == DAY_00), None)
    if days and (days.kind == HUB or not any(change is not None and change != DAY_00 for change, _ in told)):
        says = f"The pack says {alert.expiry} and {days.name} {days.expiry}: {DAY_00}, which a verification system takes for two dates."
        return Verdict(Class.TECHNICAL, Side.DATA, says, test, (days.shows(says),), whole_lot=True)
    agreeing = [one for change, one in told if change is not None]
    if agreeing:
        return _agreeing(agreeing, rows, "expiry", test)
    if match.finding("DAT-02"):
        says = f"Our own sources differ on the expiry of this pack (DAT-02), and the alert has {alert.expiry}."
        return Verdict(Class.TECHNICAL, Side.DATA, says, test, tuple(one.shows(f"expiry {one.expiry}") for one in rows))
    ours = rows[0]
    if later(alert.expiry, ours.expiry):
        says = (
            f"The alert has {alert.expiry}, later than {ours.expiry} in our record: a pack whose expiry was prolonged by somebody looks so."
        )
        return Verdict(Class.SUSPICIOUS, Side.UNKNOWN, says, test, (ours.shows(f"expiry {ours.expiry}"),))
    says = f"The alert has {alert.expiry}; our record {ours.expiry}, and no source has the other: a code that was decoded or typed wrong."
    return Verdict(Class.TECHNICAL, Side.END_USER, says, test, (ours.shows(f"expiry {ours.expiry}"),))


def _agreeing(agreeing: list[Moment], rows: list[Moment], name: str, test: str) -> Verdict:
    """Some of our sources say what the alert says: if the upload does too, the fault lies behind it, else in it."""
    hub = [one for one in rows if one.kind == HUB]
    if any(one.kind == HUB for one in agreeing):
        one = next(one for one in agreeing if one.kind == HUB)
        says = f"Our upload has the same {name} as the alert, {getattr(one, name)}: ask the hub or the national system what it has."
        return Verdict(Class.TECHNICAL, Side.INTERMEDIARY, says, test, (one.shows(says),))
    one = agreeing[0]
    if hub:
        says = f"{one.name} has the {name} of the alert, {getattr(one, name)}, and our upload {getattr(hub[0], name)}: the upload is wrong."
        return Verdict(
            Class.TECHNICAL, Side.UPLOAD, says, test, (hub[0].shows(says), one.shows(f"{name} {getattr(one, name)}")), whole_lot=True
        )
    says = f"{one.name} has the {name} of the alert; the record has no upload of the pack to compare with."
    return Verdict(Class.TECHNICAL, Side.UPLOAD, says, test, (one.shows(says),))


def _nothing_stated(match: Match, name: str, alert: str, test: str) -> Verdict:
    if not match.known:
        return Verdict(Class.SUSPICIOUS, Side.UNKNOWN, "No source of the record knows the pack in any spelling.", test)
    lacks = "the alert names none" if not alert else "no source of the record states one for this pack"
    says = f"The {name} cannot be compared: {lacks}. The pack itself is known."
    return Verdict(Class.TECHNICAL, Side.UNKNOWN, says, test, (match.steps[-1].shows("known"),))
