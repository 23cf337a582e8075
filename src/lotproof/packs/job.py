"""The main job: a folder in, a sealed pack out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.causes.document import read_causes
from lotproof.causes.model import Graph
from lotproof.control.kpis.register import all_kpis
from lotproof.intake.receipt import Receipt
from lotproof.packs.assemble import Inputs, assemble
from lotproof.packs.collect import Collector
from lotproof.packs.fault_tree import FaultTree
from lotproof.packs.sealer import LOG_KEY_ALONE, Sealer
from lotproof.packs.staging import staging_beside
from lotproof.packs.zipping import write_zip
from lotproof.quality.hold_list import take_in_holds
from lotproof.rules.check import Outcome
from lotproof.rules.engines import engine_of
from lotproof.workspace.document import document
from lotproof.workspace.job import AS_USUAL, How, run
from lotproof.workspace.kpis import in_tables, kpis_folder
from lotproof.workspace.place import Workspace, WorkspaceError, open_workspace, writing
from lotproof.workspace.sources import in_scope, receipts_of, take_in

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Built:
    """What the main job gave."""

    receipts: Sequence[Receipt]
    """Receipts of the delivery."""
    outcome: Outcome
    """Findings and balances."""
    pack: Path
    """Where the pack is."""
    root: str
    """Root hash of the ledger in the pack, hex."""
    vkey: str
    """Public key of the log."""
    key_file: Path
    """File that holds the public key, in the workspace."""

    @property
    def start(self) -> str:
        """The page to open first."""
        return str(self.pack / "data" / "html" / "index.html") if self.pack.suffix != ".zip" else "data/html/index.html of the unpacked zip"

    def document(self) -> dict[str, Any]:
        """The JSON document of the command line."""
        return document(self.receipts, self.outcome, str(self.pack), self.root)


def build_pack(
    folder: Path, pack: Path, home: Path, zone: str | None, time: str, actor: str, pack_id: str | None, progress: Progress,
    how: How = AS_USUAL, sealer: Sealer = LOG_KEY_ALONE, causes: Path | None = None,
    fault_tree: FaultTree | None = None,
) -> Built:  # fmt: skip
    """Take in the folder, run rules and reconciliation over it alone, build and seal the pack at ``pack``.

    ``causes`` is a file of causes (docs/causes.md) for section 15.
    """
    graph = None if causes is None else read_causes(causes.read_bytes(), causes.name)
    _free(pack)
    if folder.resolve() in (home.resolve(), *home.resolve().parents) or folder.resolve() in pack.resolve().parents:
        sentence = f"{folder} holds the workspace or the pack itself; name a workspace with --workspace and a pack with -o outside it."
        raise WorkspaceError(sentence)
    identifier = _checked(pack_id) if pack_id else _identifier(pack)
    workspace = open_workspace(home, time, actor)
    with writing(workspace):
        receipts = take_in(workspace, folder, zone, time, actor, progress, how.jobs)
        if not receipts:
            raise WorkspaceError(f"{folder} holds no file, so there is nothing to prove; name the folder that the site exported.")
        return _sealed(workspace, receipts, pack, identifier, zone, time, actor, progress, how, sealer, graph, fault_tree)


def pack_of_workspace(
    workspace: Workspace, pack: Path, time: str, actor: str, progress: Progress, sealer: Sealer = LOG_KEY_ALONE, zone: str | None = None
) -> Built:
    """Build and seal a pack at ``pack`` over every source that the workspace holds, with its incidents."""
    _free(pack)
    with writing(workspace):
        take_in_holds(workspace, time, actor)
        receipts = receipts_of()
        if not in_scope(receipts):
            raise WorkspaceError("The workspace holds no file yet, so there is nothing to prove; take files in with lotproof add.")
        return _sealed(workspace, receipts, pack, _identifier(pack), zone, time, actor, progress, AS_USUAL, sealer, None, None)


def _free(pack: Path) -> None:
    if pack.exists():
        raise WorkspaceError(f"There is something at {pack} already; a pack is never overwritten. Name another with -o, or move it first.")


def _sealed(
    workspace: Workspace, receipts: Sequence[Receipt], pack: Path, identifier: str, zone: str | None, time: str, actor: str,
    progress: Progress, how: How, sealer: Sealer, graph: Graph | None, fault_tree: FaultTree | None,
) -> Built:  # fmt: skip
    """Run the rules over these receipts and seal the pack; the workspace is held for writing."""
    sources = in_scope(receipts)
    kpis = tuple(all_kpis(kpis_folder(workspace)).values())
    with staging_beside(pack) as staging:
        top = staging / identifier
        (top / "data").mkdir(parents=True)
        collector = Collector(top / "data", kpis=in_tables(kpis))
        engine = engine_of(how.engine, how.jobs, how.store)
        outcome, statements = run(workspace, sources, time, actor, progress, collector.visit, collector.take, engine)
        progress("pack", 0, 1)
        given = Inputs(
            workspace, identifier, receipts, sources, outcome, statements, collector, zone, time, actor, sealer, kpis, graph, fault_tree
        )
        root = assemble(top, given)
        _place(top, pack, staging)
    key_file = workspace.root / "keys" / "log.vkey"
    key_file.write_text(workspace.key.vkey + "\n", encoding="ascii")
    return Built(receipts, outcome, pack, root, workspace.key.vkey, key_file)


def _identifier(pack: Path) -> str:
    name = pack.stem if pack.suffix == ".zip" else pack.name
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name).strip("-.")
    return kept if kept.upper().startswith("EP-") else f"EP-{kept or 'pack'}"


def _checked(pack_id: str) -> str:
    """The identifier names a folder, so it must not lead out of the one that it is made in."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", pack_id):
        raise WorkspaceError(f'--id "{pack_id}": write letters, digits, "-", "_" and ".", beginning with a letter or digit, at most 100.')
    return pack_id


def _place(top: Path, pack: Path, staging: Path) -> None:
    if pack.suffix == ".zip":
        temporary = staging / "pack.zip"
        write_zip(top, temporary)
        temporary.replace(pack)
    else:
        top.replace(pack)
