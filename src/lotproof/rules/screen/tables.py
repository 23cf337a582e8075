"""What the rules still need of the packs and rejects set aside, counted: fills the tables of lake/aside.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from lotproof.lake.columns import NEVER
from lotproof.rules.screen.groups import Groups
from lotproof.rules.screen.kernel import Packs, alike, box_of, device_of, picked
from lotproof.rules.screen.shape import ALLOCATED, ENCODED, HUB, HUB_PACKED, LINE, PACKED, REJECTED, SCRAPPED, VERIFIED

Arrays = dict[str, np.ndarray]
Counted = list[tuple[str, Arrays]]
"""Counts of some packs by the name of their table."""
MINUTE, SECOND = 60_000_000, 1_000_000
PAIRS = (("printer", "camera", ENCODED, VERIFIED), ("camera", "line", VERIFIED, LINE), ("line", "hub", LINE, HUB))
"""Neighbouring sources, and the classes of their rows."""
PACKING = (("commissioning", "packing"), (LINE, PACKED), (HUB, HUB_PACKED))
"""Commissioning and packing, at the line or else in the hub."""
NEAR = 600
"""Seconds up to which a pack may lie between commissioning and packing as it likes: they count as none (rules/audit.py)."""
_AT_LINE = (LINE, PACKED, SCRAPPED)
_CLASSES = (ALLOCATED, ENCODED, VERIFIED, LINE, PACKED, HUB, HUB_PACKED)


def count(packs: Packs, gtin: np.ndarray, day: np.ndarray) -> Counted:
    """Count these packs, with the trade item and the expiry day of each."""
    lot = packs.lot
    if not len(packs):
        return []
    return [
        ("lot", _lots(packs, lot, gtin)), ("day", _days(packs, lot, day)), ("tick", _ticks(packs, lot)), ("graded", _grades(packs, lot, VERIFIED)),
        *(("delay", _delays(packs, lot, pair)) for pair in range(len(PAIRS)) if PAIRS[pair][2] in packs.bunches and PAIRS[pair][3] in packs.bunches),
        ("delay", _packing(packs, lot)),
    ]  # fmt: skip


def count_scrapped(packs: Packs, gtin: np.ndarray, day: np.ndarray) -> Counted:
    """Count these rejects."""
    if not len(packs):
        return []
    groups = Groups([packs.lot, gtin])
    mask = np.full(len(groups.count), sum(1 << number for number in packs.bunches))
    lots, gtins = groups.keys
    return [
        ("scrapped", {"lot": lots, "gtin": gtins, "mask": mask, "n": groups.count}), ("day", _days(packs, packs.lot, day)),
        ("graded", _grades(packs, packs.lot, REJECTED)),
    ]  # fmt: skip


def fill(connection: duckdb.DuckDBPyConnection, counted: Iterable[Counted], sources: Sequence[tuple[int, str]]) -> None:
    """Fill the tables of lake/aside.py with what was counted. ``sources`` are the numbers of files and the SHA-256 they stand for."""
    together: dict[str, list[Arrays]] = {}
    for name, arrays in (each for batch in counted for each in batch):
        together.setdefault(name, []).append(arrays)
    connection.execute("CREATE OR REPLACE TABLE file_word (file INTEGER, source source_t)")
    connection.executemany("INSERT INTO file_word VALUES (?, ?)", [list(each) for each in sources])
    for name, statement in _INSERTS.items():
        _insert(connection, together.get(name, []), statement)


def _lots(packs: Packs, lot: np.ndarray, gtin: np.ndarray) -> Arrays:
    groups = Groups([lot, gtin])
    mask = np.full(len(groups.count), sum(1 << number for number in packs.bunches))
    recorded = groups.most(packs.of(HUB, "recorded", NEVER))
    lots, gtins = groups.keys
    return {"lot": lots, "gtin": gtins, "mask": mask, "n": groups.count, "loose": _whole(groups.sum(box_of(packs) == 0)), "recorded": recorded}


def _days(packs: Packs, lot: np.ndarray, day: np.ndarray) -> Arrays:
    given = np.flatnonzero(day > 0)
    groups = Groups([lot[given], day[given]])
    line, rows = (_stating(packs, given, classes) for classes in (_AT_LINE, (*_CLASSES, SCRAPPED)))
    return {"lot": groups.keys[0], "day": groups.keys[1], "n_line": _whole(groups.sum(line)), "n": _whole(groups.sum(rows))}


def _stating(packs: Packs, given: np.ndarray, classes: Sequence[int]) -> np.ndarray:
    """How many of the rows of these classes state an expiry, for some packs."""
    columns = [picked(packs.of(number, "day"), given) for number in classes if number in packs.bunches]
    same = sum(int(column[0] > 0) for column in columns if alike(column))
    return np.asarray(sum((column > 0 for column in columns if not alike(column)), np.full(len(given), same)))


def _ticks(packs: Packs, lot: np.ndarray) -> Arrays:
    at, position, file = (packs.of(LINE, name, NEVER) for name in ("at", "position", "file"))
    lot, at, position, file = _given(at != NEVER, lot, at, position, file)
    groups = Groups([lot, at // MINUTE])
    first, place, source = groups.first([at, position, file])
    last = groups.most(at)
    return {"lot": groups.keys[0], "minute": groups.keys[1], "n": groups.count, "first": first, "last": last, "position": place, "file": source}


def _grades(packs: Packs, lot: np.ndarray, read: int) -> Arrays:
    at, position, file = (packs.of(read, name, NEVER) for name in ("at", "position", "file"))
    grade = packs.of(read, "grade", np.nan)
    given = np.zeros(len(lot), bool) if read not in packs.bunches else (at != NEVER) & ~np.isnan(grade)
    lot, at, position, file, grade, device = _given(given, lot, at, position, file, grade, device_of(packs, read))
    groups = Groups([lot, device, at // MINUTE])
    first, place, source = groups.first([at, position, file])
    total, squares = groups.sum(grade), groups.sum(grade * grade)
    named = dict(zip(("lot", "device", "minute"), groups.keys, strict=True))
    return {**named, "n": groups.count, "total": total, "squares": squares, "first": first, "position": place, "file": source}


def _delays(packs: Packs, lot: np.ndarray, pair: int) -> Arrays:
    _, _, left, right = PAIRS[pair]
    before, after = packs.of(left, "at", NEVER), packs.of(right, "at", NEVER)
    position, file = (packs.of(right, name) for name in ("position", "file"))
    lot, before, after, position, file = _given((before != NEVER) & (after != NEVER), lot, before, after, position, file)
    return _waited(lot, (after - before) // SECOND, position, file, pair)


def _packing(packs: Packs, lot: np.ndarray) -> Arrays:
    """From commissioning to packing; times of the line go before those of the hub."""
    (made, packed), others = PACKING[1], PACKING[2]
    before, after = packs.of(made, "at", NEVER), packs.of(packed, "at", NEVER)
    position, file = (packs.of(packed, name) for name in ("position", "file"))
    lacks = (before == NEVER) | (after == NEVER)
    if lacks.any():
        before, after = (np.where(lacks, packs.of(number, "at", NEVER), at) for number, at in zip(others, (before, after), strict=True))
        position, file = (np.where(lacks, packs.of(others[1], name), own) for name, own in (("position", position), ("file", file)))
    lot, before, after, position, file = _given((before != NEVER) & (after != NEVER), lot, before, after, position, file)
    seconds = (after - before) // SECOND
    return _waited(lot, np.where(np.abs(seconds) < NEAR, 0, seconds), position, file, len(PAIRS))


def _waited(lot: np.ndarray, seconds: np.ndarray, position: np.ndarray, file: np.ndarray, pair: int) -> Arrays:
    groups = Groups([lot, seconds])
    place, source = groups.first([position, file])
    number = np.full(len(place), pair)
    return {"lot": groups.keys[0], "pair": number, "seconds": groups.keys[1], "n": groups.count, "position": place, "file": source}


def _given(given: np.ndarray, *columns: np.ndarray) -> list[np.ndarray]:
    """The values of the packs for which all is given."""
    if given.all():
        return list(columns)
    chosen = np.flatnonzero(given)
    return [picked(column, chosen) for column in columns]


def _whole(sums: np.ndarray) -> np.ndarray:
    return np.asarray(np.rint(sums).astype(np.int64))


_HAS = ", ".join(f"a.mask & {1 << number} <> 0" for number in _CLASSES)
_LEFT, _RIGHT = (
    " ".join(f"WHEN {number} THEN '{names[side]}'" for number, names in enumerate([*PAIRS, PACKING[0]])) for side in (0, 1)
)  # fmt: skip
# A lot of more rows than a batch is counted in parts, which are brought together here.
_INSERTS = {
    "lot": f"""
INSERT INTO aside_lot SELECT w.name, g.name, {_HAS}, sum(n), sum(loose), make_timestamp(max(nullif(recorded, {NEVER})))
FROM _counted a JOIN lot_word w ON w.lot = a.lot JOIN gtin_word g ON g.gtin = a.gtin GROUP BY w.name, g.name, a.mask
""",
    "scrapped": f"""
INSERT INTO aside_scrapped SELECT w.name, g.name, a.mask & {1 << ALLOCATED} <> 0, a.mask & {1 << ENCODED} <> 0, a.mask & {1 << REJECTED} <> 0, sum(n)
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
