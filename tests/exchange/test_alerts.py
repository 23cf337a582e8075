"""Alerts of authorities and partners, from the file to the answer, on the small site with its real faults."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("quality", "workspace")]

from alerts_kit import HEADER, TAKEN, Packs, export, packs_of
from small_site import Site, as_a_user, copied, invoke, json_of, refused, site  # noqa: F401

from lotproof.exchange.alerts.alert import Class, Side
from lotproof.exchange.alerts.recognise import is_alerts
from lotproof.exchange.alerts.reply import page, partner_message, text, worksheet
from lotproof.exchange.alerts.show import listed, seen
from lotproof.exchange.alerts.take import Taking, take_files
from lotproof.exchange.alerts.taker import taker
from lotproof.gs1.transforms import swap_yz
from lotproof.ledger import store
from lotproof.quality.replay import replay
from lotproof.workspace.place import Workspace, open_workspace


@pytest.fixture(scope="module")
def home(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    return copied(site.home, tmp_path_factory.mktemp("alerts") / "home")


@pytest.fixture(scope="module")
def packs(home: Path, site: Site) -> Packs:  # noqa: F811
    return packs_of(home, site.lot)


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    yield open_workspace(home, TAKEN, "tests", create=False)


def verdicts(taking: Taking) -> dict[str, tuple[str, str]]:
    return {one.alert.id: (one.verdict.klass, one.verdict.side) for one in taking.judged}


def signal_of(taking: Taking, number: str) -> str:
    return next(signal for (_, found, _), signal in taking.numbers.items() if found == number)


@pytest.mark.shows("D1-AIDE")
def test_each_code_is_held_against_the_record(workspace: Workspace, packs: Packs, tmp_path: Path):
    good, row = iter(packs.good), packs.row
    mixed = next(one for one in packs.good if swap_yz(one) != one)
    lost = next(one for one in reversed(packs.good) if one != mixed)
    rows = [
        row("A3", "missing", packs.missing[0]),
        row("NMVS_NC_PC_02", "keyboard", swap_yz(mixed)),
        row("#A3", "caps", next(good).swapcase()),
        row("A3", "early", next(good), at="2026-03-01T00:00:00Z"),
        row("A3", "hub", next(good)),
        row("A3", "appended", lost + packs.gtin.lstrip("0")),
        row("A3", "stranger", "NOBODYKNOWSTHIS1"),
        row("A3", "foreign", "NOBODYKNOWSTHIS2", gtin="09501101530003"),
        row("41020003", "lot-case", next(good), lot=packs.lot.lower()),
        row("A68", "lot-other", next(good), lot="NOTALOT9"),
        row("A52", "day-00", next(good), expiry=packs.expiry[:4] + "00"),
        row("A52", "later", next(good), expiry="491231"),
        row("A24", "destroyed", packs.destroyed[0]),
        row("NMVS_NC_PCK_22", "sampled", packs.sampled[0]),
        row("A24", "active", next(good)),
        row("A7", "once", next(good)),
        row("A99", "generic", next(good), text="A68 batch mismatch", lot=packs.lot.lower()),
        row("X77", "unmapped", next(good)),
    ]
    taking = take_files(workspace, [export(tmp_path / "alerts.csv", rows)], TAKEN, "tests")
    assert verdicts(taking) == {
        "missing": (Class.TECHNICAL, Side.UPLOAD),
        "keyboard": (Class.TECHNICAL, Side.END_USER),
        "caps": (Class.TECHNICAL, Side.END_USER),
        "early": (Class.TECHNICAL, Side.UPLOAD),
        "hub": (Class.TECHNICAL, Side.INTERMEDIARY),
        "appended": (Class.TECHNICAL, Side.END_USER),
        "stranger": (Class.SUSPICIOUS, Side.UNKNOWN),
        "foreign": (Class.SUSPICIOUS, Side.UNKNOWN),
        "lot-case": (Class.TECHNICAL, Side.END_USER),
        "lot-other": (Class.SUSPICIOUS, Side.UNKNOWN),
        "day-00": (Class.TECHNICAL, Side.DATA),
        "later": (Class.SUSPICIOUS, Side.UNKNOWN),
        "destroyed": (Class.SUSPICIOUS, Side.DATA),
        "sampled": (Class.PROCEDURAL, Side.DATA),
        "active": (Class.PROCEDURAL, Side.END_USER),
        "once": (Class.PROCEDURAL, Side.END_USER),
        "generic": (Class.TECHNICAL, Side.END_USER),
        "unmapped": (Class.TECHNICAL, Side.UNKNOWN),
    }
    missing = next(one for one in taking.judged if one.alert.id == "missing")
    assert missing.verdict.shown[0].source.startswith("Linie/") or missing.verdict.shown[0].position
    assert "the upload is incomplete" in missing.verdict.says
    assert any(one.says.startswith("SN-01: ") for one in missing.verdict.shown), "the lot's findings are evidence too"
    assert replay() == []


def test_the_same_alert_is_taken_once_and_a_burst_counts_up(workspace: Workspace, packs: Packs, tmp_path: Path):
    serial = packs.good[155].swapcase()
    first = [packs.row("A3", f"burst-{hour}", serial, at=f"2026-03-13T{hour:02}:00:00Z") for hour in (1, 2, 3)]
    taking = take_files(workspace, [export(tmp_path / "one.csv", first)], TAKEN, "tests")
    (signal,) = taking.signals
    assert (signal.raised.count, signal.raised.origin, signal.raised.severity) == (3, "authority", "minor")
    assert signal.raised.sentence.startswith(
        f"3 alerts A3 (serial number unknown) on {packs.item(serial)}: technical, likely end user's equipment or procedure."
    )
    more = [
        *first,
        packs.row("A3", "burst-4", serial, at="2026-03-13T20:00:00Z"),
        packs.row("A3", "burst-9", serial, at="2026-03-20T20:00:00Z"),
    ]
    again = take_files(workspace, [export(tmp_path / "two.csv", more)], "2026-03-21T08:00:00Z", "tests")
    assert again.again == 3
    counted, new = sorted(again.signals, key=lambda one: one.number)
    assert (counted.number, counted.raised.count) == (signal.number, 4)
    assert new.raised.count == 1, "a week later it is another burst"
    assert again.says == f"2 new alerts, 2 technical; signals {signal.number}, {new.number}; 3 known already."
    nothing = take_files(workspace, [tmp_path / "two.csv"], "2026-03-21T09:00:00Z", "tests")
    assert (nothing.judged, nothing.signals, nothing.again) == ([], [], 5)


def test_packs_of_a_lot_with_one_reason_are_one_signal(workspace: Workspace, packs: Packs, tmp_path: Path):
    rows = [
        packs.row("A52", f"day-{number}", serial, expiry=packs.expiry[:4] + "00", at="2026-04-13T10:00:00Z")
        for number, serial in enumerate(packs.good[20:140])
    ]
    taking = take_files(workspace, [export(tmp_path / "many.csv", rows)], "2026-04-14T08:00:00Z", "tests")
    (signal,) = taking.signals
    assert (signal.raised.count, signal.raised.lot, signal.raised.severity) == (120, packs.lot, "major")
    assert f"120 alerts A52 (expiry date does not match) on lot {packs.lot}" in signal.raised.sentence
    entries = [entry for _, entry in store.indexed("audit", "alerts") if entry.body["signal"] == signal.number]
    assert sum(len(entry.body["alerts"]) for entry in entries) == 120
    assert len(entries) > 1, "no entry is larger than the ledger takes"
    found = seen(workspace, signal.number)
    assert len(found.taken) == 120
    assert "more alerts" in worksheet(found).left


def test_a_scan_done_twice_shows_as_procedure_and_one_number_in_two_markets_as_suspicious(
    workspace: Workspace, packs: Packs, tmp_path: Path
):
    rows = [packs.row("A7", f"again-{n}", packs.good[150], at=f"2026-03-13T10:0{n}:00Z") for n in (1, 2)]
    rows += [packs.row("A24", f"market-{land}", packs.good[151], market=land) for land in ("DE", "FI")]
    taking = take_files(workspace, [export(tmp_path / "twice.csv", rows)], TAKEN, "tests")
    assert verdicts(taking)["again-1"] == (Class.PROCEDURAL, Side.END_USER)
    assert "2 alerts of this code were raised on this pack" in taking.judged[0].verdict.says
    assert verdicts(taking)["market-DE"] == (Class.SUSPICIOUS, Side.UNKNOWN)
    assert (
        "came from DE, FI: one number in several places at once" in next(o for o in taking.judged if o.alert.id == "market-FI").verdict.says
    )


@pytest.mark.parametrize(
    "header",
    [
        "Alarmzeit;Alarmcode;Meldung;Alarm-ID;Produktcode;Seriennummer;Charge;Verfalldatum;Markt;Status",
        "Alarmdatum;Fehlercode;Alarmtext;Alarmnummer;Produktcode;Seriennummer;Chargennummer;Ablaufdatum;Herkunftsland;Alarmstatus",
        "Date de l'alerte;Code d'alerte;Libellé de l'alerte;ID alerte;Code produit;Numéro de série;Lot;Date de péremption;Pays;Statut",
        "Date et heure;Code erreur;Description;Numéro d'alerte;GTIN;Numéro de série;Numéro de lot;Date d'expiration;Pays d'origine;Statut de l'alerte",
        "Alert Timestamp;Alert Code;Alert Description;Alert ID;Product Code;Serial Number;Batch ID;Expiry Date;Source Market;Workflow State",
        "Timestamp;Return Code;Message;Unique Pack Return Code;Product Code;Pack Serial;Batch;Expiry;Originating Market;State",
    ],
)
def test_headers_of_three_languages_are_known(header: str, workspace: Workspace, packs: Packs, tmp_path: Path):
    path = tmp_path / "export.csv"
    with path.open("w", newline="", encoding="cp1252") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerows(
            [
                header.split(";"),
                ["13.03.2026 11:00:00", "A3", "unknown", header[:12], packs.gtin, packs.missing[2], packs.lot, "31.12.2027", "DE", "New"],
            ]
        )
    taking = take_files(workspace, [path], TAKEN, "tests", "Europe/Berlin")
    (one,) = taking.judged
    assert (one.alert.code, one.alert.at, one.alert.market, one.alert.id) == ("A3", "2026-03-13T10:00:00Z", "DE", header[:12])
    assert (one.alert.gtin, one.alert.serial, one.alert.lot) == (packs.gtin, packs.missing[2], packs.lot)


def test_a_workbook_is_read_and_times_without_zone_are_told(workspace: Workspace, packs: Packs, tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(packs.row("A3", "sheet-1", packs.missing[3], at="2026-03-13 10:00:00").split(","))
    book.save(tmp_path / "alerts.xlsx")
    taking = take_files(workspace, [tmp_path / "alerts.xlsx"], TAKEN, "tests")
    assert verdicts(taking) == {"sheet-1": (Class.TECHNICAL, Side.UPLOAD)}
    assert any("its times bear no zone" in one for one in taking.problems)


def answer(packs: Packs, serial: str, number: str, **data: object) -> dict[str, object]:
    address = f"https://vrs.example/verify/gtin/{packs.gtin}/lot/{packs.lot}/ser/{serial}?exp={packs.expiry}&corrUUID={number}"
    response = {"verificationTimestamp": "2026-03-13T12:00:00.428Z", "responderGLN": "9501101530010", "data": data, "corrUUID": number}
    return {"request": f"{address}&email=jane.doe@pharmacy.example&telephone=5550100", "response": response}


def test_answers_of_verification_services(workspace: Workspace, packs: Packs, tmp_path: Path):
    good = packs.good[160:]
    messages = [
        answer(packs, packs.missing[4], "v-1", verified=False, verificationFailureReason="No_match_GTIN_Serial"),
        answer(packs, good[0], "v-2", verified=False, verificationFailureReason="Manufacturer_policy"),
        answer(packs, good[1], "v-3", verified=True),
        answer(packs, good[2], "v-4", verified=True, additionalInfo="Recalled"),
        answer(packs, good[3], "v-5", verified=False, verificationFailureReason="No_reason_provided", additionalInfo="Suspect"),
        {"request": f"https://vrs.example/verify/gtin/{packs.gtin}/ser/{good[4]}", "status": 404, "corrUUID": "v-6"},
        {"gtin": packs.gtin, "ser": "NOBODYKNOWSTHIS7", "lot": packs.lot, **answer(packs, "", "v-7", verified=False)["response"]},
        answer(packs, good[5], "v-8", verified=True)["response"],
    ]
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"responses": messages}))
    taking = take_files(workspace, [path], TAKEN, "tests")
    assert verdicts(taking) == {
        "v-1": (Class.TECHNICAL, Side.UPLOAD),
        "v-2": (Class.PROCEDURAL, Side.UNKNOWN),
        "v-4": (Class.PROCEDURAL, Side.UNKNOWN),
        "v-5": (Class.SUSPICIOUS, Side.UNKNOWN),
        "v-6": (Class.TECHNICAL, Side.INTERMEDIARY),
        "v-7": (Class.SUSPICIOUS, Side.UNKNOWN),
    }
    assert taking.fine == 1
    assert taking.problems[0].startswith(
        "answers.json, entry 8: the answer does not say which pack it is about; keep the address of the request"
    )
    assert {one.raised.origin for one in taking.signals} == {"partner"}
    told = "".join(str(entry.body) for _, entry in store.indexed("audit", "alerts"))
    assert "jane.doe" not in told
    assert "5550100" not in told


def test_a_request_of_an_authority_starts_its_clock_when_it_came_in(home: Path, packs: Packs):
    asked = ["alerts", "request", "--by", "authority", "--who", "FDA", "--asks", "information", "--id", "RFI-77", "--item", packs.item(packs.good[170]),
             "--lot", packs.lot, "--received", "2026-03-13T15:00:00Z", "--text", "Ask for Jane Doe, 555-0100", "--workspace", home, "--now", TAKEN]  # fmt: skip
    told = json_of(*asked)
    (new,) = told["new"]
    assert (new["verdict"]["class"], new["clock"], new["code"]) == ("procedural", "us-information", "information")
    (one,) = [one for one in json_of("alerts", "list", "--workspace", home)["alerts"] if one["signal"] == new["signal"]]
    # A Friday: one business day would end on Monday, 48 hours end before.
    assert one["clock"] == {"clock": "us-information", "since": "2026-03-13T15:00:00Z", "due": "2026-03-15T15:00:00Z", "ended": None}
    assert (one["origin"], one["severity"], one["state"]) == ("authority", "major", "new")
    assert json_of(*asked)["known"] == 1
    message = json_of("alerts", "show", new["signal"], "--reply", "partner", "--workspace", home)["message"]
    assert "Your request RFI-77 (information)" in message
    assert "Nothing in our record contradicts what you asked about." in message
    assert "Jane" not in message
    assert "555" not in message


def test_what_cannot_be_a_request_is_refused_with_a_sentence(home: Path, tmp_path: Path):
    asked = ["alerts", "request", "--by", "partner", "--who", "W", "--asks", "verification", "--workspace", home, "--now", TAKEN]
    assert 'a request names a pack or a lot: "item", or "gtin", "serial", "lot".' in refused(*asked)
    (tmp_path / "stock.csv").write_text("Material;Batch;Quantity\n1;L1;5\n")
    told = refused("alerts", "take", tmp_path / "stock.csv", "--workspace", home)
    assert "is no alert, answer or request that is known, so nothing was taken" in told
    assert "There is no signal SIG-2020-0001." in refused("alerts", "show", "SIG-2020-0001", "--workspace", home)


def test_the_answer_holds_what_a_person_needs_and_nobody_s_name(workspace: Workspace, packs: Packs, tmp_path: Path):
    taking = take_files(
        workspace, [export(tmp_path / "one.csv", [packs.row("A3", "reply-1", packs.missing[5], at="2026-05-01T10:00:00Z")])], TAKEN, "tests"
    )
    found = seen(workspace, signal_of(taking, "reply-1"))
    sheet = worksheet(found)
    facts = {one.name: one.value for one in sheet.facts}
    assert facts["Class"] == "technical, likely our upload"
    assert facts["Identifier there"] == "reply-1"
    assert facts["In our record"].startswith(f"{packs.item(packs.missing[5])}; exactly as in the alert; lot {packs.lot}; state ")
    assert sheet.life
    assert all(row.source and row.position for row in sheet.life)
    plain = text(sheet)
    assert "[ ] Complete the upload, have the hub acknowledge it, then have the pack verified again." in plain
    assert len(plain.splitlines()) < 66, "one page"
    assert page(sheet).count("<tr>") == len(sheet.facts) + len(sheet.shown) + len(sheet.life) + len(sheet.alerts) + len(
        [1 for rows in (sheet.shown, sheet.life, sheet.alerts) if rows]
    )
    message = partner_message(found)
    assert f"Serial number: {packs.missing[5]}" in message
    assert "likely in our data upload" in message
    secrets = {
        str(step.details.get(name))
        for step in life_of(workspace, packs.item(packs.missing[5]))
        if step.step != "alerted"
        for name in ("actor", "device", "place", "container")
    } - {"None"}
    assert secrets
    assert [one for one in secrets if one in message or one in plain.replace(packs.lot, "")] == []


def life_of(workspace: Workspace, item: str) -> list:
    from lotproof.workspace.look import look_up

    return look_up(workspace.root, item, TAKEN, "tests").steps


def test_a_file_of_a_drop_folder_is_taken_or_left(workspace: Workspace, packs: Packs, tmp_path: Path):
    (tmp_path / "note.txt").write_text("Dear all")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "line.csv").write_text("Serial;Lot;Status\nA;L;good\n")
    for name in ("note.txt", "empty", "line.csv"):
        assert taker(tmp_path / name, workspace, "drop", lambda: TAKEN) is None
    path = export(tmp_path / "drop.csv", [packs.row("A3", "drop-1", packs.missing[6])])
    told = taker(path, workspace, "drop", lambda: TAKEN)
    assert told.startswith("drop.csv: 1 new alert, 1 technical; signal SIG-2026-")
    assert taker(path, workspace, "drop", lambda: TAKEN) == "drop.csv: 0 new alerts; 1 known already."


def test_a_site_maps_codes_of_its_own(workspace: Workspace, packs: Packs, tmp_path: Path):
    (workspace.root / "alerts.toml").write_text('burst_hours = 1\n[codes]\n"51220099" = "A68"\n')
    rows = [
        packs.row("51220099", f"own-{hour}", packs.good[180], lot=packs.lot.lower(), at=f"2026-03-13T{hour}:00:00Z") for hour in (10, 15)
    ]
    try:
        taking = take_files(workspace, [export(tmp_path / "own.csv", rows)], TAKEN, "tests")
        assert {one.alert.code for one in taking.judged} == {"A68"}
        assert len(taking.signals) == 2, "five hours are more than one"
        (workspace.root / "alerts.toml").write_text('[codes]\n"1" = "A1"\n')
        assert 'codes."1" = "A1" is not understood; codes are mapped to one of A2' in refused(
            "alerts", "take", tmp_path / "own.csv", "--workspace", workspace.root
        )
    finally:
        (workspace.root / "alerts.toml").unlink()


def test_messages_are_no_tables_to_anybody_else(workspace: Workspace, packs: Packs, tmp_path: Path, home: Path):
    """A request that lists packs must not look like a list of numbers that were made."""
    form = {"form": "lotproof-request", "by": "partner", "who": "W", "asks": "verification", "id": "R-9", "received": "2026-03-13T15:00:00Z",
            "items": [{"gtin": packs.gtin, "serial": serial, "lot": packs.lot} for serial in packs.good[190:193]]}  # fmt: skip
    (tmp_path / "r.json").write_text(json.dumps(form))
    (tmp_path / "other.json").write_text(json.dumps([{"serial": "1", "verified": True, "status": "x"}] * 3))
    assert is_alerts(tmp_path / "r.json", workspace.profiles)
    assert not is_alerts(tmp_path / "other.json", workspace.profiles)
    (source,) = json_of("add", tmp_path / "r.json", "--workspace", home)["sources"]
    assert (source["kind"], source["rows"]) == ("alert-message", 0)
    taking = take_files(workspace, [tmp_path / "r.json"], TAKEN, "tests")
    (signal,) = taking.signals
    assert signal.raised.sentence.startswith(
        f"Request R-9 by W for verification, about {packs.item(packs.good[190])} and 2 more: procedural"
    )
    assert (signal.raised.clock, signal.raised.count) == ("us-verification", 3)
    assert listed("new")


@pytest.mark.parametrize(
    "text",
    [
        '{"request": "https://x/gtin/1/ser/\\ud800?exp=1&corrUUID=\\u0000", "response": {"data": {"verified": false}}}',
        '{"request": {"url": 5}, "response": {"verified": false}}',
        '{"request": "http://[", "status": 404}',
        '{"request": "https://x/gtin/%ff/ser/' + "9" * 3000 + '", "status": 404}',
        '{"form": "lotproof-request", "by": [], "items": 5}',
        '{"form": "lotproof-request", "by": "partner", "asks": "verification", "who": "W", "received": "2026-01-01T00:00:00Z", "items": [5]}',
        '{"form": "lotproof-request", "by": "partner", "asks": "information", "who": "W", "received": "9999-12-31T23:59:59-14:00", "lot": "L"}',
        '{"form": "lotproof-request", "by": "partner", "asks": "verification", "who": "W", "received": "2026-01-01T00:00:00Z", "item": "(01)12"}',
    ],
)
def test_what_is_malformed_is_taken_or_told_and_breaks_nothing(text: str, workspace: Workspace, tmp_path: Path):
    (tmp_path / "odd.json").write_text(text)
    taking = take_files(workspace, [tmp_path / "odd.json"], TAKEN, "tests")
    assert len(taking.judged) + len(taking.problems) == 1
    assert all(one.startswith("odd.json, entry 1: ") for one in taking.problems)
    assert replay() == []


def test_a_file_that_is_added_alone_raises_no_signal_and_that_is_said(home: Path, packs: Packs, tmp_path: Path):
    """An export of a year would start a year of clocks; who adds it is told what does."""
    path = export(tmp_path / "added.csv", [packs.row("A3", "added-1", packs.missing[7])])
    before = json_of("alerts", "list", "--workspace", home)["alerts"]
    told = invoke("add", path, "--workspace", home, "--now", TAKEN, "--actor", "tests").stdout
    sentence = "added.csv is a source now and raised no signal; lotproof alerts take FILE raises what is new in it, and starts its clocks."
    assert told.splitlines()[-1] == sentence
    assert json_of("add", path, "--workspace", home, "--now", TAKEN, "--actor", "tests")["unraised"] == [sentence]
    assert json_of("alerts", "list", "--workspace", home)["alerts"] == before
    taken = invoke("alerts", "take", path, "--workspace", home, "--now", TAKEN, "--actor", "tests")
    assert "1 new alert" in taken.stdout, taken.output
