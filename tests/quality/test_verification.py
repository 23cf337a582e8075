"""Verification sessions: plans, what each scan means, what is written, what is refused, and what a signature stands for."""

from __future__ import annotations

import threading
from math import comb
from typing import Any

import pytest
from case_kit import PASSWORD, Floor
from scan_packs import packs_of
from small_site import NOW, Site

from lotproof.quality.case import Case, State
from lotproof.quality.document import lines
from lotproof.quality.entered import Unreadable
from lotproof.quality.refusal import Overtaken, Refusal
from lotproof.quality.replay import replay
from lotproof.quality.shell import Desk, load, open_record, perform
from lotproof.quality.verification.facts import known_of
from lotproof.quality.verification.judge import VERDICTS, Known, judge
from lotproof.quality.verification.plan import ANY, CASE, HELD, LIST, LOT, SHIPPED, STOCK, plan_of
from lotproof.quality.verification.running import Session
from lotproof.quality.verification.scan_shell import Came, came, take_scans
from lotproof.workspace.credentials import Given
from lotproof.workspace.place import open_workspace
from lotproof.workspace.scanned import record_of

PACK = "(01)09521234543213(21)A1"
SSCC = "(00)395011015300000011"
PLAN = {"title": "The cage", "scope": LOT, "about": "L1", "level": "packs", "expected": STOCK, "size": 1000, "confidence": "95 %", "tolerated": "1"}
HERE = Known(PACK, told=True, lots=("L1",), item_state="received", number_state="encoded", containers=(SSCC,))


def opened(floor: Floor, **more: Any) -> str:
    return open_record(floor.desk("op-1"), "session", {**PLAN, **more}).number


def sign_result(desk: Desk, number: str, given: dict[str, str], seen: int, secret: Given) -> Case:
    return perform(desk, number, "session-result", given, seen, secret)


def scanned(floor: Floor, number: str, *texts: str, user: str = "op-1") -> list[str]:
    """The answers; each scan has the identifier of its text."""
    _, found = take_scans(floor.desk(user), number, [Came(f"id-{text}", floor.now, text, "scanner") for text in texts])
    return [one.shown.name for one in found]


@pytest.mark.parametrize(
    ("size", "confidence", "tolerated", "accept", "sample"),
    [(1000, "95 %", "1", 0, 258), (1000, "99 %", "1", 0, 368), (1000, "95 %", "1", 1, 393), (20, "95 %", "50", 0, 4), (300, "95 %", "0", 0, 300)],
)
def test_the_sample_follows_from_confidence_and_share_by_the_exact_law(size, confidence, tolerated, accept, sample):
    """Hypergeometric; 258 of 1000 as in tables of zero-acceptance plans, the others by enumeration below."""
    plan = plan_of({**PLAN, "size": size, "confidence": confidence, "tolerated": tolerated, "accept": accept})
    assert plan.sample == sample
    if tolerated != "0":
        bad = max(-(-size * int(tolerated) // 100), 1)
        chance = [sum(comb(bad, k) * comb(size - bad, n - k) for k in range(accept + 1)) / comb(size, n) for n in (sample, sample - 1)]
        assert chance[0] <= 1 - plan.confidence + 1e-12 < chance[1]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"scope": LIST}, "A list is verified against its units: enter them, one a line."),
        ({"tolerated": "many"}, "“many” is no percentage; write 1 or 0.5."),
        ({"tolerated": "100"}, "“100” is no share between 0 and 100 %."),
        ({"scope": CASE, "about": "L1"}, "L1 is no SSCC; scan the label of the case or pallet whose content is verified."),
        ({"size": 0}, "How many packs are there? Enter a number of 1 to 10,000,000 that is no smaller than the list."),
        ({"size": 10, "accept": 5}, "For all, enter a tolerated share of 0."),
        ({"incident": "VER-2026-0001"}, "“VER-2026-0001” is no number of an incident; one looks like INC-2026-0012."),
        ({"scope": LIST, "listed": ["\x1d?"]}, "cannot be read"),
    ],
)
def test_a_plan_that_decides_nothing_is_refused_with_a_sentence(floor, wrong, told):
    with pytest.raises(Refusal) as refused:
        opened(floor, **wrong)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("plan", "known", "name"),
    [
        ({}, {}, "expected"),
        ({}, {"unread": "It cannot be read."}, "unreadable"),
        ({}, {"serial": False}, "no-serial"),
        ({}, {"item": SSCC}, "other-kind"),
        ({"level": "cases"}, {"item": SSCC}, "expected"),
        ({}, {"told": False, "near": ("(01)09521234543213(21)A7",)}, "unknown"),
        ({}, {"respelled": "Y and Z are exchanged"}, "respelled"),
        ({}, {"lots": ("L2",)}, "other-lot"),
        ({}, {"lots": ()}, "lot-unknown"),
        ({}, {"label_lot": "L9"}, "label-differs"),
        ({}, {"label_expiry": "271231", "expiries": ("2027-11-30",)}, "label-differs"),
        ({}, {"label_expiry": "271200", "expiries": ("2027-12-31",)}, "expected"),
        ({}, {"label_expiry": "271231", "expiries": ("12/2027", "271200")}, "expected"),
        ({"scope": LIST, "listed": [PACK]}, {}, "expected"),
        ({"scope": LIST, "listed": [PACK]}, {"item": f"{PACK}2"}, "not-listed"),
        ({"scope": CASE, "about": SSCC}, {}, "expected"),
        ({"scope": CASE, "about": SSCC}, {"containers": ("(00)395011015300000028",)}, "other-case"),
        ({}, {"item_state": "destroyed"}, "other-state"),
        ({"expected": ANY}, {"item_state": "sampled"}, "other-state"),
        ({}, {"number_state": "label_scrapped"}, "other-state"),
        ({}, {"item_state": "", "number_state": "encoded"}, "other-state"),
        ({}, {"item_state": "in_transit"}, "other-state"),
        ({"expected": ANY}, {"item_state": "in_transit"}, "expected"),
        ({"expected": SHIPPED}, {"item_state": "in_transit"}, "expected"),
        ({"expected": SHIPPED}, {}, "other-state"),
        ({}, {"flags": ("hold",)}, "on-hold"),
        ({}, {"holds": ("INC-2026-0001",)}, "on-hold"),
        ({"expected": HELD}, {"holds": ("INC-2026-0001",)}, "expected"),
        ({"expected": HELD}, {}, "not-held"),
        ({"expected": ANY}, {"flags": ("hold",)}, "expected"),
    ],
)
def test_what_a_scan_means(plan, known, name):
    said = judge(plan_of({**PLAN, **plan}), Known(**{**vars(HERE), **known}))
    assert said.name == name
    assert said.sentence.endswith((".", "?"))


def test_every_answer_has_a_word_a_sign_and_one_of_three_tones():
    assert {one.tone for one in VERDICTS.values()} == {"good", "bad", "check"}
    assert all((one.counts == "right") == (one.tone == "good") and (one.counts == "wrong") == (one.tone == "bad") for one in VERDICTS.values())
    assert len({one.word for one in VERDICTS.values()}) == len(VERDICTS)


def test_a_scan_sent_twice_is_in_the_record_once(floor):
    number = opened(floor)
    assert scanned(floor, number, PACK, "?") == ["unknown", "unknown"]
    seq = load(number).seq
    assert scanned(floor, number, "?", PACK) == ["unknown", "unknown"]
    assert load(number).seq == seq
    assert scanned(floor, number, PACK, "(00)1") == ["unknown", "unreadable"]
    assert [one.text for one in Session(load(number)).scans] == [PACK, "?", "(00)1"]


def test_two_devices_that_send_the_same_scan_at_once_write_it_once(floor, django_db_blocker):
    number = opened(floor)
    failed: list[BaseException] = []

    def send() -> None:
        from django.db import connection

        try:
            with django_db_blocker.unblock():
                scanned(floor, number, *(f"(01)09521234543213(21)S{at}" for at in range(5)))
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert len(Session(load(number)).scans) == 5


def test_the_same_unit_counts_once_and_a_withdrawn_scan_not_at_all(floor):
    number = opened(floor)
    assert scanned(floor, number, PACK) == ["unknown"]
    take_scans(floor.desk("op-1"), number, [Came("second", floor.now, f"]d2{PACK.replace('(', '').replace(')', '')}", "scanner")])
    assert [one.shown.name for one in Session(load(number)).scans] == ["unknown", "again"]
    assert (Session(load(number)).counted, Session(load(number)).result) == (1, "not accepted")
    with pytest.raises(Refusal, match="It is op-1's scan; only they withdraw it"):
        floor.do(number, "inv-1", "scan-withdrawn", scan="second", why="x")
    for scan in ("second", f"id-{PACK}"):
        floor.do(number, "op-1", "scan-withdrawn", scan=scan, why="The scanner was set wrong.")
    now = Session(load(number))
    assert (now.counted, now.result, now.sentence) == (0, "unfinished", "No packs were scanned.")
    assert [one.withdrawn for one in now.scans] == ["The scanner was set wrong."] * 2
    with pytest.raises(Refusal, match="withdrawn already"):
        floor.do(number, "op-1", "scan-withdrawn", scan="second", why="x")


def test_a_result_is_what_the_scans_say_signed_and_countersigned_by_somebody_else(floor):
    incident = floor.opened()
    number = opened(floor, incident=incident)
    assert load(incident).acts[-1].body["plan"].startswith("258 of 1,000 packs, drawn at random: if none of them is wrong")
    scanned(floor, number, PACK)
    now = Session(load(number))
    given = {"result": now.result, "statement": now.sentence}
    signing = (now.case.seq, Given(PASSWORD))
    with pytest.raises(Refusal, match="By the scans the result is now “not accepted”"):
        sign_result(floor.desk("op-1"), number, {**given, "result": "accepted"}, *signing)
    scanned(floor, number, "(01)09521234543213(21)A2")
    with pytest.raises(Refusal, match="Look at it again and sign that"):
        sign_result(floor.desk("op-1"), number, given, *signing)
    now = Session(load(number))
    given = {"result": now.result, "statement": now.sentence}
    with pytest.raises(Overtaken):
        sign_result(floor.desk("op-1"), number, given, now.case.seq - 1, Given(PASSWORD))
    case = sign_result(floor.desk("op-1"), number, given, now.case.seq, Given(PASSWORD))
    assert (case.state, case.acts[-1].signed_by) == (State.CLOSED, ("op-1",))
    assert load(incident).acts[-1].body == {"session": number, **given}
    with pytest.raises(Refusal, match="not possible while the verification session is closed"):
        scanned(floor, number, "(01)09521234543213(21)A3")
    with pytest.raises(Refusal, match="op-1 signed the result; somebody else countersigns it"):
        floor.do(number, "op-1", "countersign")
    assert floor.do(number, "qa-1", "countersign").acts[-1].signed_by == ("qa-1",)
    assert replay() == []
    assert "op-1 scanned (01)09521234543213(21)A1 (unknown)" in "\n".join(lines(load(number), floor.now))


def test_a_session_that_ends_early_says_why(floor):
    number = opened(floor)
    now = Session(load(number))
    given = {"result": "unfinished", "statement": now.sentence}
    with pytest.raises(Refusal, match="0 of 258 packs are scanned; say why the session ends before its sample is complete"):
        sign_result(floor.desk("op-1"), number, given, now.case.seq, Given(PASSWORD))
    assert sign_result(floor.desk("op-1"), number, {**given, "why": "Power cut."}, now.case.seq, Given(PASSWORD)).state is State.CLOSED


def test_what_an_incident_hears_of_sessions_nobody_enters_by_hand(floor):
    incident = floor.opened()
    with pytest.raises(Refusal, match="needs the role"):
        floor.do(incident, "qa-1", "verification-result", session="VER-2026-0001", result="accepted", statement="All well.")
    with pytest.raises(Refusal, match="There is no incident INC-2026-0099"):
        opened(floor, incident="INC-2026-0099")
    assert replay() == []


def test_no_scan_of_a_device_is_lost_to_its_form(floor):
    """What a device sends is taken as it is; only a scan without an identifier of its own cannot be known again."""
    now = floor.now
    assert came({"id": "a", "text": "x\x00y\ud800z", "at": "yesterday", "via": "?"}, now) == Came("a", now, "x\ufffdy\ufffdz", "scanner")
    assert came({"id": "a", "text": "\x1d" + "x" * 900, "at": "2026-11-23T08:00:00.123Z"}, now).text == "\x1d" + "x" * 299
    number = opened(floor)
    assert len(take_scans(floor.desk("op-1"), number, [came({"id": "a", "text": "\x00" * 500}, now)])[1]) == 1
    with pytest.raises(Refusal, match="without an identifier of its device"):
        came({"text": "x"}, now)
    with pytest.raises(Refusal, match="1 to 100 scans are taken at once; 0 came"):
        take_scans(floor.desk("op-1"), number, [])


def test_a_hundred_of_the_longest_scans_are_taken_in_as_many_entries_as_they_need(floor):
    number = opened(floor)
    batch = [Came(f"{at:064}", floor.now, f"{at}" + "\x1d" * 290, "camera") for at in range(100)]
    session, scans = take_scans(floor.desk("op-1"), number, batch)
    assert [one.id for one in scans] == [one.id for one in batch]
    assert len(session.scans) == 100
    assert 2 <= len(session.case.all("scans")) <= 10


def test_scans_go_into_the_record_as_judged_and_not_otherwise(floor):
    number = opened(floor)
    for made in ("x", [], [{"id": "a"}], [{"id": "", "at": floor.now, "text": "x", "via": "typed", "said": "expected", "sentence": "x"}]):
        with pytest.raises((Unreadable, Refusal)):
            perform(floor.desk("op-1"), number, "scans", {"scans": made})
    assert load(number).seq == 1


@pytest.fixture
def record(own: Site):
    with record_of(open_workspace(own.home, NOW, "test", create=False)) as opened_record:
        yield opened_record


def test_the_record_is_asked_by_the_code_that_traces(own, record):
    """Each spelling of a real pack leads to it; what a keyboard did is named."""
    lot = next(iter(own.truth["neighbours"]))
    packs = packs_of(own, lot)
    scan = packs[0]
    found = known_of(record, scan)
    assert (found.told, found.lots, found.label_lot, found.respelled) == (True, (lot,), lot, "")
    assert found.containers[0].startswith("(00)")
    serial = found.item.split("(21)")[1]
    assert known_of(record, serial).item == found.item
    assert known_of(record, f"{found.item}(10){lot}").item == found.item
    letters = next(one for one in packs if "Y" in one.split("\x1d")[0] or "Z" in one.split("\x1d")[0])
    body = letters.removeprefix("]d2")
    exchanged = known_of(record, body[:18] + body[18:].translate(str.maketrans("YZ", "ZY")))
    assert exchanged.respelled == "Y and Z are exchanged, as by a keyboard of another layout"
    lowered = known_of(record, body[:18] + body[18:].split("\x1d")[0].lower())
    assert (lowered.told, lowered.respelled) == (True, "large and small letters differ, as with Caps Lock")
    assert known_of(record, scan.replace(serial, serial[:-1] + ("7" if serial[-1] != "7" else "8"))).told is False
    assert known_of(record, found.item.split("(21)")[0]).serial is False
    assert known_of(record, "?§").unread
