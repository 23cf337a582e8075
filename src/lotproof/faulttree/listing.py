"""Cut sets one by one, the most probable first, without ever holding all of them; and the bounds that hang on each of them."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence

from lotproof.faulttree.graph import TRUE
from lotproof.faulttree.measure import Cuts, power_sum
from lotproof.faulttree.solve import Ask

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
    root = (top, cuts.families[top].root, None)
    # The bound is what the best completion reaches exactly, so that what leaves the heap complete is the next in rank.
    heap: list[tuple[float, int, float, tuple[int, ...], Pending]] = [(-best[top][root[1]], 0, 1.0, (), root)]
    serial = 0
    while heap:
        bound, _, chance, chosen, pending = heapq.heappop(heap)
        if pending is None:
            yield chance, chosen
            continue
        serial += 1
        if not serial & 1023:
            ask()
        module, node, after = pending
        if node == 1:
            heapq.heappush(heap, (bound, serial, chance, chosen, after))
            continue
        if node == 0:
            continue
        family = cuts.families[module]
        one = orders[module][family.level[node]]
        low, high = family.low[node], family.high[node]
        others = -bound / best[module][node] if best[module][node] else 0.0
        if low:
            heapq.heappush(heap, (-others * best[module][low], serial, chance, chosen, (module, low, after)))
        serial += 1
        rest: Pending = (module, high, after)
        if one in cuts.families:
            inner = cuts.families[one].root
            heapq.heappush(heap, (-others * best[module][high] * best[one][inner], serial, chance, chosen, (one, inner, rest)))
        else:
            heapq.heappush(heap, (-others * best[module][high] * leaves[one], serial, chance * leaves[one], (*chosen, one), rest))


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
