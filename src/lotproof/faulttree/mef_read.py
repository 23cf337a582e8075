"""Open-PSA model exchange format (MEF 2.0d) in: fault trees, basic and house events, parameters. Entities are never expanded."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from lxml import etree

from lotproof.faulttree.draft import Draft, operator
from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.expression import CALLS, MISSION_TIME, Call, Expression, Number, Parameter, arguments_wrong
from lotproof.faulttree.model import INNER, Event, Gate, Op, Tree

CODES = "finding-codes"
"""The attribute that binds a basic event to finding codes."""
FLAVOR, UNDEVELOPED = "flavor", "undeveloped"
"""The attribute, and its value, by which programs for Open-PSA files mark an event that is not taken apart further."""
REFERENCES = {"gate", "basic-event", "house-event", "event", "constant"}
CHANGES_RESULT = {
    "define-CCF-group": "groups of common cause failures change the probability",
    "define-substitution": "substitutions change the cut sets",
}
"""What would change the result if it were ignored."""


def read_mef(data: bytes, source: str = "the file", top: str | None = None) -> Tree:
    """The fault tree in an Open-PSA document; TreeError says what is wrong and in which line."""
    root = _parsed(data, source)
    if root.tag != "opsa-mef":
        raise TreeError(f"{source}: the document begins with <{root.tag}>, not with <opsa-mef>; it is no Open-PSA file.")
    draft = Draft(source)
    for element in root.iter(etree.Element):
        _take(draft, element)
    return draft.close(top)


def _parsed(data: bytes, source: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise TreeError(f"{source}, line {error.lineno}: this is not well-formed XML ({error.msg}); export the file again.") from None
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise TreeError(f"{source}: it has a document type declaration, which could define entities; remove the DOCTYPE and try again.")
    return root


def _take(draft: Draft, element: Any) -> None:
    tag, line = element.tag, element.sourceline
    if tag == "define-fault-tree":
        draft.name = draft.name or element.get("name", "")
        draft.label = draft.label or _label(element)
    elif tag == "define-gate":
        _gate(draft, element)
    elif tag == "define-basic-event":
        name = _named(draft, element)
        content = _content(element)
        value = _expression(draft, content[0]) if content else None
        draft.events[name] = Event(value, _label(element), _codes(element), _undeveloped(element))
    elif tag == "define-house-event":
        draft.houses[_named(draft, element)] = _house(draft, element)
    elif tag == "define-parameter":
        _parameter(draft, element)
    elif tag in CHANGES_RESULT:
        raise TreeError(f"{draft.where(line)}: <{tag}> is not supported, and {CHANGES_RESULT[tag]}; write it out as gates and events.")
    elif tag in ("define-event-tree", "define-initiating-event", "define-sequence"):
        draft.warnings.append(f"<{tag}> in line {line} is not read: only the fault tree is.")


def _named(draft: Draft, element: Any) -> str:
    name: str = element.get("name") or ""
    draft.define(name, element.sourceline)
    return name


def _label(element: Any) -> str:
    found = element.find("label")
    return " ".join((found.text or "").split()) if found is not None else ""


def _codes(element: Any) -> tuple[str, ...]:
    for one in element.iterfind("attributes/attribute"):
        if one.get("name") == CODES:
            return tuple(dict.fromkeys((one.get("value") or "").split()))
    return ()


def _undeveloped(element: Any) -> bool:
    return any(one.get("name") == FLAVOR and one.get("value") == UNDEVELOPED for one in element.iterfind("attributes/attribute"))


def _content(element: Any) -> list[Any]:
    return [child for child in element if child.tag not in ("label", "attributes")]


def _gate(draft: Draft, element: Any) -> None:
    name, content = _named(draft, element), _content(element)
    if len(content) != 1:
        raise TreeError(f'{draft.where(element.sourceline)}: gate "{name}" has {len(content)} formulas; it must have one.')
    _formula(draft, content[0], name, name, itertools.count(1), _label(element))


def _formula(draft: Draft, formula: Any, owner: str, name: str, numbers: Iterator[int], label: str = "") -> None:
    """A formula as a gate of this name, and those within it as gates of the owner; the parser bounds the depth."""
    if formula.tag in REFERENCES:
        draft.put(name, Gate(Op.SAME, (_reference(draft, formula),), label=label), formula.sourceline)
        return
    op = operator(formula.tag, draft.where(formula.sourceline))
    args = []
    for child in formula:
        if child.tag in REFERENCES:
            args.append(_reference(draft, child))
        else:
            args.append(f"{owner}{INNER}{next(numbers)}")
            _formula(draft, child, owner, args[-1], numbers)
    draft.put(name, Gate(op, tuple(args), *_bounds(draft, formula, op), label), formula.sourceline)


def _bounds(draft: Draft, formula: Any, op: Op) -> tuple[int, int]:
    if op not in (Op.ATLEAST, Op.CARDINALITY):
        return 0, 0
    wanted = ("min",) if op is Op.ATLEAST else ("min", "max")
    found = []
    for key in wanted:
        text = formula.get(key) or ""
        if not text.strip().isdecimal():
            raise TreeError(f'{draft.where(formula.sourceline)}: <{op}> has {key}="{text}"; it must be a whole number.')
        found.append(int(text))
    return found[0], found[1] if len(found) > 1 else 0


def _reference(draft: Draft, element: Any) -> str:
    if element.tag == "constant":
        state = element.get("value")
        if state not in ("true", "false"):
            raise TreeError(f'{draft.where(element.sourceline)}: <constant value="{state}">: it is true or false.')
        name = f"constant-{state}"
        draft.houses[name] = state == "true"
        return name
    name = element.get("name")
    if not name:
        raise TreeError(f"{draft.where(element.sourceline)}: <{element.tag}> has no name.")
    return str(name)


def _house(draft: Draft, element: Any) -> bool:
    found = element.find("constant")
    state = "false" if found is None else found.get("value")
    if state not in ("true", "false"):
        raise TreeError(f'{draft.where(element.sourceline)}: the house event has the state "{state}"; it is true or false.')
    return bool(state == "true")


def _parameter(draft: Draft, element: Any) -> None:
    name: str = element.get("name") or ""
    content = _content(element)
    if not content:
        raise TreeError(f'{draft.where(element.sourceline)}: parameter "{name}" has no value.')
    value = _expression(draft, content[0])
    if name == MISSION_TIME and isinstance(value, Number):
        draft.mission_time = value.value
        return
    draft.define(f"parameter {name}", element.sourceline)
    draft.parameters[name] = value


def _expression(draft: Draft, element: Any) -> Expression:
    """A value; nesting is bounded by the parser's limit of depth."""
    tag, where = element.tag, draft.where(element.sourceline)
    if tag in ("float", "int"):
        try:
            return Number(float(element.get("value", "")))
        except ValueError:
            raise TreeError(f'{where}: "{element.get("value")}" is no number.') from None
    if tag == "parameter":
        return Parameter(element.get("name", ""))
    if tag == MISSION_TIME:
        return Parameter(MISSION_TIME)
    if tag not in CALLS:
        known = ", ".join(CALLS)
        raise TreeError(f'{where}: <{tag}> is no probability model that is known here ({known}); random deviates have no single value.')
    args = tuple(_expression(draft, child) for child in element)
    wrong = arguments_wrong(tag, len(args))
    if wrong:
        raise TreeError(f"{where}: {wrong}")
    return Call(tag, args)
