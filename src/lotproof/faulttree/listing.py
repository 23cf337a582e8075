"""Cut sets one by one, the most probable first, without ever holding all of them; and the bounds that hang on each of them."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence

from lotproof.faulttree.build import Ask
from lotproof.faulttree.graph import TRUE
from lotproof.faulttree.measure import Cuts, power_sum

Pending = tuple[int, int, "Pending"] | None
"""(module, node, what is pending after it)."""
LARGE = 0.2
"""Cut sets at least this probable are taken one by one for MCUB; for the others a power series converges fast."""
MOST = 20_000
"""How many of those at most."""


def listed(cuts: Cuts, leaves: Sequence[float], ask: Ask) -> Iterator[tuple[float, tuple[int, ...]]]:
    """(probability, leaves) of the minimal cut sets, most probable first; equal ones in an order that does not change."""
    top = cuts.solved.graph.top
    if not cuts.solved.parts:
        if top != -TRUE:
            yield (leaves[top], (top,)) if 0 < top < TRUE else (1.0, ())
        return
    best = _best(cuts, leaves)
    orders = {part.module.root: part.order for part in cuts.solved.parts}
    # The bound is what the best completion reaches, so that what leaves the heap goes straight down to the next in rank.
    heap: list[tuple[float, int, float, tuple[int, ...], Pending]] = []
    if cuts.families[top].root:
        heap.append((-best[top][cuts.families[top].root], 0, 1.0, (), (top, cuts.families[top].root, None)))
    serial = 0
    while heap:
        ask()
        bound, _, chance, chosen, pending = heapq.heappop(heap)
        while pending is not None:
            module, node, after = pending
            if node == 1:
                pending = after
                continue
            if node == 0:
                break  # a module that never holds
            family = cuts.families[module]
            one, low, high = orders[module][family.level[node]], family.low[node], family.high[node]
            inner = cuts.families[one].root if one in cuts.families else 0
            here = best[one][inner] if one in cuts.families else leaves[one]
            with_it, without = here * best[module][high], best[module][low]
            others = -bound / best[module][node] if best[module][node] else 0.0
            taken = (chance, chosen, (one, inner, (module, high, after))) if one in cuts.families else (
                chance * leaves[one], (*chosen, one), (module, high, after))  # fmt: skip
            left = (chance, chosen, (module, low, after))
            first, second, less = (taken, left, without) if with_it >= without else (left, taken, with_it)
            if low:
                serial += 1
                heapq.heappush(heap, (-others * less, serial, *second))
            chance, chosen, pending = first if low else taken
        else:
            yield chance, chosen


def _best(cuts: Cuts, leaves: Sequence[float]) -> dict[int, list[float]]:
    """The probability of the most probable cut set under each node of each family."""
    found: dict[int, list[float]] = {}
    for part in cuts.solved.parts:
        family = cuts.families[part.module.root]
        at = [found[one][cuts.families[one].root] if one in found else leaves[one] for one in part.order]
        values = [0.0, 1.0]
        for one in range(2, len(family.level)):
            values.append(max(values[family.low[one]], at[family.level[one]] * values[family.high[one]]))
        found[part.module.root] = values
    return found


def min_cut_upper_bound(cuts: Cuts, leaves: Sequence[float], ask: Ask) -> float | None:
    """1 minus the product over all cut sets of (1 - probability), without listing them; None where too many are too probable.

    ln(1 - x) is minus the sum of x^k / k; the sum over all cut sets of x^k is one pass over the diagrams.
    """
    large = []
    for chance, _ in listed(cuts, leaves, ask):
        if chance < LARGE:
            break
        if chance >= 1.0:
            return 1.0
        large.append(chance)
        if len(large) > MOST:
            return None
    exponent = -math.fsum(math.log1p(-chance) for chance in large)
    for power in range(1, 200):
        ask()
        term = (power_sum(cuts, leaves, power) - math.fsum(chance**power for chance in large)) / power
        exponent += max(term, 0.0)
        if term <= 1e-14 * exponent:
            break
    return -math.expm1(-exponent)
