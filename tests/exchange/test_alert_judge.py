"""The data tests by themselves: what the record holds, in, class and side, out. Pure, no workspace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lotproof.exchange.alerts.alert import Alert, Class, Shown, Side, System, Verdict
from lotproof.exchange.alerts.bursts import Judged, raised, sorted_into
from lotproof.exchange.alerts.codes import CODES, Settings
from lotproof.exchange.alerts.judge import judge
from lotproof.exchange.alerts.match import LotRecord, Match, Message, Moment
from lotproof.exchange.alerts.spelled import (
    APPENDED,
    AZERTY,
    CASE,
    DAY_00,
    FORM,
    KEYBOARD,
    SAME,
    SWALLOWED,
    ZEROS,
    later,
    same_expiry,
    same_lot,
    serials,
)

GTIN, ITEM, AT = "09501101530003", "(01)09501101530003(21)ABC123", "2026-03-13T10:00:00Z"
HUB = Moment("2026-03-09T06:02:50.873Z", "commissioned", "hub", "hub.xml", "a" * 64, 1, ITEM, "L1", "2028-12-31")
LINE = Moment("2026-03-09T06:02:46.000Z", "commissioned", "line", "line.csv", "b" * 64, 2, ITEM, "L1", "281231")
TOLD = Message("m1", "2026-03-09T07:00:00Z", "2026-03-09T07:00:09Z", "Accepted", "messages.csv", "c" * 64, 3)
LOT = LotRecord("L1", made=10, uploaded=10, shown=Shown("knows lot L1", "hub.xml", "a" * 64, 1), messages=(TOLD,))
OURS = Match(ITEM, steps=(LINE, HUB), alert_lot=LOT, own_lot=LOT, gtin_known=True)


def alert(code: str, **more: str) -> Alert:
    facts = {"gtin": GTIN, "serial": "ABC123", "lot": "L1", "expiry": "281231", "at": AT, **more}
    return Alert(System.EMVS, "AL-1", code, code, **facts)


def step(name: str, **more: str) -> Moment:
    return replace(LINE, step=name, at="2026-03-10T08:00:00.000Z", **more)


def also(*steps: Moment) -> Match:
    return replace(OURS, steps=(*OURS.steps, *steps))


NEVER = replace(LOT, made=10, uploaded=0)
LATE = replace(LOT, messages=(replace(TOLD, acknowledged="2026-03-14T07:00:00Z"),))
STORIES = [
    ("A2", {}, replace(OURS, alert_lot=NEVER, own_lot=NEVER, steps=(LINE,)), Class.TECHNICAL, Side.UPLOAD, "is in no upload that the record has; the line made 10 packs"),
    ("A2", {}, replace(OURS, alert_lot=LATE), Class.TECHNICAL, Side.UPLOAD, "was acknowledged 2026-03-14T07:00:00Z, after the alert"),
    ("A2", {}, OURS, Class.TECHNICAL, Side.INTERMEDIARY, "Lot L1 with 10 packs is in our upload, acknowledged 2026-03-09T07:00:09Z, and the hub does not find it"),
    ("A2", {}, replace(OURS, steps=(LINE,)), Class.TECHNICAL, Side.UPLOAD, "the upload is incomplete"),
    ("A3", {}, replace(OURS, steps=(LINE,), findings=({"code": "IDT-04", "note": "hub has BC123", "source": "hub.xml", "position": 1},)), Class.TECHNICAL, Side.DATA, "in another form (IDT-04: hub has BC123)"),
    ("A2", {"lot": "l1"}, replace(OURS, alert_lot=replace(LOT, change=CASE)), Class.TECHNICAL, Side.END_USER, "the alert spells it l1: upper and lower case"),
    ("A2", {"lot": "X9"}, Match(gtin_known=True), Class.SUSPICIOUS, Side.UNKNOWN, "no source knows serial ABC123 in any spelling, nor lot X9"),
    ("A2", {"lot": "X9", "serial": ""}, Match(gtin_known=True), Class.SUSPICIOUS, Side.UNKNOWN, "names no serial, and the record has no lot X9"),
    ("A3", {}, replace(OURS, own_lot=LATE), Class.TECHNICAL, Side.UPLOAD, "the pack was out before its data"),
    ("A3", {}, OURS, Class.TECHNICAL, Side.INTERMEDIARY, "in our upload of 2026-03-09T07:00:09Z, before the alert"),
    ("A3", {}, replace(OURS, change=KEYBOARD), Class.TECHNICAL, Side.END_USER, "differs by Y and Z exchanged"),
    ("A3", {}, replace(OURS, change=SWALLOWED, findings=({"code": "IDT-02", "note": "n", "source": "cam.csv", "position": 4},)), Class.TECHNICAL, Side.DATA, "look at the print"),
    ("A3", {}, replace(OURS, steps=(step("rejected"),)), Class.SUSPICIOUS, Side.DATA, "was rejected by a camera"),
    ("A3", {}, replace(OURS, steps=(step("allocated"),)), Class.SUSPICIOUS, Side.UNKNOWN, "The number is known (allocated), and no source says that it came on product"),
    ("A3", {}, Match(gtin_known=True, near=("(01)1(21)ABC124",)), Class.SUSPICIOUS, Side.UNKNOWN, "one slip of the pen away: (01)1(21)ABC124"),
    ("A3", {}, Match(), Class.SUSPICIOUS, Side.UNKNOWN, f"No source of the record states GTIN {GTIN}"),
    ("A7", {}, also(step("dispensed", kind="hub")), Class.PROCEDURAL, Side.END_USER, "dispensed 2026-03-10T08:00:00.000Z: the same was done again"),
    ("A7", {}, Match(gtin_known=True), Class.SUSPICIOUS, Side.UNKNOWN, "no source knows serial"),
    ("A7", {}, also(step("destroyed")), Class.SUSPICIOUS, Side.DATA, "was destroyed"),
    ("A24", {}, also(step("sampled")), Class.PROCEDURAL, Side.DATA, "Find how it came to be shipped"),
    ("A24", {}, replace(OURS, findings=({"code": "SN-03", "note": "2 prints", "source": "p.csv", "position": 4},)), Class.TECHNICAL, Side.DATA, "SN-03: 2 prints"),
    ("A24", {}, also(step("dispensed")), Class.PROCEDURAL, Side.END_USER, "was dispensed"),
    ("A24", {}, replace(OURS, state={"flags": ["recalled"]}), Class.PROCEDURAL, Side.END_USER, "is recalled by our record"),
    ("A24", {}, replace(OURS, state={"flags": ["suspect"]}), Class.SUSPICIOUS, Side.UNKNOWN, "is suspect by our record"),
    ("A24", {}, replace(OURS, change=CASE), Class.TECHNICAL, Side.END_USER, "upper and lower case"),
    ("A52", {"expiry": "281200"}, OURS, Class.TECHNICAL, Side.DATA, DAY_00),
    ("A52", {"expiry": "281200"}, replace(OURS, steps=(replace(LINE, expiry="281200"), HUB)), Class.TECHNICAL, Side.DATA, DAY_00),
    ("A52", {"expiry": "290131"}, replace(OURS, steps=(replace(LINE, expiry="290131"), HUB)), Class.TECHNICAL, Side.UPLOAD, "the upload is wrong"),
    ("A52", {"expiry": "281231"}, OURS, Class.TECHNICAL, Side.INTERMEDIARY, "Our upload has the same expiry"),
    ("A52", {"expiry": "271231"}, OURS, Class.TECHNICAL, Side.END_USER, "decoded or typed wrong"),
    ("A52", {"expiry": "301231"}, OURS, Class.SUSPICIOUS, Side.UNKNOWN, "prolonged by somebody"),
    ("A52", {"expiry": "301231"}, replace(OURS, findings=({"code": "DAT-02"},)), Class.TECHNICAL, Side.DATA, "DAT-02"),
    ("A52", {"expiry": ""}, OURS, Class.TECHNICAL, Side.UNKNOWN, "the alert names none"),
    ("A68", {"lot": "L1"}, OURS, Class.TECHNICAL, Side.INTERMEDIARY, "Our upload has the same lot"),
    ("A68", {"lot": "L2"}, replace(OURS, alert_lot=replace(LOT, lot="L2")), Class.TECHNICAL, Side.DATA, "lot L2 is ours too"),
    ("A68", {"lot": "L2"}, replace(OURS, alert_lot=None, steps=(replace(LINE, lot="L2"), HUB)), Class.TECHNICAL, Side.UPLOAD, "the upload is wrong"),
    ("A68", {"lot": "L2"}, replace(OURS, alert_lot=None), Class.SUSPICIOUS, Side.UNKNOWN, "no source knows lot L2"),
    ("A68", {"lot": "L2"}, Match(gtin_known=True), Class.SUSPICIOUS, Side.UNKNOWN, "No source of the record knows the pack"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "more", "match", "klass", "side", "says"), STORIES)
def test_the_record_decides_class_and_side(code: str, more: dict[str, str], match: Match, klass: Class, side: Side, says: str):
    told = judge(alert(code, **more), match)
    assert (told.klass, told.side) == (klass, side), told.says
    assert says in told.says
    assert told.test == CODES[code].test


@pytest.mark.parametrize("code", CODES)
def test_what_nobody_knows_is_never_waved_through(code: str):
    assert judge(alert(code), Match()).klass is Class.SUSPICIOUS


def test_spellings_of_serial_lot_and_expiry():
    found = {}
    for text, change in serials("abY17", "09501101530003", "L1"):
        found.setdefault(change, text)
    assert (found[SAME], found[CASE], found[KEYBOARD], found[AZERTY]) == ("abY17", "ABY17", "abZ17", "abY&è")
    assert ("ABC", APPENDED) in list(serials("ABC9501101530003", "09501101530003"))
    assert ("ABC", APPENDED) in list(serials("ABC10L1", "", "L1"))
    assert ("ABC", SWALLOWED) in list(serials("ABC17281231"))
    assert ("0012", ZEROS) in list(serials("12"))
    assert [same_lot(one, "AB01") for one in ("AB01", "ab01", "AB0117281231", "AB02")] == [SAME, CASE, SWALLOWED, None]
    assert same_lot("AB019501101530003", "AB01", "09501101530003") == APPENDED
    assert [same_expiry(one, "281231") for one in ("281231", "2028-12-31", "281200", "281230", "rubbish")] == [
        SAME,
        FORM,
        DAY_00,
        None,
        None,
    ]
    assert (later("290101", "281231"), later("281231", "290101"), later("x", "281231")) == (True, False, False)


def test_codes_of_national_systems_are_those_of_the_hub():
    settings = Settings({"X1": "A7"})
    told = ["A3", "#a3", "NMVS_NC_PC_02", "NMVS_FE_LOT_03", "51220001", "41020009", "A68 batch mismatch", "X1", "A99", "nonsense"]
    assert [settings.hub_code(one) for one in told] == ["A3", "A3", "A3", "A2", "A24", "A68", "A68", "A7", "A99", "nonsense"]


def judged(at: str, klass: Class = Class.TECHNICAL, whole_lot: bool = False, **more: str) -> Judged:
    return Judged(alert("A3", at=at, **more), Verdict(klass, Side.UPLOAD, "s", "t", (), whole_lot), "L1")


def test_a_burst_is_of_one_pack_code_and_class_and_ends_with_its_hours():
    times = ("2026-03-13T10:00:00Z", "2026-03-14T09:00:00Z", "2026-03-15T08:59:00Z", "2026-03-17T10:00:00Z")
    found = sorted_into({}, [judged(at) for at in times], AT, 24)
    assert [burst.count for burst, _ in found.values()] == [3, 1]
    two = sorted_into({}, [judged(AT), judged(AT, Class.SUSPICIOUS), judged(AT, serial="B")], AT, 24)
    assert len(two) == 3
    assert len(sorted_into({}, [judged(AT, whole_lot=True), judged(AT, whole_lot=True, serial="B")], AT, 24)) == 1
    ((burst, members),) = sorted_into({}, [judged("")], AT, 24).values()
    assert (burst.last, len(members)) == (AT, 1), "an alert without a time counts as raised now"


def test_a_suspicious_alert_begins_the_clock_of_the_decision_and_a_long_key_fits_its_column():
    ((burst, members),) = sorted_into({}, [judged(AT, Class.SUSPICIOUS, serial="S" * 400)], AT, 24).values()
    one = raised(burst, members, "2026-03-14T08:00:00Z")
    assert (one.clock, one.since, one.severity, one.origin) == ("classify", "2026-03-14T08:00:00Z", "critical", "authority")
    assert len(one.key) <= 300
    ((other, _),) = sorted_into({}, [judged(AT, Class.SUSPICIOUS, serial="S" * 401)], AT, 24).values()
    assert other.key != burst.key
