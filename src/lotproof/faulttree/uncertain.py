"""From intervals of the basic events to one of the top event: bounds that are guaranteed, and a seeded simulation beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lotproof.faulttree.analyse import is_coherent, reached_events
from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.evidence import Observed
from lotproof.faulttree.graph import graph_of
from lotproof.faulttree.importance import importances
from lotproof.faulttree.measure import probability
from lotproof.faulttree.model import Tree
from lotproof.faulttree.solve import Solved, solved

Floats = npt.NDArray[np.float64]
DRAWS = 10_000
BOUNDS = (
    "bounds: the top with every event at the lower, then at the upper end of its exact interval; the intervals share the error among them "
    "(Bonferroni), so both ends hold together with at least the level stated, assumptions apart"
)
SIMULATED = (
    "simulated: middle share of the top over draws of every observed event from its Jeffreys posterior, Beta(x + 1/2, n - x + 1/2) for "
    "shares, Gamma(x + 1/2) for rates; assumptions stay as they are"
)


@dataclass(frozen=True)
class Top:
    """The top event by what was observed."""

    point: float
    """With the best value of every event."""
    low: float | None
    """Guaranteed lower bound; None where the tree has negations."""
    high: float | None
    """Guaranteed upper bound."""
    simulated_low: float
    """Lower end of the simulated interval."""
    simulated_high: float
    """Upper end."""
    level: float
    """Level of both intervals."""
    seed: int
    """Seed of the simulation."""
    draws: int
    """Draws of the simulation."""
    matters: tuple[tuple[str, float, float], ...]
    """(event, Birnbaum, share of the top that goes where the event never happens), the strongest first."""

    def as_json(self) -> dict[str, Any]:
        """As the command line's document has it."""
        return {
            "probability": self.point, "low": self.low, "high": self.high, "simulated": [self.simulated_low, self.simulated_high],
            "level": self.level, "seed": self.seed, "draws": self.draws, "methods": [BOUNDS, SIMULATED],
            "matters": [{"event": name, "birnbaum": slope, "removes": share} for name, slope, share in self.matters],
        }  # fmt: skip


def top_of(tree: Tree, observed: Sequence[Observed], level: float, seed: int, draws: int = DRAWS) -> Top:
    """The interval of the top event. `observed` holds every basic event under the top; intervals are at the level shared among them."""
    names = reached_events(tree)
    by_name = {one.event: one for one in observed}
    missing = [name for name in names if name not in by_name]
    if missing:
        raise TreeError(f'Basic event "{missing[0]}" has neither observations nor an assumption.')
    events = [by_name[name] for name in names]
    graph = graph_of(tree, {name: place for place, name in enumerate(names, 1)})
    found = solved(graph, lambda: None)
    point, measures = importances(found, [0.0, *(one.point for one in events)])
    coherent = is_coherent(graph)
    low, high = (probability(found, [0.0, *ends]) for ends in ([one.low for one in events], [one.high for one in events]))
    spread = np.quantile(_drawn(found, events, seed, draws), [(1 - level) / 2, (1 + level) / 2])
    return Top(
        point, low if coherent else None, high if coherent else None, float(spread[0]), float(spread[1]), level, seed, draws,
        tuple((names[one.leaf - 1], one.birnbaum, 1 - 1 / one.rrw) for one in measures),
    )  # fmt: skip


def _drawn(found: Solved, events: Sequence[Observed], seed: int, draws: int) -> Floats:
    """The top for each draw; one pass over the diagrams takes them all."""
    chance = np.random.default_rng(seed)
    rows: list[Any] = [0.0, *(_draws_of(one, chance, draws) for one in events)]
    return np.broadcast_to(np.asarray(probability(found, rows), dtype=float), (draws,))


def _draws_of(one: Observed, chance: np.random.Generator, draws: int) -> Floats:
    if one.hits is None or one.trials is None:
        return np.full(draws, one.point)
    if one.mission:
        return np.asarray(-np.expm1(-chance.gamma(one.hits + 0.5, one.mission / one.trials, draws)))
    return chance.beta(one.hits + 0.5, one.trials - one.hits + 0.5, draws)
