"""What the rows of containers say of each of them, and what is in each by their own account: the tables ``own`` and ``nest``."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa

from lotproof.lake.columns import NEVER
from lotproof.lake.wide import keys_of
from lotproof.rules.screen import told
from lotproof.rules.screen.crates import LATEST
from lotproof.rules.screen.told import Dealt

_FLAGS = {"handled": told.HANDLED, "partial": told.PARTIAL, "flagged": told.FLAGGED, "recorded": told.RECORDED, "no_case": told.NO_CASE,
          "no_pallet": told.NO_PALLET, "odd": told.ODD}  # fmt: skip
_TIME = pa.timestamp("us")
_NEST = """
CREATE OR REPLACE TABLE nest AS
SELECT parent AS item, count(*) FILTER (hub) AS n_hub, bool_or(strange) AS strange, bool_or(boxes) AS boxes FROM nest_row GROUP BY parent
"""


def own_and_nest(connection: duckdb.DuckDBPyConnection, dealt: Dealt) -> None:
    """Make in the connection:

    own     container -> flags of lotproof.rules.screen.told, how many packs its commissioning states at least and at most, when it first left, mask
            of the classes of its rows, how many rows, the container it is in (null where rows say two), its lot (the first and the last by
            name where rows state several), when and where it was made and packed
    nest    container -> how many the hub put into it, whether a row puts something else than a container there, or a container
    """
    names = dealt.lots()
    for table in ("own", "nest_row"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for rows in dealt.give():
        inner = rows["says"] & told.STRANGE == 0
        groups = _Groups(rows[inner] if not inner.all() else rows)
        _add(connection, "own", _own(groups, names))
        _add(connection, "nest_row", pa.concat_tables(_nested(groups, rows[~inner])))
    connection.execute(_NEST)
    connection.execute("DROP TABLE nest_row")


def _add(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    connection.register("_given", rows)
    known = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = $table", {"table": table}).fetchone()
    connection.execute(f"INSERT INTO {table} SELECT * FROM _given" if known else f"CREATE TABLE {table} AS SELECT * FROM _given")
    connection.unregister("_given")


class _Groups:
    """The rows of a range by their containers."""

    def __init__(self, rows: np.ndarray) -> None:
        order = np.argsort(rows["high"] >> np.uint64(4))
        self._of = {name: rows[name][order] for name in rows.dtype.names or ()}
        self.prefix = (self._of["high"] >> np.uint64(4)).astype(np.int64)
        self.start = np.flatnonzero(np.append(True, self.prefix[1:] != self.prefix[:-1])) if len(rows) else np.zeros(0, np.int64)
        self.count = np.append(self.start[1:], len(rows)) - self.start

    def __getitem__(self, name: str) -> np.ndarray:
        """A field of all rows."""
        return self._of[name]

    def each(self, reduce: np.ufunc, values: np.ndarray) -> np.ndarray:
        """One value for each container."""
        return np.asarray(reduce.reduceat(values, self.start)) if len(self.start) else values[:0]

    def same(self, *names: str, where: np.ndarray | None = None) -> np.ndarray:
        """bool: whether all rows of a container (those in ``where``) have the same in these fields."""
        found = np.ones(len(self.start), bool)
        for name in names:
            values = self[name]
            most = np.repeat(self.each(np.maximum, values), self.count)
            found &= self.each(np.logical_and, (values == most) if where is None else (values == most) | ~where)
        return found


def _own(groups: _Groups, names: list[str | None]) -> pa.Table:
    says = groups.each(np.bitwise_or, groups["says"])
    # Containers that agree in the first 60 bits of their keys are not told apart, so they are not calm.
    says = np.where(groups.same("high", "low"), says, says | told.HANDLED)
    up_high, up_low = (groups.each(np.maximum, groups[name]) for name in ("up_high", "up_low"))
    inside = keys_of(up_high, up_low, ~_lonely(groups))
    made = np.where(groups["says"] & told.COMMISSIONED != 0, groups["quantity"], np.nan)
    least, most = groups.each(np.fmin, made), groups.each(np.fmax, made)
    first, last = _lots(groups, names)
    return pa.table({
        "item": keys_of(groups["high"][groups.start], groups["low"][groups.start]), "prefix": groups.prefix[groups.start],
        **{name: says & bit != 0 for name, bit in _FLAGS.items()},
        "least": pa.array(least, mask=np.isnan(least)), "most": pa.array(most, mask=np.isnan(most)),
        "left_at": _first(groups, told.SHIPPED), "mask": says & told.CLASSES, "rows": groups.count, "inside": inside, "lot": first, "lot2": last,
        "made": _last(groups, "at", told.MADE_LINE).cast(_TIME), "made_position": _last(groups, "position", told.MADE_LINE),
        "filled": _last(groups, "at", told.PACKED_HUB).cast(_TIME), "began": _first(groups, told.PACKED_LINE),
    })  # fmt: skip


def _lonely(groups: _Groups) -> np.ndarray:
    """bool: which containers are in one and the same container by all rows that say one."""
    said = (groups["up_high"] | groups["up_low"]) != 0
    return np.asarray(groups.same("up_high", "up_low", where=said) & groups.each(np.logical_or, said))


def _first(groups: _Groups, bit: int) -> pa.Array:
    """When a row with this bit was first."""
    at = np.where((groups["says"] & bit != 0) & (groups["at"] != NEVER), groups["at"], LATEST)
    found = groups.each(np.minimum, at)
    return pa.array(found, mask=found == LATEST).cast(_TIME)


def _last(groups: _Groups, name: str, bit: int) -> pa.Array:
    """The greatest of a field over rows with this bit."""
    found = groups.each(np.maximum, np.where(groups["says"] & bit != 0, groups[name], NEVER))
    return pa.array(found, mask=found == NEVER)


def _lots(groups: _Groups, names: list[str | None]) -> tuple[pa.Array, pa.Array]:
    """The first and the last, by name, of the lots that rows of a container state."""
    order = sorted(range(1, len(names)), key=lambda number: names[number] or "")
    rank = np.zeros(len(names), np.int32)
    rank[order] = np.arange(1, len(names))
    stated, ordered = rank[groups["lot"]], rank[groups["order_lot"]]
    none = np.int32(len(names))
    low = groups.each(np.minimum, np.minimum(np.where(stated == 0, none, stated), np.where(ordered == 0, none, ordered)))
    high = groups.each(np.maximum, np.maximum(stated, ordered))
    words = pa.array([names[number] for number in order], pa.string())
    first, last = (pa.DictionaryArray.from_arrays(pa.array(found - 1, mask=high == 0), words) for found in (low, high))
    return first, last


def _nested(groups: _Groups, strange: np.ndarray) -> Iterator[pa.Table]:
    """A line for each container and container in it, and one for each row that puts something else there."""
    lonely = _lonely(groups)
    packed = groups["says"] & told.PACKED_HUB
    up = [groups.each(np.maximum, groups[name])[lonely] for name in ("up_high", "up_low")]
    yield _lines(up[0], up[1], groups.each(np.bitwise_or, packed)[lonely] != 0)
    rows = np.flatnonzero(~np.repeat(lonely, groups.count) & ((groups["up_high"] | groups["up_low"]) != 0))
    pairs = np.unique(np.stack([groups["up_high"][rows], groups["up_low"][rows], groups.prefix[rows].astype(np.uint64), packed[rows].astype(np.uint64)]), axis=1)
    # A pair with a row of the hub and another is there twice, and only one of them counts.
    yield _lines(pairs[0], pairs[1], pairs[3] != 0)
    yield _lines(strange["up_high"], strange["up_low"], np.zeros(len(strange), bool), strange["says"])


def _lines(high: np.ndarray, low: np.ndarray, hub: np.ndarray, says: np.ndarray | None = None) -> pa.Table:
    if says is None:
        says = np.full(len(high), told.BOX, np.int32)
    return pa.table({"parent": keys_of(high, low), "hub": hub, "strange": says & told.STRANGE != 0, "boxes": says & told.BOX != 0})


