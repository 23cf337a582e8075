"""A record is written, signed by persons, sealed, printed and verified; late ones are marked everywhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from small_site import invoke, json_of, refused
from typing_hands import typed

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

from authenticator import RP, Authenticator

from lotproof.ledger.passkey import decode_url
from lotproof.packs.verify.run import verify_pack

NOW = "2026-11-22T09:00:00Z"
WHO = ("--user", "user-17", "--meaning", "Approved", "--now", NOW)
PASSWORD = "correct horse battery"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.csv").write_text("SERIAL;STATUS\n1;GOOD\n")
    (tmp_path / "one.json").write_text(json.dumps({"title": "Lot B7-2231 does not add up", "missing": 12}))
    json_of("init", tmp_path / "w", "--now", NOW, "--actor", "x")
    told = ("--name", "Dr. Q. Head", "--role", "QA Head", "--tz", "Europe/Warsaw", "--workspace", tmp_path / "w", "--now", NOW)
    with typed(PASSWORD) as fd:
        json_of("people", "add", "user-17", *told, *fd)
    return tmp_path / "w"


def sign(*arguments: object, lines: tuple[str, ...] = (PASSWORD,), call=json_of):
    with typed(*lines) as fd:
        return call("sign", *arguments, *fd)


def record(home: Path, *more: str) -> int:
    return json_of("ledger", "record", "INV-2026-0007", home.parent / "one.json", "--workspace", home, "--now", NOW, "--actor", "user-9", *more)["index"]


def built(home: Path) -> Path:
    pack = home.parent / "EP-1"
    json_of("build", home.parent / "export", "-o", pack, "--workspace", home, "--now", NOW, "--actor", "x")
    return pack


def problems(pack: Path, home: Path) -> set[str]:
    report = verify_pack(pack, [(home / "keys" / "log.vkey").read_text().strip()])
    return {problem.code for step in report.steps for problem in step.problems}


@pytest.mark.shows("P11-50a", "P11-50b", "A11-14", "P11-10b")
def test_a_signed_record_is_in_the_pack_printed_and_verified(home):
    index = record(home)
    result = sign(index, *WHO, "--workspace", home, call=invoke)
    assert result.stdout == f"Entry {index + 1}: signed.\n"
    assert "content: " in result.stderr  # what the person is shown
    assert (home / "checkpoints" / str(index + 2)).exists()
    pack = built(home)
    assert problems(pack, home) == set()
    (one,) = json.loads((pack / "data/signatures.json").read_bytes())["signatures"]
    assert one == {"index": index + 1, "stream": "INV-2026-0007", "record": index, "printed_name": "Dr. Q. Head", "meaning": "Approved",
                   "time_utc": NOW, "tz": "Europe/Warsaw", "passkey": False, "status": "valid"}  # fmt: skip
    pages = " ".join(path.read_text(encoding="utf-8") for path in (pack / "data/html").glob("*.html"))
    assert all(word in pages for word in ("Electronic signatures", "Dr. Q. Head", "Approved", "Europe/Warsaw", "1 of 1 signatures stand"))


@pytest.mark.shows("P11-70")
def test_a_later_version_bears_no_signature(home):
    sign(record(home), *WHO, "--workspace", home)
    record(home)
    pack = built(home)
    assert [one["status"] for one in json.loads((pack / "data/signatures.json").read_bytes())["signatures"]] == ["of an earlier version"]
    assert problems(pack, home) == set()


@pytest.mark.shows("P11-50b", "P11-70")
def test_what_the_report_prints_of_signatures_is_compared_with_the_ledger(home):
    sign(record(home), *WHO, "--workspace", home)
    pack = built(home)
    path = pack / "data/signatures.json"
    path.write_bytes(path.read_bytes().replace(b"Dr. Q. Head", b"Dr. Q. Tail"))
    assert "signatures-differ" in problems(pack, home)


@pytest.mark.shows("P11-200b", "P11-200a3", "P11-30")
def test_a_passkey_signs_a_draft_and_the_server_alone_cannot(home, tmp_path):
    device, index = Authenticator(), record(home)
    (tmp_path / "key.pem").write_bytes(device.pem)
    json_of("ledger", "passkey", "user-17", device.credential, "--public-key", tmp_path / "key.pem", "--rp-id", RP, "--workspace", home, "--now", NOW)
    told = sign(index, *WHO, "--workspace", home, call=refused)
    assert "has no assertion, though this person has a passkey. Nothing was signed." in told
    drafted = json_of("sign", index, *WHO, "--draft", tmp_path / "draft", "--workspace", home)
    (tmp_path / "assertion.json").write_text(json.dumps(device.get(decode_url(drafted["challenge"]))))
    done = ("--complete", tmp_path / "draft", "--assertion", tmp_path / "assertion.json", "--workspace", home, "--now", NOW)
    assert "is wrong. That was attempt 1 of 5" in sign(*done, lines=("something else",), call=refused)
    sign(*done)
    assert "has gone on since this entry was drafted; draft it again." in sign(*done, call=refused)
    pack = built(home)
    assert problems(pack, home) == set()
    assert [one["passkey"] for one in json.loads((pack / "data/signatures.json").read_bytes())["signatures"]] == [True]


@pytest.mark.shows("P11-200b")
def test_a_forged_assertion_is_not_written(home, tmp_path):
    device, index = Authenticator(), record(home)
    (tmp_path / "key.pem").write_bytes(device.pem)
    json_of("ledger", "passkey", "user-17", device.credential, "--public-key", tmp_path / "key.pem", "--rp-id", RP, "--workspace", home, "--now", NOW)
    drafted = json_of("sign", index, *WHO, "--draft", tmp_path / "draft", "--workspace", home)
    (tmp_path / "assertion.json").write_text(json.dumps(Authenticator().get(decode_url(drafted["challenge"]))))
    told = sign("--complete", tmp_path / "draft", "--assertion", tmp_path / "assertion.json", "--workspace", home, call=refused)
    assert "has an assertion that proves nothing: The signature of the passkey does not hold. Nothing was signed." in told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((*WHO, "--tz", "Mars/Olympus"), 'There is no zone "Mars/Olympus"; write one such as Europe/Warsaw.'),
        (("--meaning", "x"), "Give INDEX, --user and --meaning"),
        (("--user", "user-99", "--meaning", "x"), 'Nobody is enrolled as "user-99"; enrol with: lotproof people add.'),
    ],
)
def test_a_signature_that_breaks_a_rule_is_not_written(home, arguments, sentence):
    index = record(home)
    assert sentence in sign(index, *arguments, "--workspace", home, call=refused)
    assert json_of("ledger", "status", "--workspace", home)["kinds"].get("esign") is None


def test_what_cannot_be_is_refused_with_a_sentence(home, tmp_path):
    (tmp_path / "bad.json").write_text("{")
    assert "bad.json is no JSON" in refused("ledger", "record", "INV-1", tmp_path / "bad.json", "--workspace", home)
    assert 'The stream "runs" belongs to Lotproof' in refused("ledger", "record", "runs", home.parent / "one.json", "--workspace", home)
    told = refused("ledger", "record", "INV-1", home.parent / "one.json", "--event-time", "yesterday", "--workspace", home)
    assert 'The time of the event is "yesterday"; write UTC as YYYY-MM-DDTHH:MM:SSZ.' in told
    assert "The log has no entry 99" in sign(99, *WHO, "--workspace", home, call=refused)
    assert "Give --public-key and --rp-id, or --retire." in refused("ledger", "passkey", "u", "c", "--workspace", home)
    assert "There is no passkey c." in refused("ledger", "passkey", "u", "c", "--retire", "lost", "--workspace", home)


@pytest.mark.shows("D2-ALCOA", "P11-50b")
def test_a_late_entry_is_marked_wherever_it_is_shown(home):
    index = record(home, "--event-time", "2026-11-18T07:30:00Z")
    record(home, "--event-time", "2026-11-21T09:00:00Z")  # a day, not more
    mark = f"Late entry {index} (record, INV-2026-0007): written 4 d 1 h 30 min after the event."
    assert json_of("ledger", "status", "--workspace", home)["late"] == [mark]
    assert mark in invoke("ledger", "status", "--workspace", home).output
    pack = built(home)
    report = verify_pack(pack, [(home / "keys" / "log.vkey").read_text().strip()])
    assert mark in [note for step in report.steps for note in step.notes]
    assert f"note: {mark}" in invoke("verify", pack, "--key", home / "keys" / "log.vkey").output
    pages = [path.read_text(encoding="utf-8") for path in (pack / "data/html").glob("*.html")]
    assert sum("LATE ENTRY, 4 d 1 h 30 min after the event." in page for page in pages) == 1
    pypdf = pytest.importorskip("pypdf")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(pack / "data/report/report.pdf").pages)
    assert "LATE ENTRY" in text
