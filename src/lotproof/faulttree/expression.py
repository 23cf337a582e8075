"""Probability models of basic events: constants, parameters, arithmetic, exponential, GLM, Weibull, periodic test (Open-PSA MEF 2.0d)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.periodic import periodic_test


@dataclass(frozen=True)
class Number:
    """A number as the file states it."""

    value: float
    """Its value."""


@dataclass(frozen=True)
class Parameter:
    """A reference to a parameter of the file, or to the system mission time."""

    name: str
    """Its name; MISSION_TIME for the system mission time."""


@dataclass(frozen=True)
class Call:
    """An operator or a model over other expressions."""

    name: str
    """Name in the MEF: exponential, GLM, Weibull, periodic-test, add, sub, mul, div, neg."""
    args: tuple[Expression, ...]
    """Its arguments, in the order of the MEF."""


Expression = Number | Parameter | Call
MISSION_TIME = "system-mission-time"


def exponential(rate: float, time: float) -> float:
    """Probability that an event of constant rate has happened by a time."""
    _at_least(0.0, "exponential", rate=rate, time=time)
    return -math.expm1(-rate * time)


def glm(gamma: float, rate: float, repair: float, time: float) -> float:
    """Gamma-lambda-mu: unavailable on demand, failing and repaired at constant rates, at a time."""
    _at_least(0.0, "GLM", gamma=gamma, rate=rate, repair=repair, time=time)
    total = rate + repair
    if total == 0:
        return gamma
    return (rate - (rate - gamma * total) * math.exp(-total * time)) / total


def weibull(scale: float, shape: float, shift: float, time: float) -> float:
    """Weibull distribution with a shift of the start, at a time."""
    _at_least(0.0, "Weibull", shift=shift, time=time)
    if not (scale > 0 and shape > 0):
        raise TreeError(f"Weibull: scale {scale:g} and shape {shape:g} must both be above 0.")
    return 0.0 if time <= shift else -math.expm1(-(((time - shift) / scale) ** shape))


def _at_least(least: float, model: str, **values: float) -> None:
    for name, value in values.items():
        if not value >= least:
            raise TreeError(f"{model}: {name} is {value:g}, it must be {least:g} or more.")


def _divide(first: float, *others: float) -> float:
    for other in others:
        if other == 0:
            raise TreeError("div: division by zero.")
        first /= other
    return first


CALLS: Mapping[str, tuple[Callable[..., float], tuple[int, ...]]] = {
    "exponential": (exponential, (2,)),
    "GLM": (glm, (4,)),
    "Weibull": (weibull, (4,)),
    "periodic-test": (periodic_test, (4, 5, 11)),
    "add": (lambda *values: math.fsum(values), ()),
    "sub": (lambda first, *others: first - math.fsum(others), ()),
    "mul": (lambda *values: math.prod(values), ()),
    "div": (_divide, ()),
    "neg": (lambda value: -value, (1,)),
}
"""Name -> function and allowed numbers of arguments (none stated: two or more)."""


def arguments_wrong(name: str, count: int) -> str | None:
    """Why a call with so many arguments is wrong, as a sentence; None where it is not."""
    allowed = CALLS[name][1]
    if allowed and count not in allowed:
        return f"{name} has {count} arguments; it takes {' or '.join(map(str, allowed))}."
    if not allowed and count < 2:
        return f"{name} has {count} arguments; it takes two or more."
    return None


def values(parameters: Mapping[str, Expression], mission_time: float) -> dict[str, float]:
    """The value of every parameter, whatever order they are defined in; a cycle is refused."""
    known = {MISSION_TIME: mission_time}
    state: dict[str, int] = {}
    for start in parameters:
        stack = [start]
        while stack:
            name = stack[-1]
            missing = [] if name in known else [ref for ref in _references(parameters[name]) if ref not in known]
            if not missing:
                if name not in known:
                    known[name] = evaluate(parameters[name], known)
                stack.pop()
                continue
            state[name] = state.get(name, 0) + 1
            unknown = next((ref for ref in missing if ref not in parameters), None)
            if unknown is not None:
                raise TreeError(f'Parameter "{name}" refers to "{unknown}", which is not defined; define it or write a number.')
            if state[name] > 1:
                raise TreeError(f'Parameter "{name}" refers to itself in a circle; break it with a number.')
            stack.extend(missing)
    return known


def _references(expression: Expression) -> list[str]:
    todo: list[Expression] = [expression]
    found = []
    while todo:
        one = todo.pop()
        if isinstance(one, Parameter):
            found.append(one.name)
        elif isinstance(one, Call):
            todo.extend(one.args)
    return found


def evaluate(expression: Expression, known: Mapping[str, float]) -> float:
    """The value of an expression; nesting is bounded by the readers (errors.TreeError beyond it)."""
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Parameter):
        if expression.name not in known:
            raise TreeError(f'Parameter "{expression.name}" is not defined; define it or write a number.')
        return known[expression.name]
    return _called(expression.name, [evaluate(arg, known) for arg in expression.args])


def _called(name: str, args: Sequence[float]) -> float:
    try:
        return CALLS[name][0](*args)
    except OverflowError:
        raise TreeError(f"{name}({', '.join(f'{arg:g}' for arg in args)}): the result is too large for a number.") from None
