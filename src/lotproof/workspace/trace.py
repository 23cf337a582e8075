"""The life of one item: every step with its place, its containers over time, the findings on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lotproof.gs1 import transforms
from lotproof.gs1.item import Item
from lotproof.lake.engine import connect
from lotproof.lake.index import digests
from lotproof.lake.resolve import Source
from lotproof.lake.rows import Reader
from lotproof.lake.sql import quoted
from lotproof.lake.store import Lake
from lotproof.workspace.near import near_items
from lotproof.workspace.outcomes import found_on

LOOSE = "gtin_not_stated"
HOPS = 4
"""Containers above a pack that are followed: bundle, case, pallet, and one more."""


@dataclass(frozen=True)
class Step:
    """One observation of the item, or of a container that it was in."""

    at: str | None
    """Time in UTC, None where the source has none or its zone is not known."""
    step: str
    """What happened."""
    item: str
    """Text form of the item that the row speaks of."""
    source: str
    """Name of the file."""
    position: int
    """Line, row or byte offset in it."""
    kind: str
    """Kind of source."""
    sha256: str
    """Digest of the file."""
    details: dict[str, Any]
    """What else the row says: container, lot, place, device, actor, reason, grade, ..."""


@dataclass
class Life:
    """What `trace` found."""

    item: str
    """Text form of the item."""
    steps: list[Step] = field(default_factory=list)
    """The item's own steps in the order of time; undated ones first."""
    containers: list[dict[str, Any]] = field(default_factory=list)
    """Containers over time: {container, child, from, until, source}."""
    container_steps: list[Step] = field(default_factory=list)
    """What happened to those containers themselves."""
    findings: list[dict[str, Any]] = field(default_factory=list)
    """Findings on the item from the last run."""
    near: list[dict[str, Any]] = field(default_factory=list)
    """Where nobody knows the item: known ones that are spelled almost like it: {item, why, lot}."""
    states: list[dict[str, Any]] = field(default_factory=list)
    """The state after each moment at which something is told of the item: {after, number_state, item_state, parent, place, flags, ...}."""

    def as_json(self) -> dict[str, Any]:
        """The life as a JSON document."""
        return {
            "item": self.item,
            "steps": [vars(step) for step in self.steps],
            "containers": self.containers,
            "container_steps": [vars(step) for step in self.container_steps],
            "findings": self.findings,
            "near": self.near,
            "states": self.states,
        }


def spellings(item: Item) -> dict[str, str]:
    """Text form -> the transform that makes it this item: '' for the item itself, loose and format-only forms beside it."""
    if item.sscc:
        return {item.text: ""}
    serial = item.serial or ""
    head = f"(01){item.gtin}" if item.gtin else ""
    forms = {f"{head}(21){serial}": "", f"(21){serial}": ""}
    variants = {"zeros": transforms.strip_zeros(serial), "keyboard": transforms.swap_yz(serial)}
    variants |= {"case": serial.upper(), "case ": serial.lower()}
    for name, variant in variants.items():
        for form in (f"{head}(21){variant}", f"(21){variant}"):
            if variant:
                forms.setdefault(form, name.strip())
    return forms


@dataclass(frozen=True)
class _Look:
    """Where is looked: the lake and the sources in scope, opened once."""

    lake: Lake
    """The lake."""
    names: dict[str, Source]
    """Digest -> source."""
    reader: Reader
    """Reads their rows."""

    def steps(self, texts: Sequence[str]) -> list[Step]:
        """What all sources say of the items with these text forms, in the order of time; undated steps first."""
        of = dict(zip(digests(texts), texts, strict=True))
        rows = self.reader.rows_of(list(of), tuple(_COLUMNS))
        return _in_time(_step(of[key], self.names[sha], row) for sha, key, row in rows)


def _in_time(steps: Iterable[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: (step.at or "", step.source, step.position))


def _look(lake: Lake, sources: Sequence[Source]) -> _Look:
    names = {source.sha256: source for source in sources}
    return _Look(lake, names, Reader(lake, names))


def trace(lake: Lake, sources: Sequence[Source], item: Item, outcome: Path, spill: Path) -> Life:
    """Look the item up in every segment by the index; follow its containers upwards."""
    look = _look(lake, sources)
    life = Life(item.text)
    life.steps = _own_steps(look, item, spill)
    _containers(look, life)
    if not life.steps:
        life.near = near_items(look.reader, item)
    life.findings = found_on(outcome, [life.item, *(step.item for step in life.steps), *(span["container"] for span in life.containers)])
    return life


_COLUMNS = {"at_utc": "", "step": "", "position": "", "parent_text": "container", "lot": "lot", "expiry": "expiry", "order_no": "order",
            "place": "place", "device": "device", "actor": "actor", "reason": "reason", "result": "result", "grade": "grade",
            "image": "image", "counter": "counter", "quantity": "quantity", "partial": "partial", "reference": "reference",
            "at_text": "time_as_written", "transform": "transform", "event": "event"}  # fmt: skip
"""Columns that are read -> what they are called in the details of a step; '' for its own fields."""


def _step(text: str, source: Source, row: dict[str, Any]) -> Step:
    at = row.get("at_utc")
    moment = f"{at.isoformat(timespec='milliseconds')}Z" if at else None
    details = {name: row[column] for column, name in _COLUMNS.items() if name and column in row}
    return Step(moment, row.get("step", ""), text, source.name, row["position"], source.kind, source.sha256, details)


def _own_steps(look: _Look, item: Item, spill: Path) -> list[Step]:
    if item.serial and not item.gtin:
        return _anybodys(look, item.serial, spill)
    forms = spellings(item)
    rows = look.steps(list(forms))
    exact = [step for step in rows if not forms[step.item]]
    if item.gtin and not any(step.item == item.text for step in exact):
        # Rows without GTIN alone are no life: with any GTIN before it, the same serial would seem to be known.
        exact = []
    # A row that states no GTIN may speak of another product's pack with the same serial, so it says so.
    if item.gtin and item.serial:
        exact = [_as_variant(step, LOOSE) if step.item == f"(21){item.serial}" else step for step in exact]
    return _in_time(exact + [_as_variant(step, forms[step.item]) for step in rows if forms[step.item]])


def _as_variant(step: Step, transform: str) -> Step:
    return replace(step, details={**step.details, "same_after": transform})


def _anybodys(look: _Look, serial: str, spill: Path) -> list[Step]:
    """A serial without GTIN may be of any product: each GTIN that a source states is tried, or all rows are read where none is known."""
    gtins = look.reader.gtins()
    texts = [f"(21){serial}", *(f"(01){gtin}(21){serial}" for gtin in gtins or ())] if gtins is not None else _texts_of(look, serial, spill)
    return look.steps(texts)


def _texts_of(look: _Look, serial: str, spill: Path) -> list[str]:
    listed = ", ".join(quoted(file) for file in look.lake.segment_files("observation", look.names))
    if not listed:
        return []
    with closing(connect(spill, memory="512MB")) as connection:
        of = f"read_parquet([{listed}]) WHERE serial = {quoted(serial)}"
        found = connection.execute(f"SELECT DISTINCT unit_text(gtin, serial) FROM {of} ORDER BY ALL").fetchall()
        return [text for (text,) in found]


def lives(lake: Lake, sources: Sequence[Source], texts: Sequence[str]) -> dict[str, list[Step]]:
    """The own steps of many items in one look: text form -> steps in the order of time."""
    loose = {"(21)" + text.split("(21)", 1)[1]: text for text in texts if "(21)" in text}
    found: dict[str, list[Step]] = {}
    for step in _look(lake, sources).steps([*texts, *loose]):
        found.setdefault(loose.get(step.item, step.item), []).append(step)
    return found


def _containers(look: _Look, life: Life) -> None:
    """Follow the containers upwards, one hop a level; a container's own steps are found by its key."""
    seen: set[str] = set()
    level = {life.item: life.steps}
    for _ in range(HOPS):
        parents: dict[str, None] = {}
        for child, steps in level.items():
            for span in _spans(child, steps):
                life.containers.append(span)
                parents.setdefault(span["container"])
        wanted = [parent for parent in parents if parent not in seen]
        if not wanted:
            return
        seen.update(wanted)
        found = look.steps(wanted)
        life.container_steps.extend(found)
        level = {parent: [step for step in found if step.item == parent] for parent in wanted}


def _spans(child: str, steps: Sequence[Step]) -> Iterator[dict[str, Any]]:
    """Stays of one child in containers, source by source: sources that disagree are both shown."""
    for kind in dict.fromkeys(step.kind for step in steps):
        live: dict[str, Any] | None = None
        for step in (s for s in steps if s.kind == kind and s.step in ("aggregated", "disaggregated", "counted", "inspected")):
            container = step.details.get("container")
            if step.step == "disaggregated" and live is not None and container in (None, live["container"]):
                live["until"] = step.at
                live = None
            elif step.step != "disaggregated" and container and (live is None or live["container"] != container):
                live = {"container": container, "child": child, "from": step.at, "until": None, "said_by": kind,
                        "source": step.source, "position": step.position}  # fmt: skip
                yield live
