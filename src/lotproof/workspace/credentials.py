"""Passwords and authenticator codes of the people who sign: kept in `keys/people.json` (mode 0600), checked at every signature.

Passwords are hashed with argon2id (RFC 9106) by argon2-cffi, codes are TOTP (RFC 6238) by pyotp. A lock file makes attempts wait for
each other, so that trying in parallel does not get round the count of failures.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import argon2
import pyotp

from lotproof.ledger import canonical
from lotproof.workspace.people import Person, active, end, enrolment, note_of, people
from lotproof.workspace.place import Workspace, WorkspaceError
from lotproof.workspace.settings import site_settings

FILE = "people.json"
"""File below keys/."""

LEAST = 12
"""Characters that a password has at least."""

STEP = 30
"""Seconds of a code (RFC 6238 section 4)."""


@dataclass(frozen=True)
class Given:
    """What a person entered."""

    password: str
    """The password."""
    code: str | None = None
    """The code of the authenticator, where one was asked for."""


def enrol(
    workspace: Workspace, user_id: str, name: str, role: str, tz: str, password: str, totp: str | None, time: str, actor: str,
) -> None:  # fmt: skip
    """Enrol a person; `totp` is the base32 secret of an authenticator, None where only the password is asked for."""
    with _locked(workspace) as path:
        kept = _credential(user_id, password, totp)
        body = enrolment(user_id, name, role, tz, _digest(kept), totp is not None)
        _keep(path, user_id, kept)
        note_of(body.pop("type"), body.pop("user_id"), time, actor, **body)


def change_password(workspace: Workspace, user_id: str, old: Given, password: str, time: str, actor: str) -> None:
    """Give a person another password, who shows that they know the present one."""
    authenticate(workspace, user_id, old, False, time)
    with _locked(workspace) as path:
        _replace(path, user_id, password, _read(path)[user_id]["totp"], time, actor, "by the person")


def reset_password(workspace: Workspace, user_id: str, password: str, why: str, time: str, actor: str) -> None:
    """Give a person another password without the present one: an act of `actor`, with its reason."""
    with _locked(workspace) as path:
        person = people().get(user_id)
        if person is None or person.retired:
            raise WorkspaceError(f'Nobody is enrolled as "{user_id}", or was retired already.')
        _replace(path, user_id, password, _read(path).get(user_id, {}).get("totp"), time, actor, why)


def _replace(path: Path, user_id: str, password: str, totp: str | None, time: str, actor: str, why: str) -> None:
    kept = _credential(user_id, password, totp)
    _keep(path, user_id, kept)
    note_of("credential-changed", user_id, time, actor, credential=_digest(kept), totp=totp is not None, why=why)


def unlock(workspace: Workspace, user_id: str, why: str, time: str, actor: str) -> None:
    """Let somebody try again who was locked."""
    with _locked(workspace):
        end("person-unlocked", user_id, why, time, actor)


def components_of(person: Person, first: bool) -> tuple[str, ...]:
    """What is checked at a signature: at the first of a session the identifier and the password, and the code; then the password."""
    return ("user-id", "password", *(("totp",) if person.totp else ())) if first else ("password",)


def authenticate(workspace: Workspace, user_id: str, given: Given, first: bool, time: str) -> tuple[str, ...]:
    """Check what somebody entered; give the components that were checked.

    Raises WorkspaceError where it is wrong: the attempt is then an entry of the ledger, and too many lock the person.
    """
    with _locked(workspace) as path:
        person = active(user_id)
        kept = _read(path).get(user_id)
        if kept is None or _digest(kept) != person.credential:
            raise WorkspaceError(
                f"What {path} holds for {user_id} is not what the ledger says: somebody changed it. Bring the file back from the "
                f"backup, or give a new password: lotproof people password {user_id} --reset REASON."
            )
        step = _step(kept, given.code, time) if person.totp and first else kept["used"]
        if not _is_password(kept["hash"], given.password) or step is None:
            raise _failed(person, time)
        _keep(path, user_id, {**kept, "used": step})
    return components_of(person, first)


def spend(password: str) -> None:
    """Take as long over a password as over one that is compared with something."""
    argon2.PasswordHasher().hash(password)


def _failed(person: Person, time: str) -> WorkspaceError:
    """Record a failed attempt, and the lock where it is the last that is allowed."""
    most, count = site_settings().lock_after, person.failures + 1
    note_of("sign-failed", person.user_id, time, person.user_id, attempt=count)
    told = f"The password or code of {person.user_id} is wrong. That was attempt {count} of {most}"
    if count < most:
        return WorkspaceError(f"{told}; nothing was signed.")
    note_of("person-locked", person.user_id, time, "lotproof", attempts=count)
    return WorkspaceError(f"{told}: {person.user_id} is locked.")


def _is_password(hashed: str, password: str) -> bool:
    try:
        return argon2.PasswordHasher().verify(hashed, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def _step(kept: dict[str, Any], code: str | None, time: str) -> int | None:
    """The time step of a code that is right, of this moment or a step beside it, and later than any that was used; None otherwise."""
    from lotproof.ledger.late import seconds

    now, maker = seconds(time) // STEP, pyotp.TOTP(kept["totp"])
    for step in (now, now - 1, now + 1):
        if step > kept["used"] and pyotp.utils.strings_equal(maker.at(step * STEP), code or ""):
            return step
    return None


def _credential(user_id: str, password: str, totp: str | None) -> dict[str, Any]:
    if len(password) < LEAST or user_id.casefold() in password.casefold():
        raise WorkspaceError(f"The password has fewer than {LEAST} characters, or the identifier in it; choose a longer one.")
    return {"hash": argon2.PasswordHasher().hash(password), "totp": totp, "used": 0}


def _digest(kept: dict[str, Any]) -> str:
    return hashlib.sha256(canonical.dumps({"hash": kept["hash"], "totp": kept["totp"]})).hexdigest()


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError:
        raise WorkspaceError(f"{path} is damaged; bring it back from the backup.") from None
    return found


def _keep(path: Path, user_id: str, kept: dict[str, Any]) -> None:
    temporary = path.with_name("people.json.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump({**_read(path), user_id: kept}, stream, sort_keys=True, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


@contextlib.contextmanager
def _locked(workspace: Workspace) -> Iterator[Path]:
    """One attempt at a time; gives the file of credentials."""
    with (workspace.root / "keys" / "people.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield workspace.root / "keys" / FILE
