"""The lot equation as sets (DOMAIN B.3): each number in exactly one class, residues named, gross and net variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from lotproof.rules.claim_equations import claim_equations
from lotproof.rules.equations import LEVELS, Equation, set_equations

CLASSES = ("unused", "invalidated", "label_scrapped", "label_sampled", "sampled", "destroyed", "inactive", "good")
"""The classes that are accounted for; ``unaccounted`` is the residue, of which ``orphans`` are a part."""


@dataclass(frozen=True)
class LotBalance:
    """One lot's equation."""

    lot: str
    """Lot."""
    gtin: str
    """GTIN-14."""
    counts: dict[str, int]
    """received, the classes, orphans, unaccounted, gross_variance, net_variance; units of the lot."""
    matrix: tuple[dict[str, Any], ...]
    """Pairs of sources: {left, right, left_count, right_count, missing, extra, format_only}."""

    closed: bool = True
    """Whether the numbers received for the lot were delivered: without them nothing shows that all numbers are known."""

    equations: tuple[Equation, ...] = ()
    """The nine equations, for packs, cases and pallets, as far as they exist in the lot; by level and number."""

    def as_json(self) -> dict[str, Any]:
        """The balance as a JSON object."""
        equations = [equation.as_json() for equation in self.equations]
        return {"gtin": self.gtin, "counts": self.counts, "matrix": list(self.matrix), "equations": equations}

    @property
    def adds_up(self) -> bool:
        """Whether all numbers are known, each is in a class, and line and hub hold the same packs."""
        return self.closed and self.counts["unaccounted"] == 0 and self.counts["gross_variance"] == 0

    @property
    def verdict(self) -> str:
        """adds up, does not add up, or undecided."""
        if self.adds_up:
            return "adds up"
        return "does not add up" if self.counts["unaccounted"] or self.counts["gross_variance"] else "undecided"


def reconcile(connection: duckdb.DuckDBPyConnection) -> list[LotBalance]:
    """The balance of every lot of the partition that has numbers, by lot."""
    _check_disjoint(connection)
    rows = connection.execute(
        f"""WITH class AS (SELECT lot, class, count(*) AS n FROM number_class GROUP BY lot, class
                           UNION ALL SELECT lot, 'good', n FROM aside_lot WHERE lot IN (SELECT lot FROM part_lot)
                           UNION ALL SELECT lot, 'label_scrapped', n FROM aside_scrapped WHERE lot IN (SELECT lot FROM part_lot))
            SELECT c.lot, coalesce(any_value(i.gtin), ''), sum(n)::BIGINT, {", ".join(_sum(f"class = '{name}'") for name in CLASSES)},
                   {_sum("class = 'orphan'")}, {_sum("class IN ('orphan', 'unaccounted')")}, any_value(i.has_numbers)
            FROM class c JOIN lot_info i ON i.lot = c.lot GROUP BY c.lot ORDER BY c.lot"""
    ).fetchall()
    balances = []
    sets, claims, matrices = set_equations(connection), claim_equations(connection), _matrices(connection)
    for lot, gtin, received, *counts, closed in rows:
        named = dict(zip((*CLASSES, "orphans", "unaccounted"), counts, strict=True))
        matrix = matrices.get(lot, ())
        hub = next((pair for pair in matrix if pair["left"] == "line" and pair["right"] == "hub"), None)
        missing, extra = (hub["missing"], hub["extra"]) if hub else (0, 0)
        named["gross_variance"] = missing + extra + named["unaccounted"]
        named["net_variance"] = extra - missing - named["unaccounted"]
        equations = sorted((*sets.get(lot, ()), *claims.get(lot, ())), key=lambda equation: (LEVELS.index(equation.level), equation.number))
        balances.append(LotBalance(lot, gtin, {"received": received, **named}, matrix, closed, tuple(equations)))
    return balances


def _sum(condition: str) -> str:
    return f"coalesce(sum(n) FILTER ({condition}), 0)::BIGINT"


def _check_disjoint(connection: duckdb.DuckDBPyConnection) -> None:
    """A number in two classes would make every count a lie, so it is checked, not assumed."""
    twice = connection.execute("SELECT subject FROM number_class GROUP BY subject HAVING count(*) > 1 LIMIT 1").fetchone()
    if twice:
        raise AssertionError(f"the number {twice[0]} fell into two classes of the lot equation; this is a fault of Lotproof")


_SETS = {
    "numbers": "SELECT DISTINCT subject, lot, alias_transform FROM obs WHERE kind = 'numbers' AND level = 'unit'",
    "printer": "SELECT DISTINCT subject, lot, alias_transform FROM obs WHERE kind = 'printer' AND step = 'encoded'",
    "camera": "SELECT DISTINCT subject, lot, alias_transform FROM obs WHERE kind = 'camera' AND step = 'verified' AND level = 'unit'",
    "line": "SELECT subject, lot, NULL AS alias_transform FROM line_state WHERE level = 'unit' "
    "AND state IN ('commissioned', 'sampled', 'destroyed', 'inactivated')",
    "hub": "SELECT subject, any_value(lot) AS lot, any_value(alias_transform) AS alias_transform FROM hub_event "
    "WHERE step = 'commissioned' AND level = 'unit' GROUP BY subject",
}
_PAIRS = (("numbers", "printer"), ("printer", "camera"), ("camera", "line"), ("line", "hub"))


def _matrices(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[dict[str, Any], ...]]:
    """Lot -> what each source has that its neighbour has not. The first pair narrows by nature: unused numbers are not printed."""
    present = {kind for (kind,) in connection.execute("SELECT DISTINCT kind FROM source").fetchall()}
    found: dict[str, list[dict[str, Any]]] = {}
    for left, right in _PAIRS:
        if left not in present or right not in present:
            continue
        rows = connection.execute(_PAIR.format(left=_SETS[left], right=_SETS[right], in_left=f"in_{left}", in_right=f"in_{right}")).fetchall()
        for lot, *counts in rows:
            found.setdefault(lot, []).append({"left": left, "right": right, **dict(zip(_COUNTS, counts, strict=True))})
    return {lot: tuple(pairs) for lot, pairs in found.items()}


_COUNTS = ("left_count", "right_count", "missing", "extra", "format_only")
# Every lot has a row, also where neither source speaks of it.
_PAIR = """
WITH l AS (SELECT DISTINCT lot, subject FROM ({left}) WHERE subject IS NOT NULL),
     r AS (SELECT lot, subject, bool_or(alias_transform IS NOT NULL) AS alias FROM ({right}) WHERE subject IS NOT NULL GROUP BY lot, subject),
     met AS (SELECT coalesce(l.lot, r.lot) AS lot, count(l.subject) AS n_left, count(r.subject) AS n_right, count(*) FILTER (r.subject IS NULL) AS missing,
                    count(*) FILTER (l.subject IS NULL) AS extra, count(*) FILTER (r.alias AND l.subject IS NOT NULL) AS alias
             FROM l FULL JOIN r ON l.lot = r.lot AND l.subject = r.subject GROUP BY ALL),
     away AS (SELECT lot, sum(n) FILTER ({in_left}) AS n_left, sum(n) FILTER ({in_right}) AS n_right, sum(n) FILTER ({in_left} AND NOT {in_right}) AS missing,
                     sum(n) FILTER ({in_right} AND NOT {in_left}) AS extra FROM (
       SELECT lot, in_numbers, in_printer, in_camera, in_line, in_hub, n FROM aside_lot
       UNION ALL SELECT lot, in_numbers, in_printer, false, false, false, n FROM aside_scrapped) GROUP BY lot)
SELECT p.lot, (coalesce(m.n_left, 0) + coalesce(a.n_left, 0))::BIGINT, (coalesce(m.n_right, 0) + coalesce(a.n_right, 0))::BIGINT,
       (coalesce(m.missing, 0) + coalesce(a.missing, 0))::BIGINT, (coalesce(m.extra, 0) + coalesce(a.extra, 0))::BIGINT, coalesce(m.alias, 0)
FROM part_lot p LEFT JOIN met m ON m.lot = p.lot LEFT JOIN away a ON a.lot = p.lot
"""
