"""What people made of the causes, as a pack tells it: causes.json, bound to the ledger by its digest, and the values of section 15."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lotproof.causes.check import check
from lotproof.causes.document import as_document
from lotproof.ledger import store
from lotproof.packs import payload
from lotproof.packs.report.values import Why

if TYPE_CHECKING:
    from lotproof.packs.assemble import Inputs


def why_of(data: Path, given: Inputs) -> Why | None:
    """Write ``data``/causes.json and the entry that holds its digest; the values of the section."""
    if given.causes is None:
        return None
    graph, problems = given.causes, check(given.causes)
    payload.write_json(data / "causes.json", as_document(graph))
    body = {
        "type": "causes", "pack": given.identifier, "lot": graph.lot, "sha256": payload.sha256_of((data / "causes.json").read_bytes()),
        "root": [one.id for one in graph.causes if one.role == "root"],
        "excluded": [one.id for one in graph.causes if one.role == "excluded"],
        "problems": sum(one.level == "error" for one in problems),
    }  # fmt: skip
    return Why(graph, problems, store.append("record", "causes", given.time, given.actor, body).index)
