"""Local times of a zone to UTC, and what the change of the clocks makes doubtful: both asked of DuckDB once a minute of the table."""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lotproof.intake.arrays import Rows, factors, firsts
from lotproof.intake.columns.block import BlockValues
from lotproof.intake.columns.words import NotPlain

_SOONEST = 2 * 366 * 86_400_000_000
MINUTE = 60_000_000
"""Clocks have changed on whole minutes since 1972; no shorter table of offsets is needed."""


_AHEAD = 16
"""How much further than a block of rows the clock is asked for."""


class ZoneTable:
    """Local times of one zone, or of none, to UTC."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, zone: str | None) -> None:
        self._connection, self._zone = connection, zone
        self._known: tuple[Rows, Rows] = (np.zeros(0, np.int64), np.zeros(0, np.int64))
        """Minutes met before, in order, and the UTC of each."""

    def to_utc(self, local: Rows) -> Rows:
        """Microseconds of UTC; as they are where there is no zone."""
        if self._zone in (None, "UTC") or not len(local):
            return local
        if int(local.min()) < _SOONEST and np.any((local < _SOONEST) & (local != 0)):
            raise NotPlain("a time is from before the clocks kept to whole minutes")
        of_row = local // MINUTE
        minutes, inverse = factors(of_row)
        self._learn(minutes)
        known, utc = self._known
        apart = utc[np.searchsorted(known, minutes)] - minutes * MINUTE
        return np.asarray(local + apart[inverse])

    def _learn(self, minutes: Rows) -> None:
        """Ask for the minutes that were not met before."""
        fresh = np.setdiff1d(minutes, self._known[0], assume_unique=True)
        if not len(fresh):
            return
        span = int(fresh[-1] - fresh[0]) + 1
        if span <= 2 * len(fresh):  # the rows of a log follow each other: the next minutes will be asked for too
            fresh = np.setdiff1d(np.arange(fresh[0], fresh[-1] + _AHEAD * span), self._known[0], assume_unique=True)
        moments = pa.array(fresh * MINUTE, pa.timestamp("us"))
        self._connection.register("_minutes", pa.table({"n": np.arange(len(fresh)), "moment": moments}))
        found = self._connection.execute(
            f"SELECT timezone('UTC', timezone('{self._zone}', moment))::TIMESTAMP AS utc FROM _minutes ORDER BY n"
        ).to_arrow_table()
        self._connection.unregister("_minutes")
        utc = found.column("utc").combine_chunks().cast(pa.int64()).to_numpy()
        known = np.concatenate([self._known[0], fresh])
        order = np.argsort(known)
        self._known = known[order], np.concatenate([self._known[1], utc])[order]


class Doubts:
    """The readable times of one field, a row a minute: what `intake.time_doubts` asks about."""

    def __init__(self, name: str, zone: str | None) -> None:
        self.name, self._zone = name, zone
        self._rows: dict[int, list[int]] = {}
        """Minute -> rows, position of the first of them, its local time and its UTC."""
        self._texts: dict[int, str] = {}
        self._ends: tuple[int, int] | None = None

    def take(self, values: BlockValues, offset: pa.Array, readable: npt.NDArray[np.bool_]) -> None:
        """Count the readable rows of a block; ``offset`` is that of each row."""
        local, known = values.local(self.name)
        known = known & readable
        if self._zone == "UTC" or not known.any():
            return
        utc = values.utc(self.name)
        if self._zone:
            ends = int(utc[known].min()), int(utc[known].max())
            self._ends = ends if self._ends is None else (min(self._ends[0], ends[0]), max(self._ends[1], ends[1]))
        rows = np.flatnonzero(known & offset.is_null().to_numpy(zero_copy_only=False))
        minutes, inverse = factors(local[rows] // MINUTE if self._zone else rows * 0)
        first, counts = firsts(inverse, len(minutes)), np.bincount(inverse, minlength=len(minutes))
        texts = values.slot(f"{self.name}_text")
        for minute, at, count in zip(minutes.tolist(), rows[first].tolist(), counts.tolist(), strict=True):
            self._count(minute, count, int(values.positions[at]), int(local[at]), int(utc[at]), texts[at])

    def _count(self, minute: int, count: int, position: int, local: int, utc: int, text: pa.Scalar) -> None:
        row = self._rows.get(minute)
        if row is None:
            self._rows[minute] = [count, position, local, utc]
            self._texts[minute] = text.as_py()
            return
        row[0] += count
        if position < row[1]:
            row[1:] = [position, local, utc]
            self._texts[minute] = text.as_py()

    def table(self) -> pa.Table:
        """The rows for SQL; the first and the last time stand among them for no row."""
        rows = [(*row, self._texts[minute]) for minute, row in self._rows.items()]
        ends = self._ends or ()
        utc = [row[3] if self._zone else None for row in rows]
        moment = pa.timestamp("us")
        return pa.table({
            "n": pa.array([*(row[0] for row in rows), *(0 for _ in ends)], pa.int64()),
            "position": pa.array([*(row[1] for row in rows), *(None for _ in ends)], pa.int64()),
            f"{self.name}_local": pa.array([*(row[2] for row in rows), *(None for _ in ends)], moment),
            self.name: pa.array([*utc, *ends], moment),
            f"{self.name}_text": pa.array([*(row[4] for row in rows), *(None for _ in ends)], pa.string()),
            f"{self.name}_offset": pa.nulls(len(rows) + len(ends), pa.string()),
        })  # fmt: skip
