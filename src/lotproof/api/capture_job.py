"""The job of a capture: check, take in as `lotproof add` does, index, tell the outcome. It may be run again at any point."""

from __future__ import annotations

import json
import time as passing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.api.capture import EVENTS_LIMIT, KIND, captures, errors_of, remove, spool
from lotproof.api.part import Checked, build
from lotproof.api.shelf import behind, refresh, shelf_of
from lotproof.api.streams import put_deliveries
from lotproof.jobs.register import NotDone, Work, handler
from lotproof.ledger.late import seconds
from lotproof.workspace.place import Workspace, WorkspaceError, writing
from lotproof.workspace.sources import take_files

TOGETHER, BYTES = 64, 32 << 20
"""Captures that are taken in together at most, and bytes of them: many small ones cost little more than one."""
DAY = 86_400
PATIENCE = 120
"""Seconds that a job waits for another writer."""


@dataclass(frozen=True)
class _Ready:
    """A document that was checked."""

    row: Any
    """Its capture."""
    path: Path
    """Where it lies."""
    part: Path
    """Its part of the index."""
    checked: Checked
    """What came of reading it."""


@handler(KIND, tries=5)
def capture(work: Work) -> dict[str, Any]:
    """Take in a document, and with it small ones of the same sender that wait."""
    done = 0
    with patiently(work.workspace):
        rows = _together(str(work.given["number"]))
        ready = [one for row in rows if (one := _checked(work, row)) is not None]
        good = [one for one in ready if not _refused(one)]
        for one in ready:
            if _refused(one):
                _finish(work, one, False)
        if good:
            take_files(work.workspace, {one.row.name: one.path for one in good}, "capture", work.clock(), work.actor)
            refresh(work.workspace, {one.row.sha256: one.part for one in good})
            done = len(good)
        for one in good:
            _finish(work, one, True)
    if done:
        put_deliveries(shelf_of(work.workspace).cursor, work.clock())
    return {"captured": done}


def _together(number: str) -> list[Any]:
    """The capture, where it is not ended, and others of its sender up to a limit."""
    first = captures().filter(number=number, running=True).first()
    if first is None:
        return []
    chosen, size = [first], first.size
    for row in captures().filter(actor=first.actor, running=True).exclude(number=number).order_by("created", "number")[:TOGETHER]:
        if size + row.size <= BYTES and len(chosen) < TOGETHER:
            chosen.append(row)
            size += row.size
    return chosen


def _checked(work: Work, row: Any) -> _Ready | None:
    path, part = spool(work.workspace) / row.name, spool(work.workspace) / f"{row.number}.vol"
    remove(part)
    if not path.exists():
        # An earlier run of this job took it in and was ended before it could say so: its source is acknowledged.
        lost = row.sha256 not in shelf_of(work.workspace).sources
        checked = (
            Checked()
            if not lost
            else Checked(wrong=1, errors=["The document was lost before it was taken in; send it again."], broken=True)
        )
        _finish(work, _Ready(row, path, part, checked), not lost)
        return None
    work.tell(0, row.size, f"reading {row.name}")
    checked = build(path, "epcis-xml" if row.name.endswith(".xml") else "epcis-json", row.sha256, part)
    return _Ready(row, path, part, checked)


def _refused(one: _Ready) -> bool:
    """Whether nothing of it is taken: rollback with anything wrong, more events than allowed, or no event that is valid."""
    wrong = bool(one.checked.wrong) and one.row.behaviour == "rollback"
    return wrong or one.checked.events > EVENTS_LIMIT or not one.checked.valid


def _finish(work: Work, one: _Ready, taken: bool) -> None:
    checked = one.checked
    told = list(checked.errors)
    if checked.events > EVENTS_LIMIT:
        told.insert(
            0, f"The document has {checked.events:,} events, more than {EVENTS_LIMIT:,} (GS1-EPCIS-Capture-Limit); send it in parts."
        )
    errors = errors_of(told, max(checked.wrong, len(told)))
    row = one.row
    row.running, row.success, row.finished = False, taken and not checked.wrong, work.clock()
    row.events, row.errors = checked.valid if taken else 0, json.dumps(errors, ensure_ascii=False)
    row.save(update_fields=["running", "success", "finished", "events", "errors"])
    one.path.unlink(missing_ok=True)
    remove(one.part)


@contextmanager
def patiently(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for writing, waiting for others; NotDone where they take too long."""
    until = passing.monotonic() + PATIENCE
    while True:
        lock = writing(workspace)
        try:
            lock.__enter__()
            break
        except WorkspaceError as error:
            if "Another Lotproof process" not in str(error) or passing.monotonic() > until:
                raise NotDone(str(error)) from None
            passing.sleep(0.1)
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


@handler("epcis-index", tries=3)
def index(work: Work) -> dict[str, Any]:
    """Bring the index of events up to date with what came otherwise, as by `lotproof add`."""
    _sweep(work)
    if not behind(work.workspace):
        return {"indexed": 0}
    with patiently(work.workspace):
        fresh = refresh(work.workspace, {})
    put_deliveries(shelf_of(work.workspace).cursor, work.clock())
    return {"indexed": len(fresh)}


def _sweep(work: Work) -> None:
    """Remove what a kill left: documents of captures that are ended, and files of a day ago that belong to no capture."""
    known = dict(captures().filter(name__in=[path.name for path in spool(work.workspace).glob("capture-*")]).values_list("name", "running"))
    before = seconds(work.clock()) - DAY
    for path in spool(work.workspace).glob("*"):
        ended = known.get(path.name) is False or (path.name not in known and path.stat().st_mtime < before)
        if ended and path.is_dir():
            remove(path)
        elif ended:
            path.unlink(missing_ok=True)
