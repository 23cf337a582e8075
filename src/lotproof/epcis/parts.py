"""Rows under way: one event as it is read, many events as columns, and columns from several readers put in order.

The bulk path and the tolerant path each give `Part`s of the same document; `merge` puts them into document order by
byte offset, so neither path needs to know of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lotproof.epcis.model import (
    EPCS_SCHEMA,
    EVENTS_SCHEMA,
    LINKS_SCHEMA,
    QUANTITIES_SCHEMA,
    SCALARS,
    SHORTENED,
    TEXT_COLUMNS,
    EventBatch,
)
from lotproof.epcis.words import short

Ints = npt.NDArray[np.int64]
SCALAR_INDEX: dict[str, int] = {name: index for index, name in enumerate(SCALARS)}


class Draft:
    """One event while it is read by the tolerant path."""

    __slots__ = ("corrective", "epcs", "links", "offset", "quantities", "roles", "scalars", "type")

    def __init__(self, event_type: str, offset: int) -> None:
        self.type = event_type
        self.offset = offset
        self.scalars: list[str | None] = [None] * len(SCALARS)
        self.corrective: list[str] = []
        self.roles: list[str] = []
        self.epcs: list[str] = []
        self.quantities: list[list[str | None]] = []
        self.links: list[tuple[str, str | None, str | None]] = []

    def put(self, column: int, text: str) -> None:
        """Set a scalar column. The first statement that is not empty holds: some systems state the offset twice."""
        if text and self.scalars[column] is None:
            self.scalars[column] = short(text) if SCALARS[column] in SHORTENED else text


@dataclass
class Part:
    """Columns of some events of one document, in document order among themselves."""

    offsets: Ints
    """Byte offset of each event."""
    texts: dict[str, pa.Array]
    """"type" and TEXT_COLUMNS, one value an event."""
    epcs: tuple[Ints, list[pa.Array]]
    """For each identifier the position of its event in this part; then the columns of EPCS_SCHEMA after seq."""
    quantities: tuple[Ints, list[pa.Array]]
    """The same for QUANTITIES_SCHEMA."""
    links: tuple[Ints, list[pa.Array]]
    """The same for LINKS_SCHEMA."""


@dataclass
class Rows:
    """Events of the tolerant path, collected column by column."""

    offsets: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    scalars: list[list[str | None]] = field(default_factory=list)
    corrective: list[str | None] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    epcs: list[str] = field(default_factory=list)
    quantities: list[tuple[int, list[str | None]]] = field(default_factory=list)
    links: list[tuple[int, tuple[str, str | None, str | None]]] = field(default_factory=list)

    def add(self, draft: Draft) -> None:
        """Take a finished event."""
        at = len(self.offsets)
        self.offsets.append(draft.offset)
        self.types.append(draft.type)
        self.scalars.append(draft.scalars)
        self.corrective.append(" ".join(draft.corrective) or None)
        self.counts.append(len(draft.epcs))
        self.roles += draft.roles
        self.epcs += draft.epcs
        self.quantities += [(at, row) for row in draft.quantities]
        self.links += [(at, row) for row in draft.links]

    def part(self) -> Part:
        """These rows as columns."""
        columns = list(zip(*self.scalars, strict=True)) or [()] * len(SCALARS)
        texts = {name: strings(column) for name, column in zip(SCALARS, columns, strict=True)}
        texts["type"] = strings(self.types)
        texts["corrective_ids"] = strings(self.corrective)
        owners = np.repeat(np.arange(len(self.counts)), self.counts)
        return Part(
            offsets=np.array(self.offsets, np.int64),
            texts=texts,
            epcs=(owners.astype(np.int64), [strings(self.roles), strings(self.epcs)]),
            quantities=_owned(self.quantities, 4),
            links=_owned(self.links, 3),
        )


def strings(values: Sequence[str | None]) -> pa.Array:
    """A string column. One value throughout, as is usual within a lot, is not converted a second time."""
    if len(values) > 1 and values.count(values[0]) == len(values):
        return pa.repeat(pa.scalar(values[0], pa.string()), len(values))
    return pa.array(values, pa.string())


def _owned(rows: Sequence[tuple[int, Sequence[str | None]]], width: int) -> tuple[Ints, list[pa.Array]]:
    owners = np.array([owner for owner, _ in rows], np.int64)
    columns: list[Any] = list(zip(*(row for _, row in rows), strict=True)) or [()] * width
    return owners, [strings(column) for column in columns]


def merge(parts: Sequence[Part], first_seq: int) -> EventBatch:
    """One batch out of the parts, in document order, numbered from `first_seq`."""
    offsets = np.concatenate([part.offsets for part in parts])
    order = np.argsort(offsets, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    bases = np.cumsum([0] + [len(part.offsets) for part in parts])
    texts = ["type", *TEXT_COLUMNS]
    columns = [pa.chunked_array([part.texts[name] for part in parts], pa.string()) for name in texts]
    events = pa.Table.from_arrays([pa.array(rank + first_seq), columns[0], pa.array(offsets), *columns[1:]], schema=EVENTS_SCHEMA)
    if len(order) and not _ascending(rank):
        events = events.take(pa.array(order))

    def owned(which: str, schema: pa.Schema) -> pa.Table:
        tables = [getattr(part, which) for part in parts]
        owners = np.concatenate([rank[owner + base] for (owner, _), base in zip(tables, bases, strict=False)])
        chunked = [pa.chunked_array(column, pa.string()) for column in zip(*(c for _, c in tables), strict=True)]
        table = pa.Table.from_arrays([pa.array(owners + first_seq), *chunked], schema=schema)
        return table if _ascending(owners) else table.take(pa.array(np.argsort(owners, kind="stable")))

    return EventBatch(
        events=events,
        epcs=owned("epcs", EPCS_SCHEMA),
        quantities=owned("quantities", QUANTITIES_SCHEMA),
        links=owned("links", LINKS_SCHEMA),
    )


def _ascending(values: Ints) -> bool:
    return bool((values[1:] >= values[:-1]).all())
