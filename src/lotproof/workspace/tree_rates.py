"""The basic events of a fault tree counted in the observations of a workspace: shares and rates with exact intervals, and their rows."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import scipy

from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.evidence import WORST, Binding, Observed, shared
from lotproof.faulttree.expression import evaluate, values
from lotproof.faulttree.model import Tree
from lotproof.lake.engine import connect
from lotproof.lake.resolve import Source, rule_kind
from lotproof.lake.schema import empty_table_sql
from lotproof.lake.sql import parquet
from lotproof.rules.check import Outcome
from lotproof.stats.exact import share_interval
from lotproof.workspace.job import check_workspace
from lotproof.workspace.place import open_workspace
from lotproof.workspace.sources import in_scope, receipts_of

ROWS, EACH = 1_000, 20
"""Rows of evidence that are kept for each event, and of these for each lot or other unit; the count goes on."""
SHARE, RATE = "share of opportunities, Clopper-Pearson", "rate a time, exact Poisson (Garwood)"
Rows = tuple[Mapping[str, Any], ...]
FINDING = ("unit", "code", "lot", "gtin", "item", "note", "file", "position")


def observed(home: Path, tree: Tree, bindings: Mapping[str, Binding], level: float, time: str, actor: str) -> list[Observed]:
    """Every basic event as the workspace has it. The error is shared among the events, so that their intervals hold together."""
    _, outcome = check_workspace(home, time, actor, None, lambda _what, _done, _total: None)
    each = 1 - (1 - level) / max(1, sum(binding.bound for binding in bindings.values()))
    with _tables(home, outcome, time, actor) as connection:
        return [_one(connection, tree, name, binding, each, shared(bindings)) for name, binding in bindings.items()]


@contextmanager
def _tables(home: Path, outcome: Outcome, time: str, actor: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with what a binding may select from: finding, obs, record, order_master, claim, lot, lot_kind, lot_left."""
    workspace = open_workspace(home, time, actor, create=False)
    sources = in_scope(receipts_of())
    with tempfile.TemporaryDirectory(prefix="lotproof-tree-") as spill:
        connection = connect(Path(spill))
        try:
            _put(connection, "finding", FINDING, _findings(outcome))
            _put(connection, "source", ("source", "file", "kind"), [(one.sha256, one.name, rule_kind(one.kind)) for one in sources])
            _views(connection, workspace.lake, sources)
            yield connection
        finally:
            connection.close()


def _put(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    types = [pa.int64() if name == "position" else pa.string() for name in columns]
    arrays = {name: pa.array([row[place] for row in rows], types[place]) for place, name in enumerate(columns)}
    connection.register("arrived", pa.table(arrays))
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM arrived")
    connection.unregister("arrived")


def _findings(outcome: Outcome) -> list[tuple[Any, ...]]:
    return [
        (found.lot, found.code, found.lot, found.gtin, proof.item, proof.note, proof.name, proof.position)
        for found in outcome.findings
        if found.lot
        for proof in found.proofs[:ROWS]
    ]


def _views(connection: duckdb.DuckDBPyConnection, lake: Any, sources: Sequence[Source]) -> None:
    for name, table in (("obs", "observation"), ("record", "record"), ("order_master", "order_master"), ("claim", "claim")):
        files = lake.segment_files(table, [source.sha256 for source in sources])
        rows = f"SELECT * FROM {parquet(files)}" if files else empty_table_sql(table)
        connection.execute(f"CREATE VIEW {name} AS SELECT x.*, s.kind, s.file FROM ({rows}) x JOIN source s ON s.source = x.source")
    spoken = " UNION ".join(f"SELECT lot, kind FROM {name} WHERE lot <> ''" for name in ("obs", "record", "order_master", "claim"))
    connection.execute(f"CREATE TABLE lot_kind AS {spoken}")
    connection.execute("CREATE VIEW lot AS SELECT DISTINCT lot FROM lot_kind WHERE kind IN ('line', 'hub', 'printer', 'camera')")
    # What leaves is mostly a pallet, whose lot another row states: its own, or that of what lies in it.
    connection.execute(
        """CREATE TABLE lot_left AS WITH gone AS (SELECT DISTINCT item FROM obs WHERE step = 'shipped')
           SELECT lot FROM obs WHERE item IN (SELECT item FROM gone) AND lot <> ''
           UNION SELECT lot FROM obs WHERE parent IN (SELECT item FROM gone) AND lot <> ''
           UNION SELECT lot FROM claim WHERE kind = 'issues' AND lot <> ''"""
    )


def _one(
    connection: duckdb.DuckDBPyConnection, tree: Tree, name: str, binding: Binding, level: float, others: Mapping[str, Sequence[str]]
) -> Observed:
    if not binding.bound:
        return _assumed(tree, name, binding, "no observation shows this event")
    of = binding.of or _lots_of(binding.kinds)
    if binding.exposure:
        trials = float(_asked(connection, binding.exposure, name).fetchall()[0][0] or 0.0)
    else:
        trials = float(_asked(connection, f"SELECT count(DISTINCT unit) FROM ({of})", name).fetchall()[0][0])
    if not trials:
        said = f" that {' and '.join(binding.kinds)} speak of" if binding.kinds else ""
        return _assumed(tree, name, binding, f"there is no opportunity{said} in the workspace")
    shows = binding.events or f"SELECT * FROM finding WHERE code IN ({', '.join(map(_quoted, binding.codes))})"
    if not binding.exposure:
        shows = f"SELECT * FROM ({shows}) WHERE unit IN (SELECT unit FROM ({of}))"
    number = "count(*)" if binding.exposure else "count(DISTINCT unit)"
    hits = float(_asked(connection, f"SELECT {number} FROM ({shows})", name).fetchall()[0][0])
    why, rows = _told(binding, others.get(name, ())), _rows(connection, shows, name, "" if binding.exposure else "unit")
    if binding.exposure:
        return _rate(tree, name, hits, trials, level, why, binding, rows)
    low, high = share_interval(hits, trials, level)
    return Observed(name, hits, trials, hits / trials, low, high, SHARE, why, binding.codes, rows=rows)


def _told(binding: Binding, others: Sequence[str]) -> str:
    if not others:
        return binding.why
    listed = ", ".join(others)
    return f"{binding.why} The same findings speak for {listed} too: each is given all of them, too many rather than too few.".strip()


def _rows(connection: duckdb.DuckDBPyConnection, shows: str, name: str, unit: str) -> Rows:
    each = f" QUALIFY row_number() OVER (PARTITION BY {unit}) <= {EACH}" if unit else ""
    asked = _asked(connection, f"SELECT * FROM (SELECT * FROM ({shows}) ORDER BY ALL){each} ORDER BY ALL LIMIT {ROWS}", name)
    columns = [column[0] for column in asked.description or ()]
    pairs = [zip(columns, map(_plain, row), strict=True) for row in asked.fetchall()]
    return tuple({key: value for key, value in row if value is not None} for row in pairs)


def _rate(
    tree: Tree, name: str, hits: float, time: float, level: float, why: str, binding: Binding, rows: Rows
) -> Observed:  # fmt: skip
    if not tree.mission_time:
        raise TreeError(f"[{name}] has an exposure, but the tree states no time; write a line such as: time 720")
    tail = (1 - level) / 2
    ends = (scipy.stats.gamma.ppf(tail, hits) if hits else 0.0, hits, scipy.stats.gamma.ppf(1 - tail, hits + 1))
    low, point, high = (-math.expm1(-float(end) / time * tree.mission_time) for end in ends)
    return Observed(name, hits, time, point, low, high, RATE, why, binding.codes, tree.mission_time, rows)


def _assumed(tree: Tree, name: str, binding: Binding, reason: str) -> Observed:
    """An event without data: the assumption declared, else the probability of the tree, else the worst."""
    stated = tree.events[name].probability
    chance, why = 1.0, WORST
    if binding.assume is not None:
        chance, why = binding.assume, binding.why or "Declared with the tree."
    elif stated is not None:
        chance, why = evaluate(stated, values(tree.parameters, tree.mission_time)), "As the tree states it."
    return Observed(name, None, None, chance, chance, chance, "assumption", f"Evidence is needed: {reason}. {why}", binding.codes)


def _lots_of(kinds: Sequence[str]) -> str:
    if not kinds:
        return "SELECT lot AS unit FROM lot"
    listed = ", ".join(map(_quoted, kinds))
    return f"SELECT lot AS unit FROM lot_kind WHERE kind IN ({listed}) GROUP BY lot HAVING count(DISTINCT kind) = {len(set(kinds))}"


def _asked(connection: duckdb.DuckDBPyConnection, sql: str, name: str) -> duckdb.DuckDBPyConnection:
    try:
        return connection.execute(sql)
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise TreeError(
            f"[{name}]: its query cannot be run: {first}. It may select from finding, obs, record, order_master, claim, lot, "
            "lot_kind and lot_left, and events and of need a column unit."
        ) from None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float, str, bool)) or value is None else str(value)
