"""People who may sign in a workspace: what the ledger says of them.

Their enrolment, failed attempts, locks and retirement are `audit` entries of the stream `people`; passwords are not in the ledger, which
goes out with every pack, but in a file of the workspace (`credentials.py`). The ledger holds the SHA-256 of what is in that file, so
that nobody puts another password there unnoticed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lotproof.ledger import store
from lotproof.workspace.place import WorkspaceError

STREAM = "people"
"""Stream of their entries."""


@dataclass(frozen=True)
class Person:
    """Somebody who was enrolled."""

    user_id: str
    """Identifier; never given to another."""
    printed_name: str
    """Name as it is printed beside signatures."""
    role: str
    """In what role."""
    tz: str
    """Zone, such as Europe/Warsaw."""
    credential: str
    """SHA-256 of the credential, hex."""
    totp: bool
    """Whether a code of an authenticator is asked for at the first signature of a session."""
    failures: int = 0
    """Failed attempts since the last signature."""
    locked: bool = False
    """True after too many failed attempts, until somebody unlocks."""
    retired: bool = False
    """True after retirement, for ever."""


_KEPT: dict[str, tuple[dict[str, Person], dict[str, list[int]]]] = {}
"""Leaf of the last entry about people -> what they all make. Whoever asks for a page asks for its reader, and the stream seldom grows."""


def enrolled() -> dict[str, Person]:
    """Everybody who was ever enrolled, by identifier; failures are those since the last entry that ended them, whoever signed since."""
    return dict(_folded()[0])


def _folded() -> tuple[dict[str, Person], dict[str, list[int]]]:
    head = store.head_of(STREAM)
    if head is None:
        return {}, {}
    kept = _KEPT.get(head.leaf)
    if kept is None:
        kept = _fold()
        _KEPT.clear()
        _KEPT[head.leaf] = kept
    return kept


def _fold() -> tuple[dict[str, Person], dict[str, list[int]]]:
    """People, and the places of the failed attempts of each."""
    found: dict[str, Person] = {}
    failed: dict[str, list[int]] = {}
    for index, entry in store.indexed("audit", STREAM):
        body: Any = entry.body if isinstance(entry.body, dict) else {}
        _take(found, body)
        if body["type"] == "sign-failed":
            failed.setdefault(str(body["user_id"]), []).append(index)
    return found, failed


def people() -> dict[str, Person]:
    """Everybody who was ever enrolled, by identifier."""
    return _counted(list(_folded()[0]))


def _counted(users: list[str]) -> dict[str, Person]:
    """These people; a signature ends the count: what failed before it is no longer counted."""
    everybody, failed = _folded()
    found = {user: everybody[user] for user in users if user in everybody}
    signed = _last_signatures({user: failed[user][0] for user, person in found.items() if person.failures and user in failed})
    for user, last in signed.items():
        later = sum(index > last for index in failed[user])
        found[user] = replace(found[user], failures=min(found[user].failures, later))
    return found


def _take(found: dict[str, Person], body: dict[str, Any]) -> None:
    user = str(body.get("user_id"))
    if body["type"] == "person-enrolled":
        facts = {name: body[name] for name in ("printed_name", "role", "tz", "credential", "totp")}
        found[user] = Person(user, **facts)
    elif user in found:
        found[user] = _changed(found[user], body)


def _last_signatures(since: dict[str, int]) -> dict[str, int]:
    """The last signature of each of these people, sought backwards from the end to the first failure of any of them."""
    if not since:
        return {}
    found: dict[str, int] = {}
    rows = store.table().filter(kind="esign", index__gt=min(since.values())).order_by("-index").values_list("index", "data")
    for index, data in rows.iterator(chunk_size=500):
        user = _signer(bytes(data))
        if user in since and user not in found:
            found[user] = index
            if len(found) == len(since):
                break
    return found


def _signer(data: bytes) -> str:
    """Who signed. Every signature of the log was checked when it was written, so that here nothing but the name is read."""
    body = json.loads(data).get("body")
    return str((body.get("signer") or {}).get("user_id")) if isinstance(body, dict) else ""


def _changed(person: Person, body: dict[str, Any]) -> Person:
    match body["type"]:
        case "sign-failed":
            return replace(person, failures=person.failures + 1)
        case "person-locked":
            return replace(person, locked=True)
        case "person-unlocked":
            return replace(person, failures=0, locked=False)
        case "credential-changed":
            return replace(person, credential=body["credential"], totp=body["totp"], failures=0, locked=False)
        case "person-retired":
            return replace(person, retired=True)
    return person


def active(user_id: str) -> Person:
    """Somebody who is enrolled and neither retired nor locked; WorkspaceError with the reason otherwise."""
    person = _counted([user_id]).get(user_id)
    if person is None:
        raise WorkspaceError(f'Nobody is enrolled as "{user_id}"; enrol with: lotproof people add.')
    if person.retired:
        raise WorkspaceError(f"{user_id} was retired and signs nothing any more.")
    if person.locked:
        raise WorkspaceError(
            f"{user_id} is locked after {person.failures} failed attempts; find out who tried, then: lotproof people unlock {user_id}."
        )
    return person


def enrolment(user_id: str, printed_name: str, role: str, tz: str, credential: str, totp: bool) -> dict[str, Any]:
    """The body of an enrolment; WorkspaceError where the identifier was in use before, or the zone is none."""
    if not user_id.isascii() or not user_id.isprintable() or not user_id.strip() or not printed_name.strip():
        raise WorkspaceError("Give an identifier of printable ASCII letters, such as user-17, and the name as it is to be printed.")
    if user_id in people():
        sentence = f"The identifier {user_id} was given before; it is never given to another person (21 CFR 11.100). Choose another."
        raise WorkspaceError(sentence)
    return {
        "type": "person-enrolled", "user_id": user_id, "printed_name": printed_name, "role": role, "tz": checked_zone(tz),
        "credential": credential, "totp": totp,
    }  # fmt: skip


def checked_zone(tz: str) -> str:
    """The zone; WorkspaceError where there is none of that name."""
    try:
        ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WorkspaceError(f'There is no zone "{tz}"; write one such as Europe/Warsaw.') from None
    return tz


def note_of(kind: str, user_id: str, time: str, actor: str, **more: Any) -> store.Appended:
    """Append an entry about a person."""
    return store.append("audit", STREAM, time, actor, {"type": kind, "user_id": user_id, **more})


def end(kind: str, user_id: str, why: str, time: str, actor: str) -> store.Appended:
    """Unlock (`person-unlocked`) or retire (`person-retired`) somebody, with the reason."""
    person = people().get(user_id)
    if person is None or person.retired:
        raise WorkspaceError(f'Nobody is enrolled as "{user_id}", or was retired already.')
    if kind == "person-unlocked" and not person.locked:
        raise WorkspaceError(f"{user_id} is not locked.")
    return note_of(kind, user_id, time, actor, why=why)
