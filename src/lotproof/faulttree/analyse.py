"""The analysis of a tree: one call, one result, and where a limit is met, what is known by then and why the rest is not."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lotproof.faulttree.build import Ask
from lotproof.faulttree.engine_oxidd import Engine, installed
from lotproof.faulttree.errors import OutOfBudget, TreeError
from lotproof.faulttree.expression import Number, evaluate, values
from lotproof.faulttree.graph import TRUE, Graph, graph_of, order_of_gates
from lotproof.faulttree.importance import Importance, importances
from lotproof.faulttree.listing import listed, min_cut_upper_bound
from lotproof.faulttree.measure import Cuts, cuts, power_sum, probability
from lotproof.faulttree.model import Tree
from lotproof.faulttree.simplify import reached
from lotproof.faulttree.solve import Solved, solved

METHOD = "BDD by modules, minimal cut sets by ZBDD"
VERSION = "1"
PYTHON, OXIDD, AUTO = ENGINES = ("python", "oxidd", "auto")
"""Our own; OxiDD, an extra; OxiDD where it is installed."""
NEGATIONS = (
    "The tree has negations: a cut set is the events of a smallest solution, all others absent; these are no prime implicants, "
    "and the sum over cut sets and the min cut upper bound are no bounds."
)


@dataclass(frozen=True)
class CutSet:
    """A minimal cut set."""

    events: tuple[str, ...]
    """Names of its events, in the order of the file."""
    probability: float | None
    """Product of their probabilities; None where one is not stated."""


@dataclass(frozen=True)
class Result:
    """What is known of a tree."""

    tree: Tree = field(repr=False)
    """The tree."""
    events: int
    """Basic events under the top."""
    gates: int
    """Gates under the top, as the source has them."""
    coherent: bool
    """Whether the tree is free of negation, once simplified."""
    modules: int | None = None
    """Independent parts."""
    nodes: int | None = None
    """Nodes of all diagrams."""
    probability: float | None = None
    """Exact probability of the top event; None where a probability is not stated or a limit was met."""
    minimal_cut_sets: int | None = None
    """How many; exact."""
    by_order: Mapping[int, int] | None = None
    """Number of events -> number of minimal cut sets."""
    rare_event: float | None = None
    """Sum over the minimal cut sets: an upper bound for coherent trees, which may exceed 1."""
    mcub: float | None = None
    """Min cut upper bound."""
    listed: tuple[CutSet, ...] = ()
    """The most probable minimal cut sets; without probabilities, the shortest orders come as they do."""
    importance: tuple[tuple[str, Importance], ...] = ()
    """Event and measures, the most critical first."""
    notes: tuple[str, ...] = ()
    """What was odd, cut short or not computed: sentences."""

    def as_json(self) -> dict[str, Any]:
        """The result as the command line's document."""
        return {
            "tree": self.tree.name, "top": self.tree.top, "label": self.tree.label, "method": METHOD, "version": VERSION,
            "events": self.events, "gates": self.gates, "coherent": self.coherent, "modules": self.modules, "nodes": self.nodes,
            "probability": self.probability, "rare_event": self.rare_event, "min_cut_upper_bound": self.mcub,
            "minimal_cut_sets": self.minimal_cut_sets,
            "by_order": None if self.by_order is None else {str(order): count for order, count in self.by_order.items()},
            "cut_sets": [{"events": list(one.events), "probability": one.probability} for one in self.listed],
            "importance": [
                {"event": name, "birnbaum": one.birnbaum, "critical": one.critical, "fussell_vesely": one.fussell_vesely,
                 "raw": one.raw, "rrw": one.rrw if math.isfinite(one.rrw) else None}
                for name, one in self.importance
            ],
            "notes": list(self.notes),
        }  # fmt: skip


def analyse(tree: Tree, ask: Ask = lambda: None, most: int = 20, engine: str = PYTHON) -> Result:
    """All measures of a tree, with up to `most` cut sets listed. `ask` raises OutOfBudget when the caller's time is over.

    `engine` is one of ENGINES: all give the same counts, and the same probability to the last digits of a float.
    """
    names = reached_events(tree)
    chances, silent = event_probabilities(tree, names)
    graph = graph_of(tree, {name: place for place, name in enumerate(names, 1)})
    result = Result(tree, len(names), len(order_of_gates(tree)), is_coherent(graph), notes=tree.warnings)
    if silent:
        shown = ", ".join(silent[:5]) + (" and others" if len(silent) > 5 else "")
        result = _noted(result, f"No probability is stated for {shown}: cut sets are found, probabilities are not.")
    try:
        found = solved(graph, ask, engine_of(engine))
    except OutOfBudget as limit:
        return _noted(result, f"Not computed: {limit}. Known so far: {len(names)} events and {len(graph.rows)} gates once simplified.")
    result = replace(result, modules=len(found.parts), nodes=found.size)
    if not silent:
        top, measures = importances(found, chances)
        result = replace(result, probability=top, importance=tuple((names[one.leaf - 1], one) for one in measures))
    return _with_cuts(result, found, names, chances, not silent, ask, most)


def engine_of(name: str) -> Engine | None:
    """The engine of this name for one analysis; None is our own."""
    return Engine() if name == OXIDD or (name == AUTO and installed()) else None


def _with_cuts(
    result: Result, found: Solved, names: Sequence[str], chances: Sequence[float], stated: bool, ask: Ask, most: int
) -> Result:
    try:
        family = cuts(found, ask)
        result = replace(result, minimal_cut_sets=family.count, by_order=family.by_order)
        if stated:
            result = replace(result, rare_event=power_sum(family, chances), mcub=min_cut_upper_bound(family, chances, ask))
        return _with_list(result, family, names, chances, stated, ask, most)
    except OutOfBudget as limit:
        known = "the probability and the importance of each event are exact" if stated else "the diagram of the function"
        missing = "the minimal cut sets" if result.minimal_cut_sets is None else "the list of minimal cut sets"
        return _noted(result, f"{missing[0].upper()}{missing[1:]} are not computed: {limit}. Known so far: {known}.")


def _with_list(
    result: Result, family: Cuts, names: Sequence[str], chances: Sequence[float], stated: bool, ask: Ask, most: int
) -> Result:
    # Without probabilities every event counts as one half: fewer events come first.
    weights = chances if stated else [0.5] * len(chances)
    found = [
        CutSet(tuple(names[leaf - 1] for leaf in sorted(leaves)), chance if stated else None)
        for chance, leaves in itertools.islice(listed(family, weights, ask), most)
    ]
    result = replace(result, listed=tuple(found))
    if not result.coherent:
        result = _noted(result, NEGATIONS)
    if result.minimal_cut_sets and result.minimal_cut_sets > len(found):
        share = ""
        if stated and result.rare_event:
            part = math.fsum(one.probability or 0.0 for one in found) / result.rare_event
            share = f"; they make up {part:.3%} of the sum over all"
        first = "most probable" if stated else "shortest"
        result = _noted(result, f"The list is cut short: the {len(found)} {first} of {result.minimal_cut_sets:,} minimal cut sets{share}.")
    return result


def _noted(result: Result, note: str) -> Result:
    return replace(result, notes=(*result.notes, note))


def reached_events(tree: Tree) -> list[str]:
    """The basic events under the top, in the order of the file."""
    used = {arg for name in order_of_gates(tree) for arg in tree.gates[name].args}
    return [name for name in tree.events if name in used]


def event_probabilities(tree: Tree, names: Sequence[str]) -> tuple[list[float], list[str]]:
    """(probabilities by leaf with an unused 0 in front, names without one); TreeError where one is no probability."""
    known = values(tree.parameters, tree.mission_time)
    chances, silent = [0.0], []
    for name in names:
        model = tree.events[name].probability
        if model is None:
            silent.append(name)
            chances.append(0.0)
            continue
        try:
            chance = evaluate(model, known)
        except TreeError as error:
            raise TreeError(f'Basic event "{name}": {error}') from None
        if not 0.0 <= chance <= 1.0:
            raise TreeError(
                f'Basic event "{name}" has the probability {chance:g}; it must lie between 0 and 1. Is it a rate without a time?'
            )
        chances.append(chance)
    return chances, silent


def is_coherent(graph: Graph) -> bool:
    """Whether a graph is free of negation."""
    if abs(graph.top) == TRUE:
        return True
    return graph.top > 0 and not any(arg < 0 for _, _, args in reached(graph).rows.values() for arg in args)


def changed(tree: Tree, changes: Mapping[str, float | bool]) -> Tree:
    """The tree with events given another probability, or events, house events and gates set true or false: a barrier on or off."""
    gates, events, houses = dict(tree.gates), dict(tree.events), dict(tree.houses)
    for name, value in changes.items():
        if name not in gates and name not in events and name not in houses:
            raise TreeError(f'"{name}" is neither a gate nor an event of this tree; names are case-sensitive.')
        if name == tree.top:
            raise TreeError(f'"{name}" is the top event itself; change what is below it.')
        if isinstance(value, bool):
            gates.pop(name, None)
            events.pop(name, None)
            houses[name] = value
        elif name in events:
            events[name] = replace(events[name], probability=Number(value))
        else:
            raise TreeError(f'"{name}" is no basic event: it can be set true or false, not given a probability.')
    return replace(tree, gates=gates, events=events, houses=houses)


def top_probability(tree: Tree, ask: Ask = lambda: None) -> float:
    """The exact probability of the top alone."""
    names = reached_events(tree)
    chances, silent = event_probabilities(tree, names)
    if silent:
        raise TreeError(f'Basic event "{silent[0]}" has no probability; state one to compute that of the top.')
    return probability(solved(graph_of(tree, {name: place for place, name in enumerate(names, 1)}), ask), chances)
