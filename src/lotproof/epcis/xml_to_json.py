"""An event element of EPCIS 1.0 to 2.0 XML as the JSON of EPCIS 2.0 (clause 10); nothing of it is lost."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from lotproof.epcis.members import EPC_LISTS, LINK_LISTS, PLACES, QUANTITY_LISTS, SCALARS
from lotproof.epcis.words import short

Spaces = dict[str, str]
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
WRAPPERS = ("extension", "baseExtension")
_SHORT = ("bizStep", "disposition")
_FLAGS = {"true": True, "false": False, "1": True, "0": False}
_NUMBERS = ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")


def event_of(element: Any) -> tuple[dict[str, Any], Spaces]:
    """The event and the namespaces of its extensions, by the prefixes that its keys have."""
    spaces: Spaces = {}
    event: dict[str, Any] = {"type": _local(element)}
    _fill(event, element, spaces)
    return event, spaces


def _fill(event: dict[str, Any], element: Any, spaces: Spaces) -> None:
    for child in _children(element):
        name = _local(child)
        if name in WRAPPERS and not _space_of_others(child):
            _fill(event, child, spaces)
        elif _space_of_others(child):
            _put(event, _key(child, spaces), _value(child, spaces))
        else:
            _member(event, name, child, spaces)


def _member(event: dict[str, Any], name: str, child: Any, spaces: Spaces) -> None:
    """One member of the standard, which may stand there unqualified or qualified; a name that it does not have is kept as it is."""
    if name in SCALARS:
        if text := _text(child):
            event.setdefault(name, short(text) if name in _SHORT else text)
    elif name in EPC_LISTS:
        event[name] = [text for one in _children(child) if (text := _text(one))]
    elif name in QUANTITY_LISTS:
        event[name] = [_quantity(one, spaces) for one in _children(child)]
    elif name in LINK_LISTS:
        event[name] = [_link(LINK_LISTS[name], one) for one in _children(child)]
    elif name in PLACES:
        event[name] = _place(child, spaces)
    elif name in _OTHERS:
        event[name] = _OTHERS[name](child, spaces)
    else:
        _put(event, name, _value(child, spaces))


def _quantity(element: Any, spaces: Spaces) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in _children(element):
        text = _text(child) or ""
        if _space_of_others(child):
            _put(found, _key(child, spaces), _value(child, spaces))
        elif text:
            found[_local(child)] = number(text) if _local(child) == "quantity" else text
    return found


def number(text: str) -> Any:
    """A decimal as JSON has it; a text that is no number stays one."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)


def _link(word: str, element: Any) -> dict[str, Any]:
    kind = element.get("type")
    return {**({"type": short(kind.strip())} if kind else {}), word: _text(element) or ""}


def _place(element: Any, spaces: Spaces) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in _children(element):
        if _local(child) == "id":
            found["id"] = _text(child) or ""
        elif _local(child) in WRAPPERS and not _space_of_others(child):
            found.update(_place(child, spaces))
        else:
            _put(found, _key(child, spaces), _value(child, spaces))
    return found


def _error(element: Any, spaces: Spaces) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in _children(element):
        name = _local(child)
        if name == "correctiveEventIDs":
            found[name] = [text for one in _children(child) if (text := _text(one))]
        elif name == "reason":
            found[name] = short(_text(child) or "")
        elif name in WRAPPERS and not _space_of_others(child):
            found.update(_error(child, spaces))
        elif _space_of_others(child):
            _put(found, _key(child, spaces), _value(child, spaces))
        else:
            found[name] = _text(child) or ""
    return found


def _lasting(element: Any, _spaces: Spaces) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in _children(element):
        found.setdefault(_local(child), []).append(short(_text(child) or ""))
    return found


def _ilmd(element: Any, spaces: Spaces) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in _children(element):
        if _local(child) in WRAPPERS and not _space_of_others(child):
            found.update(_ilmd(child, spaces))
        else:
            _put(found, _key(child, spaces), _value(child, spaces))
    return found


def _sensors(element: Any, spaces: Spaces) -> list[dict[str, Any]]:
    return [_sensor(one, spaces) for one in _children(element)]


def _sensor(element: Any, spaces: Spaces) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in _children(element):
        if _space_of_others(child):
            _put(found, _key(child, spaces), _value(child, spaces))
        elif _local(child) == "sensorReport":
            found.setdefault("sensorReport", []).append(_attributes(child, spaces))
        else:
            found[_local(child)] = _attributes(child, spaces)
    return found


def _attributes(element: Any, spaces: Spaces) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in element.attrib.items():
        local = _attribute(element, name, spaces)
        found[local] = number(value) if local in _NUMBERS else _FLAGS.get(value, value) if local == "booleanValue" else value
    return found


_OTHERS = {"errorDeclaration": _error, "persistentDisposition": _lasting, "ilmd": _ilmd, "sensorElementList": _sensors}


def _value(element: Any, spaces: Spaces) -> Any:
    """An element that the standard does not know: its text, or an object of its attributes and children."""
    children = _children(element)
    attributes = {name: value for name, value in element.attrib.items() if not name.startswith(f"{{{_XSI}}}")}
    if not children and not attributes:
        return _typed(_text(element) or "", element.get(f"{{{_XSI}}}type", ""))
    found: dict[str, Any] = {_attribute(element, name, spaces): value for name, value in attributes.items()}
    for child in children:
        _put(found, _key(child, spaces), _value(child, spaces))
    if not children and (text := _text(element)):
        found["value"] = text
    return found


def _typed(text: str, kind: str) -> Any:
    """A text as the type that xsi:type states: a number or a truth value, else the text."""
    word = kind.rpartition(":")[2]
    if word in ("integer", "int", "long", "decimal", "double", "float"):
        return number(text)
    return _FLAGS.get(text, text) if word == "boolean" else text


def _put(into: dict[str, Any], key: str, value: Any) -> None:
    if key not in into:
        into[key] = value
    elif isinstance(into[key], list):
        into[key].append(value)
    else:
        into[key] = [into[key], value]


def _key(element: Any, spaces: Spaces) -> str:
    space, local = _space(element), _local(element)
    return f"{_prefix(space, element.prefix, spaces)}:{local}" if space else local


def _attribute(element: Any, name: str, spaces: Spaces) -> str:
    if not name.startswith("{"):
        return name
    space, _, local = name[1:].partition("}")
    known = next((prefix for prefix, uri in element.nsmap.items() if uri == space and prefix), None)
    return f"{_prefix(space, known, spaces)}:{local}"


def _prefix(space: str, wanted: str | None, spaces: Spaces) -> str:
    """The prefix of a namespace: as the document has it, another one where that is taken."""
    known = next((prefix for prefix, uri in spaces.items() if uri == space), None)
    if known:
        return known
    prefix, count = wanted or "ext", 1
    while prefix in spaces:
        count += 1
        prefix = f"{wanted or 'ext'}{count}"
    spaces[prefix] = space
    return prefix


def _children(element: Any) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str)]


def _space(element: Any) -> str:
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def _space_of_others(element: Any) -> bool:
    """Whether it is of a namespace that is not EPCIS's own; some systems qualify every element."""
    space = _space(element)
    return bool(space) and not space.startswith("urn:epcglobal:epcis:xsd:")


def _local(element: Any) -> str:
    return str(element.tag.rpartition("}")[2])


def _text(element: Any) -> str | None:
    return "".join(element.itertext()).strip(" \t\r\n") or None
