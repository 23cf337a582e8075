"""The hold list of the desk as a file of the site: taken in like any other, so that what moves while it is on hold is found (PHY-04)."""

from __future__ import annotations

import csv
import hashlib
import io
import secrets
from collections.abc import Collection, Iterable
from typing import Any

from lotproof.quality.shell import table
from lotproof.workspace.place import Workspace
from lotproof.workspace.sources import INBOX, acknowledged, take_in

HEADER = ("HoldId", "Item", "Lot", "Held since", "Released", "Reason")
NAME = "desk-holds.csv"


def hold_list(rows: Iterable[Any], lots: Collection[str]) -> bytes:
    """The list as CSV; what is named as a lot puts the whole lot on hold. Empty where nothing was ever held."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    written = 0
    for row in rows:
        item, lot = ("", row.item) if row.item in lots else (row.item, "")
        writer.writerow((f"{row.case}/{row.index}", item, lot, row.since, row.released or "", f"on hold by {row.case}"))
        written += 1
    return text.getvalue().encode() if written else b""


def take_in_holds(workspace: Workspace, time: str, actor: str) -> bool:
    """Take the list in where it has changed since; the caller holds the workspace for writing. Tells whether it had."""
    rows = list(table("HoldRow").order_by("case", "index", "id"))
    lots = {lot for text in table("CaseRow").values_list("lots", flat=True) for lot in text.splitlines()}
    content = hold_list(rows, lots | set(table("SignalRow").exclude(lot="").values_list("lot", flat=True)))
    if not content or hashlib.sha256(content).hexdigest() in acknowledged():
        return False
    folder = workspace.root / INBOX / secrets.token_hex(8)
    folder.mkdir(parents=True)
    try:
        (folder / NAME).write_bytes(content)
        take_in(workspace, folder, "UTC", time, actor)
    finally:
        (folder / NAME).unlink()
        folder.rmdir()
    return True
