"""What the rules still need of the packs set aside, counted: fills the tables of lake/aside.py from the view ``aside``."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lotproof.rules.screen.kernel import NEVER
from lotproof.rules.screen.shape import ALLOCATED, ENCODED, HUB, HUB_PACKED, LINE, PACKED, VERIFIED

_HAS = ", ".join(f"a.mask & {1 << number} <> 0" for number in (ALLOCATED, ENCODED, VERIFIED, LINE, PACKED, HUB, HUB_PACKED))
_LOT = f"""
INSERT INTO aside_lot SELECT w.name, g.name, {_HAS}, count(*), count(*) FILTER (a.box = 0), make_timestamp(max(nullif(a.recorded, {NEVER})))
FROM aside a JOIN lot_word w ON w.lot = a.lot JOIN gtin_word g ON g.gtin = a.gtin GROUP BY w.name, g.name, a.mask
"""

_DAY = """
INSERT INTO aside_day SELECT w.name, d.name, sum(a.day_line), sum(a.day_rows) FROM aside a
JOIN lot_word w ON w.lot = a.lot JOIN day_word d ON d.day = a.day GROUP BY w.name, d.name
"""

_TICK = f"""
INSERT INTO aside_tick SELECT w.name, t.minute, t.n, make_timestamp(t.first), make_timestamp(t.last), f.source, t.place.position FROM (
  SELECT lot, line_at // 60000000 AS minute, count(*) AS n, min(line_at) AS first, max(line_at) AS last,
         min({{'at': line_at, 'position': line_position, 'file': line_file}}) AS place
  FROM aside WHERE mask & {1 << LINE} <> 0 AND line_at <> {NEVER} GROUP BY lot, minute) t
JOIN lot_word w ON w.lot = t.lot JOIN file_word f ON f.file = t.place.file
"""

_GRADED = f"""
INSERT INTO aside_graded SELECT w.name, coalesce(d.name, ''), t.minute, t.n, t.total, t.squares, make_timestamp(t.place.at), f.source, t.place.position FROM (
  SELECT lot, device, verified_at // 60000000 AS minute, count(*) AS n, sum(grade) AS total, sum(grade * grade) AS squares,
         min({{'at': verified_at, 'position': verified_position, 'file': verified_file}}) AS place
  FROM aside WHERE NOT isnan(grade) AND verified_at <> {NEVER} GROUP BY lot, device, minute) t
JOIN lot_word w ON w.lot = t.lot JOIN file_word f ON f.file = t.place.file LEFT JOIN device_word d ON d.device = t.device
"""

_DELAY = """
INSERT INTO aside_delay SELECT w.name, '$left', '$right', t.seconds, t.n, f.source, t.place.position FROM (
  SELECT lot, ($right_at - $left_at) // 1000000 AS seconds, count(*) AS n, min({'position': $right_position, 'file': $right_file}) AS place
  FROM aside WHERE $right_at <> NEVER AND $left_at <> NEVER GROUP BY lot, seconds) t
JOIN lot_word w ON w.lot = t.lot JOIN file_word f ON f.file = t.place.file
""".replace("NEVER", str(NEVER))

PAIRS = (("printer", "camera", "encoded", "verified"), ("camera", "line", "verified", "line"), ("line", "hub", "line", "hub"))
"""Neighbouring sources, and the columns of ``aside`` that hold their times."""

def fill_tables(connection: duckdb.DuckDBPyConnection, sources: Sequence[tuple[int, str]]) -> None:
    """Fill the tables of lake/aside.py, empty so far, from ``aside``; ``sources`` are the numbers of files and the SHA-256 they stand for."""
    connection.execute("CREATE OR REPLACE TABLE file_word (file INTEGER, source source_t)")
    connection.executemany("INSERT INTO file_word VALUES (?, ?)", [list(each) for each in sources])
    for statement in (_LOT, _DAY, _TICK, _GRADED):
        connection.execute(statement)
    for left, right, first, then in PAIRS:
        text = _DELAY.replace("$left_at", f"{first}_at").replace("$right_at", f"{then}_at").replace("$right_position", f"{then}_position")
        connection.execute(text.replace("$right_file", f"{then}_file").replace("$left", left).replace("$right", right))
