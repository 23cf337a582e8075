"""Electronic signatures as ledger entries (21 CFR 11.50, 11.70, 11.200): making them, and the rules that they keep.

A signature names the signed entry by index and leaf hash and states the hash of exactly what the person was shown. It lies in the
stream of the record, linked by `prev` and held by the tree, so it cannot be moved or copied to another record. A later version of
the record bears no signature until somebody signs it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lotproof.ledger import canonical
from lotproof.ledger.entry import Entry, EntryError, is_time, leaf_text, parse_entry
from lotproof.ledger.late import seconds
from lotproof.ledger.note import NoteError, decode64
from lotproof.ledger.passkey import Passkey, PasskeyError, check_assertion
from lotproof.ledger.sandwich import TOLERANCE

FACTS = ("printed_name", "meaning", "time_utc", "tz")
"""What 11.50(a) asks for: who, why, and when, with the zone."""

PASSKEY = ("credential", "public_key", "rp_id", "user_id")
"""What a `key` entry of type `passkey` states, the key as DER in base64."""

TEXT = "text/1"
"""Names `render`, the rendering that a verifier can make again."""

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Act:
    """What a person does when signing."""

    printed_name: str
    """Name as printed."""
    meaning: str
    """Authorship, review, approval, responsibility: what the signature means."""
    tz: str
    """Zone of the person, such as Europe/Warsaw."""
    user_id: str
    """Identifier of the person, never given to another."""
    role: str
    """In what role."""
    components: tuple[str, ...]
    """What the person was authenticated with for this signature, such as password and totp."""
    session: str
    """Identifier of the session."""
    first_in_session: bool
    """True for the first signature of a session, for which 11.200 asks for all components."""


def render(data: bytes) -> bytes:
    """Give what a person is shown of an entry: its members, a line each, in UTF-8. A verifier makes the same from the same entry."""
    found = parse_entry(data)
    head = [f"{name}: {getattr(found, name)}" for name in ("kind", "stream", "seq", "time", "actor")]
    body = found.body if isinstance(found.body, dict) else {"body": found.body}
    told = [f"{name}: {_plain(value)}" for name, value in sorted(body.items())]
    return ("\n".join([*head, *told, f"leaf: {leaf_text(data)}"]) + "\n").encode()


def _plain(value: canonical.Json) -> str:
    return value if isinstance(value, str) else canonical.dumps(value).decode()


def esign_body(index: int, signed: bytes, act: Act, time: str, shown: bytes | None = None) -> dict[str, Any]:
    """Give the body of a signature of entry `index`, whose bytes are `signed`; `shown` is what the person saw, by default `render`."""
    rendering = {"sha256_of_rendering": hashlib.sha256(render(signed) if shown is None else shown).hexdigest()}
    known = {"rendering": TEXT} if shown is None else {}
    return {
        "signs": {"index": index, "leaf": leaf_text(signed), **rendering, **known},
        "manifestation": {"printed_name": act.printed_name, "meaning": act.meaning, "time_utc": time, "tz": act.tz},
        "signer": {"user_id": act.user_id, "role": act.role},
        "auth": {"components": list(act.components), "session": act.session, "first_in_session": act.first_in_session},
    }  # fmt: skip


def challenge(data: bytes) -> bytes:
    """Give what a passkey signs: SHA-256 of the canonical entry without its assertion. Raises EntryError where it is no entry."""
    return hashlib.sha256(_with(data, None)).digest()


def complete(draft: bytes, assertion: dict[str, str]) -> bytes:
    """Give the bytes of a drafted signature with the assertion of a passkey in it."""
    return _with(draft, assertion)


def _with(data: bytes, assertion: dict[str, str] | None) -> bytes:
    members: Any = canonical.loads(data)
    if not isinstance(members, dict) or not isinstance(members.get("body"), dict):
        raise EntryError("The signature has no body.")
    body = {name: value for name, value in members["body"].items() if name != "assertion"}
    return canonical.dumps({**members, "body": {**body, "assertion": assertion} if assertion else body})


@dataclass
class Signature:
    """A signature that was met, and whether it still stands for its record."""

    index: int
    """Its place in the log."""
    stream: str
    """Its stream."""
    record: int
    """Entry that it signs."""
    facts: dict[str, str]
    """Printed name, meaning, time and zone."""
    assured: bool
    """True where a passkey vouches for it."""
    current: bool = True
    """False once a later version of the record was written."""


@dataclass
class _Stream:
    record: int = -1
    signatures: list[Signature] = field(default_factory=list)


class Signatures:
    """Follows the entries of a log in order: gives (code, sentence) for what is wrong with its signatures, and which stand."""

    def __init__(self, tolerance: int = TOLERANCE) -> None:
        """Begin before the first entry; `tolerance` in seconds is allowed between the time of an entry and the one it prints."""
        self._tolerance = tolerance
        self._streams: dict[str, _Stream] = {}
        self._sessions: dict[str, str] = {}
        self._passkeys: dict[str, Passkey] = {}

    @property
    def all(self) -> list[Signature]:
        """Every signature that was met, in the order of the log."""
        return sorted((one for stream in self._streams.values() for one in stream.signatures), key=lambda one: one.index)

    def add(self, index: int, found: Entry, data: bytes, target: bytes | None) -> list[tuple[str, str]]:
        """Take the next entry; `target` is the bytes of the entry that a signature names, None where there is none."""
        body: dict[str, Any] = found.body if isinstance(found.body, dict) else {}
        stream = self._streams.setdefault(found.stream, _Stream()) if found.kind in ("record", "esign") else _Stream()
        if found.kind == "record":
            stream.record = index
            for one in stream.signatures:
                one.current = False
        elif found.kind == "key":
            self._key(body)
        elif found.kind == "esign":
            return [(code, f"The signature, entry {index}, {told}") for code, told in self._judge(index, found, body, data, target, stream)]
        return []

    def _key(self, body: dict[str, Any]) -> None:
        if body.get("type") == "passkey" and all(isinstance(body.get(name), str) for name in PASSKEY):
            try:
                der = decode64(body["public_key"])
            except NoteError:
                return
            # a credential keeps the key that it was introduced with: nobody may put another in its place
            self._passkeys.setdefault(body["credential"], Passkey(body["credential"], der, body["rp_id"], body["user_id"]))
        elif body.get("type") == "passkey-retired":
            self._passkeys.pop(str(body.get("credential")), None)

    def _judge(
        self, index: int, found: Entry, body: dict[str, Any], data: bytes, target: bytes | None, stream: _Stream
    ) -> list[tuple[str, str]]:
        signs, facts, signer, auth = (_part(body, name) for name in ("signs", "manifestation", "signer", "auth"))
        aimed = _aimed(signs, found.stream, target, stream)
        problems = [*_printed(facts, found, self._tolerance), *(aimed or _shown(signs, target))]
        problems += [*self._authenticated(auth, signer), *self._asserted(body, signer, data)]
        if not problems:
            told = {name: facts[name] for name in FACTS}
            stream.signatures.append(Signature(index, found.stream, signs["index"], told, "assertion" in body))
        return problems

    def _authenticated(self, auth: dict[str, Any], signer: dict[str, Any]) -> list[tuple[str, str]]:
        """11.200(a)(1): two components; after the first signature of a session, by the same person, one is enough."""
        components, session, user, first = auth.get("components"), auth.get("session"), signer.get("user_id"), auth.get("first_in_session")
        if not _text(user) or not _text(session) or not isinstance(components, list) or type(first) is not bool:
            return [("esign-auth", "does not say who was authenticated, with what and in which session.")]
        count = len({one for one in components if _text(one)})
        if first:
            self._sessions[str(session)] = str(user)
        elif self._sessions.get(str(session)) != user:
            return [("esign-auth", "continues a session in which this person had not signed before.")]
        if count < (2 if first else 1):
            return [("esign-auth", f"was made with {count} identification components; the first of a session needs two, each further one.")]
        return []

    def _asserted(self, body: dict[str, Any], signer: dict[str, Any], data: bytes) -> list[tuple[str, str]]:
        """A person who has a passkey signs with it: else whoever runs the server could sign in that name."""
        assertion, user = body.get("assertion"), signer.get("user_id")
        if assertion is None:
            has = any(passkey.user_id == user for passkey in self._passkeys.values())
            return [("esign-assertion", "has no assertion, though this person has a passkey.")] if has else []
        passkey = self._passkeys.get(str(assertion.get("credential"))) if isinstance(assertion, dict) else None
        if passkey is None or passkey.user_id != user:
            return [("esign-assertion", "has an assertion by a passkey that this person did not have at that time.")]
        try:
            check_assertion(assertion, passkey, challenge(data))
        except (PasskeyError, EntryError, canonical.CanonicalError) as error:
            return [("esign-assertion", f"has an assertion that proves nothing: {error}")]
        return []


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _printed(facts: dict[str, Any], found: Entry, tolerance: int) -> list[tuple[str, str]]:
    missing = [name for name in FACTS if not _text(facts.get(name))]
    if missing:
        return [("esign-manifestation", f"does not show {', '.join(missing)}.")]
    if not is_time(facts["time_utc"]) or abs(seconds(facts["time_utc"]) - seconds(found.time)) > tolerance:
        return [("esign-manifestation", f"shows the time {facts['time_utc'][:40]}, but was written at {found.time}.")]
    return []


def _aimed(signs: dict[str, Any], name: str, target: bytes | None, stream: _Stream) -> list[tuple[str, str]]:
    try:
        good = target is not None and leaf_text(target) == signs.get("leaf") and parse_entry(target).stream == name
        kind = parse_entry(target).kind if good and target is not None else ""
    except EntryError:
        good, kind = False, ""
    if not good or kind == "esign":
        return [("esign-target", "does not name an earlier entry of its stream by index and leaf hash.")]
    if kind == "record" and signs.get("index") != stream.record:
        return [("esign-target", f"signs entry {signs.get('index')}, although entry {stream.record} was already a later version of it.")]
    return []


def _shown(signs: dict[str, Any], target: bytes | None) -> list[tuple[str, str]]:
    stated = signs.get("sha256_of_rendering")
    if not isinstance(stated, str) or not _HASH.fullmatch(stated):
        return [("esign-rendering", "does not state the SHA-256 of what the person was shown.")]
    try:
        if signs.get("rendering") == TEXT and target is not None and hashlib.sha256(render(target)).hexdigest() != stated:
            return [("esign-rendering", "states another SHA-256 than what the signed entry shows.")]
    except EntryError:
        pass  # the target is told of already
    return []


def problems_of(entries: Sequence[bytes]) -> list[str]:
    """Give what is wrong with the signatures of a log, as sentences."""
    tracker, found = Signatures(), []
    for index, data in enumerate(entries):
        parsed = parse_entry(data)
        place = _part(parsed.body if isinstance(parsed.body, dict) else {}, "signs").get("index")
        target = entries[place] if type(place) is int and 0 <= place < index else None
        found += [sentence for _, sentence in tracker.add(index, parsed, data, target)]
    return found
