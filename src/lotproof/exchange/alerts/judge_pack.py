"""The tests on the pack itself: is its serial known, where did it end, what state is it in. Pure."""

from __future__ import annotations

from lotproof.exchange.alerts.alert import Alert, Class, Shown, Side, Verdict
from lotproof.exchange.alerts.judge_data import judge_expiry, judge_lot
from lotproof.exchange.alerts.match import Match, Moment, word
from lotproof.exchange.alerts.spelled import SAME, SWALLOWED, same_expiry, same_lot

TWICE = ("SN-03",)
"""Findings that say that a number is on more than one pack."""
CHANGED = ("IDT-02", "IDT-03", "IDT-04")
"""Findings that say that a serial lost or changed characters on its way."""
_BLOCKED = ("recalled", "illegitimate", "suspect")


def unknown(alert: Alert, match: Match, test: str) -> Verdict:
    """Nothing in the record is this pack, in any spelling."""
    if not alert.serial:
        says = (
            f"The alert names no serial, and the record has no lot {alert.lot}."
            if alert.lot
            else "The alert names neither a serial nor a lot."
        )
    elif not match.gtin_known:
        says = f"No source of the record states GTIN {alert.gtin or 'of this pack'}: it is not ours, or its files were not taken in."
    else:
        lot = match.alert_lot
        where = f", though lot {lot.lot} is ours" if lot else f", nor lot {alert.lot}" if alert.lot else ""
        says = f"The GTIN is ours, and no source knows serial {alert.serial} in any spelling{where}."
    if match.near:
        says += f" Known and one slip of the pen away: {', '.join(match.near[:3])}; have the pack read again."
    return Verdict(Class.SUSPICIOUS, Side.UNKNOWN, says, test)


def judge_serial(alert: Alert, match: Match, test: str) -> Verdict:
    """A3: the hub does not know the serial. Do we, did we upload it, and in time?"""
    if not match.known:
        return unknown(alert, match, test)
    if match.change != SAME:
        return _respelled(alert, match, test)
    if match.ended:
        return _ended(match, match.ended, test)
    if match.uploaded:
        return _in_upload(alert, match, match.uploaded, test)
    if changed := match.finding(*CHANGED):
        form = f"{changed['code']}: {changed['note']}"
        says = f"Our own data have this serial in another form ({form}): the hub knows that form, not the pack's."
        return Verdict(Class.TECHNICAL, Side.DATA, says, test, (_finding(changed), *_lot_says(match, CHANGED)), whole_lot=True)
    if made := match.made:
        says = f"The pack is on product by {made.name}, and no upload that the record has commissions it: the upload is incomplete."
        shown = (made.shows(says), *_lot_says(match, ("SN-01", "RPT-01", "RPT-02", "INT-02")))
        return Verdict(Class.TECHNICAL, Side.UPLOAD, says, test, shown, whole_lot=True)
    said = match.steps[-1]
    says = f"The number is known ({said.step}), and no source says that it came on product."
    return Verdict(Class.SUSPICIOUS, Side.UNKNOWN, says, test, (said.shows(says),))


def _respelled(alert: Alert, match: Match, test: str) -> Verdict:
    ours = next((one for one in match.steps if one.item == alert.item and one.item != match.item), None)
    if ours or (match.change == SWALLOWED and match.finding("IDT-02")):
        by = ours.shows("our own source spells it so") if ours else _finding(match.finding("IDT-02"))
        says = (
            f"The record knows the pack as {match.item}; the alert differs by {match.change}, as reads of our line do: look at the print."
        )
        return Verdict(Class.TECHNICAL, Side.DATA, says, test, (by, match.steps[0].shows(f"known as {match.item}")))
    says = f"The record knows the pack as {match.item}; the alert differs by {match.change}, which a scanner or a keyboard makes."
    return Verdict(Class.TECHNICAL, Side.END_USER, says, test, (match.steps[-1].shows(says),))


def _in_upload(alert: Alert, match: Match, uploaded: Moment, test: str) -> Verdict:
    told = match.own_lot.told_after(uploaded.at) if match.own_lot and uploaded.at else None
    when, by = (
        (told.acknowledged, Shown("acknowledged", told.name, told.sha256, told.position))
        if told
        else (uploaded.at, uploaded.shows("commissioned"))
    )
    if when and alert.at and when > alert.at:
        says = f"The upload that holds the pack is of {when}, after the alert of {alert.at}: the pack was out before its data."
        return Verdict(Class.TECHNICAL, Side.UPLOAD, says, test, (by, uploaded.shows("in the upload")), whole_lot=True)
    says = (
        f"The pack is in our upload{f' of {when}' if when else ''}, before the alert: ask the hub or the national system where it was lost."
    )
    return Verdict(Class.TECHNICAL, Side.INTERMEDIARY, says, test, (by, uploaded.shows("in the upload")))


def _ended(match: Match, end: Moment, test: str) -> Verdict:
    """A pack that left the good ones and is scanned outside."""
    says = f"The record says that this pack was {word(end.step)}{f' {end.at}' if end.at else ''}: it should be nowhere on sale."
    if end.step in ("sampled", "inactivated"):
        return Verdict(Class.PROCEDURAL, Side.DATA, f"{says} Find how it came to be shipped or scanned.", test, (end.shows(says),))
    return Verdict(Class.SUSPICIOUS, Side.DATA, says, test, (end.shows(says),))


def judge_state(alert: Alert, match: Match, test: str) -> Verdict:
    """A24: the pack is not active there. Did it end here, is its number on two packs, was it supplied?"""
    if not match.known:
        return unknown(alert, match, test)
    if match.ended:
        return _ended(match, match.ended, test)
    if twice := match.finding(*TWICE):
        says = f"The number of this pack is on more than one pack by our own data ({twice['code']}: {twice['note']})."
        return Verdict(Class.TECHNICAL, Side.DATA, says, test, (_finding(twice),))
    if match.change != SAME:
        return _respelled(alert, match, test)
    done = match.first(("dispensed",))
    if done:
        says = f"The record says that the pack was dispensed {done.at or 'before'}."
        return Verdict(Class.PROCEDURAL, Side.END_USER, says, test, (done.shows(says),))
    flags = [flag for flag in (match.state or {}).get("flags", ()) if flag in _BLOCKED]
    if flags:
        says = f"The pack is {' and '.join(flags)} by our record, which blocks every change of its status."
        told = (Class.PROCEDURAL, Side.END_USER) if flags == ["recalled"] else (Class.SUSPICIOUS, Side.UNKNOWN)
        return Verdict(*told, says, test)
    if len(match.markets) > 1:
        says = f"Alerts on this one pack came from {', '.join(match.markets)}: one number in several places at once."
        return Verdict(Class.SUSPICIOUS, Side.UNKNOWN, says, test)
    says = "The pack is active by our record: it was supplied or decommissioned elsewhere, which the national system's audit trail shows."
    return Verdict(Class.PROCEDURAL, Side.END_USER, says, test, tuple(one.shows("commissioned") for one in (match.uploaded,) if one))


def judge_known(alert: Alert, match: Match, test: str) -> Verdict:
    """Whether the record has the pack with this lot and this expiry, where the code itself says no more."""
    if not match.known:
        return unknown(alert, match, test)
    if match.ended:
        return _ended(match, match.ended, test)
    if match.change != SAME or not (match.made or match.uploaded):
        return judge_serial(alert, match, test)
    if alert.lot and all(same_lot(alert.lot, one.lot) != SAME for one in match.stated("lot")) and match.stated("lot"):
        return judge_lot(alert, match, test)
    if alert.expiry and match.stated("expiry") and all(same_expiry(alert.expiry, one.expiry) is None for one in match.stated("expiry")):
        return judge_expiry(alert, match, test)
    says = (
        "The record knows the pack"
        + (f", of lot {match.own_lot.lot}," if match.own_lot else "")
        + " and contradicts nothing that is said of it."
    )
    return Verdict(Class.PROCEDURAL, Side.UNKNOWN, says, test, tuple(one.shows("known") for one in (match.uploaded or match.made,) if one))


def _finding(found: dict[str, object] | None) -> Shown:
    if found is None:
        return Shown("")
    position = found["position"]
    return Shown(f"{found['code']}: {found['note']}", str(found["source"] or ""), "", position if isinstance(position, int) else 0)


def _lot_says(match: Match, codes: tuple[str, ...]) -> tuple[Shown, ...]:
    """Findings of the last run on the lot that speak of its upload."""
    lot = match.own_lot or match.alert_lot
    return tuple(Shown(f"{code}: {sentence}") for code, sentence in (lot.findings if lot else ()) if code in codes)
