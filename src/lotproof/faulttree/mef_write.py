"""Open-PSA model exchange format out: deterministic, one element a line."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from lotproof.faulttree.expression import MISSION_TIME, Call, Expression, Number, Parameter
from lotproof.faulttree.mef_read import CODES, FLAVOR, UNDEVELOPED
from lotproof.faulttree.model import INNER, Event, Op, Tree


def write_mef(tree: Tree) -> str:
    """The tree as an Open-PSA document, which read_mef reads back as the same tree."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<opsa-mef>", f"<define-fault-tree name={quoteattr(tree.name)}>"]
    lines += _label(tree.label)
    # The top comes first, for readers that take the first gate as the top.
    for name in [tree.top, *(one for one in tree.gates if one != tree.top)]:
        if INNER not in name:
            lines += [f"<define-gate name={quoteattr(name)}>", *_label(tree.gates[name].label), *_formula(tree, name), "</define-gate>"]
    lines += ["</define-fault-tree>", "<model-data>"]
    for name, event in tree.events.items():
        lines += _event(name, event)
    for name, state in tree.houses.items():
        lines += [f"<define-house-event name={quoteattr(name)}>", _constant(state), "</define-house-event>"]
    if tree.mission_time:
        lines += _parameter(MISSION_TIME, Number(tree.mission_time))
    for name, value in tree.parameters.items():
        lines += _parameter(name, value)
    return "\n".join([*lines, "</model-data>", "</opsa-mef>", ""])


def _label(text: str) -> list[str]:
    return [f"<label>{escape(text)}</label>"] if text else []


def _constant(state: bool) -> str:
    return f'<constant value="{"true" if state else "false"}"/>'


def _formula(tree: Tree, name: str) -> list[str]:
    lines: list[str] = []
    todo: list[str | tuple[str]] = [name]
    while todo:
        one = todo.pop()
        if isinstance(one, tuple):
            lines.append(one[0])
            continue
        if one != name and (one not in tree.gates or INNER not in one):
            kind = "gate" if one in tree.gates else "house-event" if one in tree.houses else "basic-event"
            lines.append(f"<{kind} name={quoteattr(one)}/>")
            continue
        gate = tree.gates[one]
        if gate.op is not Op.SAME:
            bounds = {Op.ATLEAST: f' min="{gate.least}"', Op.CARDINALITY: f' min="{gate.least}" max="{gate.most}"'}.get(gate.op, "")
            lines.append(f"<{gate.op}{bounds}>")
            todo.append((f"</{gate.op}>",))
        todo.extend(reversed(gate.args))
    return lines


def _event(name: str, event: Event) -> list[str]:
    marks = [(CODES, " ".join(event.codes))] * bool(event.codes) + [(FLAVOR, UNDEVELOPED)] * event.undeveloped
    bound = "".join(f"<attribute name={quoteattr(key)} value={quoteattr(text)}/>" for key, text in marks)
    codes = [f"<attributes>{bound}</attributes>"] if marks else []
    value = _expression(event.probability) if event.probability is not None else []
    return [f"<define-basic-event name={quoteattr(name)}>", *_label(event.label), *codes, *value, "</define-basic-event>"]


def _parameter(name: str, value: Expression) -> list[str]:
    return [f"<define-parameter name={quoteattr(name)}>", *_expression(value), "</define-parameter>"]


def _expression(value: Expression) -> list[str]:
    if isinstance(value, Number):
        return [f'<float value="{value.value!r}"/>']
    if isinstance(value, Parameter):
        return [f"<{MISSION_TIME}/>"] if value.name == MISSION_TIME else [f"<parameter name={quoteattr(value.name)}/>"]
    assert isinstance(value, Call)
    return [f"<{value.name}>", *(line for arg in value.args for line in _expression(arg)), f"</{value.name}>"]
