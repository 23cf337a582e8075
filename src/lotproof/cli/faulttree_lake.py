"""lotproof faulttree --from-lake: the events of a tree counted in the workspace, and the top event with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lotproof.faulttree.evidence import Binding, Observed
    from lotproof.faulttree.model import Tree
    from lotproof.faulttree.uncertain import Top


@dataclass(frozen=True)
class Counted:
    """A tree with the numbers of a workspace."""

    tree: Tree
    """The tree with the best value of each event."""
    events: Sequence[Observed]
    """Its basic events as observed or assumed."""
    top: Top
    """The top event with its interval."""

    def as_json(self) -> dict[str, Any]:
        """What the document has under `from_lake`."""
        return {"top": self.top.as_json(), "events": [one.as_json() for one in self.events]}

    def lines(self, shown: str | None) -> Iterator[str]:
        """For a person; with `shown`, the rows behind that event."""
        top = self.top
        yield f"  {'event':<34} {'events':>8} {'of':>8} {'share':>10}  interval"
        for one in self.events:
            counts = f"{one.hits:>8,.0f} {one.trials:>8,.0f}" if one.hits is not None and one.trials is not None else f"{'–':>8} {'–':>8}"
            ends = f"{one.low:.4g} to {one.high:.4g}" if one.known else "ASSUMPTION"
            yield f"  {one.event:<34} {counts} {one.point:>10.4g}  {ends}"
            if one.why:
                yield f"      {one.why}"
        if top.low is not None and top.high is not None:
            yield f"  top event: {top.point:.4g}; guaranteed at {top.level:.0%}: {top.low:.4g} to {top.high:.4g}"
        else:
            yield f"  top event: {top.point:.4g}; no guaranteed bounds, since the tree has negations"
        yield f"  simulated at {top.level:.0%} (seed {top.seed}, {top.draws:,} draws): {top.simulated_low:.4g} to {top.simulated_high:.4g}"
        for name, _, share in top.matters[:5]:
            yield f"  without {name}: {share:.1%} less"
        for one in self.events:
            if one.event == shown:
                yield f"  rows behind {shown}:"
                yield from (f"    {' · '.join(f'{key} {value}' for key, value in row.items())}" for row in one.rows)


def counted(
    tree: Tree, file: str, evidence: Path | None, home: Path, level: float, seed: int, stated: Sequence[tuple[str, float | bool]],
    time: str, actor: str,
) -> Counted:  # fmt: skip
    """The tree with the numbers of a workspace; `stated` are values set by hand, which stand as assumptions."""
    from dataclasses import replace

    from lotproof.faulttree.analyse import changed
    from lotproof.faulttree.evidence import Binding, bindings_of
    from lotproof.faulttree.uncertain import top_of
    from lotproof.workspace.tree_rates import observed

    declared, where = _declared(file, evidence)
    bindings = bindings_of(tree, declared, where)
    by_hand = {name: float(value) for name, value in stated if name in tree.events}
    bindings |= {name: Binding(assume=value, why="Set on the command line.") for name, value in by_hand.items()}
    others = {name: value for name, value in stated if name not in by_hand}
    events = observed(home, tree, bindings, level, time, actor)
    filled = changed(tree, {**{one.event: one.point for one in events}, **others})
    return Counted(replace(filled, warnings=()), events, top_of(filled, events, level, seed))


def _declared(file: str, evidence: Path | None) -> tuple[dict[str, Binding], str]:
    from lotproof.faulttree.evidence import read_bindings
    from lotproof.faulttree.starting import EVIDENCE, starting_evidence, starting_trees

    beside = Path(file).with_suffix(EVIDENCE)
    if evidence is None and not Path(file).exists() and file in starting_trees():
        return read_bindings(starting_evidence(file), f"{file}{EVIDENCE}"), f"{file}{EVIDENCE}"
    path = evidence or beside
    if evidence is None and not path.exists():
        return {}, path.name
    return read_bindings(path.read_text(encoding="utf-8"), path.name), path.name
