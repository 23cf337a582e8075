"""Orders of variables to try: the size of a diagram hangs on nothing as much as on the order, and no one order is best for all.

Depth-first walks that take the inputs of each gate in different turns, occurrence, and FORCE (Aloul, Markov and Sakallah 2003),
which lets inputs of the same gate pull each other together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lotproof.faulttree.graph import Row
from lotproof.faulttree.modules import Module

Weigh = Callable[[int], tuple[float, ...]]


class View:
    """What the orders ask of a module: uses and sizes, counted once."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.rows: dict[int, Row] = module.rows
        self.uses: dict[int, int] = {}
        self.size: dict[int, int] = {}
        self.height: dict[int, int] = {}
        self.at = {one: place for place, one in enumerate(module.inputs)}
        for index, (_, _, args) in self.rows.items():
            for arg in args:
                one = self.plain(arg)
                self.uses[one] = self.uses.get(one, 0) + 1
            self.size[index] = 1 + sum(self.size.get(self.plain(arg), 1) for arg in args)
            self.height[index] = 1 + max(self.height.get(self.plain(arg), 0) for arg in args)

    def plain(self, signal: int) -> int:
        """A signal without its sign; gates and inner modules as they are."""
        return signal if signal in self.rows else abs(signal)

    def walk(self, weigh: Weigh) -> list[int]:
        """Inputs as a depth-first walk first meets them, taking the inputs of each gate by weight, least first."""
        seen: set[int] = set()
        order = []
        stack = [self.module.root]
        while stack:
            one = stack.pop()
            if one in seen:
                continue
            seen.add(one)
            row = self.rows.get(one)
            if row is None:
                order.append(one)
            else:
                fresh = [arg for arg in dict.fromkeys(map(self.plain, row[2])) if arg not in seen]
                stack.extend(sorted(fresh, key=weigh, reverse=True))
        return order


def orders(module: Module) -> Iterator[tuple[str, list[int]]]:
    """(name, inputs from the root of the diagram down), the ones that are most often good first."""
    view = View(module)
    size, uses, height = view.size, view.uses, view.height
    heavy = weighted(view)
    yield "weight, pulled", pulled(view, heavy)
    ways: list[tuple[str, Weigh]] = [
        ("height", lambda one: (height.get(one, 0), -uses.get(one, 0), one)),
        ("leaves first", lambda one: (one in size, -uses.get(one, 0), one)),
        ("walk", lambda one: (one,)),
        ("occurrence", lambda one: (-uses.get(one, 0), size.get(one, 1), one)),
        ("largest", lambda one: (-size.get(one, 1), one)),
        ("size", lambda one: (size.get(one, 1), one)),
        ("rare first", lambda one: (uses.get(one, 0), size.get(one, 1), one)),
    ]
    for name, weigh in ways:
        order = view.walk(weigh)
        yield name, order
        yield f"{name}, pulled", pulled(view, order)
    yield "weight", heavy


def weighted(view: View) -> list[int]:
    """Inputs by weight: the root hands one down, each gate shares its weight among its inputs; heaviest first."""
    weight = {view.module.root: 1.0}
    for index in sorted(view.rows, reverse=True):
        args = view.rows[index][2]
        for arg in map(view.plain, args):
            weight[arg] = weight.get(arg, 0.0) + weight.get(index, 0.0) / len(args)
    return sorted(view.module.inputs, key=lambda one: (-weight[one], one))


def pulled(view: View, order: list[int], rounds: int = 30) -> list[int]:
    """FORCE: gates sit in the middle of their inputs, inputs in the middle of their gates, until the span no longer shrinks."""
    edges = [list(map(view.plain, args)) for _, _, args in view.rows.values()]
    heads = list(view.rows)
    place: dict[int, float] = {one: float(at) for at, one in enumerate(order)}
    for index in sorted(view.rows):
        inputs = [place[view.plain(arg)] for arg in view.rows[index][2]]
        place[index] = sum(inputs) / len(inputs)
    best, least = order, _span(view, order)
    for _round in range(rounds):
        pull: dict[int, list[float]] = {}
        for head, edge in zip(heads, edges, strict=True):
            members = [head, *edge]
            middle = sum(place[one] for one in members) / len(members)
            for one in members:
                pull.setdefault(one, []).append(middle)
        place = {one: sum(middles) / len(middles) for one, middles in pull.items()}
        ranked = sorted(place, key=lambda one: (place[one], one))
        place = {one: float(at) for at, one in enumerate(ranked)}
        order = [one for one in ranked if one in view.at]
        span = _span(view, order)
        if span >= least:
            break
        best, least = order, span
    return best


def _span(view: View, order: list[int]) -> float:
    """Sum over the gates of how far apart the first and last of their inputs stand."""
    at = {one: place for place, one in enumerate(order)}
    low, high = dict(at), dict(at)
    total = 0
    for index in sorted(view.rows):
        args = [view.plain(arg) for arg in view.rows[index][2]]
        low[index], high[index] = min(low[one] for one in args), max(high[one] for one in args)
        total += high[index] - low[index]
    return total
