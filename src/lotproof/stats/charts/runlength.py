"""Average run length to the first signal (ARL) for a mean shifted by ``delta`` sigma; independent normal values, zero start.

Rule sets: exact Markov chain over what the rules remember (Champ and Woodall 1987). EWMA and CUSUM: their integral equations,
solved at Gauss-Legendre nodes (Crowder 1987; Brook and Evans 1972). Trends and alternations remember values and not zones, so that
no finite chain is exact for them: ``simulated`` gives these with an error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy

from lotproof.stats.charts.rules import Rule, RuleSet, fires
from lotproof.stats.charts.values import Floats
from lotproof.stats.problem import MethodProblem

ZONED = ("beyond", "within", "outside")
NODES = 80
"""Gauss-Legendre nodes: more change nothing in the sixth digit."""
State = tuple[int, ...]


@dataclass(frozen=True)
class _Memory:
    """What one rule remembers of one side."""

    need: int
    window: int
    low: float
    high: float
    both: bool

    def seen(self, zone: tuple[float, float]) -> bool:
        """Whether a point of this zone counts."""
        middle = _middle(*zone)
        return self.low < (abs(middle) if self.both else middle) < self.high

    def step(self, state: int, seen: bool) -> int | None:
        """What is remembered after a point; None where the rule fires."""
        if self.need == self.window:
            return (state + 1 if state + 1 < self.need else None) if seen else 0
        bits = state << 1 | seen
        return None if bits.bit_count() >= self.need else bits & ((1 << (self.window - 1)) - 1)


def shewhart(width: float, delta: float = 0.0) -> float:
    """ARL of limits alone."""
    return 1 / float(scipy.special.ndtr(-width + delta) + scipy.special.ndtr(-width - delta))


def of_rules(rules: RuleSet, delta: float = 0.0) -> float:
    """ARL of a rule set whose rules are all on zones; with a trend or an alternation among them it is refused."""
    if unzoned := [rule for rule in rules.rules if rule.shape not in ZONED]:
        raise MethodProblem(
            f"Rule {unzoned[0].id} ({unzoned[0].sentence}) remembers values, not zones: its run length can only be simulated."
        )
    zones, moves, size = _chain(rules.rules)
    share = [float(scipy.special.ndtr(high - delta) - scipy.special.ndtr(low - delta)) for low, high in zones]
    rows, columns, weights = ([move[0] for move in moves], [move[1] for move in moves], [share[move[2]] for move in moves])
    from scipy.sparse import csr_matrix, identity  # here, because few commands need it and it takes a quarter of a second
    from scipy.sparse.linalg import spsolve

    stay = csr_matrix((weights, (rows, columns)), shape=(size, size))
    return float(spsolve((identity(size, format="csc") - stay.tocsc()), np.ones(size))[0])


@lru_cache(maxsize=64)
def _chain(rules: tuple[Rule, ...]) -> tuple[list[tuple[float, float]], list[tuple[int, int, int]], int]:
    """Zones, moves that do not signal (from, to, zone), and number of states reached from nothing remembered."""
    memories = [memory for rule in rules for memory in _memories(rule)]
    cuts = sorted({bound for rule in rules for bound in (-rule.zone, rule.zone)})
    zones = list(zip([-math.inf, *cuts], [*cuts, math.inf], strict=True))
    counts = [[memory.seen(zone) for memory in memories] for zone in zones]
    start: State = (0,) * len(memories)
    number, todo, moves = {start: 0}, [start], []
    while todo:
        state = todo.pop()
        for zone, seen in enumerate(counts):
            stepped = [memory.step(held, flag) for memory, held, flag in zip(memories, state, seen, strict=True)]
            after = tuple(held for held in stepped if held is not None)
            if len(after) < len(stepped):
                continue
            if after not in number:
                number[after] = len(number)
                todo.append(after)
            moves.append((number[state], number[after], zone))
    return zones, moves, len(number)


def _memories(rule: Rule) -> Sequence[_Memory]:
    if rule.shape == "within":
        return [_Memory(rule.need, rule.window, -1.0, rule.zone, True)]
    if rule.shape == "outside":
        return [_Memory(rule.need, rule.window, rule.zone, math.inf, True)]
    sides = ((rule.zone, math.inf), (-math.inf, -rule.zone))
    return [_Memory(rule.need, rule.window, low, high, False) for low, high in sides]


def _middle(low: float, high: float) -> float:
    if math.isinf(low):
        return high - 1
    return low + 1 if math.isinf(high) else (low + high) / 2


def ewma(weight: float, width: float, delta: float = 0.0) -> float:
    """ARL of a two-sided EWMA with fixed limits ``width`` times its own sigma."""
    bound = width * math.sqrt(weight / (2 - weight))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    at = bound * nodes

    def kernel(start: Floats) -> Floats:
        step = (at[None, :] - (1 - weight) * start[:, None]) / weight - delta
        return np.asarray(bound * weights * np.exp(-step * step / 2) / math.sqrt(2 * math.pi) / weight, dtype=float)

    lengths = np.linalg.solve(np.eye(NODES) - kernel(at), np.ones(NODES))
    return float(1 + (kernel(np.zeros(1)) @ lengths)[0])


def cusum(k: float, h: float, delta: float = 0.0) -> float:
    """ARL of a two-sided CUSUM from 0: the rates of its two sides add up."""
    return 1 / (1 / _one_sided(k, h, delta) + 1 / _one_sided(k, h, -delta))


def _one_sided(k: float, h: float, delta: float) -> float:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    at, weights = h / 2 * (nodes + 1), h / 2 * weights
    start = np.concatenate([[0.0], at])
    step = at[None, :] - start[:, None] + k - delta
    matrix = np.empty((NODES + 1, NODES + 1))
    matrix[:, 0] = scipy.special.ndtr(k - start - delta)
    matrix[:, 1:] = weights * np.exp(-step * step / 2) / math.sqrt(2 * math.pi)
    return float(np.linalg.solve(np.eye(NODES + 1) - matrix, np.ones(NODES + 1))[0])


@dataclass(frozen=True)
class Simulated:
    """A run length from made-up points."""

    length: float
    """Mean run length."""
    error: float
    """Its standard error."""
    charts: int
    """Charts simulated."""


def simulated(rules: RuleSet, delta: float = 0.0, charts: int = 4000, seed: int = 1) -> Simulated:
    """ARL of any rule set by simulation, reproducible by its seed."""
    source = np.random.default_rng(seed)
    longest = max(rule.window for rule in rules.rules)
    lengths = np.zeros(charts)
    running, before = np.arange(charts), np.empty((charts, 0))
    while len(running):
        z = np.concatenate([before, source.normal(delta, 1.0, size=(len(running), 256))], axis=1)
        fired = np.logical_or.reduce([flags for rule in rules.rules for flags in fires(z, rule)])[:, before.shape[1] :]
        ended = fired.any(axis=1)
        lengths[running] += np.where(ended, fired.argmax(axis=1) + 1, fired.shape[1])
        running, before = running[~ended], z[~ended, -longest:]
    return Simulated(float(lengths.mean()), float(lengths.std(ddof=1) / math.sqrt(charts)), charts)
