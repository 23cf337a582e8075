"""What a person needs to answer an alert: a worksheet of one page, and a message to whoever raised it. Pure; nothing is sent from here.

The message holds no personal data and no business of third parties: no names, operators, customers, places. It says what the record says
of one pack; the person who sends it reads it first, and signs it with their own name.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lotproof.exchange.alerts.alert import Alert, Class, Side, System
from lotproof.exchange.alerts.codes import CODES
from lotproof.exchange.alerts.match import Match
from lotproof.quality.clocks import CLOCKS

if TYPE_CHECKING:
    from lotproof.exchange.alerts.show import Seen

ROWS = 25
"""Rows of a life and alerts of a burst that a worksheet lists: it is one page."""
_NEXT = {
    Side.UPLOAD: "Complete the upload, have the hub acknowledge it, then have the pack verified again.",
    Side.DATA: "Hold the lot where print and record differ; correct at the source, not in the upload alone.",
    Side.END_USER: "Ask the end user to check scanner, keyboard and program, and to read the pack again.",
    Side.INTERMEDIARY: "Ask the hub, the national system or the directory what it has for this pack.",
    Side.UNKNOWN: "Ask for a photograph of the pack and a new scan; compare with the record before anything is released.",
}
"""Side -> what to do first."""
_OUTCOME = {
    Class.TECHNICAL: "a technical cause",
    Class.PROCEDURAL: "a procedural cause",
    Class.SUSPICIOUS: "no explanation yet",
}


@dataclass(frozen=True)
class Fact:
    """A line of the worksheet."""

    name: str
    value: str


@dataclass(frozen=True)
class Row:
    """Something that a source says, with its place."""

    at: str
    what: str
    source: str
    position: int


@dataclass(frozen=True)
class Worksheet:
    """A worksheet of one page."""

    title: str
    facts: tuple[Fact, ...]
    """What is known, in the order of reading."""
    shown: tuple[Row, ...]
    """What shows the verdict."""
    life: tuple[Row, ...]
    """What sources say of the pack, without who did it."""
    alerts: tuple[Row, ...]
    """The alerts of the signal."""
    checks: tuple[str, ...]
    """What a person checks before answering."""
    left: str
    """What the page leaves out, empty where nothing."""

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return asdict(self)


def worksheet(seen: Seen) -> Worksheet:
    """The worksheet of an alert signal."""
    life = [Row(one.at, _what(one.step, one.lot, one.expiry, one.result), one.name, one.position) for one in seen.match.steps]
    alerts = [
        Row(one.judged.alert.at or one.judged.alert.at_text, _alerted(one.judged.alert), one.judged.alert.name, one.judged.alert.position)
        for one in seen.taken
    ]
    shown = tuple(Row("", one.says, one.source, one.position) for one in seen.now.shown)
    cut = [f"{len(rows) - ROWS} more {what}" for rows, what in ((life, "rows of the pack"), (alerts, "alerts")) if len(rows) > ROWS]
    left = f"Not on this page: {' and '.join(cut)}; lotproof alerts show {seen.signal.number} --json has all." if cut else ""
    title = f"Alert worksheet {seen.signal.number}"
    return Worksheet(title, tuple(_facts(seen)), shown, tuple(life[:ROWS]), tuple(alerts[:ROWS]), tuple(_checks(seen)), left)


def _facts(seen: Seen) -> Iterator[Fact]:
    alert, match = seen.first, seen.match
    code = CODES.get(alert.code)
    yield Fact("Signal", f"{seen.signal.number}, {seen.signal.state}{f', {seen.signal.case}' if seen.signal.case else ''}")
    yield Fact("Came from", f"{alert.system}{f', {alert.who}' if alert.who else ''}{f', {alert.market}' if alert.market else ''}")
    yield Fact("Identifier there", alert.id)
    yield Fact("Code", f"{alert.written}{f' = {alert.code}, {code.means}' if code else ''}")
    yield Fact("Pack", f"{alert.item or 'none named'}; lot {alert.lot or 'not stated'}, expiry {alert.expiry or 'not stated'}")
    yield Fact("In our record", _known(match))
    yield Fact("Test", seen.now.test)
    yield Fact("Result", seen.now.says)
    yield Fact("Class", seen.now.in_words)
    if seen.changed:
        yield Fact("When it was taken", f"{seen.then.in_words}. {seen.then.says}")
    yield Fact("Alerts of this signal", f"{seen.signal.raised.count}")
    if seen.clock:
        ends = f"ended {seen.clock.ended}" if seen.clock.ended else f"due {seen.clock.due}"
        yield Fact("Clock", f"{CLOCKS[seen.clock.name].says}: since {seen.clock.since}, {ends} (UTC; {CLOCKS[seen.clock.name].basis})")


def _known(match: Match) -> str:
    if not match.known:
        return "the pack is not known" + (f"; lot {match.alert_lot.lot} is" if match.alert_lot else "")
    state = match.state or {}
    parts = [match.item, f"differs by {match.change}" if match.change else "exactly as in the alert"]
    parts += [f"lot {match.own_lot.lot}" if match.own_lot else "lot not stated"]
    parts += [f"state {state.get('item_state') or state.get('number_state')}"] if state else []
    parts += [f"findings {', '.join(sorted({one['code'] for one in match.findings}))}"] if match.findings else ["no finding"]
    return "; ".join(parts)


def _what(step: str, lot: str, expiry: str, result: str) -> str:
    more = [f"lot {lot}" if lot else "", f"expiry {expiry}" if expiry else "", result]
    return ", ".join([step.replace("_", " "), *(one for one in more if one)])


def _alerted(alert: Alert) -> str:
    return " ".join(one for one in (alert.id, alert.code, alert.about, alert.market) if one)


def _checks(seen: Seen) -> Iterator[str]:
    yield _NEXT[seen.now.side]
    if seen.now.klass is Class.SUSPICIOUS:
        yield "Keep the pack aside; open an incident, in which somebody decides whether it is suspect product."
    if seen.first.clock:
        yield "Send the answer, then record it: the clock of the request ends with the record, not with this page."
    if seen.now.klass is not Class.SUSPICIOUS:
        yield "The class is what the data say; a person confirms it, and says why, when the signal is explained."


def partner_message(seen: Seen) -> str:
    """A message to whoever raised it. The person who sends it checks and signs it."""
    alert = seen.first
    lines = [f"Subject: {_subject(alert)}", "", "To whom it may concern,", "", _opening(alert, len(seen.taken)), ""]
    lines += [f"  {name}: {value}" for name, value in _pack(alert) if value]
    lines += ["", "Our record says:", *(f"  - {one}" for one in _answers(seen)), ""]
    lines += [_request_to(seen), "", "[Name, function and contact of the person who sends this]"]
    return "\n".join(lines) + "\n"


def _subject(alert: Alert) -> str:
    what = "Your request" if alert.clock else "Verification answer" if alert.system is System.VRS else "Alert"
    return f"{what} {alert.id} ({alert.code})"


def _opening(alert: Alert, count: int) -> str:
    when = f" of {alert.at}" if alert.at else ""
    many = f" and {count - 1} more of the same kind" if count > 1 else ""
    what = "request" if alert.clock else "verification answer" if alert.system is System.VRS else "alert"
    return f"we have compared the {what} {alert.id}{when}{many} with our record."


def _pack(alert: Alert) -> list[tuple[str, str]]:
    return [("GTIN", alert.gtin), ("Serial number", alert.serial), ("Lot", alert.lot), ("Expiry", alert.expiry)]


def _answers(seen: Seen) -> Iterator[str]:
    """What may be told outside: whether the pack is known, in what spelling, and the outcome; not where it went or who had it."""
    match, verdict = seen.match, seen.now
    if seen.first.serial:
        yield f"The serial number is {'known' if match.known else 'not known'} to us" + (
            f", spelled {match.item}." if match.known and match.change else "."
        )
    if seen.first.lot:
        yield f"The lot is {'known' if match.alert_lot else 'not known'} to us" + (
            f", spelled {match.alert_lot.lot}." if match.alert_lot and match.alert_lot.change else "."
        )
    if match.change:
        yield f"The difference is one of format: {match.change}."
    side = {Side.UPLOAD: "likely in our data upload", Side.UNKNOWN: "on a side that is not known yet"}.get(
        verdict.side, f"likely with {verdict.side}"
    )
    if seen.first.clock and verdict.klass is Class.PROCEDURAL:
        yield "Nothing in our record contradicts what you asked about."
    else:
        yield f"The comparison gives {_OUTCOME[verdict.klass]}, {side}."


def _request_to(seen: Seen) -> str:
    side, klass = seen.now.side, seen.now.klass
    if klass is Class.SUSPICIOUS:
        return "Please keep the pack aside and do not supply it. Please send us a photograph of all its sides, and a new scan of its code."
    if side is Side.END_USER:
        return "Please check scanner, keyboard and program, read the pack again, and tell us what comes out."
    if side is Side.INTERMEDIARY:
        return "Please tell us what your system holds for this pack, and since when."
    if side in (Side.UPLOAD, Side.DATA):
        return "We are looking into our data and will tell you when they are corrected; until then please keep the pack aside."
    return "Please tell us if you need anything else."


def text(sheet: Worksheet) -> str:
    """The worksheet as plain text."""
    wide = max(len(one.name) for one in sheet.facts)
    lines = [sheet.title, "", *(f"{one.name:<{wide}}  {one.value}" for one in sheet.facts)]
    for title, rows in _tables(sheet):
        lines += [
            "",
            title,
            *(f"  {one.at:<24} {one.what}  [{one.source}:{one.position}]" if one.source else f"  {one.what}" for one in rows),
        ]
    lines += ["", "Before you answer", *(f"  [ ] {one}" for one in sheet.checks)]
    return "\n".join([*lines, *(["", sheet.left] if sheet.left else []), ""])


def _tables(sheet: Worksheet) -> Iterator[tuple[str, tuple[Row, ...]]]:
    for title, rows in (("What shows it", sheet.shown), ("What sources say of the pack", sheet.life), ("Alerts", sheet.alerts)):
        if rows:
            yield title, rows


def page(sheet: Worksheet) -> str:
    """The worksheet as an HTML page of its own, without script or style."""
    e = html.escape
    facts = "".join(f'<tr><th scope="row">{e(one.name)}</th><td>{e(one.value)}</td></tr>' for one in sheet.facts)
    body = "".join(f"<h2>{e(title)}</h2>{_table(rows)}" for title, rows in _tables(sheet))
    checks = "".join(f"<li>{e(one)}</li>" for one in sheet.checks)
    left = f"<p>{e(sheet.left)}</p>" if sheet.left else ""
    head = f'<head><meta charset="utf-8"><title>{e(sheet.title)}</title></head>'
    main = f"<h1>{e(sheet.title)}</h1><table>{facts}</table>{body}<h2>Before you answer</h2><ul>{checks}</ul>{left}"
    return f'<!doctype html><html lang="en">{head}<body><main>{main}</main></body></html>\n'


def _table(rows: tuple[Row, ...]) -> str:
    e = html.escape
    head = "".join(f'<th scope="col">{one}</th>' for one in ("Time (UTC)", "What", "File", "Line or byte"))
    cells = "".join(f"<tr><td>{e(one.at)}</td><td>{e(one.what)}</td><td>{e(one.source)}</td><td>{one.position}</td></tr>" for one in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>"
