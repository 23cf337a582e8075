"""Rotates the key of a workspace's log: an entry signed by the old and the new key, then a checkpoint signed by both.

Each step leaves a state that the next command carries on from: `keys/next.pem` is the new key from the moment that the entry names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.ledger import note, store
from lotproof.ledger.handover import STREAM, TYPE, handover_body
from lotproof.ledger.keys import LogKey, load_key, make_key, store_key
from lotproof.workspace.logbook import keep_checkpoint, kept_checkpoints
from lotproof.workspace.place import NEXT_KEY, Workspace, WorkspaceError, writing


@dataclass(frozen=True)
class Rotated:
    """A rotation that was made."""

    index: int
    """Entry of the hand-over; the checkpoint of index + 1 entries bears both signatures."""
    vkey: str
    """The new public key."""
    retired: str
    """The old public key."""
    retired_file: str
    """Where the old private key lies now."""


def rotate_key(workspace: Workspace, seed: bytes, why: str, time: str, actor: str) -> Rotated:
    """Hand over from the log's key to the one that `seed`, 32 random bytes, determines; give what was done.

    A rotation that was cut off after its entry was written is carried on, and no further one is made.
    """
    keys = workspace.root / "keys"
    with writing(workspace):
        if carried := finish_rotation(workspace.root, workspace.origin):
            return carried
        old, new = load_key(keys / "log.pem", workspace.origin), make_key(workspace.origin, seed)
        if any(body["vkey"] == new.vkey for body in store.bodies("key", STREAM)):
            raise WorkspaceError(f"The key {new.vkey} was in use before; a retired key does not come back. Rotate again.")
        (keys / NEXT_KEY).unlink(missing_ok=True)  # of a rotation that was cut off before its entry: no log names it
        store_key(new, keys / NEXT_KEY)
        store.append_at("key", STREAM, time, actor, lambda index: handover_body(old, new, index, why))
        done = finish_rotation(workspace.root, workspace.origin)
        assert done is not None, "the entry was just written"
        return done


def finish_rotation(root: Path, origin: str) -> Rotated | None:
    """Carry on a rotation whose entry is written: sign the checkpoint by both keys, put the new key in its place.

    Gives None where there is nothing to carry on.
    """
    keys = root / "keys"
    if not (keys / NEXT_KEY).exists():
        return None
    old, new = load_key(keys / "log.pem", origin), load_key(keys / NEXT_KEY, origin)
    index, body = list(store.indexed_bodies("key", STREAM))[-1]
    if body["vkey"] != new.vkey:
        return None
    _sign_by_both(Workspace(root, origin, new), old, index + 1)
    retired = keys / f"retired-{old.verifier.key_id.hex()}.pem"
    if not retired.exists():
        retired.hardlink_to(keys / "log.pem")  # at no moment is there no log.pem
    (keys / NEXT_KEY).replace(keys / "log.pem")
    (keys / "log.vkey").write_text(new.vkey + "\n", encoding="ascii")
    return Rotated(index, new.vkey, old.vkey, str(retired))


def handovers() -> list[tuple[int, dict[str, Any]]]:
    """The hand-overs of the log, index and body."""
    return [(index, body) for index, body in store.indexed_bodies("key", STREAM) if body.get("type") == TYPE]


def _sign_by_both(workspace: Workspace, old: LogKey, size: int) -> None:
    """Sign the head that ends with the hand-over by both keys, so that whoever knows only the old one sees the change."""
    head = note.Checkpoint(workspace.origin, size, store.root_at([size])[size])
    signed = kept_checkpoints(workspace).get(size) or note.sign(head.text, [workspace.key])
    if old.verifier not in note.verify(note.parse(signed), [old.verifier]).valid:
        signed = note.cosign(signed, old)
    keep_checkpoint(workspace, size, signed)
