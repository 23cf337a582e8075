"""The sources of a workspace: taken in with a ledger entry each, found again in the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lotproof.intake.folder import Delivery, intake
from lotproof.intake.profile import load_profiles
from lotproof.intake.receipt import Receipt, receipt_from
from lotproof.lake.directory import refresh
from lotproof.lake.processes import wanted
from lotproof.lake.resolve import Source
from lotproof.ledger import store
from lotproof.workspace.place import Workspace, WorkspaceError

STREAM = "intake"
INBOX = "inbox"
"""Folder of the workspace for files that came through the desk or an interface, until they are taken in."""
BODY_LIMIT = 48_000


def take_in(
    workspace: Workspace, folder: Path, zone: str | None, time: str, actor: str,
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None, jobs: int | None = None,
) -> list[Receipt]:  # fmt: skip
    """Take in a folder or file; each source that is new, or read differently than before, becomes an entry.

    ``jobs`` counts the processes that read files, None for LOTPROOF_JOBS or one a core.
    """
    _refuse(workspace, folder)
    delivery = Delivery(folder, None, zone, progress=progress, jobs=_processes(jobs))
    return _taken(workspace, delivery, folder.name or "folder", time, actor)


def take_files(workspace: Workspace, files: Mapping[str, Path], title: str, time: str, actor: str) -> list[Receipt]:
    """Take in files that lie anywhere, under these names; ``title`` names the delivery."""
    return _taken(workspace, Delivery(workspace.root, files), title, time, actor)


def _taken(workspace: Workspace, delivery: Delivery, title: str, time: str, actor: str) -> list[Receipt]:
    earlier = {(body["sha256"], body["reading"]): body for body in store.bodies("file", STREAM)}

    def known(sha: str, reading: str) -> Receipt | None:
        body = earlier.get((sha, reading))
        return receipt_from({**body["receipt"], "segment": body["segment"]}) if body else None

    def acknowledge(receipt: Receipt, reading: str) -> None:
        store.append("file", STREAM, time, actor, _body(receipt, reading, time))

    told = replace(delivery, statements=load_profiles(workspace.profiles), known=known, acknowledge=acknowledge)
    receipts = intake(told, workspace.lake)
    refresh(workspace.lake)
    summary = {
        "type": "delivery",
        "folder": title,
        "files": len(receipts),
        "sources": sorted({receipt.sha256 for receipt in receipts if receipt.sha256})[:500],
    }
    store.append("audit", STREAM, time, actor, summary)
    return receipts


def _processes(jobs: int | None) -> int:
    try:
        return wanted(jobs)
    except ValueError as error:
        raise WorkspaceError(str(error)) from error


def _refuse(workspace: Workspace, folder: Path) -> None:
    """A workspace must not take itself in: its private key would travel in every pack."""
    inside, home = folder.resolve(), workspace.root.resolve()
    if home / INBOX in inside.parents:
        return
    if inside == home or inside in home.parents or home in inside.parents:
        sentence = f"{folder} and the workspace {workspace.root} lie in one another; name a workspace outside it with --workspace."
        raise WorkspaceError(sentence)
    if folder.is_dir():
        next(folder.iterdir(), None)  # OSError here and now: a folder that nobody can look into is no empty delivery


def _body(receipt: Receipt, reading: str, time: str) -> dict[str, Any]:
    document = receipt.as_json()
    # An entry holds at most 65,535 bytes; the quarantine table keeps every reason, the entry the first of them.
    while len(json.dumps(document)) > BODY_LIMIT and (document["problems"] or document["notes"]):
        document["problems" if document["problems"] else "notes"].pop()
    return {
        "type": "source", "path": receipt.name, "size": receipt.size, "sha256": receipt.sha256, "received": time,
        "kind": receipt.kind, "reading": reading, "receipt": document, "segment": receipt.segment,
    }  # fmt: skip


def acknowledged() -> set[str]:
    """Digests of all sources that the ledger acknowledges."""
    return {body["sha256"] for body in store.bodies("file", STREAM)}


_KEPT: dict[str, list[Receipt]] = {}
"""Leaf of the last entry about sources -> the receipts that they all make; pages ask for them often, and files come seldom."""


def receipts_of() -> list[Receipt]:
    """The latest receipt of every acknowledged source, by name."""
    head = store.head_of(STREAM)
    if head is None:
        return []
    if head.leaf not in _KEPT:
        found = _receipts()
        _KEPT.clear()
        _KEPT[head.leaf] = found
    return list(_KEPT[head.leaf])


def _receipts() -> list[Receipt]:
    latest = {body["sha256"]: receipt_from({**body["receipt"], "segment": body["segment"]}) for body in store.bodies("file", STREAM)}
    return sorted(latest.values(), key=lambda receipt: (receipt.name, receipt.sha256))


def in_scope(receipts: Sequence[Receipt]) -> list[Source]:
    """The sources that have segments, once each, in the order of their names."""
    seen: dict[str, Source] = {}
    for receipt in receipts:
        if receipt.segment and receipt.sha256 not in seen:
            reading = hashlib.sha256(json.dumps(receipt.segment, sort_keys=True).encode()).hexdigest()
            seen[receipt.sha256] = Source(receipt.sha256, receipt.name, receipt.kind, reading)
    return list(seen.values())
