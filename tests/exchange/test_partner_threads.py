"""Exceptions of partners in a real workspace: taken, threaded, matched, answered; findings written to partners."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("quality", "workspace", "ledger")]

from ledger_databases import server  # noqa: F401
from partner_kit import OTHER, OURS, PARTNER, SETTINGS, agrees, missing_data, name, report, response
from small_site import ACT, FAULTS, NOW, PROGRAM, Site, as_a_user, invoke, json_of, own, refused, site, spec, write_site  # noqa: F401

from lotproof.exchange.partners import keep, shell
from lotproof.exchange.partners.problem import PartnerError
from lotproof.exchange.partners.taker import taker
from lotproof.ledger import store
from lotproof.quality.shell import table
from lotproof.rules.register import RULES
from lotproof.workspace.place import Workspace, open_workspace
from lotproof.workspace.sources import receipts_of

SECRETS = ("someone.private", "exceptions@site.example", "+1 555 0199", "+32 2 555 01 00")


@pytest.fixture
def place(own: Site, monkeypatch: pytest.MonkeyPatch) -> Workspace:  # noqa: F811
    """A workspace of a site that was judged, with settings for partners."""
    (own.home / "partners.toml").write_text(SETTINGS)
    monkeypatch.setenv("LOTPROOF_HOME", str(own.home))
    monkeypatch.setenv("LOTPROOF_ACTOR", "Q. Assurance")
    return open_workspace(own.home, NOW, "Q. Assurance", create=False)


def clock() -> str:
    return NOW


def take(place: Workspace, content: bytes) -> shell.Taken:
    taken = shell.take(place, content, "notice.json", "Q. Assurance", clock)
    assert taken is not None
    return taken


def packs(own: Site, code: str = "SN-01") -> list[str]:  # noqa: F811
    return [str(one) for one in own.finding(code)["items"]]


def entries() -> list[Any]:
    return list(store.bodies("record", "partners"))


def file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "message.json"
    path.write_bytes(content)
    return path


def test_an_exception_becomes_a_thread_a_signal_and_a_source_and_is_matched_at_once(own: Site, place: Workspace) -> None:  # noqa: F811
    one, two = packs(own)[:2]
    before = len(receipts_of())
    taken = take(place, report(exceptions=missing_data(one, two, "(01)09512345678901(21)NOBODYS")))
    assert (taken.thread.number, taken.thread.state, taken.thread.partner) == ("EXC-2026-0001", "to answer", PARTNER)
    assert [(pack["item"], pack["known"]) for pack in taken.match.packs] == [(one, True), (two, True), ("(01)09512345678901(21)NOBODYS", False)]
    same = {found["code"]: found["same"] for found in taken.match.findings if found["same"]}
    assert same["SN-01"] == 2
    assert taken.match.lots == (own.lot,)
    row = table("SignalRow").get(origin="partner")
    assert (row.number, row.count, row.lot, row.state) == (taken.signals[0], 3, own.lot, "new")
    assert row.sentence.startswith(f"EXC-2026-0001: partner {PARTNER} reports for PO-1: 3 missing product data (PND). The record knows 2 of 3 packs; our own findings")
    assert "SN-01 on 2" in row.sentence
    assert [one.kind for one in receipts_of() if one.name == "notice.json"] == ["partner-notice"]
    assert len(receipts_of()) == before + 1


def test_the_same_message_again_writes_nothing_and_another_of_its_name_is_refused(own: Site, place: Workspace) -> None:  # noqa: F811
    content = report(exceptions=missing_data(packs(own)[0]))
    take(place, content)
    size = store.size()
    assert not take(place, content).new
    assert not take(place, json.dumps(json.loads(content), indent=3).encode()).new, "other blanks are no other message"
    assert store.size() == size
    with pytest.raises(PartnerError, match=r"EXC-2026-0001 has a message .* with other content already, of 2026-11-22T09:00:00Z; ask the partner to send it again"):
        take(place, content.replace(b"PO-1", b"PO-2"))
    assert store.size() == size


def test_an_update_a_reply_and_a_closure_belong_to_their_exception(own: Site, place: Workspace, tmp_path: Path) -> None:  # noqa: F811
    one, two = packs(own)[:2]
    first = take(place, report(exceptions=missing_data(one)))
    update = take(place, report(number=2, exceptions=missing_data(one, two)))
    assert (update.thread.number, update.signals) == (first.thread.number, first.signals), "one exception stays one signal"
    assert table("SignalRow").get(number=first.signals[0]).count == 2
    told = json_of("partner", "reply", "EXC-2026-0001", "--accept", "all", "--reject", name(two), "--instead", "Credit account", "--note", "New data went out.", "--out", tmp_path / "r.json", *ACT)
    answer = json.loads((tmp_path / "r.json").read_text())
    assert told["message"] == answer
    assert agrees(answer)
    assert {(item["exception_item_uuid"], item["resolution_response"]) for item in answer["response_items"]} == {(name(one), "Accept"), (name(two), "Reject")}
    assert (answer["exception_case_uuid"], answer["po_number"], told["state"]) == (name("case 1"), "PO-1", "to send")
    assert json_of("partner", "sent", "EXC-2026-0001", "--how", "by mail", *ACT)["state"] == "answered"
    closed = take(place, report(number=3, case_resolved=True))
    assert (closed.thread.state, closed.signals, len(closed.thread.messages)) == ("resolved", (), 4)
    assert list(shell.threads()) == ["EXC-2026-0001"]


def test_a_stranger_neither_closes_a_thread_nor_goes_unseen(own: Site, place: Workspace) -> None:  # noqa: F811
    take(place, report(exceptions=missing_data(packs(own)[0])))
    forged = take(place, report(number=2, case_resolved=True, sender_information={"gln": OTHER, "email": "x@y.example"}))
    assert forged.thread.state == "to answer"
    assert table("SignalRow").get(number=forged.signals[0]).sentence == (
        f"EXC-2026-0001 is a thread with {PARTNER}, and {OTHER} sent a message for it; ask both first."
    )


def test_an_explained_signal_comes_back_when_the_partner_names_more(own: Site, place: Workspace) -> None:  # noqa: F811
    one, two = packs(own)[:2]
    number = take(place, report(exceptions=missing_data(one))).signals[0]
    table("SignalRow").filter(number=number).update(state="explained")
    assert take(place, report(number=2, exceptions=missing_data(one, two))).signals != (number,)


def test_a_finding_becomes_a_notification_that_the_schema_takes(own: Site, place: Workspace, tmp_path: Path) -> None:  # noqa: F811
    out = tmp_path / "out.json"
    told = json_of("partner", "write", f"SN-01:{own.lot}", "--to", PARTNER, "--po", "PO-77", "--out", out, *ACT)
    message = json.loads(out.read_text())
    assert agrees(message)
    assert {f"(01){one['product_gtin']}(21){one['product_serial']}" for one in message["exceptions"]["missing_product_data"]} == set(packs(own))
    assert (message["po_number"], message["case_resolved"], told["lacks"]) == ("PO-77", False, [])
    assert message["sender_information"] == {"gln": OURS, "email": "exceptions@site.example", "phone": "+32 2 555 01 00"}
    assert any(text.startswith(f"Lot {own.lot}: GTIN ") for text in message["other_errors"])
    assert told["words"] == {"SN-01": {"hda": ["PND"], "pdg": ["missing_product_data"], "emvs": ["A3", "A2"], "vrs": ["No_match_GTIN_Serial"]}}
    again = json_of("partner", "write", f"SN-01:{own.lot}", "--to", PARTNER, "--po", "PO-77", *ACT)
    assert (again["new"], again["thread"], again["entry"]) == (False, told["thread"], told["entry"])
    update = json_of("partner", "write", f"SN-01:{own.lot}", "--to", PARTNER, "--po", "PO-78", *ACT)
    assert (update["new"], update["thread"], update["message"]["exception_case_uuid"]) == (True, told["thread"], message["exception_case_uuid"])
    assert json_of("partner", "write", f"SN-01:{own.lot}", "--to", OTHER, "--po", "PO-77", *ACT)["thread"] != told["thread"]


def test_every_finding_of_the_site_can_be_written_and_names_its_items(own: Site, place: Workspace) -> None:  # noqa: F811
    for found in own.document["findings"]:
        if found["lot"]:
            made = json_of("partner", "write", f"{found['code']}:{found['lot']}", "--to", PARTNER, *ACT)
            assert agrees(made["message"]), found["code"]
            text = json.dumps(made["message"])
            serials = [one.split("(21)")[-1].removeprefix("(00)") for one in found["items"][:100]]
            assert [serial for serial in serials if json.dumps(serial)[1:-1] not in text] == [], found["code"]
            misaligned = found["code"] == "AGG-01"
            assert any("what differs stands in the words" in lack for lack in made["lacks"]) >= misaligned


def test_an_incident_is_written_with_all_its_findings_and_references(own: Site, place: Workspace) -> None:  # noqa: F811
    from case_kit import PASSWORD

    from lotproof.quality.shell import Desk, open_case
    from lotproof.workspace import credentials
    from lotproof.workspace.people import active

    credentials.enrol(place, "inv-1", "Ana Silva", "investigator", "UTC", PASSWORD, None, NOW, "administrator")
    codes = [code for code in ("SN-01", "SN-03", "AGG-01") if any(one["code"] == code and one["lot"] == own.lot for one in own.document["findings"])]
    given = {"title": "Packs without data", "severity": "major", "lots": [own.lot], "codes": codes}
    number = open_case(Desk(place, active("inv-1"), clock, "s"), given).number
    made = json_of("partner", "write", number, "--to", PARTNER, *ACT)
    assert made["about"] == [number, *(f"{found['code']}:{own.lot}" for found in own.document["findings"] if found["code"] in codes and found["lot"] == own.lot)]
    assert agrees(made["message"])
    assert any(text.startswith("Transactions: ") for text in made["message"]["other_errors"]) == bool(made["message"]["po_number"])
    assert "Ana Silva" not in json.dumps(made), "people stay at home"


def test_quantities_are_told_where_a_person_states_them(own: Site, place: Workspace) -> None:  # noqa: F811
    code, lot = next((one["code"], one["lot"]) for one in own.document["findings"] if "underages" in RULES[one["code"]].pdg and one["lot"])
    made = json_of("partner", "write", f"{code}:{lot}", "--to", PARTNER, "--ordered", 16, "--received", 15, *ACT)["message"]
    (told,) = made["exceptions"]["underages"]
    assert (told["quantity_ordered"], told["quantity_received"], agrees(made)) == (16, 15, True)


def test_our_own_thread_goes_out_is_rejected_and_is_closed(own: Site, place: Workspace, tmp_path: Path) -> None:  # noqa: F811
    made = json_of("partner", "write", f"SN-01:{own.lot}", "--to", PARTNER, *ACT)
    number, case = made["thread"], made["message"]["exception_case_uuid"]
    json_of("partner", "sent", number, "--how", "portal", *ACT)
    item = made["message"]["exceptions"]["missing_product_data"][0]["exception_item_uuid"]
    answer = take(place, response(case, [{"exception_item_uuid": item, "resolution_response": "Reject", "comments": "Nothing came."}]))
    assert (answer.thread.number, answer.thread.state) == (number, "answered")
    signal = table("SignalRow").get(number=answer.signals[0])
    assert signal.sentence == f"{number}: partner {PARTNER} does not accept 1 of 1 exception that we told of."
    assert shell.thread(signal.number).number == number
    closing = json_of("partner", "close", number, *ACT)
    assert (agrees(closing["message"]), closing["message"]["case_resolved"], closing["message"]["exceptions"]) == (True, True, {})
    assert json_of("partner", "sent", number, "--how", "portal", *ACT)["state"] == "resolved"
    later = json_of("partner", "write", f"SN-01:{own.lot}", "--to", PARTNER, *ACT)
    assert later["message"]["exception_case_uuid"] != case, "what is resolved is not opened again by a new message"


def test_the_commands_show_list_and_say_it_in_words(own: Site, place: Workspace, tmp_path: Path) -> None:  # noqa: F811
    one = packs(own)[0]
    said = invoke("partner", "take", file(tmp_path, report(exceptions=missing_data(one, f"{one}X"))), *ACT).stdout
    assert said.startswith("message.json is EXC-2026-0001, an exception report with 2 exceptions: The record knows 1 of 2 packs; our own findings")
    assert "was taken before; nothing was written" in invoke("partner", "take", tmp_path / "message.json", *ACT).stdout
    shown = invoke("partner", "show", "EXC-2026-0001").stdout
    parts = (one, "HDA PND; PDG missing_product_data; EMVS", "The record knows it: ", f"No source of ours knows it; known is {one}: ", "on 1 of these packs")
    assert [text for text in parts if text not in shown] == []
    document = json_of("partner", "show", name("case 1"))
    known = document["match"]["packs"][0]
    assert known["state"]["item_state"]
    assert {"at", "step", "source", "position"} == set(known["events"][0])
    assert invoke("partner", "list").stdout.split()[:4] == ["EXC-2026-0001", "to", "answer", "from"]
    assert [row["thread"] for row in json_of("partner", "list", "--state", "to answer")["threads"]] == ["EXC-2026-0001"]
    assert json_of("partner", "list", "--state", "waiting")["threads"] == []
    take(place, report("case 2", exceptions=missing_data(one)))
    assert json_of("partner", "show", "EXC-2026-0002")["also_in"] == ["EXC-2026-0001"], "the same pack in another thread is told"


def test_a_serial_that_was_spelled_otherwise_leads_to_the_pack(own: Site, place: Workspace) -> None:  # noqa: F811
    one = packs(own)[0]
    take(place, report(exceptions=missing_data(one.lower())))
    (pack,) = json_of("partner", "show", "EXC-2026-0001")["match"]["packs"]
    assert (pack["known"], pack["says"]) == (False, f"No source of ours knows it; known is {one}: the same but for upper and lower case.")


def test_the_ledger_knows_no_contact_and_the_messages_stay_byte_for_byte(own: Site, place: Workspace) -> None:  # noqa: F811
    content = report(exceptions=missing_data(packs(own)[0]))
    take(place, content)
    made = json_of("partner", "write", f"SN-01:{own.lot}", "--to", PARTNER, *ACT)
    told = json.dumps([json.loads(one)["body"] for one in map(bytes, store.entries())])
    assert [secret for secret in SECRETS if secret in told] == []
    assert keep.kept(place, str(entries()[0]["sha256"])) == content
    path = keep.path_of(place, made["sha256"])
    path.write_bytes(path.read_bytes().replace(b"SN-01", b"SN-02"))
    assert "was changed since it was kept; bring it back from a backup" in refused("partner", "show", made["thread"])
    path.unlink()
    assert "is not in partners/ of the workspace" in refused("partner", "show", made["thread"])


def test_a_hostile_message_is_taken_as_text_and_its_entry_stays_small(place: Workspace) -> None:
    rows = [{"exception_item_uuid": "\U0001f600" * 90, "product_gtin": "\U0001f600" * 2050, "product_serial": f"{number}\x00" + "\U0001f600" * 2050} for number in range(110)]
    content = report(exception_case_uuid="\ud800" + "c" * 90, exceptions={"missing_product": rows, "gln_errors": 3}, po_number="\U0001f600" * 2050, other_errors=["'; DROP TABLE ledger_entry; --" * 1000])
    taken = take(place, content)
    assert (taken.match.known, len(taken.message.items), taken.thread.count) == (0, 110, 110)
    assert max(len(bytes(one)) for one in store.entries()) < 65_535
    assert shell.message_of(place, taken.thread.messages[0]) == taken.message
    assert not take(place, content).new


REFUSED = [
    (("write", "SN-01", "--to", PARTNER), "“SN-01” names no finding; write CODE:LOT, such as SN-01:B7-2231"),
    (("write", "SN-01:NONE", "--to", PARTNER), "The last run has no finding of SN-01 in lot NONE; lotproof check shows what it has."),
    (("write", "SIG-2026-0999", "--to", PARTNER), "There is no signal SIG-2026-0999."),
    (("write", "SN-01:LOT", "--to", "9529999000017"), "The partner (--to) is “9529999000017”, which is no GLN: write 13 digits, the last of them the check digit."),
    (("write", "SN-01:LOT", "--to", PARTNER, "--ordered", "3"), "--ordered and --received belong together; give both or none."),
    (("write", "SN-01:LOT", "--to", PARTNER, "--resolution", "Flowers"), "“Flowers” is no resolution of the format; write one of Send new data"),
    (("show", "EXC-2026-0404"), "There is no thread EXC-2026-0404; lotproof partner list shows those there are."),
    (("reply", "EXC-2026-0001", "--accept", "nobody"), "EXC-2026-0001 has no exception nobody"),
    (("reply", "EXC-2026-0001"), "EXC-2026-0001 gets neither an answer nor a note"),
    (("reply", "EXC-2026-0001", "--accept", "all", "--reject", "all"), "“all” cannot be both accepted and rejected"),
    (("close", "EXC-2026-0001"), "EXC-2026-0001 is an exception of the partner, who alone closes it"),
    (("sent", "EXC-2026-0001", "--how", "mail"), "Nothing of EXC-2026-0001 waits to be sent."),
]  # fmt: skip


def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_written(own: Site, place: Workspace) -> None:  # noqa: F811
    take(place, report(exceptions=missing_data(packs(own)[0])))
    before = store.size()
    for arguments, told in REFUSED:
        assert told in refused("partner", *(one.replace(":LOT", f":{own.lot}") for one in arguments))
        assert store.size() == before, arguments


def test_a_file_that_is_no_notification_is_refused_by_the_command_and_left_by_the_taker(place: Workspace, tmp_path: Path) -> None:
    path = file(tmp_path, b'{"some": "thing"}')
    assert "is no exception notification" in refused("partner", "take", path, *ACT)
    for content in (b'{"some": "thing"}', b"", b"gtin;serial\n", b"\x89PNG", b'{"text": "exception_case_uuid"}'):
        assert taker(file(tmp_path, content), place, "drop", clock) is None
    assert entries() == []


def test_the_taker_says_in_one_sentence_what_it_made_of_a_file(own: Site, place: Workspace, tmp_path: Path) -> None:  # noqa: F811
    content = report(exceptions=missing_data(packs(own)[0]))
    said = taker(file(tmp_path, b"\xef\xbb\xbf" + content), place, "drop", clock)
    assert said is not None
    assert said.startswith("message.json is EXC-2026-0001, an exception report with 1 exception: The record knows the pack; our own findings on the same packs: ")
    assert said.endswith("Signal SIG-2026-0001.")
    assert taker(tmp_path / "message.json", place, "drop", clock) == "message.json is a message of EXC-2026-0001 that was taken before; nothing was written."
    assert "was not taken: The exception notification has no usable message_uuid" in str(taker(file(tmp_path, report(message_uuid=None)), place, "drop", clock))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_messages_that_come_at_once_make_one_thread_and_nothing_twice(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Real processes, on SQLite and on a real PostgreSQL server: updates of one case, each of them sent twice."""
    home, environment = tmp_path / "w", {**os.environ, "LOTPROOF_WAIT": "120", **(_postgresql(request) if kind == "postgresql" else {})}

    def run(*arguments: object) -> subprocess.Popen[str]:
        command = [str(one) for one in (PROGRAM, *arguments, "--workspace", home)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)

    assert run("add", _empty(tmp_path)).wait(60) == 0
    packs = [f"(01)09528862577757(21)P{number}" for number in range(4)]
    for number in range(4):
        (tmp_path / f"{number}.json").write_bytes(report(number=number, exceptions=missing_data(*packs[: number + 1])))
    ends = [(one.wait(240), one.communicate()[1]) for one in [run("partner", "take", tmp_path / f"{number}.json", *ACT) for number in (0, 1, 2, 3, 0, 1, 2, 3)]]
    assert [code for code, _ in ends] == [0] * 8, ends
    (thread,) = json.loads(run("partner", "list", "--json").communicate()[0])["threads"]
    assert (thread["thread"], thread["messages"], thread["count"]) == ("EXC-2026-0001", 4, 4)
    told, _ = run("doctor", "--replay").communicate()
    assert "Every list is the fold of the ledger." in told, told


def _empty(folder: Path) -> Path:
    (folder / "nothing").mkdir()
    (folder / "nothing" / "note.txt").write_text("nothing")
    return folder / "nothing"


def _postgresql(request: pytest.FixtureRequest) -> dict[str, str]:
    import psycopg

    cluster = request.getfixturevalue("server")
    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS partners_at_once")
        connection.execute("CREATE DATABASE partners_at_once")
    return {"DATABASE_URL": f"{cluster}/partners_at_once"}


@pytest.mark.slow
def test_the_simulators_own_notice_finds_the_packs_that_were_picked_wrongly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site where other cases were picked than scanned; the customer's notice comes after the site was judged, and is judged with it then."""
    monkeypatch.setenv("LOTPROOF_HOME", str(tmp_path / "w"))
    write_site(tmp_path / "site", spec(faults=(*FAULTS[:1], "pick_scanned_not_picked")))
    notice = next((tmp_path / "site").rglob("partner_notice.json")).rename(tmp_path / "notice.json")
    for command in (("init", tmp_path / "w"), ("add", tmp_path / "site"), ("check",)):
        assert invoke(*command).exit_code == 0
    told = json_of("partner", "take", notice, *ACT)
    named = [row["product_serial"] for rows in json.loads(notice.read_text())["exceptions"].values() for row in rows]
    found = json_of("partner", "show", told["thread"])
    assert found["match"]["known"] == len(found["match"]["packs"]) == len(named)
    assert {one["code"] for one in found["match"]["findings"] if one["same"]} >= {"QTY-03"}
    invoke("check")
    later = {one["code"]: one["same"] for one in json_of("partner", "show", told["thread"])["match"]["findings"] if one["same"]}
    assert {"PHY-01", "PHY-02"} <= set(later)
    assert later["PHY-01"] + later["PHY-02"] >= len(named)
    made = json_of("partner", "write", f"PHY-02:{found['lots'][0]}", "--to", PARTNER, "--email", "qa@site.example", "--gln", OURS, *ACT)
    assert agrees(made["message"])
    assert made["message"]["po_number"] == found["po"], "the record knows the delivery"
    assert {one["file_id"] for one in made["message"]["exceptions"]["missing_product"]} == {"hub_events_03.xml"}
