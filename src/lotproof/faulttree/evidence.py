"""What in the observations of a site shows that a basic event happened, as data: finding codes, or a query, and of how many.

A TOML file beside the tree, one table an event; events of the tree that it does not name are bound by the finding codes of the tree.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.model import Tree

WORST = "No credit is taken without evidence: the event is taken as certain."
KEYS = {"codes", "kinds", "events", "of", "exposure", "assume", "why"}


@dataclass(frozen=True)
class Binding:
    """Where the number of one basic event comes from. With neither codes nor a query it is an assumption."""

    codes: tuple[str, ...] = ()
    """Finding codes: the event happened in a lot that has one of them."""
    kinds: tuple[str, ...] = ()
    """Kinds of source that must all speak of a lot for it to count as an opportunity; empty: any."""
    events: str = ""
    """Instead of codes: a SELECT with the column `unit` and whatever shows it (lot, item, note, file, position)."""
    of: str = ""
    """A SELECT with the column `unit`, the opportunities; empty: the lots that `kinds` speak of."""
    exposure: str = ""
    """Instead of `of`: a SELECT of one number, the time at risk, in the unit of the tree's mission time."""
    assume: float | None = None
    """The probability taken where there are no data."""
    why: str = ""
    """Why that is assumed."""

    @property
    def bound(self) -> bool:
        """Whether observations are asked."""
        return bool(self.codes or self.events)


@dataclass(frozen=True)
class Observed:
    """A basic event as the observations have it."""

    event: str
    """Name of the basic event."""
    hits: float | None
    """Opportunities in which it happened (or times it happened); None without data."""
    trials: float | None
    """Opportunities (or time at risk); None without data."""
    point: float
    """Best value, or the assumption."""
    low: float
    """Lower end of the exact interval; 0 where nothing is known."""
    high: float
    """Upper end; 1 where nothing is known."""
    method: str
    """How the interval was made; "assumption" without data."""
    why: str = ""
    """What it rests on, or what evidence is needed."""
    codes: tuple[str, ...] = ()
    """Finding codes that were counted."""
    mission: float = 0.0
    """Time over which a rate was turned into a probability; 0 for a share."""
    rows: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """The rows of evidence."""

    @property
    def known(self) -> bool:
        """Whether it rests on observations."""
        return self.trials is not None

    def as_json(self) -> dict[str, Any]:
        """The event as the command line's document has it."""
        return {
            "event": self.event, "events": self.hits, "opportunities": self.trials, "probability": self.point, "low": self.low,
            "high": self.high, "method": self.method, "why": self.why, "codes": list(self.codes), "rows": [dict(row) for row in self.rows],
        }  # fmt: skip


def read_bindings(text: str, where: str) -> dict[str, Binding]:
    """Event -> binding, from TOML; TreeError with the place and what to do."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TreeError(f"{where}: {error}; write one table an event, such as [file-rejected].") from None
    return {name: _binding(name, table, where) for name, table in tables.items()}


def _binding(name: str, table: Any, where: str) -> Binding:
    if not isinstance(table, dict):
        raise TreeError(f"{where}: {name} stands outside of a table; write [{name}] and its keys below.")
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise TreeError(f"{where}: [{name}] has the key {unknown[0]}, which is not known; known are {', '.join(sorted(KEYS))}.")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    found = Binding(**values)
    if found.codes and found.events:
        raise TreeError(f"{where}: [{name}] has both codes and events; keep one of them.")
    if found.assume is not None and not 0 <= found.assume <= 1:
        raise TreeError(f"{where}: [{name}] assumes {found.assume:g}; a probability lies between 0 and 1.")
    return found


def bindings_of(tree: Tree, declared: Mapping[str, Binding], where: str) -> dict[str, Binding]:
    """A binding for every basic event: the declared one, else the finding codes of the tree."""
    for name in declared:
        if name not in tree.events:
            raise TreeError(f"{where}: [{name}] is no basic event of the tree {tree.name}; names are case-sensitive.")
    return {name: _with_codes(declared.get(name, Binding()), event.codes) for name, event in tree.events.items()}


def _with_codes(binding: Binding, codes: tuple[str, ...]) -> Binding:
    if binding.bound or binding.assume is not None:
        return binding
    return Binding(codes, binding.kinds, of=binding.of, why=binding.why)


def shared(bindings: Mapping[str, Binding]) -> dict[str, list[str]]:
    """Event -> other events that the same findings speak for: each is given all of them, so that their sum is too high, never too low."""
    return {
        name: [other for other, its in bindings.items() if other != name and set(its.codes) & set(one.codes)]
        for name, one in bindings.items()
        if one.codes
    }
