"""Keys of machines: each made, and revoked, by an entry of the ledger that holds a digest of it and never the key."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from lotproof.ledger import store
from lotproof.workspace.place import WorkspaceError

STREAM = "api-keys"
SCOPES = ("capture", "query", "subscribe", "admin")
"""What a key may be for; `admin` is all of it."""
LEAST = 20
"""Characters of a key that somebody chooses."""


@dataclass(frozen=True)
class ApiKey:
    """A key."""

    name: str
    """Who uses it; the actor of what is done with it."""
    scopes: tuple[str, ...]
    """What it is for."""
    sha256: str
    """Digest of it, hex."""
    added: str
    """When, UTC."""
    revoked: str = ""
    """When and why it ended; empty while it holds."""

    def may(self, scope: str) -> bool:
        """Whether it is for that."""
        return not self.revoked and (scope in self.scopes or "admin" in self.scopes)


def api_keys() -> dict[str, ApiKey]:
    """Every key there ever was, by its name."""
    found: dict[str, ApiKey] = {}
    for body in store.bodies("audit", STREAM):
        if body["type"] == "api-key-added":
            found[body["name"]] = ApiKey(body["name"], tuple(body["scopes"]), body["sha256"], body["time"])
        elif body["type"] == "api-key-revoked":
            found[body["name"]] = replace(found[body["name"]], revoked=f"{body['time']}: {body['why']}")
    return found


def add_key(name: str, scopes: Sequence[str], key: str | None, time: str, actor: str) -> str:
    """Make a key, of `key` where somebody chose it; gives it, for it is told this once. WorkspaceError where it cannot be."""
    key = key or f"lp_{secrets.token_urlsafe(32)}"
    if not name or len(name) > 60 or not name.isprintable():
        raise WorkspaceError("A key needs a name of 1 to 60 printable characters, such as that of the system that uses it.")
    if not scopes or set(scopes) - set(SCOPES):
        raise WorkspaceError(f"A key needs a scope, one or more of {', '.join(SCOPES)}.")
    if len(key) < LEAST or not key.isascii() or not key.isprintable() or " " in key:
        raise WorkspaceError(f"A key has at least {LEAST} printable ASCII characters without blanks; leave --key out to have one made.")
    digest = digest_of_key(key)
    with transaction.atomic():
        store.lock()
        known = api_keys()
        if name in known:
            raise WorkspaceError(f'There is a key "{name}" already, or was one; a name is given once. Choose another.')
        if any(one.sha256 == digest for one in known.values()):
            raise WorkspaceError("This key is another's, or was; choose another one.")
        body = {"type": "api-key-added", "name": name, "scopes": sorted(set(scopes)), "sha256": digest, "time": time}
        store.append("audit", STREAM, time, actor, body)
    return key


def revoke_key(name: str, why: str, time: str, actor: str) -> None:
    """End a key for ever."""
    with transaction.atomic():
        store.lock()
        known = api_keys().get(name)
        if known is None or known.revoked:
            raise WorkspaceError(f'There is no key "{name}" that holds; lotproof api-key list names all.')
        store.append("audit", STREAM, time, actor, {"type": "api-key-revoked", "name": name, "why": why, "time": time})


def digest_of_key(key: str) -> str:
    """What the ledger holds of a key. Keys are long and random, or long enough: a slow hash would only slow each request."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def key_of(text: str) -> ApiKey | None:
    """The key that this is, None where it is none that holds."""
    digest = digest_of_key(text)
    return next((one for one in api_keys().values() if hmac.compare_digest(one.sha256, digest) and not one.revoked), None)
