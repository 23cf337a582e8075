"""A document that is sent in: streamed to disk, flushed, its job put down, and only then accepted."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from lotproof.api.events import own_id
from lotproof.api.part import build
from lotproof.api.problem import ApiProblem, problem_body
from lotproof.epcis.sniff import sniff
from lotproof.jobs.queue import put
from lotproof.lake.store import sync_folder
from lotproof.workspace.place import Workspace

PIECE = 1 << 18
HEAD = 1 << 16
SMALL = 1 << 20
"""Bytes of a document up to which it is read through before it is accepted, so that one that breaks off is refused at once."""
EVENTS_LIMIT = 5_000_000
"""Events of a document at most."""
KIND = "epcis-capture"
TYPES = {"application/json": "epcis-json", "application/ld+json": "epcis-json", "application/xml": "epcis-xml", "text/xml": "epcis-xml"}
BEHAVIOURS = ("rollback", "proceed")


@dataclass(frozen=True)
class Sent:
    """A document as it came."""

    kind: str
    """epcis-xml or epcis-json, as its Content-Type says."""
    behaviour: str
    """rollback or proceed."""
    actor: str
    """Name of the key."""
    read: Callable[[int], bytes]
    """Gives its next bytes."""
    size: int
    """Bytes, as Content-Length says."""


def captures() -> models.Manager[Any]:
    """The captures."""
    manager: models.Manager[Any] = apps.get_model("api", "CaptureRow")._default_manager
    return manager


def spool(workspace: Workspace) -> Path:
    """Where documents wait for their job."""
    return workspace.root / "captures"


def size_limit() -> int:
    """Bytes of a document at most."""
    return int(settings.CAPTURE_MEGABYTES) << 20


def accept(workspace: Workspace, sent: Sent, time: str, single: bool = False) -> tuple[Any, str]:
    """Keep a document and put its job down; gives its row, and with ``single`` the eventID of the one event that it holds.

    When this returns, both are on disk. ApiProblem where it cannot be accepted.
    """
    number = uuid.uuid4().hex
    folder = spool(workspace)
    folder.mkdir(exist_ok=True)
    path = folder / f"{number}.part"
    try:
        sha = _stream(sent, path)
        event_id = _look(sent, path, sha, folder / f"{number}.look", single)
        name = f"capture-{number}.{'xml' if sent.kind == 'epcis-xml' else 'jsonld'}"
        path.rename(folder / name)
        sync_folder(folder)
    finally:
        path.unlink(missing_ok=True)
    with transaction.atomic():
        row = captures().create(
            number=number,
            name=name,
            sha256=sha,
            size=sent.size,
            behaviour=sent.behaviour,
            actor=sent.actor,
            created=time,
            finished="",
            errors="[]",
        )
        put(KIND, {"number": number}, sent.actor, time, f"capture:{number}")
    return row, event_id


def _stream(sent: Sent, path: Path) -> str:
    if sent.size > size_limit():
        raise too_large()
    hasher, written = hashlib.sha256(), 0
    with path.open("xb") as target:
        while piece := sent.read(PIECE):
            written += len(piece)
            if written > size_limit():
                raise too_large()
            hasher.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    if written != sent.size:
        told = f"The document has {written:,} bytes, Content-Length says {sent.size:,}; send it again."
        raise ApiProblem("ValidationException", told)
    return hasher.hexdigest()


def too_large() -> ApiProblem:
    """The problem of a document above the limit."""
    told = f"The document is larger than {settings.CAPTURE_MEGABYTES} MB (GS1-EPCIS-Capture-File-Size-Limit); send it in parts."
    return ApiProblem("CaptureLimitExceededException", told)


def _look(sent: Sent, path: Path, sha: str, scratch: Path, single: bool) -> str:
    """What can be told at once: that it is no EPCIS, or, of a small one, that it breaks off. The eventID of a single event."""
    with path.open("rb") as stream:
        found = sniff(stream.read(HEAD))
    if found is None:
        raise ApiProblem(
            "ValidationException", "The document is no EPCIS document and no event; see EPCIS 2.0 clause 9 for XML, 10 for JSON."
        )
    if found != sent.kind:
        forms = {"epcis-xml": "XML", "epcis-json": "JSON"}
        told = f"The document is {forms[found]}, its Content-Type says {forms[sent.kind]}; name the right one."
        raise ApiProblem("UnsupportedMediaTypeException", told)
    if not single and sent.size > SMALL:
        return ""
    try:
        checked = build(path, sent.kind, sha, scratch)
        if checked.broken or (single and checked.wrong):
            raise ApiProblem("ValidationException", checked.errors[0])
        if single and checked.events != 1:
            raise ApiProblem("ValidationException", f"The document holds {checked.events} events; one is taken here, more by capture.")
        return _id_in(scratch, sha) if single else ""
    finally:
        remove(scratch)


def _id_in(part: Path, sha: str) -> str:
    """The eventID of the one event of a part of the index."""
    names = [row["name"] for row in pq.read_table(part / "names.parquet").to_pylist() if row["role"] == "id"]
    return names[0] if names else own_id((sha, pq.read_table(part / "events.parquet").column("offset")[0].as_py()))


def remove(folder: Path) -> None:
    """Remove a part of the index that nobody needs."""
    for file in folder.glob("*"):
        file.unlink()
    if folder.exists():
        folder.rmdir()


def told(row: Any) -> dict[str, Any]:
    """A capture job as the standard shows it (EPCIS 2.0 clause 12.6)."""
    about = {
        "captureID": row.number,
        "createdAt": row.created,
        "finishedAt": row.finished,
        "running": row.running,
        "success": row.success,
        "captureErrorBehaviour": row.behaviour,
        "errors": json.loads(row.errors),
    }
    return {name: value for name, value in about.items() if value != ""}


def errors_of(sentences: Iterable[str], count: int) -> list[dict[str, Any]]:
    """Sentences as the problems of a capture job; of those that are not told one by one the count."""
    found = [problem_body("ValidationException", sentence) for sentence in sentences]
    if count > len(found):
        found.append(problem_body("ValidationException", f"{count - len(found):,} further errors are not told one by one."))
    return found
