"""The life of one item: every step with its place, its containers over time, the findings on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lotproof.gs1 import transforms
from lotproof.gs1.item import Item
from lotproof.lake.engine import connect
from lotproof.lake.index import digests, rows_of
from lotproof.lake.resolve import Source
from lotproof.lake.sql import quoted
from lotproof.lake.store import Lake

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


def trace(lake: Lake, sources: Sequence[Source], item: Item, outcome: Path, spill: Path) -> Life:
    """Look the item up in every segment; follow its containers upwards."""
    connection = connect(spill, memory="512MB")
    try:
        files = lake.segment_files("observation", [source.sha256 for source in sources])
        life = Life(item.text)
        if not files:
            return life
        names = {source.sha256: source for source in sources}
        _own_steps(connection, lake, names, item, life)
        _containers(connection, lake, names, life)
        life.findings = _findings(connection, outcome, life)
        return life
    finally:
        connection.close()


_COLUMNS = """item::VARCHAR, strftime(at_utc, '%Y-%m-%dT%H:%M:%S.%gZ'), step, item_text(gtin, serial, sscc), source, position,
  parent_text, lot, expiry, order_no, place, device, actor, reason, result, grade, image, counter, quantity, partial, reference,
  at_text, transform, event, ordinal"""
_DETAILS = ("container", "lot", "expiry", "order", "place", "device", "actor", "reason", "result", "grade", "image", "counter",
            "quantity", "partial", "reference", "time_as_written", "transform", "event")  # fmt: skip


def _own_steps(connection: duckdb.DuckDBPyConnection, lake: Lake, names: dict[str, Source], item: Item, life: Life) -> None:
    forms = spellings(item)
    rows = list(_select(connection, lake, names, list(forms), None if item.gtin else item.serial))
    exact = [step for step in rows if not forms.get(step.item, "")]
    if item.gtin and not any(step.item == item.text for step in exact):
        # Rows without GTIN alone are no life: with any GTIN before it, the same serial would seem to be known.
        exact = []
    # A row that states no GTIN may speak of another product's pack with the same serial, so it says so.
    if item.gtin and item.serial:
        exact = [_as_variant(step, LOOSE) if step.item == f"(21){item.serial}" else step for step in exact]
    life.steps = exact + [_as_variant(step, forms[step.item]) for step in rows if forms.get(step.item, "")]
    life.steps.sort(key=lambda step: (step.at or "", step.source, step.position))


def _as_variant(step: Step, transform: str) -> Step:
    return replace(step, details={**step.details, "same_after": transform})


def _select(
    connection: duckdb.DuckDBPyConnection, lake: Lake, names: dict[str, Source], texts: Sequence[str], serial: str | None = None
) -> Iterator[Step]:
    """Rows of these items by the index; a serial without GTIN may be anybody's, so it is looked for in every segment."""
    keys = digests(texts)
    found = [table for sha in names for table in rows_of(lake.segment(sha), keys)]
    if serial is not None:
        listed = ", ".join(quoted(str(file)) for file in lake.segment_files("observation", names))
        rows = connection.execute(f"SELECT {_COLUMNS} FROM read_parquet([{listed}]) WHERE serial = {quoted(serial)}").fetchall()
    elif found:
        connection.register("_found", pa.concat_tables(found))
        rows = connection.execute(f"SELECT {_COLUMNS} FROM _found").fetchall()
        connection.unregister("_found")
    else:
        rows = []
    for _, at, step, text, source, position, *rest in rows:
        details = {name: value for name, value in zip(_DETAILS, rest[:-1], strict=True) if value is not None}
        yield Step(at, step, text or "", names[source].name, position, names[source].kind, source, details)


def lives(lake: Lake, sources: Sequence[Source], texts: Sequence[str], spill: Path) -> dict[str, list[Step]]:
    """The own steps of many items in one look: text form -> steps in the order of time."""
    files = lake.segment_files("observation", [source.sha256 for source in sources])
    if not files or not texts:
        return {}
    loose = {"(21)" + text.split("(21)", 1)[1]: text for text in texts if "(21)" in text}
    wanted = [*texts, *loose]
    names = {source.sha256: source for source in sources}
    connection = connect(spill, memory="512MB")
    try:
        found: dict[str, list[Step]] = {}
        for step in _select(connection, lake, names, wanted):
            found.setdefault(loose.get(step.item, step.item), []).append(step)
    finally:
        connection.close()
    for steps in found.values():
        steps.sort(key=lambda step: (step.at or "", step.source, step.position))
    return found


def _containers(connection: duckdb.DuckDBPyConnection, lake: Lake, names: dict[str, Source], life: Life) -> None:
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
        found = sorted(_select(connection, lake, names, wanted), key=lambda step: (step.at or "", step.source, step.position))
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


def _findings(connection: duckdb.DuckDBPyConnection, outcome: Path, life: Life) -> list[dict[str, Any]]:
    if not outcome.exists():
        return []
    texts = dict.fromkeys([life.item, *(step.item for step in life.steps), *(span["container"] for span in life.containers)])
    listed = ", ".join(quoted(text) for text in texts)
    rows = connection.execute(
        f"""SELECT DISTINCT code, severity, lot, item, note, name, position FROM read_parquet({quoted(outcome)})
            WHERE item IN ({listed}) ORDER BY code, item, name, position"""
    ).fetchall()
    keys = ("code", "severity", "lot", "item", "note", "source", "position")
    return [dict(zip(keys, row, strict=True)) for row in rows]
