"""lotproof people and the re-authentication of lotproof sign: attempts are counted, logged, and lock."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from small_site import invoke, json_of, program, refused
from typing_hands import typed

from lotproof.cli.main import main
from lotproof.ledger import store
from lotproof.ledger.entry import parse_entry
from lotproof.packs.verify.run import verify_pack
from lotproof.workspace.credentials import Given, authenticate
from lotproof.workspace.place import WorkspaceError, open_workspace

NOW = "2026-11-22T09:00:00Z"
LATER = "2026-11-22T09:01:00Z"
PASSWORD, OTHER = "correct horse battery", "another long passphrase"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "one.json").write_text(json.dumps({"title": "x"}))
    json_of("init", tmp_path / "w", "--now", NOW, "--actor", "x")
    for number in (1, 2):
        json_of("ledger", "record", f"INV-{number}", tmp_path / "one.json", "--workspace", tmp_path / "w", "--now", NOW, "--actor", "x")
    return tmp_path / "w"


def call(how, *arguments: object, lines: tuple[str, ...]):
    with typed(*lines) as fd:
        return how(*arguments, *fd)


def enrol(home: Path, *more: str, user: str = "user-17", lines: tuple[str, ...] = (PASSWORD,)) -> dict:
    who = ("--name", "Dr. Q. Head", "--role", "QA Head", "--tz", "Europe/Warsaw", "--workspace", home, "--now", NOW, "--actor", "admin")
    return call(json_of, "people", "add", user, *who, *more, lines=lines)


def sign(home: Path, *indexes: int, lines: tuple[str, ...] = (PASSWORD,), how=json_of, now: str = NOW):
    return call(how, "sign", *indexes, "--user", "user-17", "--meaning", "Approved", "--workspace", home, "--now", now, lines=lines)


def entries(kind: str) -> list[dict]:
    return [parse_entry(data).body for data in store.entries(kind=kind)]  # type: ignore[misc]


def kinds_of_people() -> list[str]:
    return [body["type"] for body in entries("audit") if "user_id" in body]


@pytest.mark.shows("P11-200a1", "P11-50a", "A11-14")
def test_the_password_is_asked_for_at_every_signature_and_the_entry_states_what_was_checked(home):
    enrol(home)
    sign(home, 1, 2, lines=(PASSWORD, PASSWORD))
    first, second = (body["auth"] for body in entries("esign"))
    assert (first["components"], first["first_in_session"]) == (["user-id", "password"], True)
    assert (second["components"], second["first_in_session"]) == (["password"], False)
    assert first["session"] == second["session"]
    assert [body["manifestation"]["printed_name"] for body in entries("esign")] == ["Dr. Q. Head"] * 2
    assert "the descriptor ended before: Password of user-17." in sign(home, 1, lines=(), how=refused)


@pytest.mark.shows("P11-200a2", "ASVS-V2")
def test_at_a_terminal_it_is_prompted_for_and_not_shown(home):
    enrol(home)
    told = CliRunner().invoke(main, ["sign", "1", "--user", "user-17", "--meaning", "Approved", "--workspace", str(home)], input=f"{PASSWORD}\n")
    assert told.exit_code == 0, told.output
    assert "Password of user-17: " in told.stderr and PASSWORD not in told.output


@pytest.mark.shows("P11-200a1", "ASVS-V2")
def test_the_code_of_an_authenticator_is_asked_for_at_the_first_and_counts_once(home):
    address = enrol(home, "--totp")["otpauth"]
    code = pyotp.parse_uri(address).at(1795338000)  # NOW
    sign(home, 1, 2, lines=(PASSWORD, code, PASSWORD))
    assert [body["auth"]["components"] for body in entries("esign")] == [["user-id", "password", "totp"], ["password"]]
    assert "That was attempt 1 of 5" in sign(home, 1, lines=(PASSWORD, code), how=refused), "the same code again"
    sign(home, 1, lines=(PASSWORD, pyotp.parse_uri(address).at(1795338060)), now=LATER)


@pytest.mark.shows("P11-300d", "ASVS-V2", "A11-12")
def test_failed_attempts_are_entries_and_lock(home):
    enrol(home)
    for count in range(1, 5):
        assert f"is wrong. That was attempt {count} of 5; nothing was signed." in sign(home, 1, lines=("wrong",), how=refused)
    assert "That was attempt 5 of 5: user-17 is locked." in sign(home, 1, lines=("wrong",), how=refused)
    told = sign(home, 1, how=refused)
    assert "user-17 is locked after 5 failed attempts; find out who tried, then: lotproof people unlock user-17." in told
    assert kinds_of_people() == ["person-enrolled", *["sign-failed"] * 5, "person-locked"]
    assert invoke("people", "list", "--workspace", home).output == "user-17          locked   Dr. Q. Head, QA Head\n"
    invoke("people", "unlock", "user-17", "--why", "typed on a Polish keyboard", "--workspace", home, "--now", NOW, "--actor", "admin")
    sign(home, 1)
    assert entries("esign") and json_of("people", "list", "--workspace", home)["people"][0]["failures"] == 0


def test_the_limit_is_a_setting_and_a_signature_begins_the_count_anew(home):
    enrol(home)
    json_of("ledger", "settings", "--lock-after", "2", "--why", "SOP", "--workspace", home, "--now", NOW)
    sign(home, 1, lines=("wrong",), how=refused)
    sign(home, 1)
    assert "attempt 1 of 2" in sign(home, 2, lines=("wrong",), how=refused)
    assert "attempt 2 of 2: user-17 is locked" in sign(home, 2, lines=("wrong",), how=refused)


@pytest.mark.shows("P11-300d", "ASVS-V2")
def test_trying_in_parallel_does_not_get_round_the_count(home):
    enrol(home)
    json_of("ledger", "settings", "--lock-after", "3", "--why", "SOP", "--workspace", home, "--now", NOW)
    command = ("sign", 1, "--user", "user-17", "--meaning", "x", "--workspace", home, "--password-fd", 0)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: program(*command, input="wrong\n"), range(4)))
    assert {one.returncode for one in done} == {2}
    assert kinds_of_people().count("sign-failed") == 3
    assert kinds_of_people().count("person-locked") == 1


@pytest.mark.shows("ASVS-V2", "P11-200a2")
def test_no_password_is_in_the_ledger_and_the_file_is_private(home):
    enrol(home)
    path = home / "keys" / "people.json"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert json.loads(path.read_text())["user-17"]["hash"].startswith("$argon2id$")
    assert b"argon2" not in b"".join(store.entries())


@pytest.mark.shows("P11-200a3", "P11-300a")
def test_a_password_that_was_put_into_the_file_by_hand_is_refused(home):
    enrol(home)
    enrol(home, user="user-18", lines=(OTHER,))
    path = home / "keys" / "people.json"
    found = json.loads(path.read_text())
    path.write_text(json.dumps({**found, "user-17": found["user-18"]}))
    told = sign(home, 1, lines=(OTHER,), how=refused)
    assert "holds for user-17 is not what the ledger says: somebody changed it." in told


@pytest.mark.shows("P11-300b", "P11-300c", "P11-200a3")
def test_a_password_is_changed_by_the_person_or_reset_with_a_reason(home):
    enrol(home)
    at = ("--workspace", home, "--now", NOW, "--actor", "admin")
    assert "attempt 1 of 5" in call(refused, "people", "password", "user-17", *at, lines=("wrong", OTHER))
    assert call(invoke, "people", "password", "user-17", *at, lines=(PASSWORD, OTHER)).exit_code == 0
    sign(home, 1, lines=(OTHER,))
    assert call(invoke, "people", "password", "user-17", "--reset", "forgotten", *at, lines=(PASSWORD,)).exit_code == 0
    sign(home, 2)
    changes = [body["why"] for body in entries("audit") if body["type"] == "credential-changed"]
    assert changes == ["by the person", "forgotten"]


@pytest.mark.shows("P11-100a", "P11-300a", "ASVS-V2")
def test_what_cannot_be_is_refused_with_a_sentence(home):
    enrol(home)
    who = ("--name", "x", "--tz", "Europe/Warsaw", "--workspace", home, "--now", NOW)
    assert "The identifier user-17 was given before; it is never given to another person" in call(refused, "people", "add", "user-17", *who, lines=(PASSWORD,))
    assert "The password has fewer than 12 characters" in call(refused, "people", "add", "user-18", *who, lines=("short",))
    assert 'There is no zone "Mars"' in call(refused, "people", "add", "user-18", "--name", "x", "--tz", "Mars", "--workspace", home, lines=(PASSWORD,))
    assert "user-17 is not locked." in refused("people", "unlock", "user-17", "--why", "x", "--workspace", home)
    assert 'Nobody is enrolled as "nobody"' in refused("people", "retire", "nobody", "--why", "x", "--workspace", home)
    assert "--password-fd 99: there is no such open descriptor" in refused("sign", 1, "--user", "user-17", "--meaning", "x", "--workspace", home, "--password-fd", 99)
    invoke("people", "retire", "user-17", "--why", "left", "--workspace", home, "--now", NOW)
    assert "user-17 was retired and signs nothing any more." in sign(home, 1, how=refused)
    assert "was given before" in call(refused, "people", "add", "user-17", *who, lines=(PASSWORD,)), "not even after retirement"


RFC_6238 = [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"), (2000000000, "69279037")]


@pytest.mark.parametrize(("seconds", "code"), RFC_6238)
@pytest.mark.shows("P11-200a1")
def test_codes_are_those_of_rfc_6238_appendix_b(seconds, code):
    assert pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits=8).at(seconds) == code


def test_a_pack_with_such_signatures_verifies(home):
    enrol(home)
    sign(home, 1, lines=("wrong",), how=refused)
    sign(home, 1, 2, lines=(PASSWORD, PASSWORD))
    (home.parent / "export").mkdir()
    (home.parent / "export" / "a.csv").write_text("SERIAL;STATUS\n1;GOOD\n")
    json_of("build", home.parent / "export", "-o", home.parent / "EP-1", "--workspace", home, "--now", NOW, "--actor", "x")
    report = verify_pack(home.parent / "EP-1", [(home / "keys" / "log.vkey").read_text().strip()])
    assert (report.exit_code, [p for step in report.steps for p in step.problems]) == (0, [])


def test_a_right_password_for_a_retired_person_is_no_attempt(home):
    enrol(home)
    workspace = open_workspace(home, NOW, "x", create=False)
    with pytest.raises(WorkspaceError, match="attempt 1 of 5"):
        authenticate(workspace, "user-17", Given("wrong"), True, NOW)
    assert authenticate(workspace, "user-17", Given(PASSWORD), True, NOW) == ("user-id", "password")
