"""A fault tree goes into a pack: read and analysed first, then sealed as the file it is, its numbers bound to the ledger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lotproof.faulttree.analyse import PYTHON, analyse
from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.reading import read_tree
from lotproof.ledger import store
from lotproof.packs.fault_tree import DRAWING, FOLDER, RESULT, FaultTree, Sealed
from lotproof.workspace.place import WorkspaceError

NAMES = {"analysis.json", "drawing.svg"}
"""Files that are made beside that of the tree."""
LISTED = 20
"""Minimal cut sets that are listed; their number is exact however many there are."""


def read_fault_tree(path: Path) -> FaultTree:
    """The tree of a file, analysed; WorkspaceError with the sentence where it cannot be read."""
    if path.name in NAMES:
        raise WorkspaceError(f"{path.name} is a name that the pack gives to what it makes of the tree; rename the file.")
    data = path.read_bytes()
    try:
        return FaultTree(path.name, data, analyse(read_tree(data, path.name), most=LISTED, engine=PYTHON))
    except TreeError as error:
        raise WorkspaceError(str(error)) from None


def write_fault_tree(tree: FaultTree, data: Path, time: str, actor: str) -> Sealed:
    """The file as it is, its result and its drawing below ``data``; the ledger entry binds file and numbers."""
    result = tree.result.as_json()
    (data / FOLDER).mkdir(parents=True, exist_ok=True)
    (data / tree.path).write_bytes(tree.data)
    # Not canonical JSON, which has no fractions: probabilities are read here by people and their programs; the entry has them as text.
    written = json.dumps({"file": tree.path, "sha256": tree.sha256, **result}, ensure_ascii=False, indent=1, sort_keys=True)
    (data / RESULT).write_text(written + "\n", encoding="utf-8")
    (data / DRAWING).write_text(tree.drawing(), encoding="utf-8")
    return Sealed(tree, store.append("record", "fault-trees", time, actor, _body(tree, result)).index)


def _body(tree: FaultTree, result: dict[str, Any]) -> dict[str, Any]:
    # Numbers of the ledger are whole or text: a probability stands as the shortest text that reads back to it.
    counted = result["minimal_cut_sets"]
    numbers = {name: None if result[name] is None else repr(result[name]) for name in ("probability", "rare_event", "min_cut_upper_bound")}
    return {
        "type": "fault-tree", "file": tree.name, "sha256": tree.sha256, "top": result["top"], "method": result["method"],
        "version": result["version"], "minimal_cut_sets": None if counted is None else str(counted), **numbers,
    }  # fmt: skip
