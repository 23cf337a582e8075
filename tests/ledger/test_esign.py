"""The rules of electronic signatures (21 CFR 11.50, 11.70, 11.200), entry by entry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from authenticator import Authenticator

from lotproof.ledger.entry import StreamChecker, leaf_text, make_entry, parse_entry
from lotproof.ledger.esign import Act, Signatures, challenge, complete, esign_body, render
from lotproof.ledger.note import encode64

TIME = "2026-10-03T09:12:40Z"
CASE = "INV-2026-0007"
ACT = Act("Q. Head", "Approved", "Europe/Warsaw", "user-17", "QA Head", ("password", "totp"), "session-1", True)
NEXT = replace(ACT, components=("totp",), first_in_session=False, meaning="Reviewed")


@dataclass
class Book:
    """A log that is being written, its signatures followed."""

    entries: list[bytes] = field(default_factory=list)
    streams: StreamChecker = field(default_factory=StreamChecker)
    rules: Signatures = field(default_factory=Signatures)

    def draft(self, kind: str, stream: str, body: Any, time: str = TIME) -> bytes:
        head = self.streams.heads.get(stream)
        return make_entry(kind, stream, head.seq + 1 if head else 1, head.leaf if head else None, time, "user-17", body)

    def put(self, data: bytes) -> list[str]:
        """Append; give the codes of what is wrong."""
        found, index = parse_entry(data), len(self.entries)
        self.streams.add(found, leaf_text(data))
        self.entries.append(data)
        place = (found.body.get("signs") or {}).get("index") if isinstance(found.body, dict) else None  # type: ignore[union-attr]
        target = self.entries[place] if type(place) is int and 0 <= place < index else None
        return [code for code, _ in self.rules.add(index, found, data, target)]

    def record(self, word: str = "variance 12") -> int:
        self.put(self.draft("record", CASE, {"type": "quality-record", "content": word}))
        return len(self.entries) - 1

    def sign(self, index: int, act: Act = ACT, change: Any = None, stream: str = CASE, time: str = TIME) -> list[str]:
        body = esign_body(index, self.entries[index], act, TIME)
        if change:
            change(body)
        return self.put(self.draft("esign", stream, body, time))

    def status(self) -> list[tuple[int, bool]]:
        return [(one.record, one.current) for one in self.rules.all]


@pytest.fixture
def book() -> Book:
    made = Book()
    made.record()
    return made


@pytest.mark.shows("P11-70")
def test_a_signature_stands_for_the_record_and_a_later_version_bears_none(book):
    assert book.sign(0) == []
    assert book.status() == [(0, True)]
    later = book.record("variance 11")
    assert book.status() == [(0, False)]
    assert book.sign(later, NEXT) == []
    assert book.status() == [(0, False), (later, True)]


def test_an_earlier_version_cannot_be_signed_once_there_is_a_later_one(book):
    book.record("variance 11")
    assert book.sign(0) == ["esign-target"]
    assert book.status() == []


def _set(part: str, **values: Any) -> Any:
    return lambda body: body[part].update(values)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: body.pop("manifestation"), "esign-manifestation"),
        *[(_set("manifestation", **{name: value}), "esign-manifestation") for name in ("printed_name", "meaning", "time_utc", "tz") for value in ("", None)],
        (_set("manifestation", time_utc="2026-10-03T09:12Z"), "esign-manifestation"),
        (_set("manifestation", time_utc="2026-10-02T09:12:40Z"), "esign-manifestation"),
        (lambda body: body.pop("signs"), "esign-target"),
        (_set("signs", leaf="AAAA"), "esign-target"),
        (_set("signs", index=7), "esign-target"),
        (_set("signs", index=True), "esign-target"),
        (_set("signs", sha256_of_rendering="x"), "esign-rendering"),
        (_set("signs", sha256_of_rendering="0" * 64), "esign-rendering"),
        (lambda body: body.pop("auth"), "esign-auth"),
        (lambda body: body.pop("signer"), "esign-auth"),
        (_set("auth", components=["password"]), "esign-auth"),
        (_set("auth", components=["password", "password"]), "esign-auth"),
        (_set("auth", components="password totp"), "esign-auth"),
        (_set("auth", session=""), "esign-auth"),
        (_set("auth", first_in_session="yes"), "esign-auth"),
        (_set("auth", first_in_session=False), "esign-auth"),
        (lambda body: body.update(assertion={"credential": "x"}), "esign-assertion"),
    ],
)  # fmt: skip
def test_each_rule_is_kept(book, change, code):
    assert book.sign(0, change=change) == [code]
    assert book.status() == []


def test_one_component_is_enough_only_for_the_same_person_in_the_same_session(book):
    assert book.sign(0) == []
    assert book.sign(0, NEXT) == []
    assert book.sign(0, replace(NEXT, user_id="user-9")) == ["esign-auth"]
    assert book.sign(0, replace(NEXT, session="session-2")) == ["esign-auth"]
    assert book.sign(0, replace(NEXT, components=())) == ["esign-auth"]


def test_a_signature_moved_to_another_stream_or_record_is_refused(book):
    book.put(book.draft("record", "INV-2026-0008", {"content": "other"}))
    assert book.sign(0, stream="INV-2026-0008") == ["esign-target"]
    moved = esign_body(0, book.entries[0], ACT, TIME)
    moved["signs"]["index"] = 1
    assert "esign-target" in book.put(book.draft("esign", CASE, moved))


def test_a_signature_on_a_signature_is_refused(book):
    book.sign(0)
    assert book.sign(1) == ["esign-target"]


def test_what_was_shown_is_bound_and_the_text_can_be_made_again(book):
    text = render(book.entries[0]).decode()
    assert text.splitlines()[:5] == ["kind: record", f"stream: {CASE}", "seq: 1", f"time: {TIME}", "actor: user-17"]
    assert "content: variance 12" in text
    body = esign_body(0, book.entries[0], ACT, TIME, b"what another program showed")
    assert "rendering" not in body["signs"]
    assert book.put(book.draft("esign", CASE, body)) == []


def passkey_entry(book: Book, device: Authenticator, **more: str) -> None:
    body = {"type": "passkey", "user_id": device.user, "credential": device.credential, "public_key": encode64(device.der), "rp_id": device.rp_id}
    assert book.put(book.draft("key", "people", {**body, **more})) == []


def asserted(book: Book, device: Authenticator, index: int = 0, act: Act = ACT) -> bytes:
    draft = book.draft("esign", CASE, esign_body(index, book.entries[index], act, TIME))
    return complete(draft, device.get(challenge(draft)))


@pytest.mark.parametrize("kind", ["es256", "ed25519"])
@pytest.mark.shows("P11-200b", "P11-200a3")
def test_who_has_a_passkey_signs_with_it_and_nobody_can_sign_in_that_name(book, kind):
    device = Authenticator(kind)
    passkey_entry(book, device)
    assert book.sign(0) == ["esign-assertion"]  # the server alone
    assert book.put(asserted(book, device)) == []
    assert [one.assured for one in book.rules.all] == [True]
    assert book.put(asserted(book, Authenticator(kind))) == ["esign-assertion"]


def test_an_assertion_is_over_the_whole_entry(book):
    device = Authenticator()
    passkey_entry(book, device)
    good = asserted(book, device)
    assert challenge(good) == challenge(book.draft("esign", CASE, esign_body(0, book.entries[0], ACT, TIME)))
    for before, after in ((b"Approved", b"Rejected"), (b"Q. Head", b"Q. Tail"), (b'"QA Head"', b'"QA Tail"'), (TIME.encode(), b"2026-10-03T09:12:41Z")):
        assert before in good
        assert book.put(good.replace(before, after)) != [], before


def test_an_assertion_cannot_be_used_twice(book):
    device = Authenticator()
    passkey_entry(book, device)
    first = asserted(book, device)
    assert book.put(first) == []
    body = parse_entry(first).body
    assert book.put(book.draft("esign", CASE, body)) == ["esign-assertion"]


def test_a_passkey_keeps_its_key_and_can_be_retired(book):
    device, thief = Authenticator(), Authenticator()
    passkey_entry(book, device)
    passkey_entry(book, thief)  # the same credential with another key
    assert book.put(asserted(book, thief)) == ["esign-assertion"]
    assert book.put(asserted(book, device)) == []
    book.put(book.draft("key", "people", {"type": "passkey-retired", "credential": device.credential, "why": "lost"}))
    assert book.put(asserted(book, device)) == ["esign-assertion"]


def test_a_passkey_of_another_person_does_not_count(book):
    device = Authenticator(user="user-9")
    passkey_entry(book, device)
    assert book.put(asserted(book, device)) == ["esign-assertion"]
