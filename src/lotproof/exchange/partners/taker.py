"""What a drop folder, or anybody with a file, asks: is this an exception notification, and what became of it?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lotproof.exchange.partners.message import MOST_BYTES, RESPONSE, counted
from lotproof.exchange.partners.problem import PartnerError
from lotproof.exchange.partners.shell import Taken, take
from lotproof.workspace.place import Workspace

_BEGIN = 4096


def taker(path: Path, workspace: Workspace, actor: str, clock: Callable[[], str]) -> str | None:
    """What was made of a file, in one sentence; None where it is no exception notification.

    One that is a notification and cannot be followed gets a sentence too, and nothing is written. The caller does not hold the workspace
    for writing: a report is taken in as a source as well.
    """
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        return None
    with path.open("rb") as file:
        begin = file.read(_BEGIN).removeprefix(b"\xef\xbb\xbf").lstrip()
        if not begin.startswith(b"{"):
            return None
        file.seek(0)
        content = file.read()
    try:
        taken = take(workspace, content, path.name, actor, clock)
    except PartnerError as error:
        return f"{path.name} was not taken: {error}"
    return None if taken is None else sentence(path.name, taken)


def sentence(name: str, taken: Taken) -> str:
    """What became of a message, in one sentence."""
    number, message = taken.thread.number, taken.message
    if not taken.new:
        return f"{name} is a message of {number} that was taken before; nothing was written."
    raised = f" Signal {', '.join(taken.signals)}." if taken.signals else ""
    if message.form == RESPONSE:
        what = f"an answer to {counted(len(message.answers), 'exception')}"
    elif message.resolved:
        what = "the report that the case is resolved"
    else:
        what = f"an exception report with {counted(len(message.items), 'exception')}: {taken.match.sentence.rstrip('.')}"
    return f"{name} is {number}, {what}.{raised}"
