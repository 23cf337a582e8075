"""The short text form out: what text_read reads back as the same tree."""

from __future__ import annotations

import re

from lotproof.faulttree.expression import MISSION_TIME, Expression, Number, Parameter
from lotproof.faulttree.model import INNER, Event, Op, Tree
from lotproof.faulttree.text_read import STATEMENTS

PLAIN = re.compile(r"[^\s()=,;\"'\#\[\]?]+")
WIDTH = 110


def write_text(tree: Tree) -> str:
    """The tree as text, the top first, events after gates."""
    lines = [f"tree {_name(tree.name)}{_label(tree.label)}", f"top {_name(tree.top)}"]
    if tree.mission_time:
        lines.append(f"time {tree.mission_time!r}")
    lines.append("")
    for name in [tree.top, *(one for one in tree.gates if one != tree.top)]:
        if INNER not in name:
            lines += _folded(f"{_name(name)} = {_formula(tree, name)}{_label(tree.gates[name].label)}")
    lines += ["", *(_event(name, event) for name, event in tree.events.items())]
    lines += [f"house {_name(name)} = {'true' if state else 'false'}" for name, state in tree.houses.items()]
    lines += [f"parameter {_name(name)} = {_expression(value)}" for name, value in tree.parameters.items()]
    return "\n".join(lines).rstrip() + "\n"


def _name(name: str) -> str:
    """A name, in quotes where it could be read as something else."""
    plain = PLAIN.fullmatch(name) and name not in STATEMENTS and not _is_number(name)
    return name if plain else "'" + name.replace("'", "’") + "'"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _label(text: str) -> str:
    return ' "' + text.replace('"', "”") + '"' if text else ""


def _formula(tree: Tree, name: str) -> str:
    pieces: list[str] = []
    todo: list[str | tuple[str]] = [name]
    while todo:
        one = todo.pop()
        if isinstance(one, tuple):
            pieces.append(one[0])
        elif one != name and INNER not in one:
            pieces.append(_name(one))
        else:
            gate = tree.gates[one]
            if gate.op is not Op.SAME:
                bounds = {Op.ATLEAST: f"{gate.least}; ", Op.CARDINALITY: f"{gate.least}..{gate.most}; "}.get(gate.op, "")
                pieces.append(f"{gate.op}({bounds}")
                todo.append((")",))
            for place, arg in enumerate(reversed(gate.args)):
                todo.extend([(", ",), arg] if place else [arg])
    return "".join(pieces)


def _folded(line: str) -> list[str]:
    """A long statement over several lines, broken after commas within its parentheses."""
    label_at = line.find(' "')
    head, tail = (line, "") if label_at < 0 else (line[:label_at], line[label_at:])
    lines, rest = [], head
    while len(rest) > WIDTH and ", " in rest[20:WIDTH]:
        cut = rest.rfind(", ", 20, WIDTH) + 1
        lines.append(rest[:cut])
        rest = "    " + rest[cut + 1 :]
    return [*lines, rest + tail]


def _event(name: str, event: Event) -> str:
    value = "?" if event.probability is None else _expression(event.probability)
    codes = f" [{', '.join(map(_name, event.codes))}]" if event.codes else ""
    return f"{'undeveloped' if event.undeveloped else 'event'} {_name(name)} = {value}{_label(event.label)}{codes}"


def _expression(value: Expression) -> str:
    if isinstance(value, Number):
        return repr(value.value)
    if isinstance(value, Parameter):
        return "time" if value.name == MISSION_TIME else _name(value.name)
    return f"{value.name}({', '.join(map(_expression, value.args))})"
