"""The state of items on four axes as of any moment, set by set (DOMAIN B.1).

told    what sources say of each item, in one order: by the time that they state, rows without a time first, then numbers, printer,
        camera, line, hub, warehouse, then document order; events declared errors are left out
stay    item, container, and the places in the order between which the item was in it
over    item, container at any height above it, and the span in which it was in it
state   subject, number_state, item_state, parent, place, flags, and for each axis the place in the order of what it came from

What moves a container moves what was in it at that moment. A hold on a container holds everything that is in it at any time of
the hold, until that hold ends or the item itself is released. An end (sampled, inactivated, destroyed) is of the object named alone.
The fold is lenient: every event is admitted. What ended stays ended, but for a commissioning by the kind of source that ended it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import duckdb

from lotproof.rules.replay import Event, final_item
from lotproof.rules.transitions import BY_STEP, END_STEPS, MOVES, NONE, RANK, TRANSITIONS, WORDS

HOPS = 4
"""Containers above an item that are followed: bundle, case, pallet, and one more."""
KINDS: Final = ("numbers", "printer", "camera", "line", "hub")
"""Order of kinds where times are equal; all others follow."""
_NEVER = 9_223_372_036_854_775_807
_VOICE = "CASE kind " + " ".join(f"WHEN '{kind}' THEN {rank}" for rank, kind in enumerate(KINDS)) + f" ELSE {len(KINDS)} END"

_TOLD = f"""
CREATE OR REPLACE TABLE told AS
SELECT row_number() OVER (ORDER BY at_utc NULLS FIRST, {_VOICE}, source_name, ordinal, position, step, subject, parent) AS ord, *
FROM (SELECT subject, lot, level, step::VARCHAR AS step, at_utc, parent, kind::VARCHAR AS kind, place, reason, result, source::VARCHAR AS source,
             source_name::VARCHAR AS source_name, ordinal, position
      FROM obs WHERE subject IS NOT NULL AND (step IN {tuple(BY_STEP)} OR place IS NOT NULL OR step = 'alerted')
        AND (source, position) NOT IN (SELECT (source, position) FROM voided)
      UNION ALL
      SELECT o.subject, o.lot, o.level, 'hold_released', r.ended, NULL, o.kind::VARCHAR, NULL, NULL, NULL, o.source::VARCHAR, o.source_name::VARCHAR, o.ordinal, o.position
      FROM obs o JOIN record r ON r.record = 'hold' AND r.source = o.source AND r.position = o.position
      WHERE o.step = 'held' AND o.subject IS NOT NULL AND r.ended IS NOT NULL)
WHERE ?::TIMESTAMP IS NULL OR at_utc <= ?::TIMESTAMP
"""

_STAY = f"""
CREATE OR REPLACE TABLE stay AS
WITH put AS (SELECT subject, parent, ord AS since, lead(ord) OVER (PARTITION BY subject ORDER BY ord) AS next FROM told WHERE step = 'aggregated'),
taken AS (
  SELECT p.subject, p.since, min(t.ord) AS ord FROM put p JOIN told t ON t.subject = p.subject AND t.step = 'disaggregated' AND t.ord > p.since
    AND (t.parent IS NULL OR t.parent = p.parent) GROUP BY p.subject, p.since
  UNION ALL
  SELECT p.subject, p.since, min(t.ord) FROM put p JOIN told t ON t.subject = p.parent AND t.step = 'emptied' AND t.ord > p.since GROUP BY p.subject, p.since),
out AS (SELECT subject, since, min(ord) AS ord FROM taken GROUP BY subject, since)
SELECT p.subject, p.parent, p.since, coalesce(least(p.next, o.ord), {_NEVER}) AS until
FROM put p LEFT JOIN out o ON o.subject = p.subject AND o.since = p.since WHERE p.parent IS NOT NULL AND p.parent <> p.subject
"""

_OVER = f"""
CREATE OR REPLACE TABLE over_ AS
WITH RECURSIVE up AS (
  SELECT subject, parent AS node, since, until, 1 AS depth FROM stay
  UNION
  SELECT u.subject, s.parent, greatest(u.since, s.since), least(u.until, s.until), u.depth + 1
  FROM up u JOIN stay s ON s.subject = u.node AND s.since < u.until AND s.until > u.since AND s.parent <> u.subject WHERE u.depth < {HOPS})
SELECT * FROM up
"""

_REACHED = f"""
CREATE OR REPLACE TABLE reached AS
SELECT subject, ord, step, kind, place, true AS own FROM told
UNION ALL
SELECT DISTINCT u.subject, t.ord, t.step, t.kind, t.place, false FROM over_ u JOIN told t ON t.subject = u.node AND t.ord > u.since AND t.ord < u.until
WHERE t.step IN {MOVES} OR t.place IS NOT NULL
"""
"""What is said of an item itself (``own``), and of the containers that it was in then, as far as it reaches their contents: moves, places."""

_TO_NUMBER = "CASE step " + " ".join(f"WHEN '{row.step}' THEN '{row.to}'" for row in TRANSITIONS if row.axis == "number") + " END"
_TO_ITEM = "CASE step " + " ".join(f"WHEN '{row.step}' THEN '{row.to}'" for row in TRANSITIONS if row.axis == "item" and row.to) + " END"
_RANK = f"CASE {_TO_NUMBER} " + " ".join(f"WHEN '{state}' THEN {rank}" for state, rank in RANK.items()) + " END"
_FAR = f"{_RANK} * 1000000000000 + ord"

_AXES = f"""
CREATE OR REPLACE TABLE axes AS
WITH own AS (
  SELECT subject, any_value(lot) AS lot, any_value(level) AS level,
         arg_max(ord, {_FAR}) FILTER ({_TO_NUMBER} IS NOT NULL) AS number_ord,
         min(ord) FILTER (step = 'destroyed') AS destroyed_ord, max(ord) FILTER (step IN {END_STEPS}) AS end_ord,
         min(ord) FILTER (step IN {END_STEPS}) AS first_end_ord, min(ord) FILTER (step = 'commissioned') AS born_ord,
         max(ord) FILTER (step = 'commissioned') AS last_born_ord
  FROM told GROUP BY subject),
moved AS (SELECT subject, max(ord) FILTER (step IN {MOVES}) AS move_ord, max(ord) FILTER (place IS NOT NULL AND step <> 'alerted') AS place_ord
          FROM reached GROUP BY subject),
live AS (SELECT subject, parent, since FROM stay WHERE until = {_NEVER})
SELECT o.*, m.move_ord, m.place_ord, l.parent, l.since AS parent_ord,
       CASE WHEN o.destroyed_ord IS NOT NULL THEN o.destroyed_ord ELSE coalesce(o.end_ord, m.move_ord, o.born_ord) END AS item_ord,
       coalesce(o.last_born_ord > o.first_end_ord, false) AND (o.destroyed_ord IS NULL OR o.first_end_ord < o.destroyed_ord) AS reopened
FROM own o LEFT JOIN moved m ON m.subject = o.subject LEFT JOIN live l ON l.subject = o.subject
"""

_WORDED = " UNION ALL ".join(
    f"SELECT subject, '{flag}', ord FROM told WHERE regexp_matches({column}, '{words}', 'i')"
    + (f" AND step IN ({', '.join(repr(step) for step in steps)})" if steps else "")
    for flag, steps, column, words in WORDS
    if flag != "quarantine"
)
_QUARANTINE = next(words for flag, _, _, words in WORDS if flag == "quarantine")

_FLAG = f"""
CREATE OR REPLACE TABLE flag AS
WITH ending AS (SELECT subject, ord FROM told WHERE step IN ('hold_released', 'released')),
hold AS (
  SELECT h.subject, h.ord, regexp_matches(coalesce(h.reason, ''), '{_QUARANTINE}', 'i') AS quarantine
  FROM told h WHERE h.step = 'held' AND NOT EXISTS (SELECT 1 FROM ending e WHERE e.subject = h.subject AND e.ord > h.ord)),
below AS (
  SELECT u.subject, h.ord, h.quarantine FROM hold h JOIN over_ u ON u.node = h.subject AND u.until > h.ord
  WHERE NOT EXISTS (SELECT 1 FROM ending e WHERE e.subject = u.subject AND e.ord > greatest(h.ord, u.since))),
held AS (SELECT * FROM hold UNION SELECT * FROM below)
SELECT subject, flag, min(ord) AS ord FROM (
  SELECT subject, 'hold' AS flag, ord FROM held
  UNION ALL SELECT subject, 'quarantine', ord FROM held WHERE quarantine
  UNION ALL SELECT subject, 'sampled', ord FROM told WHERE step = 'sampled'
  UNION ALL {_WORDED}) GROUP BY subject, flag
"""

_STATE = f"""
CREATE OR REPLACE TABLE state AS
SELECT a.subject, a.lot, a.level, coalesce((SELECT {_TO_NUMBER} FROM told t WHERE t.ord = a.number_ord), '{NONE}') AS number_state, a.number_ord,
       coalesce((SELECT {_TO_ITEM} FROM told t WHERE t.ord = a.item_ord), '{NONE}') AS item_state, a.item_ord, a.parent, a.parent_ord,
       p.place, a.place_ord, coalesce(f.flags, []) AS flags
FROM axes a LEFT JOIN told p ON p.ord = a.place_ord
LEFT JOIN (SELECT subject, list(flag ORDER BY flag) AS flags FROM flag GROUP BY subject) f ON f.subject = a.subject
"""

# What was put into a container, and of which nothing says where it is, is where the container is.
_PLACED = """
UPDATE state SET place = c.place, place_ord = c.place_ord
FROM (SELECT subject, place, place_ord FROM state WHERE place IS NOT NULL) c WHERE c.subject = state.parent AND state.place IS NULL
"""


def make_state(connection: duckdb.DuckDBPyConnection, at: datetime | None = None) -> None:
    """Make ``state`` and the tables that it comes from, out of ``obs``, ``voided`` and ``record``; ``at`` is UTC, None: all that is told."""
    connection.execute(_TOLD, [at, at])
    for statement in (_STAY, _OVER, _REACHED, _AXES, _FLAG):
        connection.execute(statement)
    _reopen(connection)
    connection.execute(_STATE)
    for _ in range(HOPS - 1):
        connection.execute(_PLACED)


AXES: Final = ("number", "item", "parent", "place")


def state_rows(connection: duckdb.DuckDBPyConnection, lot: str | None = None, item: str | None = None) -> list[dict[str, Any]]:
    """The state of every item of a lot, or of one item by its text, by text: the four axes, the place, and what each came from.

    Needs ``state``, ``told`` and ``thing``. An axis of which nothing was said is None.
    """
    rows = connection.execute(_ROWS, {"lot": lot, "item": item}).fetchall()
    above = dict(connection.execute(_ABOVE).fetchall()) if rows else {}
    return [_row(above, *row) for row in rows]


def _told_by(row: str) -> str:
    at = f"strftime({row}.at_utc, '%Y-%m-%dT%H:%M:%SZ')"
    return f"if({row}.ord IS NULL, NULL, {{'step': {row}.step, 'at': {at}, 'source': {row}.source_name, 'position': {row}.position}})"


_ROWS = f"""
SELECT t.text, s.level::VARCHAR, nullif(s.number_state, ''), nullif(s.item_state, ''), s.place, s.flags,
       {_told_by("n_")}, {_told_by("i_")}, {_told_by("p_")}, {_told_by("l_")}, g.told
FROM state s JOIN thing t ON t.subject = s.subject
LEFT JOIN told n_ ON n_.ord = s.number_ord LEFT JOIN told i_ ON i_.ord = s.item_ord LEFT JOIN told p_ ON p_.ord = s.parent_ord
LEFT JOIN told l_ ON l_.ord = s.place_ord
LEFT JOIN (SELECT f.subject, list({_told_by("x")} ORDER BY f.flag) AS told FROM flag f JOIN told x ON x.ord = f.ord GROUP BY f.subject) g
  ON g.subject = s.subject
WHERE ($lot IS NULL OR s.lot = $lot) AND ($item IS NULL OR t.text = $item) ORDER BY t.text
"""
_ABOVE = "SELECT t.text, p.text FROM state s JOIN thing t ON t.subject = s.subject JOIN thing p ON p.subject = s.parent"


def _row(
    above: dict[str, str], text: str, level: str, number: str | None, item: str | None, place: str | None, flags: list[str], *sources: Any
) -> dict[str, Any]:
    chain = [text]
    while chain[-1] in above and above[chain[-1]] not in chain and len(chain) <= HOPS:
        chain.append(above[chain[-1]])
    *of_axis, of_flags = sources
    told = dict(zip(AXES, of_axis, strict=True)) | dict(zip(flags, of_flags or (), strict=True))
    return {
        "item": text, "level": level, "number_state": number, "item_state": item, "parent": chain[1] if len(chain) > 1 else None,
        "containers": chain[1:], "place": place, "flags": flags, "from": {axis: source for axis, source in told.items() if source},
    }  # fmt: skip


def _reopen(connection: duckdb.DuckDBPyConnection) -> None:
    """The few items that were commissioned after an end are folded event by event."""
    rows = connection.execute(
        f"""SELECT r.subject::VARCHAR, r.ord, r.step, r.kind FROM reached r JOIN axes a ON a.subject = r.subject
            WHERE a.reopened AND r.step IN {tuple(row.step for row in TRANSITIONS if row.axis == "item" and row.to)}
              AND (r.own OR r.step IN {MOVES}) ORDER BY r.subject, r.ord"""
    ).fetchall()
    events: dict[str, list[Event]] = {}
    for subject, order, step, kind in rows:
        events.setdefault(subject, []).append(Event(step, None, order, order, False, "", None, "", kind))
    for subject, told in events.items():
        last = final_item(told)
        connection.execute("UPDATE axes SET item_ord = ? WHERE subject = ?::UUID", [last.order if last else None, subject])


