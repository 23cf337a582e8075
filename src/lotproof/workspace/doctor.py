"""What is wrong with a workspace or an installation, in sentences."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import Any

import duckdb

from lotproof.lake.store import digest_of
from lotproof.ledger import store
from lotproof.ledger.entry import EntryError
from lotproof.ledger.note import encode64
from lotproof.workspace.place import Workspace
from lotproof.workspace.sources import STREAM

RESTORE = "Restore the ledger from its backup and compare with the last pack's checkpoint."


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    """What was looked at."""
    ok: bool
    """Whether it holds."""
    sentence: str
    """What was seen."""
    hint: str = ""
    """What to do where it does not hold."""

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.ok, "sentence": self.sentence, "hint": self.hint}


def examine(workspace: Workspace) -> list[Check]:
    """Look at the ledger's chain and tree, the originals and the segments."""
    return [_engine(), _chain(), _tree(), *_originals(workspace)]


def _engine() -> Check:
    version = duckdb.__version__
    good = version.startswith("1.5.")
    return Check("engine", good, f"DuckDB {version}, Python {platform.python_version()}.", "" if good else "Install DuckDB 1.5.x.")


def _chain() -> Check:
    problems = store.problems()
    if problems:
        return Check("chain", False, " ".join(problems[:5]), RESTORE)
    return Check("chain", True, f"{store.size()} entries, every stream without a gap and linked to its previous entry.")


def _tree() -> Check:
    """Every pack states the root that the log had when it was sealed: the log must still have grown from there."""
    try:
        sealed = {body["size"]: body for body in store.bodies("export", "packs")}
    except EntryError as error:
        return Check("tree", False, str(error), RESTORE)
    size = store.size()
    roots = store.root_at((*sealed, size))
    bad = [body["pack"] for count, body in sealed.items() if count not in roots or encode64(roots[count]) != body["root"]]
    if bad:
        return Check("tree", False, f"The log is not the one from which {', '.join(bad[:5])} was sealed.", RESTORE)
    grown = f"; packs that were sealed from it and still fit: {len(sealed)}" if sealed else ""
    return Check("tree", True, f"The Merkle root over {size} entries is {encode64(roots.get(size, b''))}{grown}.")


def _originals(workspace: Workspace) -> list[Check]:
    """Each acknowledged source must lie in the lake with the digest that the ledger states, and so must its segments."""
    bad: list[str] = []
    count = 0
    try:
        latest = {body["sha256"]: body for body in store.bodies("file", STREAM)}
    except EntryError as error:
        return [Check("sources", False, str(error), RESTORE)]
    for body in latest.values():
        count += 1
        path = workspace.lake.original(body["sha256"])
        if not path.exists():
            bad.append(f"the original of {body['path']} is missing")
        elif digest_of(path) != body["sha256"]:
            bad.append(f"the original of {body['path']} was changed")
        for name, digest in body["segment"].items():
            file = workspace.lake.segment(body["sha256"]) / name
            if not file.exists() or digest_of(file) != digest:
                bad.append(f"the segment {name} of {body['path']} is missing or was changed")
    if bad:
        hint = "Deliver the files again with lotproof add; segments are rebuilt from originals."
        return [Check("sources", False, "; ".join(bad[:10]) + ".", hint)]
    return [Check("sources", True, f"{count} sources and their segments are what the ledger says.")]
