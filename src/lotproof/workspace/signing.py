"""Quality records of a workspace and the signatures of persons on them.

Nobody is authenticated here: whoever calls has done so and states how (`session.py` for the command line; an application with
accounts of its own). Only a passkey takes that trust away: its assertion is over the entry itself, and is checked before the entry
is written and by every verifier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from lotproof.ledger import canonical, store
from lotproof.ledger.entry import Entry, EntryError, is_time, parse_entry
from lotproof.ledger.esign import Act, Signature, Signatures, challenge, complete, esign_body
from lotproof.ledger.note import encode64
from lotproof.ledger.passkey import encode_url, load_public
from lotproof.workspace.people import STREAM as PEOPLE
from lotproof.workspace.people import checked_zone
from lotproof.workspace.place import WorkspaceError

RESERVED = frozenset({"log", "intake", "runs", "packs", "segments", "anchors", "directory", "settings", "verifications", PEOPLE})
"""Streams that Lotproof itself writes; a record has a stream of its own, such as the number of its investigation."""


def write_record(stream: str, content: canonical.Json, time: str, actor: str, event_time: str | None = None) -> store.Appended:
    """Append a version of the quality record `stream`, in full; every signature on an earlier version falls away."""
    if stream in RESERVED:
        raise WorkspaceError(f'The stream "{stream}" belongs to Lotproof; give the record a name of its own, such as INV-2026-0007.')
    if event_time is not None and not is_time(event_time):
        raise WorkspaceError(f'The time of the event is "{event_time}"; write UTC as YYYY-MM-DDTHH:MM:SSZ.')
    version = 1 + sum(1 for _ in store.bodies("record", stream))
    told = {"event_time": event_time} if event_time else {}
    return store.append("record", stream, time, actor, {"type": "quality-record", "version": version, "content": content, **told})


def add_passkey(user_id: str, credential: str, public_key: bytes, rp_id: str, time: str, actor: str) -> store.Appended:
    """Introduce a person's passkey; from then on this person signs with it only. `public_key` is DER, P-256 or Ed25519."""
    load_public(public_key)
    if any(body.get("credential") == credential for body in store.bodies("key", PEOPLE)):
        raise WorkspaceError(f"The passkey {credential} was introduced before; a credential keeps its key and its person.")
    body = {"type": "passkey", "user_id": user_id, "credential": credential, "public_key": encode64(public_key), "rp_id": rp_id}
    return store.append("key", PEOPLE, time, actor, body)


def retire_passkey(credential: str, why: str, time: str, actor: str) -> store.Appended:
    """Retire a passkey: signatures by it from then on are refused, earlier ones stand."""
    if not any(body.get("credential") == credential and body.get("type") == "passkey" for body in store.bodies("key", PEOPLE)):
        raise WorkspaceError(f"There is no passkey {credential}.")
    return store.append("key", PEOPLE, time, actor, {"type": "passkey-retired", "credential": credential, "why": why})


def draft_signature(index: int, act: Act, time: str, shown: bytes | None = None) -> bytes:
    """Give the bytes of a signature of entry `index` as they will be written, but for an assertion; nothing is written yet."""
    checked_zone(act.tz)
    signed = store.entry(index)
    return store.draft("esign", parse_entry(signed).stream, time, act.user_id, esign_body(index, signed, act, time, shown))


def append_signature(draft: bytes, assertion: dict[str, str] | None = None) -> store.Appended:
    """Write a drafted signature, with the assertion of a passkey or without; WorkspaceError where a rule of signatures is broken."""
    data = complete(draft, assertion) if assertion else draft
    found = parse_entry(data)
    problems = _rules_for(found).add(store.size(), found, data, _target(found))
    if problems:
        raise WorkspaceError(" ".join(sentence for _, sentence in problems) + " Nothing was signed.")
    return store.append_drafted(data)


def _rules_for(found: Entry) -> Signatures:
    """The rules as far as they bear on one signature: its stream, passkeys, and its session where it is not the first of one."""
    body: Any = found.body if isinstance(found.body, dict) else {}
    first = bool((body.get("auth") or {}).get("first_in_session"))
    wanted = Q(kind="key", stream=PEOPLE) | Q(stream=found.stream, kind__in=("record", "esign"))
    rules = Signatures()
    rows = store.table().filter(wanted if first else wanted | Q(kind="esign")).order_by("index").values_list("index", "data")
    for index, data in rows.iterator(chunk_size=500):
        entry = parse_entry(bytes(data))
        rules.add(index, entry, bytes(data), _target(entry) if entry.kind == "esign" else None)
    return rules


def challenge_text(draft: bytes) -> str:
    """Give the challenge for the passkey, base64url without padding, as WebAuthn has it."""
    return encode_url(challenge(draft))


def signatures(size: int | None = None) -> list[Signature]:
    """Every signature in the log, or in its first ``size`` entries, that keeps the rules, and whether it still stands."""
    return _rules(size).all


def _rules(size: int | None) -> Signatures:
    rules = Signatures()
    for index, data in enumerate(store.entries(before=size)):
        found = parse_entry(data)
        rules.add(index, found, data, _target(found) if found.kind == "esign" else None)
    return rules


def _target(found: Entry) -> bytes | None:
    body: Any = found.body if isinstance(found.body, dict) else {}
    place = (body.get("signs") or {}).get("index")
    try:
        return store.entry(place) if type(place) is int else None
    except EntryError:
        return None


def passkeys() -> Iterator[dict[str, Any]]:
    """The passkeys that were introduced, in order."""
    yield from (body for body in store.bodies("key", PEOPLE) if body.get("type") == "passkey")


