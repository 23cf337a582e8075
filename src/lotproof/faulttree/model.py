"""A fault tree as values: gates over names, basic events, house events, parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lotproof.faulttree.expression import Expression

INNER = "/"
"""Stands in the names of gates that the source wrote as a nested formula, without a name; no file can use it in a name."""


class Op(StrEnum):
    """What a gate does with its inputs."""

    AND = "and"
    OR = "or"
    ATLEAST = "atleast"
    CARDINALITY = "cardinality"
    XOR = "xor"
    NOT = "not"
    NAND = "nand"
    NOR = "nor"
    IMPLY = "imply"
    IFF = "iff"
    SAME = "same"


@dataclass(frozen=True)
class Gate:
    """A gate: an operator over names of gates, basic events or house events."""

    op: Op
    """Operator; SAME passes its one input through."""
    args: tuple[str, ...]
    """Names of the inputs, in the order of the file."""
    least: int = 0
    """Fewest inputs that must hold: atleast and cardinality."""
    most: int = 0
    """Most inputs that may hold: cardinality."""
    label: str = ""
    """What the gate means, in plain words."""


@dataclass(frozen=True)
class Event:
    """A basic event."""

    probability: Expression | None = None
    """Its probability model; None where the file states none."""
    label: str = ""
    """What happens, in plain words."""
    codes: tuple[str, ...] = ()
    """Finding codes that are evidence of it."""
    undeveloped: bool = False
    """Not taken apart further, for lack of information or of consequence: a diamond in IEC 61025."""


@dataclass(frozen=True)
class Tree:
    """A fault tree with one top gate. The mappings keep the order of the file and are not to be changed."""

    name: str
    """Name of the tree."""
    top: str
    """Name of the top gate."""
    gates: Mapping[str, Gate]
    """Name -> gate."""
    events: Mapping[str, Event]
    """Name -> basic event."""
    houses: Mapping[str, bool] = field(default_factory=dict)
    """Name -> state of a house event."""
    parameters: Mapping[str, Expression] = field(default_factory=dict)
    """Name -> value that probability models refer to."""
    mission_time: float = 0.0
    """The system mission time, in the unit of the rates; 0 where the file states none."""
    label: str = ""
    """What the top event means."""
    warnings: tuple[str, ...] = ()
    """What was odd on reading: sentences."""
