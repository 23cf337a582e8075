"""What the desk has done outside requests: files taken in, rules run, packs for the inspector."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lotproof.exchange.alerts.codes import read_settings
from lotproof.exchange.alerts.lookup import ALERTS
from lotproof.exchange.alerts.take import take_receipts
from lotproof.intake.problem import SourceProblem
from lotproof.intake.receipt import Receipt
from lotproof.jobs.register import NotDone, Work, handler
from lotproof.packs.job import pack_of_workspace
from lotproof.quality.hold_list import take_in_holds
from lotproof.quality.signal_shell import take_signals
from lotproof.quality.signals import raised_by
from lotproof.workspace.job import check_workspace
from lotproof.workspace.place import WorkspaceError, writing
from lotproof.workspace.sources import INBOX, take_in

PACKS = "packs"
"""Folder of the workspace that holds the packs that were asked for on the desk."""


@handler("pack")
def pack(work: Work) -> dict[str, Any]:
    """A sealed zip for the inspector: ``given`` has its name."""
    path = work.workspace.root / PACKS / f"{work.given['name']}.zip"
    path.parent.mkdir(exist_ok=True)
    if path.exists():  # built before a worker died that had not told so
        return {"pack": path.name}
    try:
        built = pack_of_workspace(work.workspace, path, work.clock(), work.actor, _progress(work))
    except WorkspaceError as error:
        raise NotDone(str(error)) from error
    return {"pack": path.name, "root": built.root, "bytes": path.stat().st_size}


@handler("take-in")
def take_in_files(work: Work) -> dict[str, Any]:
    """Files that came in through the desk: ``given`` has the folder in the inbox. The rules run afterwards."""
    folder = work.workspace.root / INBOX / work.given["folder"]
    try:
        with writing(work.workspace):
            receipts = take_in(work.workspace, folder, work.given.get("zone"), work.clock(), work.actor, _progress(work))
    except WorkspaceError as error:
        raise NotDone(str(error)) from error
    except FileNotFoundError:
        raise NotDone("The uploaded files are gone from the inbox; upload them again.") from None
    shutil.rmtree(folder)  # the originals are kept by their hash
    judged = check(work)
    return {"receipts": [receipt.as_json() for receipt in receipts], **judged, **_alerts(work, receipts)}


def _alerts(work: Work, receipts: Sequence[Receipt]) -> dict[str, Any]:
    """Alerts, answers and requests among the files become signals, once the rules have run: findings are evidence of them."""
    if not any(one.kind in ALERTS for one in receipts):
        return {}
    try:
        settings = read_settings(work.workspace.root)
    except SourceProblem as error:
        raise NotDone(str(error)) from error
    return {"alerts": take_receipts(work.workspace, receipts, settings, work.clock(), work.actor, _progress(work)).says}


@handler("check")
def check(work: Work) -> dict[str, Any]:
    """The rules over every source, and the signals that they give."""
    try:
        with writing(work.workspace):
            take_in_holds(work.workspace, work.clock(), work.actor)
        _, outcome = check_workspace(work.workspace.root, work.clock(), work.actor, None, _progress(work))
    except WorkspaceError as error:
        raise NotDone(str(error)) from error
    raised = take_signals(raised_by(outcome.findings), work.clock(), work.actor, full=True)
    return {"findings": len(outcome.findings), "signals": [one.number for one in raised]}


def _progress(work: Work) -> Callable[[str, int, int], None]:
    return lambda what, done, of: work.tell(done, of, what)


def pack_path(home: Path, name: str) -> Path | None:
    """A pack that was built on the desk; None where there is none of this name."""
    path = home / PACKS / name
    return path if path.suffix == ".zip" and path.parent == home / PACKS and path.is_file() else None
