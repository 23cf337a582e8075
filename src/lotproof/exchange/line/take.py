"""What lines say becomes a source of the workspace, and what is asked of them becomes entries of its ledger."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lotproof.exchange.line.opcua import Answer, Seen, ask_to_hold, read
from lotproof.exchange.line.settings import LineError, OpcUa
from lotproof.exchange.line.states import lines
from lotproof.intake.receipt import Receipt
from lotproof.ledger import store
from lotproof.quality.roles import FLOOR, role_of
from lotproof.workspace.credentials import Given, authenticate
from lotproof.workspace.people import active
from lotproof.workspace.place import Workspace, WorkspaceError, writing
from lotproof.workspace.sources import take_in

STREAM = "line"
MAY_HOLD = FLOOR
"""Who may ask a line to hold: those who act on the floor."""
ENTRY_TEXT = 2000
"""Characters of an answer that an entry keeps."""


def take_file(workspace: Workspace, name: str, content: bytes, time: str, actor: str) -> list[Receipt]:
    """Take in a text as a file of this name."""
    with writing(workspace), tempfile.TemporaryDirectory(prefix="lotproof-line-") as folder:
        (Path(folder) / name).write_bytes(content)
        return take_in(workspace, Path(folder), None, time, actor, jobs=1)


def read_line(workspace: Workspace, server: OpcUa, time: str, actor: str) -> tuple[Seen, list[Receipt]]:
    """Read the states of a line's serial numbers and take them in."""
    seen = read(server)
    text = "".join(f"{line}\n" for line in lines(seen.collections, server.name, server.gtin, server.lot, time))
    if not text:
        return seen, []
    stamp = time.replace(":", "").replace("-", "")
    return seen, take_file(workspace, f"opcua-{server.name}-{stamp}.jsonl", text.encode(), time, actor)


def hold_line(
    workspace: Workspace, server: OpcUa, user: str, given: Given, what: Mapping[str, str], clock: Callable[[], str]
) -> Answer:  # fmt: skip
    """Ask a line to hold, as a person who gave their password. Entries say that it was asked before it is, and what was answered after."""
    if server.hold is None:
        raise LineError(f"line.toml names no method by which {server.name} is asked to hold; add hold = {{object = …, method = …}}.")
    authenticate(workspace, user, given, True, clock())
    role = role_of(active(user).role)
    if role not in MAY_HOLD:
        raise WorkspaceError(f"{user} is {role}; a line is asked to hold by one of: {', '.join(sorted(MAY_HOLD))}.")
    facts: dict[str, Any] = {"line": server.name, "server": server.url, "method": asdict(server.hold)}
    asked = store.append("record", STREAM, clock(), user, {"type": "line-hold-asked", **facts, **what})
    try:
        answer = ask_to_hold(server, {**what, "by": user})
    except LineError as error:
        body = {"type": "line-hold-failed", "line": server.name, "asked": asked.index, "told": str(error)[:ENTRY_TEXT]}
        store.append("record", STREAM, clock(), user, body)
        raise LineError(f"{error} Whether the line holds is not known: go there. Entry {asked.index} says that it was asked.") from None
    outputs = [one[:ENTRY_TEXT] for one in answer.outputs]
    body = {"type": "line-hold-answered", "line": server.name, "asked": asked.index, "status": answer.status, "outputs": outputs}
    store.append("record", STREAM, clock(), user, body)
    return answer
