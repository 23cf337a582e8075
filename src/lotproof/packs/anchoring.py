"""Anchors the log in outside time: a timestamp over its checkpoint, as an entry of the log itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lotproof.ledger import note, store
from lotproof.ledger.entry import EntryError
from lotproof.ledger.late import seconds
from lotproof.packs.tsa import Authorities
from lotproof.packs.verify.cms import read_token
from lotproof.workspace.logbook import take_checkpoint
from lotproof.workspace.place import Workspace, WorkspaceError
from lotproof.workspace.settings import site_settings

STREAM = "anchors"
"""Stream of the anchors."""


@dataclass(frozen=True)
class Anchored:
    """An anchor that was made."""

    index: int
    """Its place in the log."""
    size: int
    """Entries that it covers."""
    time: str
    """Time of the authority, UTC."""


def anchor(workspace: Workspace, authorities: Authorities, clock: Callable[[], str], actor: str) -> Anchored:
    """Have the head of the log stamped and append the stamp; `clock` gives UTC as entries spell it.

    Raises TsaError where no authority answers, WorkspaceError where the clocks disagree: the anchor would contradict its own time.
    """
    head, signed = take_checkpoint(workspace)
    answer = authorities.stamp(signed)
    stamped, time = read_token(answer).time, clock()
    apart = abs(int(stamped.timestamp()) - seconds(time))
    allowed = site_settings().clock_tolerance
    if apart > allowed:
        raise WorkspaceError(
            f"The clock of this machine ({time}) is {apart} s away from that of the authority ({stamped:%Y-%m-%dT%H:%M:%SZ}); "
            f"{allowed} s are allowed. Set the clock, then anchor again."
        )
    body = {"type": "rfc3161", "size": head.size, "checkpoint": signed.decode(), "tsr": note.encode64(answer)}
    try:
        made = store.append("anchor", STREAM, time, actor, body)
    except EntryError as error:
        raise WorkspaceError(f"The timestamp cannot be kept: {error} Name an authority that sends fewer certificates.") from None
    return Anchored(made.index, head.size, f"{stamped:%Y-%m-%dT%H:%M:%SZ}")


def anchor_files(size: int) -> Iterator[tuple[str, bytes]]:
    """Give (path below data/ledger/, bytes) of each anchor among the first ``size`` entries: the timestamp and what it is over."""
    for index, body in store.indexed_bodies("anchor", STREAM):
        if index >= size:
            return
        found: dict[str, Any] = body
        yield f"anchors/{found['size']}.tsr", note.decode64(found["tsr"])
        yield f"anchors/{found['size']}.checkpoint", found["checkpoint"].encode()
