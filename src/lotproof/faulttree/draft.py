"""A tree while it is read: what is defined where; then checked and closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.expression import Expression
from lotproof.faulttree.model import INNER, Event, Gate, Op, Tree

ARITY: dict[Op, tuple[int, int]] = {
    Op.NOT: (1, 1), Op.SAME: (1, 1), Op.XOR: (2, 2), Op.IFF: (2, 2), Op.IMPLY: (2, 2), Op.ATLEAST: (2, 0), Op.CARDINALITY: (1, 0),
}  # fmt: skip
"""Fewest and most inputs (0: any number); operators not named here take one or more."""
DYNAMIC = {"pand", "por", "seq", "spare", "csp", "wsp", "hsp", "fdep", "priority-and", "sequence", "vot-seq"}
"""Gates whose result depends on the order of events."""


def operator(word: str, where: str) -> Op:
    """The operator of this name; refused with the reason where there is none."""
    low = word.lower()
    if low in DYNAMIC:
        raise TreeError(
            f"{where}: {word} is a dynamic gate: its result depends on the order in which events happen, which a static tree does not "
            "know, and an and gate in its place would give a wrong probability. Model the sequence elsewhere and enter its result "
            "as one event."
        )
    if low == "inhibit":
        raise TreeError(f"{where}: inhibit is an and gate with a condition; write it as and, with the condition as an event.")
    try:
        found = Op(low)
    except ValueError:
        found = Op.SAME
    if found is Op.SAME:
        known = ", ".join(op for op in Op if op is not Op.SAME)
        raise TreeError(f'{where}: "{word}" is no operator that a static fault tree has; it can be {known}.')
    return found


@dataclass
class Draft:
    """What has been read so far."""

    source: str
    """What to call the file in messages."""
    name: str = ""
    label: str = ""
    top: str = ""
    mission_time: float = 0.0
    gates: dict[str, Gate] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    houses: dict[str, bool] = field(default_factory=dict)
    parameters: dict[str, Expression] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Name -> line where it is defined."""
    warnings: list[str] = field(default_factory=list)

    def where(self, line: int) -> str:
        """A place for a message."""
        return f"{self.source}, line {line}"

    def define(self, name: str, line: int) -> None:
        """Notes where a name is defined; twice is refused."""
        if not name or INNER in name or name != name.strip():
            raise TreeError(f'{self.where(line)}: "{name}" cannot be a name; names have no "{INNER}" and no blanks at their ends.')
        if name in self.lines:
            raise TreeError(f'{self.where(line)}: "{name}" is defined already in line {self.lines[name]}; rename one of them.')
        self.lines[name] = line

    def put(self, name: str, gate: Gate, line: int) -> None:
        """Adds a gate whose inputs are counted and whose numbers fit."""
        self._check_inputs(gate, f"{self.where(line)}: {_called(name)} ({gate.op})")
        self.gates[name] = gate
        self.lines.setdefault(name, line)

    @staticmethod
    def _check_inputs(gate: Gate, what: str) -> None:
        fewest, most = ARITY.get(gate.op, (1, 0))
        count = len(gate.args)
        if count < fewest or (most and count > most):
            wanted = f"exactly {fewest}" if fewest == most else f"{fewest} or more"
            why = " What more inputs mean is not agreed (parity or exactly one); nest gates of two." if gate.op is Op.XOR else ""
            raise TreeError(f"{what} has {count} inputs; it takes {wanted}.{why}")
        if gate.op is Op.ATLEAST and not 0 < gate.least <= count:
            raise TreeError(f"{what} asks for {gate.least} of {count} inputs; ask for 1 to {count}.")
        if gate.op is Op.CARDINALITY and not 0 <= gate.least <= gate.most <= count:
            raise TreeError(f"{what} asks for {gate.least} to {gate.most} of {count} inputs; the first must not exceed the second.")

    def close(self, top: str | None = None) -> Tree:
        """The checked tree under a top gate; the one that no other gate uses, where none is named."""
        if not self.gates:
            raise TreeError(f"{self.source}: there is no gate in it; a fault tree has at least one.")
        chosen = self._top(top or self.top)
        missing = self._missing()
        for name in missing:
            self.events[name] = Event()
        if missing:
            named = ", ".join(missing[:5]) + (" and others" if len(missing) > 5 else "")
            self.warnings.append(f"Used but not defined, taken as basic events without probability: {named}.")
        self._refuse_circles()
        return Tree(
            self.name or chosen, chosen, self.gates, self.events, self.houses, self.parameters, self.mission_time, self.label,
            tuple(self.warnings),
        )  # fmt: skip

    def _top(self, asked: str) -> str:
        if asked:
            if asked not in self.gates:
                raise TreeError(f'{self.source}: "{asked}" is to be the top, but no gate has this name.')
            return asked
        used = {arg for gate in self.gates.values() for arg in gate.args}
        tops = [name for name in self.gates if name not in used]
        if len(tops) == 1:
            return tops[0]
        if not tops:
            self._refuse_circles()
        shown = ", ".join(tops[:6]) + (" and others" if len(tops) > 6 else "")
        raise TreeError(f"{self.source}: {len(tops)} gates are used by no other ({shown}); name the top gate (--top).")

    def _missing(self) -> list[str]:
        known = {*self.gates, *self.events, *self.houses}
        return list(dict.fromkeys(arg for gate in self.gates.values() for arg in gate.args if arg not in known))

    def _refuse_circles(self) -> None:
        done: set[str] = set()
        for start in self.gates:
            path: dict[str, None] = {}
            stack: list[tuple[str, bool]] = [(start, False)]
            while stack:
                name, leaving = stack.pop()
                if leaving:
                    path.pop(name)
                    done.add(name)
                elif name in path:
                    self._circle([*path], name)
                elif name not in done and name in self.gates:
                    path[name] = None
                    stack.append((name, True))
                    stack.extend((arg, False) for arg in self.gates[name].args)

    def _circle(self, path: Sequence[str], name: str) -> None:
        ring = [one for one in path[path.index(name) :] if INNER not in one]
        shown = " > ".join([*ring[:8], ring[0]])
        where = self.where(self.lines.get(ring[0], 0))
        raise TreeError(f"{where}: the gates {shown} form a circle; a fault tree has none. Cut it at one of them.")


def _called(name: str) -> str:
    return f'"{name}"' if INNER not in name else f'a formula within "{name.split(INNER)[0]}"'


def check_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Finding codes without repetition, in the order stated."""
    return tuple(dict.fromkeys(codes))


