"""The nine equations of a lot (DOMAIN B.3) as sets, for packs, cases and pallets: terms, named residues, variance, verdict.

An equation whose sources were not delivered is undecided and says what is missing; it never adds up by silence. The left side
and the right side are sets of ``fact``; what is on the left alone is missing, what is on the right alone is extra, and what is
in two terms that exclude one another is in both. Net variance is right minus left, gross is missing plus extra plus both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from lotproof.rules.transitions import END_STEPS

ITEMS = 100
"""Items of a residue that an outcome names; ``all_items`` gives all."""
LEVELS = ("unit", "case", "pallet")


@dataclass(frozen=True)
class Term:
    """One term of an equation."""

    letter: str
    """Letter in DOMAIN B.3."""
    name: str
    """What is in it."""
    count: int
    """How many items, or the quantity that a document claims."""


@dataclass(frozen=True)
class Residue:
    """A set of items that keeps an equation from adding up."""

    name: str
    """What is wrong with them."""
    count: int
    """How many."""
    items: tuple[str, ...]
    """The first of them by text; empty where the sources name no items, only a quantity."""


@dataclass(frozen=True)
class Equation:
    """One equation of one lot and level."""

    number: int
    """1 to 9."""
    title: str
    """Layer that it balances."""
    level: str
    """unit, case or pallet."""
    left: Term
    """The whole."""
    right: tuple[Term, ...]
    """Its parts."""
    residues: tuple[Residue, ...]
    """What does not fit, sets that are not empty."""
    net: int
    """Right minus left."""
    gross: int
    """Items that do not fit, however they cancel out."""
    undecided: str = ""
    """What was not delivered, '' where the equation could be judged."""

    @property
    def verdict(self) -> str:
        """adds up, does not add up, or undecided."""
        if self.undecided:
            return "undecided"
        return "does not add up" if self.gross else "adds up"

    def as_json(self) -> dict[str, Any]:
        """The equation as a JSON object."""
        return {
            "number": self.number, "title": self.title, "level": self.level, "verdict": self.verdict, "why": self.undecided,
            "left": vars(self.left), "right": [vars(term) for term in self.right], "net_variance": self.net, "gross_variance": self.gross,
            "residues": [{"name": r.name, "count": r.count, "items": list(r.items)} for r in self.residues],
        }  # fmt: skip


@dataclass(frozen=True)
class Sets:
    """An equation over ``fact``: each term and residue is a condition on its columns."""

    number: int
    """1 to 9."""
    title: str
    """Layer."""
    left: tuple[str, str, str]
    """(letter, name, condition) of the whole."""
    right: tuple[tuple[str, str, str], ...]
    """The parts."""
    needs: tuple[str, ...]
    """Keys of MISSING, without which it is undecided."""
    missing: str
    """Name of what is on the left alone."""
    extra: str
    """Name of what is on the right alone."""
    both: tuple[str, str] = ("", "")
    """(name, condition) of what is in two parts that exclude one another; '' : in two of the terms."""
    alone: tuple[str, str] = ("", "")
    """(condition of missing, condition of extra) where they follow from more than the two sides, such as box by box."""
    more: tuple[tuple[str, str], ...] = ()
    """Further (name, condition) of items that do not fit."""


MISSING = {
    "numbers": "no list of numbers received delivered",
    "line": "no export of the line controller delivered",
    "states": "neither an export of the line controller nor EPCIS events of the hub delivered",
    "hub": "no EPCIS events of the hub delivered",
    "boxes_at_hub": "no commissioning of containers at the hub delivered",
    "packed": "no record of packing into containers delivered",
    "counts": "no physical count delivered",
}
NOTHING_ABOVE = "no container above pallets is recorded"
"""What an equation needs -> the words where it was not delivered."""

_ENDED = "(sampled OR destroyed OR inactive)"
EQUATIONS = (
    Sets(1, "number layer", ("R", "numbers received", "received"),
         (("U", "unused, returned to the pool", "unused"), ("V", "invalidated", "invalidated"), ("E", "encoded", "encoded")),
         ("numbers", "states"), "received, and nothing says what became of them", "in use, and not among the numbers received"),
    Sets(2, "label layer", ("E", "encoded", "encoded"),
         (("LX", "label scrapped", "label_scrapped"), ("LS", "label sampled", "label_sampled"), ("C", "commissioned", "on_product")),
         ("line",), "W: still in process", "on a label or product, and never encoded"),
    Sets(3, "product layer", ("C", "commissioned", "on_product"),
         (("G", "good", "good"), ("S", "sampled", "sampled"), ("D", "destroyed", "destroyed"), ("I", "inactive", "inactive")),
         ("states",), "O: orphans, in no container", "in a class of product, and never commissioned",
         ("ended, and good or in a container elsewhere", "live_elsewhere")),
    Sets(4, "master", ("R", "numbers known", "known"),
         (("U", "unused", "unused"), ("V", "invalidated", "invalidated"), ("LX", "label scrapped", "label_scrapped"),
          ("LS", "label sampled", "label_sampled"), ("S", "sampled", "sampled"), ("D", "destroyed", "destroyed"), ("I", "inactive", "inactive"),
          ("G", "good", "good")),
         ("numbers",), "X: unaccounted", "in a class, and not known"),
    Sets(5, "aggregation", ("G", "good", "(good OR orphan)"), (("K", "recorded in a container", "parents > 0"),),
         ("packed",), "in no container", "recorded in a container, and not good", ("recorded in two containers", "parents > 1")),
    Sets(8, "authority", ("C", "commissioned at the line", "at_line"), (("Up", "uploaded to the hub", "uploaded"),),
         ("line", "hub"), "not uploaded", "uploaded, and not on product at the line", ("", "false"),
         more=(("active at the hub, and sampled, destroyed or inactive at the line", f"uploaded AND NOT ended_at_hub AND {_ENDED} AND hub_tells_ends"),
          ("ended at the hub, and good at the line", "(good OR orphan) AND ended_at_hub"))),
)  # fmt: skip
_COUNT_UNITS = Sets(9, "physical", ("Ch", "recorded in the opened cases", "recorded_there"), (("Sc", "scanned in the opened cases", "counted"),),
                    ("counts",), "recorded, and not scanned there", "scanned, and not recorded there", alone=("unscanned", "misplaced"))  # fmt: skip
_COUNT_BOXES = Sets(9, "physical", ("Ch", "recorded on site", "(good OR orphan) AND NOT gone"), (("Sc", "counted", "counted"),),
                    ("counts",), "recorded on site, and not counted", "counted, and not recorded on site")  # fmt: skip


def of_level(level: str) -> tuple[Sets, ...]:
    """The set equations of a level."""
    return (*EQUATIONS, _COUNT_UNITS if level == "unit" else _COUNT_BOXES)


def needs(sets: Sets, level: str) -> tuple[str, ...]:
    """What the equation needs at this level."""
    return (*sets.needs, "boxes_at_hub") if sets.number == 8 and level != "unit" else sets.needs


def conditions(sets: Sets) -> dict[str, tuple[str, str]]:
    """Key of a residue -> (name, condition)."""
    left, parts = f"({sets.left[2]})", [f"({part})" for _, _, part in sets.right]
    any_part = "(" + " OR ".join(parts) + ")"
    twice = sets.both[1] or "(" + " + ".join(f"{part}::INT" for part in parts) + ") > 1"
    return {
        "missing": (sets.missing, sets.alone[0] or f"{left} AND NOT {any_part}"),
        "extra": (sets.extra, sets.alone[1] or f"{any_part} AND NOT {left}"),
        "both": (sets.both[0] or "in two of the terms", twice),
        **{f"more{rank}": (name, condition) for rank, (name, condition) in enumerate(sets.more)},
    }


def set_equations(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Equation]]:
    """The equations over sets of every lot of the partition: lot -> its equations."""
    connection.execute(_HUB_ENDS)
    connection.execute(_FACTS)
    until = until_text(connection)
    found: dict[str, list[Equation]] = {}
    conditions_of = dict.fromkeys(condition for level in LEVELS for sets in of_level(level) for condition in _all_conditions(sets))
    columns = ", ".join(f"coalesce(sum(n) FILTER ({condition}), 0)::BIGINT" for condition in conditions_of)
    rows = connection.execute(f"SELECT lot, level, {_HAS}, {columns} FROM facts WHERE level IN {LEVELS} GROUP BY lot, level ORDER BY lot").fetchall()
    items = {level: _Items(connection, level) for level in LEVELS}
    for lot, level, *values in rows:
        has = dict(zip(MISSING, values[: len(MISSING)], strict=True))
        counts = dict(zip(conditions_of, values[len(MISSING) :], strict=True))
        found.setdefault(lot, []).extend(_equation(items[level], sets, lot, level, has, counts, until) for sets in of_level(level))
    return found


_HUB_ENDS = f"CREATE OR REPLACE TABLE hub_ends AS SELECT EXISTS (SELECT 1 FROM resolved WHERE kind = 'hub' AND step IN {END_STEPS}) AS told"
"""Whether the hub is told of ends at all: asked of the whole scope, so that it does not depend on the partition."""
_FACTS = """
CREATE OR REPLACE VIEW facts AS
SELECT f.*, i.has_line, i.has_hub, i.site_has_hub, i.hub_commissions_containers, i.has_inventory, i.has_numbers,
       (SELECT told FROM hub_ends) AS hub_tells_ends
FROM fact f JOIN lot_info i ON i.lot = f.lot
"""
_HAS = """if(any_value(level) = 'unit', any_value(has_numbers), bool_or(received)), any_value(has_line), any_value(has_line OR has_hub),
any_value(site_has_hub), any_value(hub_commissions_containers), bool_or(parents > 0),
bool_or(counted) OR (any_value(level) <> 'unit' AND any_value(has_inventory))"""
"""In the order of MISSING."""


def _all_conditions(sets: Sets) -> list[str]:
    return [sets.left[2], *(part for _, _, part in sets.right), *(condition for _, condition in conditions(sets).values())]


def _equation(
    items: _Items, sets: Sets, lot: str, level: str, has: Mapping[str, bool], counts: Mapping[str, int], until: str
) -> Equation:
    left = Term(*sets.left[:2], counts[sets.left[2]])
    right = tuple(Term(letter, name, counts[condition]) for letter, name, condition in sets.right)
    numbers = {key: counts[condition] for key, (_, condition) in conditions(sets).items()}
    lacking = [NOTHING_ABOVE if need == "packed" and level == "pallet" else MISSING[need] for need in needs(sets, level) if not has[need]]
    if sets.number == 4 and numbers["missing"]:  # what is unaccounted is so whatever else was delivered
        lacking = []
    undecided = "; ".join(lacking) + until if lacking else ""
    residues = () if undecided else tuple(
        Residue(name, numbers[key], items.of(lot, condition))
        for key, (name, condition) in conditions(sets).items() if numbers[key]
    )  # fmt: skip
    net = numbers["extra"] - numbers["missing"]
    return Equation(sets.number, sets.title, level, left, right, residues, 0 if undecided else net, sum(r.count for r in residues), undecided)


class _Items:
    """Texts of the first items of residues of a level, asked of all lots at once the first time that a lot has any."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, level: str) -> None:
        self._connection = connection
        self._level = level
        self._known: dict[str, dict[str, list[str]]] = {}

    def of(self, lot: str, condition: str) -> tuple[str, ...]:
        """Those of a lot that fulfil a condition on ``facts``, by text."""
        if condition not in self._known:
            limit = f"QUALIFY row_number() OVER (PARTITION BY f.lot ORDER BY t.text) <= {ITEMS}"
            self._known[condition] = _texts(self._connection, self._level, condition, limit)
        return tuple(self._known[condition].get(lot, ()))


def _texts(connection: duckdb.DuckDBPyConnection, level: str, condition: str, narrow: str, lots: list[str] | None = None) -> dict[str, list[str]]:
    """Lot -> texts of its items that fulfil a condition on ``facts``, by text."""
    within = "" if lots is None else "AND f.lot IN (SELECT unnest($lots))"
    rows = connection.execute(
        f"""SELECT f.lot, t.text FROM facts f JOIN thing t ON t.subject = f.subject
            WHERE f.level = '{level}' AND ({condition}) {within} {narrow} ORDER BY f.lot, t.text""",
        {} if lots is None else {"lots": lots},
    ).fetchall()
    found: dict[str, list[str]] = {}
    for lot, text in rows:
        found.setdefault(lot, []).append(text)
    return found


def all_items(connection: duckdb.DuckDBPyConnection, lots: list[str]) -> dict[tuple[str, str, int, str], list[str]]:
    """(lot, level, number of the equation, name of the residue) -> all its items; sets that are empty are left out."""
    connection.execute(_FACTS)
    found: dict[tuple[str, str, int, str], list[str]] = {}
    for level in LEVELS:
        for sets in of_level(level):
            for name, condition in conditions(sets).values():
                for lot, texts in _texts(connection, level, condition, "", lots).items():
                    found.setdefault((lot, level, sets.number, name), []).extend(texts)
    return found


def until_text(connection: duckdb.DuckDBPyConnection) -> str:
    """`` up to TIME`` where a moment was named, else nothing."""
    row = connection.execute("SELECT strftime(moment, '%Y-%m-%dT%H:%M:%SZ') FROM as_of").fetchone()
    return f" up to {row[0]}" if row and row[0] else ""
