"""Serials that all went through one map of characters on their way, whatever the map: it is learned from the serials themselves.

Some maps are known by name (rules/alias.py); this finds any other. Serials in which just one character was changed are alike a serial that
lacks its answer, but for that character: what stands there on either side is a vote for how the map changes that character. A map that then
takes nearly all serials of a lot that lack their answer to nearly all strays of it is no chance. Nothing is repaired: the match is IDT-03.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import duckdb
import pyarrow as pa

NAME = "map"
"""The transform of an alias that was found so."""
LEAST = 20
"""Strays of a lot below which no map is sought."""
SHARE = 0.9
"""Share of the strays that one map must explain."""
LOOKED_AT = 3_000
"""Strays that vote; a map changes all serials alike."""
_VOTES, _MOST = 3, 0.8
"""Votes that a change of a character needs, and their share of all votes on that character."""
_ANY = "\0"


def learn(strays: Sequence[str], lacking: Iterable[str]) -> dict[str, str]:
    """How characters were changed between serials that lack their answer and strays; empty where no map is seen."""
    open_at: dict[str, list[str]] = defaultdict(list)
    for serial in sorted(strays)[:LOOKED_AT]:
        for place, char in enumerate(serial):
            open_at[f"{serial[:place]}{_ANY}{serial[place + 1 :]}"].append(char)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for serial in lacking:
        for place, char in enumerate(serial):
            votes[char].update(open_at.get(f"{serial[:place]}{_ANY}{serial[place + 1 :]}", ()))
    found = {char: told.most_common(1)[0] for char, told in votes.items() if told}
    return {char: to for char, (to, count) in found.items() if count >= _VOTES and count >= _MOST * votes[char].total() and to != char}


def matched(strays: Sequence[str], lacking: Sequence[str], changes: Mapping[str, str]) -> dict[str, str]:
    """Stray -> the one serial that it is the image of; empty unless nearly all strays are one."""
    table = str.maketrans(dict(changes))
    images: dict[str, list[str]] = defaultdict(list)
    for serial in lacking:
        images[serial.translate(table)].append(serial)
    found = {stray: meant[0] for stray in strays if len(meant := images.get(stray, [])) == 1 and meant[0] != stray}
    return found if changes and len(found) >= max(LEAST, SHARE * len(strays)) else {}


_STRAYS = """
CREATE OR REPLACE TABLE unanswered AS
SELECT s.lot, s.gtin, s.serial, s.item FROM stray s WHERE s.gtin IS NOT NULL AND s.item NOT IN (SELECT item FROM alias)
QUALIFY count(*) OVER (PARTITION BY s.lot, s.gtin) >= $least
"""
# What the hub has needs no other answer there.
_LACKING = """
SELECT k.lot, k.gtin, k.serial, k.item FROM known k SEMI JOIN unanswered u ON u.lot = k.lot AND u.gtin = k.gtin
WHERE k.item NOT IN (SELECT item FROM part WHERE kind = 'hub' AND item IS NOT NULL) AND k.item NOT IN (SELECT canonical FROM alias)
"""
_MAPS = "CREATE OR REPLACE TABLE char_map (lot VARCHAR, told VARCHAR)"


def find_maps(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``char_map`` (lot, the map in words) and add what it matches to ``alias``. Needs ``part``, ``known``, ``stray`` and ``alias``."""
    connection.execute(_MAPS)
    connection.execute(_STRAYS, {"least": LEAST})
    if not connection.execute("SELECT 1 FROM unanswered LIMIT 1").fetchone():
        return
    strays = _by_lot(connection.execute("SELECT lot, gtin, serial, item FROM unanswered").fetchall())
    known = _by_lot(connection.execute(_LACKING).fetchall())
    for (lot, gtin), found in sorted(strays.items()):
        lacking = known.get((lot, gtin), {})
        changes = learn(list(found), lacking)
        pairs = matched(list(found), list(lacking), changes)
        if pairs:
            connection.execute("INSERT INTO char_map VALUES (?, ?)", [lot, ", ".join(f"{char} to {to}" for char, to in sorted(changes.items()))])
            _add(connection, lot, [(found[stray], lacking[meant]) for stray, meant in sorted(pairs.items())])


def _by_lot(rows: Iterable[tuple[str, str, str, object]]) -> dict[tuple[str, str], dict[str, object]]:
    """Lot and trade item -> serial -> item."""
    found: dict[tuple[str, str], dict[str, object]] = defaultdict(dict)
    for lot, gtin, serial, item in rows:
        found[lot, gtin][serial] = item
    return found


def _add(connection: duckdb.DuckDBPyConnection, lot: str, pairs: Sequence[tuple[object, object]]) -> None:
    table = pa.table({name: [str(pair[side]) for pair in pairs] for side, name in enumerate(("item", "canonical"))})
    connection.register("_pairs", table)
    connection.execute("INSERT INTO alias SELECT item::UUID, canonical::UUID, ?, ? FROM _pairs", [NAME, lot])
    connection.unregister("_pairs")
