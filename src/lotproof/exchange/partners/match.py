"""A partner's exception held against our record at once: which packs are known, where they are, which of our own findings speak of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lotproof.exchange.partners.facts import Known, known, our_sources
from lotproof.exchange.partners.message import Message, Named
from lotproof.gs1.item import Item
from lotproof.workspace.outcomes import lots_found, outcome_file
from lotproof.workspace.place import Workspace
from lotproof.workspace.states import states
from lotproof.workspace.trace import LOOSE, Life, trace

LONGEST = 20
"""Characters of a serial (GenSpecs 3.5.2, AI 21); a longer text is no serial of anybody."""
LOOKED = 20
"""Packs whose state is worked out or, where nobody knows them, whose neighbours in spelling are looked for."""
RESPELLED = {
    "zeros": "the same but for leading zeros",
    "keyboard": "the same through a keyboard that exchanges Y and Z",
    "case": "the same but for upper and lower case",
    LOOSE: "the same serial, stated without a trade item",
}
"""Transform of a spelling -> what it means."""
SEVERITIES = ("minor", "major", "critical")


@dataclass(frozen=True)
class Match:
    """What the record says of a message."""

    packs: tuple[dict[str, Any], ...] = ()
    """A pack each: {item, kind, known, lots, says, events, state, references, findings, near}."""
    lots: tuple[str, ...] = ()
    """Lots that the message or our sources name for these packs."""
    findings: tuple[dict[str, Any], ...] = ()
    """Our own findings that bear on it: {code, lot, severity, count, same, sentence}; ``same`` counts the packs that both name."""

    @property
    def known(self) -> int:
        """Packs that a source of ours names."""
        return sum(bool(one["known"]) for one in self.packs)

    @property
    def severity(self) -> str:
        """Of the signal: the gravest of our findings on the same packs, at least major."""
        same = (str(one["severity"]) for one in self.findings if one["same"])
        return max((*same, "major"), key=lambda one: SEVERITIES.index(one) if one in SEVERITIES else 0)

    @property
    def sentence(self) -> str:
        """In one sentence."""
        if not self.packs:
            return f"It names no serial{f'; {len(self.findings)} of our findings are in lots of its products' if self.findings else ''}."
        if self.known == len(self.packs):
            told = "The record knows the pack" if len(self.packs) == 1 else f"The record knows all {len(self.packs)} packs"
        else:
            told = f"The record knows {self.known} of {len(self.packs)} packs" if self.known else "No source of ours knows its packs"
        same = [f"{one['code']} on {one['same']}" for one in self.findings if one["same"]]
        return (
            f"{told}; our own findings on the same packs: {', '.join(same)}." if same else f"{told}; no finding of ours is on these packs."
        )

    def summary(self) -> dict[str, Any]:
        """What the entry keeps of the moment of taking."""
        same = [f"{one['code']}:{one['lot']}" for one in self.findings if one["same"]][:50]
        return {"packs": len(self.packs), "known": self.known, "findings": same}


def match(workspace: Workspace, message: Message, looked: int = LOOKED) -> Match:
    """Hold a message against the record as it is now; the states of so many packs are worked out, which takes its time."""
    found = known(workspace, message.packs)
    kinds = {item: one.kind for one in reversed(message.items) for item in reversed(one.items)}
    packs = tuple(_pack(one, kinds[item]) for item, one in found.items())
    lots = tuple(dict.fromkeys(lot for source in (message.items, found.values()) for one in source for lot in one.lots))
    told = tuple(_looked(workspace, list(found.values())[:looked], packs))
    return Match(told, lots, tuple(_findings(workspace, message.items, list(found.values()), lots)))


def _pack(one: Known, kind: str) -> dict[str, Any]:
    events = [{"at": step.at, "step": step.step, "source": step.source, "position": step.position} for step in one.steps]
    moved = [{"at": step.at, "step": step.step, "source": step.source, "position": step.position} for step in one.moves]
    return {
        "item": one.item.text, "kind": kind, "known": one.known, "lots": list(one.lots), "events": events, "moves": moved,
        "references": [" ".join(filter(None, pair)) for pair in one.references], "state": None, "near": [],
        "findings": [{name: row[name] for name in ("code", "lot", "severity", "item", "note")} for row in one.findings],
    }  # fmt: skip


def _looked(workspace: Workspace, first: Sequence[Known], packs: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The packs; the first with their state, or with what is spelled almost like them."""
    sources = our_sources()
    with tempfile.TemporaryDirectory(prefix="lotproof-partners-") as folder:
        spill = Path(folder)
        for one, pack in zip(first, packs, strict=False):
            if len(one.item.serial or "") > LONGEST:
                continue
            life = trace(workspace.lake, sources, one.item, outcome_file(workspace), spill)
            state = states(workspace.lake, sources, life, spill, [None])[0] if one.known else None
            pack.update(state=state and _state(state), near=life.near or ([] if one.known else _respelled(life)))
    yield from ({**pack, "says": _says(pack)} for pack in packs)


def _respelled(life: Life) -> list[dict[str, Any]]:
    """Items that are this one but for how they are written, as suggestions have it."""
    found = {step.item: step for step in life.steps if step.details.get("same_after") in RESPELLED}
    return [{"item": text, "why": RESPELLED[step.details["same_after"]], "lot": step.details.get("lot")} for text, step in found.items()]


def _state(state: dict[str, Any]) -> dict[str, Any]:
    return {name: state[name] for name in ("number_state", "item_state", "containers", "place", "flags")}


def _says(pack: dict[str, Any]) -> str:
    if not pack["known"]:
        near = pack["near"][:1]
        return f"No source of ours knows it; known is {near[0]['item']}: {near[0]['why']}." if near else "No source of ours knows it."
    state, last = pack["state"], [one for one in (*pack["moves"], *pack["events"]) if one["at"]]
    now = max(last, key=lambda one: str(one["at"]), default=None)
    parts = [f"it is {(state['item_state'] or state['number_state'] or 'known').replace('_', ' ')}"] if state else []
    parts += [f"last {now['step'].replace('_', ' ')} at {now['at']}"] if now else []
    parts += [f"under {', '.join(pack['references'])}"] if pack["references"] else []
    return f"The record knows it: {', '.join(parts)}." if parts else "The record knows it."


def _findings(workspace: Workspace, named: Sequence[Named], packs: Sequence[Known], lots: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Findings on the packs or their containers first, then those of the lots; where no pack is named, those of the GTINs."""
    same: dict[tuple[str, str], set[Item]] = {}
    for one in packs:
        for row in one.findings:
            same.setdefault((row["code"], row["lot"]), set()).add(one.item)
    wanted = list(dict.fromkeys([*(lot for _, lot in same), *lots, *_lots_of_gtins(workspace, named, packs)]))
    rows = [
        {name: found[name] for name in ("code", "lot", "severity", "count", "sentence")}
        | {"same": len(same.get((found["code"], found["lot"]), ()))}
        for lot, document in lots_found(workspace, wanted).items()
        for found in document["findings"]
    ]
    yield from sorted(rows, key=lambda one: (-one["same"], one["lot"], one["code"]))


def _lots_of_gtins(workspace: Workspace, named: Sequence[Named], packs: Sequence[Known]) -> list[str]:
    """Lots of findings on GTINs of which a message names no serial."""
    gtins = sorted({gtin for one in named for gtin in (one.item.gtin, one.wrong) if gtin and not one.item.serial})
    path = outcome_file(workspace)
    if packs or not gtins or not path.exists():
        return []
    return sorted(set(pq.read_table(path, columns=["lot"], filters=[("gtin", "in", gtins)])["lot"].to_pylist()))
