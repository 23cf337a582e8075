"""What was judged before and need not be judged again: results of lots by a digest of everything that they depend on.

A partition is a pure function of the rows of its lots, the small tables and the rules. So the key of a group of lots is a digest
of these, and a result under the same key is the result. Whatever changes for a lot (a new source that speaks of its items, an item
that moves to another lot, a container that joins it with another, a misspelled serial, a kind of source that the site had not yet,
an order, a rule, the program) changes its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import Protocol

import duckdb

import lotproof
from lotproof.lake import resolve
from lotproof.lake.cut import PART_TABLES
from lotproof.lake.parting import pack
from lotproof.lake.resolve import Resolved
from lotproof.rules.part import Asked, PartResult
from lotproof.rules.search import Around


class Memory(Protocol):
    """Where results of groups of lots are kept between runs."""

    active: bool
    """Whether anything is kept at all; keys cost a scan."""

    def find(self, key: str) -> PartResult | None:
        """The result under this key."""

    def keep(self, result: PartResult) -> None:
        """Keep what the groups of a partition gave, under the keys announced."""

    def expect(self, keys: Mapping[tuple[str, ...], str]) -> None:
        """Announce the groups of this run and their keys."""


class _Forgetful:
    active = False

    def find(self, key: str) -> PartResult | None:
        return None

    def keep(self, result: PartResult) -> None:
        """Keeps nothing."""

    def expect(self, keys: Mapping[tuple[str, ...], str]) -> None:
        """Expects nothing."""


forgetful: Memory = _Forgetful()
"""Remembers nothing: every lot is judged."""


def remembered(
    connection: duckdb.DuckDBPyConnection, resolved: Resolved, asked: Asked, memory: Memory
) -> tuple[list[PartResult], tuple[tuple[str, ...], ...]]:
    """The results that are known, and partitions of the lots that are not."""
    if not memory.active:
        return [], resolved.partitions
    keys = group_keys(connection, resolved, asked)
    memory.expect(keys)
    found = {group: memory.find(key) for group, key in keys.items()}
    known = [result for result in found.values() if result is not None]
    stale = [group for group, result in found.items() if result is None]
    return known, pack(stale, resolved.counts, resolve.PARTITION_ROWS)


def group_keys(connection: duckdb.DuckDBPyConnection, resolved: Resolved, asked: Asked) -> dict[tuple[str, ...], str]:
    """The key of each group of lots, hex. ``connection`` holds what `resolve` made."""
    lots = _lot_digests(connection, resolved)
    base = hashlib.sha256("\n".join((program(), duckdb.__version__, *_asked(asked), *_site(connection))).encode()).digest()
    keys = {}
    for group in resolved.groups:
        hasher = hashlib.sha256(base)
        for lot in sorted(group):
            hasher.update(repr((lot, lots.get(lot))).encode())
        keys[group] = hasher.hexdigest()
    return keys


@cache
def program() -> str:
    """Digest of the program text that results depend on, so that none outlives a change of it, in an installation of developers too."""
    root = Path(lotproof.__file__).parent
    hasher = hashlib.sha256()
    for path in sorted(path for room in ("gs1", "lake", "rules", "diagnosis") for path in (root / room).rglob("*.py")):
        hasher.update(f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return hasher.hexdigest()


def _asked(asked: Asked) -> Iterator[str]:
    yield repr(asked.at)
    yield from (repr(astuple(rule)) for rule in asked.rules)
    yield from (f"{function.__module__}.{function.__qualname__}" for function in (asked.visit, asked.explain, asked.rank, asked.look))


def _site(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What all lots depend on: the kinds of sources, and the small tables. Claims are of their lot, trade items are asked row by row."""
    yield repr(connection.execute("SELECT DISTINCT kind::VARCHAR FROM source ORDER BY 1").fetchall())
    for table in PART_TABLES:
        if table not in ("source", "claim", "site_gtin"):
            yield repr(connection.execute(f"SELECT count(*), {_SUMS} FROM {table} x").fetchall())
    yield repr(connection.execute(f"SELECT count(*), {_SUMS} FROM claim x WHERE lot IS NULL").fetchall())


# Words are hashed as texts: their numbers shift with every new source. Two sums, so that no chance makes them equal.
_SUMS = "sum(hash(x::VARCHAR)), sum(hash(1, x::VARCHAR))"
# Rows of a source never change, so a row is known by its place in the source, what was found for it, and its lot.
_ROW = """hash(source::VARCHAR, source_name::VARCHAR, kind::VARCHAR, step::VARCHAR, position, ordinal, item, parent, gtin,
             coalesce(gtin, '') IN (SELECT gtin FROM site_gtin))"""


def _lot_digests(connection: duckdb.DuckDBPyConnection, resolved: Resolved) -> dict[str, list[tuple[object, ...]]]:
    """Lot -> numbers that change with any of its rows, source by source, and with any of its claims."""
    rows = " UNION ALL ".join(f"SELECT home AS lot, source::VARCHAR AS source, {_ROW} AS h FROM ({part})" for part in resolved.slices)
    digests: dict[str, list[tuple[object, ...]]] = {}
    query = f"SELECT lot, source, count(*), sum(h), sum(hash(1, h)) FROM ({rows}) GROUP BY lot, source ORDER BY lot, source"
    for lot, source, *numbers in connection.execute(query).fetchall():
        digests.setdefault(lot, []).append((source, resolved.readings.get(source, ""), *numbers))
    for lot, *numbers in connection.execute(f"SELECT lot, count(*), {_SUMS} FROM claim x WHERE lot IS NOT NULL GROUP BY lot").fetchall():
        digests.setdefault(lot, []).append(("claims", *numbers))
    return digests


def split(result: PartResult, groups: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], PartResult] | None:
    """A partition's result by group of lots; None where something in it is of no lot of the partition."""
    of = {lot: group for group in groups for lot in group}
    around = result.around
    said = [*(f.lot for f in result.findings), *(b.lot for b in result.balances), *(h.lot for h in result.hypotheses),
            *(c.lot for c in result.corrections), *(d.lot for d in result.declarations), *(one.lot for one in result.lineups),
            *(s.lot for s in around.searches), *(lot for _, _, lot in around.bearers)]  # fmt: skip
    if any(lot not in of for lot in said):
        return None
    return {
        group: PartResult(
            group,
            tuple(found for found in result.findings if of[found.lot] == group),
            tuple(balance for balance in result.balances if of[balance.lot] == group),
            tuple(found for found in result.hypotheses if of[found.lot] == group),
            Around(tuple(search for search in around.searches if of[search.lot] == group),
                   tuple(row for row in around.bearers if of[row[2]] == group)),
            corrections=tuple(each for each in result.corrections if of[each.lot] == group),
            declarations=tuple(each for each in result.declarations if of[each.lot] == group),
            lineups=tuple(one for one in result.lineups if of[one.lot] == group),
        )
        for group in groups
    }  # fmt: skip
