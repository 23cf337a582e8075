"""What the rules still need of the packs set aside, counted: fills the tables of lake/aside.py."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from lotproof.lake.columns import NEVER
from lotproof.rules.screen.groups import Groups
from lotproof.rules.screen.judged import Arrays, Judged
from lotproof.rules.screen.kernel import box_of, device_of, stating
from lotproof.rules.screen.scan import Scanned
from lotproof.rules.screen.settle import Settled
from lotproof.rules.screen.shape import ALLOCATED, ENCODED, HUB, HUB_PACKED, LINE, PACKED, VERIFIED
from lotproof.rules.screen.staying import Staying

MINUTE, SECOND = 60_000_000, 1_000_000
PAIRS = (("printer", "camera", ENCODED, VERIFIED), ("camera", "line", VERIFIED, LINE), ("line", "hub", LINE, HUB))
"""Neighbouring sources, and the classes of their rows."""
_CLASSES = (ALLOCATED, ENCODED, VERIFIED, LINE, PACKED, HUB, HUB_PACKED)


def count_aside(connection: duckdb.DuckDBPyConnection, scanned: Scanned, settled: Settled, sources: Sequence[tuple[int, str]]) -> Staying:
    """Count the packs set aside; return the rows of packs that stay. ``sources`` are the numbers of files and the SHA-256 they stand for."""
    counted: dict[str, list[Arrays]] = {}
    staying = Staying()
    for judged in scanned.judged():
        aside = judged.which[_aside(judged, scanned, settled)]
        staying.take(judged, aside)
        for name, arrays in _count(judged, aside):
            counted.setdefault(name, []).append(arrays)
    connection.execute("CREATE OR REPLACE TABLE file_word (file INTEGER, source source_t)")
    connection.executemany("INSERT INTO file_word VALUES (?, ?)", [list(each) for each in sources])
    for name, statement in _INSERTS.items():
        _insert(connection, counted.get(name, []), statement)
    return staying


def _aside(judged: Judged, scanned: Scanned, settled: Settled) -> np.ndarray:
    """Which of the ordinary packs of a batch are set aside."""
    packs, which = judged.packs, judged.which
    lot = packs.lot[which]
    aside = (packs.mask[which] == scanned.learned.required[lot]) & ~settled.open_lots[lot]
    high, low = box_of(packs, which)
    inside = (high | low) != 0
    aside[inside] &= ~settled.uncalm((high[inside] >> np.uint64(4)).astype(np.int64))
    return np.asarray(aside & ~settled.drawn(packs.prefix[which]))


def _count(judged: Judged, which: np.ndarray) -> list[tuple[str, Arrays]]:
    packs = judged.packs
    lot = packs.lot[which]
    if not len(lot):
        return []
    return [
        ("lot", _lots(judged, which, lot)), ("day", _days(judged, which, lot)), ("tick", _ticks(judged, which, lot)),
        ("graded", _grades(judged, which, lot)),
        *(("delay", _delays(judged, which, lot, pair)) for pair in range(len(PAIRS))),
    ]  # fmt: skip


def _lots(judged: Judged, which: np.ndarray, lot: np.ndarray) -> Arrays:
    packs = judged.packs
    groups = Groups([lot, judged.gtin[which], packs.mask[which]])
    high, low = box_of(packs, which)
    recorded = groups.most(packs.of(HUB, "recorded", NEVER)[which])
    named = zip(("lot", "gtin", "mask"), groups.keys, strict=True)
    return {**dict(named), "n": groups.count, "loose": _whole(groups.sum((high | low) == 0)), "recorded": recorded}


def _days(judged: Judged, which: np.ndarray, lot: np.ndarray) -> Arrays:
    day = judged.day[which]
    given = day > 0
    groups = Groups([lot[given], day[given]])
    rows, line = (stating(judged.packs, classes)[which[given]] for classes in (_CLASSES, (LINE, PACKED)))
    return {"lot": groups.keys[0], "day": groups.keys[1], "n_line": _whole(groups.sum(line)), "n": _whole(groups.sum(rows))}


def _ticks(judged: Judged, which: np.ndarray, lot: np.ndarray) -> Arrays:
    at, position, file = (judged.packs.of(LINE, name, NEVER)[which] for name in ("at", "position", "file"))
    given = at != NEVER
    groups = Groups([lot[given], at[given] // MINUTE])
    first, place, source = groups.first([at[given], position[given], file[given]])
    last = groups.most(at[given])
    return {"lot": groups.keys[0], "minute": groups.keys[1], "n": groups.count, "first": first, "last": last, "position": place, "file": source}


def _grades(judged: Judged, which: np.ndarray, lot: np.ndarray) -> Arrays:
    packs = judged.packs
    at, position, file = (packs.of(VERIFIED, name, NEVER)[which] for name in ("at", "position", "file"))
    grade = packs.of(VERIFIED, "grade", np.nan)[which]
    given = (at != NEVER) & ~np.isnan(grade)
    groups = Groups([lot[given], device_of(packs)[which[given]], at[given] // MINUTE])
    first, place, source = groups.first([at[given], position[given], file[given]])
    total, squares = groups.sum(grade[given]), groups.sum(grade[given] * grade[given])
    named = dict(zip(("lot", "device", "minute"), groups.keys, strict=True))
    return {**named, "n": groups.count, "total": total, "squares": squares, "first": first, "position": place, "file": source}


def _delays(judged: Judged, which: np.ndarray, lot: np.ndarray, pair: int) -> Arrays:
    packs = judged.packs
    _, _, left, right = PAIRS[pair]
    before, after = packs.of(left, "at", NEVER)[which], packs.of(right, "at", NEVER)[which]
    given = (before != NEVER) & (after != NEVER)
    groups = Groups([lot[given], (after[given] - before[given]) // SECOND])
    place, source = groups.first([packs.of(right, name)[which[given]] for name in ("position", "file")])
    number = np.full(len(place), pair)
    return {"lot": groups.keys[0], "pair": number, "seconds": groups.keys[1], "n": groups.count, "position": place, "file": source}


def _whole(sums: np.ndarray) -> np.ndarray:
    return np.asarray(np.rint(sums).astype(np.int64))


_HAS = ", ".join(f"a.mask & {1 << number} <> 0" for number in _CLASSES)
_LEFT, _RIGHT = (
    " ".join(f"WHEN {number} THEN '{pair[side]}'" for number, pair in enumerate(PAIRS)) for side in (0, 1)
)  # fmt: skip
# A lot of more rows than a batch is counted in parts, which are brought together here.
_INSERTS = {
    "lot": f"""
INSERT INTO aside_lot SELECT w.name, g.name, {_HAS}, sum(n), sum(loose), make_timestamp(max(nullif(recorded, {NEVER})))
FROM _counted a JOIN lot_word w ON w.lot = a.lot JOIN gtin_word g ON g.gtin = a.gtin GROUP BY w.name, g.name, a.mask
""",
    "day": """
INSERT INTO aside_day SELECT w.name, d.name, sum(n_line), sum(n) FROM _counted a JOIN lot_word w ON w.lot = a.lot JOIN day_word d ON d.day = a.day
GROUP BY w.name, d.name
""",
    "tick": """
INSERT INTO aside_tick SELECT w.name, t.minute, t.n, make_timestamp(t.first), make_timestamp(t.last), f.source, t.place.position FROM (
  SELECT lot, minute, sum(n) AS n, min(first) AS first, max(last) AS last, min({'at': first, 'position': position, 'file': file}) AS place
  FROM _counted GROUP BY lot, minute) t
JOIN lot_word w ON w.lot = t.lot JOIN file_word f ON f.file = t.place.file
""",
    "graded": """
INSERT INTO aside_graded SELECT w.name, coalesce(d.name, ''), t.minute, t.n, t.total, t.squares, make_timestamp(t.place.at), f.source, t.place.position FROM (
  SELECT lot, device, minute, sum(n) AS n, sum(total) AS total, sum(squares) AS squares, min({'at': first, 'position': position, 'file': file}) AS place
  FROM _counted GROUP BY lot, device, minute) t
JOIN lot_word w ON w.lot = t.lot JOIN file_word f ON f.file = t.place.file LEFT JOIN device_word d ON d.device = t.device
""",
    "delay": f"""
INSERT INTO aside_delay SELECT w.name, CASE t.pair {_LEFT} END, CASE t.pair {_RIGHT} END, t.seconds, t.n, f.source, t.place.position FROM (
  SELECT lot, pair, seconds, sum(n) AS n, min({{'position': position, 'file': file}}) AS place FROM _counted GROUP BY lot, pair, seconds) t
JOIN lot_word w ON w.lot = t.lot JOIN file_word f ON f.file = t.place.file
""",
}


def _insert(connection: duckdb.DuckDBPyConnection, counted: list[Arrays], statement: str) -> None:
    if counted:
        connection.register("_counted", pa.table({name: np.concatenate([each[name] for each in counted]) for name in counted[0]}))
        connection.execute(statement)
        connection.unregister("_counted")
