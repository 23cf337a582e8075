"""The log of a workspace to the outside: signed checkpoints, tiles, proofs, and what state it is in.

Each checkpoint that was ever signed is kept in `checkpoints/<size>`, with the cosignatures that it got: it is what a witness,
a timestamp or a pack refers to, and what the log has to agree with for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lotproof.ledger import merkle, note, store
from lotproof.ledger.entry import EntryError, parse_entry
from lotproof.ledger.gaps import due_at
from lotproof.ledger.handover import STREAM as KEYS
from lotproof.ledger.handover import KeyHistory, Keyring
from lotproof.ledger.late import Late, late, seconds
from lotproof.ledger.nodes import Nodes, nodes_of
from lotproof.ledger.settings import SettingsHistory
from lotproof.ledger.tiles import bundle_paths, hash_paths, iter_tiles
from lotproof.ledger.tlog_proof import make_proof
from lotproof.workspace.place import Workspace, WorkspaceError
from lotproof.workspace.settings import site_settings

FOLDER = "checkpoints"
"""Folder of the workspace that keeps signed checkpoints, one file a size."""


def log_nodes(size: int | None = None) -> Nodes:
    """The tree of the log as it is now, or as it was at a size."""
    return nodes_of(store.leaves(size))


def take_checkpoint(workspace: Workspace) -> tuple[note.Checkpoint, bytes]:
    """Sign the head of the log as it is now and keep it; one of this size that is kept already is given again.

    Raises WorkspaceError where the kept one has another root: the log was changed since.
    """
    size = store.size()
    head = note.Checkpoint(workspace.origin, size, store.root(size))  # somebody else may append meanwhile
    path = workspace.root / FOLDER / str(head.size)
    if path.exists():
        kept = path.read_bytes()
        if note.parse(kept).text != head.text:
            raise WorkspaceError(
                f"The log had another root when the checkpoint {path} was signed: its history was changed. "
                "Restore the ledger from its backup."
            )
        return head, kept
    if [body["vkey"] for body in store.bodies("key", "log")][-1:] != [workspace.key.vkey]:
        raise WorkspaceError("The key of the log was changed while this was running, so nothing was signed. Run the command again.")
    signed = note.sign(head.text, [workspace.key])
    keep_checkpoint(workspace, head.size, signed)
    return head, signed


def keep_checkpoint(workspace: Workspace, size: int, signed: bytes) -> None:
    """Keep a signed checkpoint; the file appears whole or not at all."""
    path = workspace.root / FOLDER / str(size)
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f"{size}.new")
    temporary.write_bytes(signed)
    temporary.replace(path)


def kept_checkpoints(workspace: Workspace) -> dict[int, bytes]:
    """The signed checkpoints by size."""
    folder = workspace.root / FOLDER
    found = (path for path in folder.iterdir() if path.name.isdigit()) if folder.is_dir() else ()
    return {int(path.name): path.read_bytes() for path in sorted(found, key=lambda path: int(path.name))}


def write_tiles_into(folder: Path, size: int) -> None:
    """Write tiles and entry bundles of the first `size` entries of the log below `folder`, as C2SP tlog-tiles lays them out."""
    for path, content in iter_tiles(store.entries(before=size)):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def export_log(workspace: Workspace, folder: Path) -> note.Checkpoint:
    """Publish the log in `folder`, new or holding an earlier export of this log, which the log has to continue.

    The checkpoint is written last, so that a reader never meets one whose tiles are not there yet.
    """
    if folder.exists() and not (folder / "checkpoint").exists() and next(folder.iterdir(), None):
        raise WorkspaceError(f"{folder} holds something else than an exported log; name a new folder.")
    head, signed = take_checkpoint(workspace)
    if (folder / "checkpoint").exists():
        _continues(folder, head)
    write_tiles_into(folder, head.size)
    temporary = folder / "checkpoint.new"
    temporary.parent.mkdir(parents=True, exist_ok=True)
    temporary.write_bytes(signed)
    temporary.replace(folder / "checkpoint")
    kept = {path for path, _ in bundle_paths(head.size)} | set(hash_paths(head.size))
    for path in [path for path in (folder / "tile").rglob("*") if path.is_file()] if head.size else []:
        if path.relative_to(folder).as_posix() not in kept:
            path.unlink()  # a partial tile of the earlier size, now in a fuller one
    return head


def _continues(folder: Path, head: note.Checkpoint) -> None:
    before = note.parse_checkpoint(note.parse((folder / "checkpoint").read_bytes()).text)
    roots = store.root_at([before.size]) if before.size else {0: merkle.EMPTY_ROOT}
    if before.origin != head.origin or roots.get(before.size) != before.root:
        raise WorkspaceError(
            f"{folder} holds the log {before.origin} with {before.size} entries and the root {note.encode64(before.root)}, "
            "which this log does not continue; nothing was written. Name a new folder, and find out which of the two was changed."
        )


def prove_entry(workspace: Workspace, index: int) -> tuple[bytes, bytes]:
    """The bytes of entry `index`, and their proof under the checkpoint of the log as it is now."""
    if not 0 <= index < store.size():
        raise WorkspaceError(f"The log has {store.size()} entries, so there is no entry {index}; ask for 0 to {store.size() - 1}.")
    head, signed = take_checkpoint(workspace)
    return store.entry(index), make_proof(index, log_nodes(head.size).inclusion(index), signed)


def log_problems(workspace: Workspace) -> list[str]:
    """What is wrong with the log: its chain, and every checkpoint and pack that it has to agree with."""
    found = store.problems()
    kept = kept_checkpoints(workspace)
    try:
        sealed = {body["size"]: (f"pack {body['pack']}", body["root"]) for body in store.bodies("export", "packs")}
        heads = {size: note.parse_checkpoint(note.parse(data).text) for size, data in kept.items()}
    except (EntryError, note.NoteError) as error:
        return [*found, f"A checkpoint or export cannot be read: {error}"]
    found += _handovers(workspace, heads, kept)
    signed = {size: (f"{FOLDER}/{size}", note.encode64(head.root)) for size, head in heads.items()}
    roots = {0: merkle.EMPTY_ROOT, **store.root_at({*sealed, *signed})}
    for size, (name, root) in [*sealed.items(), *signed.items()]:
        if size not in roots or note.encode64(roots[size]) != root:
            found.append(f"The log does not continue the one that {name} names: {size} entries with the root {root}.")
    return found


def _handovers(workspace: Workspace, heads: dict[int, note.Checkpoint], kept: dict[int, bytes]) -> list[str]:
    """What is wrong with the keys: hand-overs that do not hold, checkpoints that a retired key signed."""
    history = KeyHistory(workspace.origin)
    told = [sentence for index, entry in store.indexed("key", KEYS) if (sentence := history.add(index, entry))]
    keys = Keyring(handovers=tuple(history.handovers))
    for size in heads:
        retired = [one for one in history.handovers if keys.retired(one.old, size)]
        if note.verify(note.parse(kept[size]), [one.old for one in retired]).valid:
            told.append(f"{FOLDER}/{size} is signed by a key that had handed over to another before: somebody used a retired key.")
    return told


def status(workspace: Workspace) -> dict[str, Any]:
    """Size, root, streams, kinds, and the last checkpoint with the names of those who signed it."""
    kept = kept_checkpoints(workspace)
    last = max(kept, default=None)
    names = [line.name for line in note.parse(kept[last]).signatures] if last is not None else []
    late_ones = [marked.sentence for marked in late_entries()]
    return {
        "origin": workspace.origin, "vkey": workspace.key.vkey, "size": store.size(), "root": note.encode64(store.root()),
        "streams": {name: head.seq for name, head in store.heads().items()}, "kinds": dict(sorted(Counter(_kinds()).items())),
        "checkpoint": {"size": last, "signed_by": names} if last is not None else None,
        "late": late_ones, "anchors": store.table().filter(kind="anchor").count(), "anchored": _anchored(), "anchor_due": anchor_due(),
    }  # fmt: skip


def late_entries() -> Iterator[Late]:
    """The late entries of the log, each by the limit that the site had set when it was written."""
    settings = SettingsHistory()
    for index, data in enumerate(store.entries()):
        found = parse_entry(data)
        settings.add(index, found)
        if marked := late(index, found, settings.current.late_after):
            yield marked


def _anchored() -> str | None:
    """When the log was anchored last, by its own clock; None where it never was."""
    last = store.table().filter(kind="anchor").order_by("-index").values_list("index", flat=True).first()
    return parse_entry(store.entry(last)).time if last is not None else None


def anchor_due() -> str | None:
    """When the next anchor is due by the site's settings, UTC; None where there never was one, so that it is due at once."""
    last = _anchored()
    if last is None:
        return None
    due = due_at(seconds(last), site_settings().anchor_every)
    return f"{datetime.fromtimestamp(due, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _kinds() -> Iterator[str]:
    for data in store.entries():
        yield parse_entry(data).kind
