"""OQ of people: who may, who signs, in which order, and what is told of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import pyotp

from lotproof.ledger import store
from lotproof.ledger.entry import parse_entry
from lotproof.ledger.late import late
from lotproof.qualify.check import Check, ensure, refusal_of
from lotproof.qualify.scratch import ACTOR, STEPS, Scratch
from lotproof.quality.refusal import Overtaken, Refusal
from lotproof.quality.shell import load, perform
from lotproof.quality.times import after_hours, minutes_between, moment
from lotproof.workspace.credentials import FILE, Given, authenticate, enrol, unlock
from lotproof.workspace.people import active, end
from lotproof.workspace.place import WorkspaceError
from lotproof.workspace.settings import site_settings


def _manifest(scratch: Scratch) -> str:
    number = scratch.contained()
    entries = [parse_entry(data) for data in store.entries(stream=number, kind="esign")]
    body = entries[-1].body
    assert isinstance(body, dict)
    manifestation, signs = body["manifestation"], body["signs"]
    assert isinstance(manifestation, dict) and isinstance(signs, dict)
    for name in ("printed_name", "meaning"):
        ensure(bool(manifestation.get(name)), f"The signature has no {name}: {manifestation}")
    case = load(number)
    signed = case.entry(int(str(signs["index"])))
    ensure(signed is not None and signed.name == "contain", "The signature does not name the act that was signed.")
    return f"{manifestation}; bound to entry {signs['index']}."


def _bound(scratch: Scratch) -> str:
    number = scratch.contained()
    body = parse_entry(next(store.entries(stream=number, kind="esign"))).body
    assert isinstance(body, dict) and isinstance(body["signs"], dict)
    import hashlib

    from lotproof.ledger import merkle
    from lotproof.ledger.note import encode64

    data = store.entry(int(str(body["signs"]["index"])))
    held = json.dumps(body["signs"])
    digests = {encode64(merkle.leaf_hash(data)), hashlib.sha256(data).hexdigest(), encode64(hashlib.sha256(data).digest())}
    ensure(any(digest in held for digest in digests), f"The signature does not hold the digest of what was signed: {held}")
    return f"The signature holds the digest of the entry that it signs: {held}."


def _wrong_password(scratch: Scratch) -> str:
    enrol(scratch.workspace, "oq-locked", "L. Ocked", "QA approver", "UTC", scratch.password, None, scratch.now, ACTOR)
    most, before = site_settings().lock_after, store.size()
    told = [
        refusal_of(lambda: authenticate(scratch.workspace, "oq-locked", Given("not the right one"), True, scratch.now), WorkspaceError)
        for _ in range(most)
    ]
    ensure(told[-1].endswith("oq-locked is locked."), f"After {most} attempts: {told[-1]}")
    right = refusal_of(lambda: authenticate(scratch.workspace, "oq-locked", Given(scratch.password), True, scratch.now), WorkspaceError)
    ensure("is locked after" in right, right)
    ensure(store.size() == before + most + 1, f"{store.size() - before} entries tell of {most} attempts and a lock.")
    unlock(scratch.workspace, "oq-locked", "OQ", scratch.now, ACTOR)
    authenticate(scratch.workspace, "oq-locked", Given(scratch.password), True, scratch.now)
    return f"{told[-1]} Each attempt is an entry; then the right password was refused until the lock was taken off with a reason."


def _unsigned(scratch: Scratch) -> str:
    number = scratch.opened()
    for step in STEPS:
        scratch.do(number, "oq-operator", "containment-step", step=step, what="Done.")
    before = load(number)
    told = refusal_of(
        lambda: perform(scratch.desk("oq-investigator"), number, "contain", {}, None, Given("not the right one")), WorkspaceError
    )
    none = refusal_of(lambda: perform(scratch.desk("oq-investigator"), number, "contain", {}, None, None), Refusal)
    ensure(load(number) == before, "Something was written.")
    scratch.do(number, "oq-investigator", "contain")  # a signature ends the count of failures
    return f"{told} {none} The incident stayed as it was."


def _code_once(scratch: Scratch) -> str:
    secret = pyotp.random_base32()
    enrol(scratch.workspace, "oq-code", "C. Ode", "investigator", "UTC", scratch.password, secret, scratch.now, ACTOR)
    code = pyotp.TOTP(secret).at(int(moment(scratch.now).timestamp()))
    refusal_of(lambda: authenticate(scratch.workspace, "oq-code", Given(scratch.password), True, scratch.now), WorkspaceError)
    components = authenticate(scratch.workspace, "oq-code", Given(scratch.password, code), True, scratch.now)
    told = refusal_of(lambda: authenticate(scratch.workspace, "oq-code", Given(scratch.password, code), True, scratch.now), WorkspaceError)
    return f"Checked: {', '.join(components)}. Without the code, and with the same code again, it was refused: {told}"


def _identifiers(scratch: Scratch) -> str:
    short = refusal_of(lambda: _enrol(scratch, "oq-short", "short"), WorkspaceError)
    _enrol(scratch, "oq-gone", scratch.password)
    end("person-retired", "oq-gone", "left", scratch.now, ACTOR)
    again = refusal_of(lambda: _enrol(scratch, "oq-gone", secrets.token_urlsafe(15)), WorkspaceError)
    gone = refusal_of(lambda: active("oq-gone"), WorkspaceError)
    return f"{short} {again} {gone}"


def _enrol(scratch: Scratch, user: str, password: str) -> None:
    enrol(scratch.workspace, user, "Some Body", "reader", "UTC", password, None, scratch.now, ACTOR)


def _no_secrets(scratch: Scratch) -> str:
    assert scratch.workspace
    kept = (scratch.home / "keys" / FILE).read_text(encoding="utf-8")
    ensure(scratch.password not in kept, "The file of credentials holds a password.")
    ensure("$argon2id$" in kept, "Passwords are not hashed with argon2id.")
    found = any(scratch.password.encode() in data or b"$argon2id$" in data for data in store.entries())
    ensure(not found, "The ledger holds a password or its hash.")
    return "Passwords are hashed with argon2id in keys/people.json (mode 0600); the ledger, which goes out with packs, has neither."


def _duties(scratch: Scratch) -> str:
    number = scratch.investigated(by="oq-qa")
    before = load(number)
    own = refusal_of(lambda: scratch.do(number, "oq-qa", "approve-cause"), Refusal)
    role = refusal_of(lambda: scratch.do(number, "oq-investigator", "approve-cause"), Refusal)
    reader = refusal_of(lambda: scratch.do(number, "oq-reader", "observation", stream="data", what="x"), Refusal)
    ensure(load(number) == before, "Something was written.")
    scratch.do(number, "oq-other-qa", "approve-cause")
    return f"{own} {role} {reader} Another approver could."


def _sequence(scratch: Scratch) -> str:
    number = scratch.contained()
    early = [
        refusal_of(partial(scratch.do, number, "oq-qa", "approve-cause"), Refusal),
        refusal_of(partial(scratch.do, number, "oq-qa", "approve-plan"), Refusal),
        refusal_of(partial(scratch.do, number, "oq-qa", "close"), Refusal),
    ]
    human: dict[str, Any] = {"statement": "Human error by the operator", "role": "root cause", "category": "man", "verdict": "untested"}
    blame = refusal_of(lambda: scratch.do(number, "oq-investigator", "cause", **human), Refusal)
    return f"{' '.join(early)} {blame}"


def _withdrawn(scratch: Scratch) -> str:
    number = scratch.opened()
    entered = scratch.do(number, "oq-operator", "observation", stream="data", what="Wrong.").acts[-1]
    other = refusal_of(lambda: scratch.do(number, "oq-investigator", "withdraw", entry=entered.index, why="x"), Refusal)
    after = scratch.do(number, "oq-operator", "withdraw", entry=entered.index, why="Of another line.").entry(entered.index)
    assert after is not None
    ensure((after.withdrawn, after.body) == ("Of another line.", entered.body), f"The entry is {after}.")
    ensure(parse_entry(store.entry(entered.index)).body["what"] == "Wrong.", "The bytes of the entry are others.")  # type: ignore[index,call-overload]
    return f"{other} Its author did, with the reason; the entry stands in the trail as it was, struck out."


def _late(scratch: Scratch) -> str:
    number = scratch.opened()
    event = after_hours(scratch.now, -30)
    made = scratch.do(number, "oq-operator", "observation", stream="people", what="Seen yesterday.", event_time=event).acts[-1]
    mark = late(made.index, parse_entry(store.entry(made.index)))
    ensure(mark is not None, "The entry bears no mark.")
    future = refusal_of(
        lambda: scratch.do(number, "oq-operator", "observation", stream="data", what="x", event_time=after_hours(scratch.now, 2)), Refusal
    )
    return f"{mark.sentence if mark else ''} An event in the future: {future}"


def _clocks(scratch: Scratch) -> str:
    number = scratch.opened()
    case = load(number)
    found = {clock.name: minutes_between(clock.since, clock.due) for clock in case.clocks}
    ensure(found == {"contain": 60, "classify": 24 * 60}, f"The clocks give {found} minutes.")
    scratch.do(number, "oq-legal", "gate", decision="suspect product", market="US and EU", why="Codes that nobody printed.")
    grave = scratch.do(number, "oq-legal", "gate", decision="illegitimate product", market="US and EU", why="The partner confirmed it.")
    legal = grave.clock("us-illegitimate")
    ensure(legal is not None and minutes_between(legal.since, legal.due) == 24 * 60, f"Form FDA 3911: {legal}")
    ensure(grave.clock("eu-authority") is not None, "No clock asks for notice to the European authority.")
    return "60 minutes to contain, 24 hours to classify, 24 hours for Form FDA 3911, notice to the EU authority at once."


def _overtaken(scratch: Scratch) -> str:
    number = scratch.opened()
    for step in STEPS:
        scratch.do(number, "oq-operator", "containment-step", step=step, what="Done.")
    seen = load(number).seq
    scratch.do(number, "oq-operator", "observation", stream="data", what="Meanwhile.")
    return refusal_of(lambda: scratch.do(number, "oq-investigator", "contain", seen), Overtaken)


def _check(number: int, what: str, expected: str, shows: tuple[str, ...], look: Callable[[Scratch], str]) -> Check[Scratch]:
    return Check(f"OQ-{number:02d}", what, expected, shows, look)


CHECKS = (
    _check(40, "A signature", "Shows name, time and meaning", ("P11-50a", "A11-14"), _manifest),
    _check(41, "What a signature is bound to", "The digest of what was signed", ("P11-70", "A11-14"), _bound),
    _check(
        42, "Wrong passwords", "Refused, counted in the ledger, and the person locked", ("P11-300d", "ASVS-V2", "A11-12"), _wrong_password
    ),
    _check(
        43, "An act that is signed, with a wrong password and with none", "Refused, nothing written", ("P11-200a1", "P11-10g"), _unsigned
    ),
    _check(44, "The code of an authenticator", "Asked for, and good once", ("P11-200a1",), _code_once),
    _check(
        45,
        "Short passwords, identifiers of people who left",
        "Refused; never given again",
        ("P11-100a", "P11-300a", "P11-300c"),
        _identifiers,
    ),
    _check(46, "Where passwords lie", "Hashed, not in the ledger", ("P11-300d", "ASVS-V2"), _no_secrets),
    _check(
        47,
        "Approving what one did oneself; acting beyond one's role",
        "Refused, nothing written",
        ("P11-10g", "P11-10d", "A11-12"),
        _duties,
    ),
    _check(
        48,
        "Steps out of order; human error as root cause",
        "Refused with what is missing",
        ("P11-10f", "A11-13", "D1-REJECTED", "D2-CAPA"),
        _sequence,
    ),
    _check(49, "Taking back what was entered wrong", "Struck out with the reason, never gone", ("P11-10e", "A11-9"), _withdrawn),
    _check(50, "An entry long after its event; one before it", "Marked as late; refused", ("D2-ALCOA", "P11-10e"), _late),
    _check(51, "Clocks of containment and of the law", "As long as they are", ("SEED-3", "D1-DSCSA"), _clocks),
    _check(52, "Two people at once on one record", "The second is told and nothing is written", ("P11-10f", "A11-7"), _overtaken),
)
"""What is done, in order."""
