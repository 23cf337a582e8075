"""Causes as JSON, in and out without loss. The form is data: ``schema()`` prints the same as a JSON Schema.

Nothing is guessed: an unknown field or word is refused with the one that was probably meant.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from lotproof.causes.model import ANSWERS, AREAS, KINDS, QUESTIONS, ROLES, VERDICTS, Cause, Evidence, Graph, Row, RowTest, Tool
from lotproof.causes.problem import CausesError
from lotproof.causes.tie import FORMAT as TIE
from lotproof.causes.tie import STATES, Arm, Barrier, BowTie

FORMAT = "lotproof-causes/1"
TOOLS = ("five_why", "fishbone", "fault_tree")
WORDS: Mapping[tuple[type, str], tuple[str, ...]] = {
    (Evidence, "kind"): KINDS,
    (Cause, "area"): ("", *AREAS),
    (Cause, "verdict"): VERDICTS,
    (Cause, "role"): ("", *ROLES),
    (Row, "question"): QUESTIONS,
    (RowTest, "question"): QUESTIONS,
    (RowTest, "answer"): ANSWERS,
    (Tool, "name"): TOOLS,
    (Barrier, "state"): STATES,
}
"""Fields that hold one of a list of words."""
INSIDE: Mapping[tuple[type, str], type] = {
    (Graph, "causes"): Cause, (Graph, "table"): Row, (Graph, "tests"): RowTest, (Graph, "tool"): Tool, (Cause, "evidence"): Evidence,
    (BowTie, "threats"): Arm, (BowTie, "consequences"): Arm, (Arm, "barriers"): Barrier,
}  # fmt: skip
"""Fields that hold records."""


def read_causes(data: bytes, name: str) -> Graph:
    """The graph in a JSON file. CausesError says where it is not one."""
    return _read(Graph, FORMAT, "no file of causes", "lotproof causes start writes one.", data, name)  # type: ignore[no-any-return]


def read_tie(data: bytes, name: str) -> BowTie:
    """The bow-tie in a JSON file. CausesError says where it is not one."""
    return _read(BowTie, TIE, "no bow-tie", "docs/causes.md shows one.", data, name)  # type: ignore[no-any-return]


def _read(kind: type, form: str, none: str, hint: str, data: bytes, name: str) -> Any:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CausesError(f"{name}: byte {error.start} is no UTF-8; save the file as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise CausesError(f"{name}, line {error.lineno}: this is no JSON ({error.msg}); mend it there.") from None
    if not isinstance(document, dict) or document.get("format") != form:
        raise CausesError(f'{name}: {none}; it must be a JSON object with "format": "{form}". {hint}')
    return _record(kind, {key: value for key, value in document.items() if key != "format"}, name)


def write_causes(graph: Graph) -> str:
    """The JSON text; fields that say nothing are left out."""
    return json.dumps(as_document(graph), indent=1, ensure_ascii=False) + "\n"


def as_document(graph: Graph) -> dict[str, Any]:
    """The graph as a JSON document."""
    return {"format": FORMAT, **_written(graph)}


def _written(record: Any) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if field.default is not MISSING and value == field.default:
            continue
        if isinstance(value, tuple):
            value = [one if isinstance(one, str) else _written(one) for one in value]
        elif (type(record), field.name) in INSIDE:
            value = _written(value)
        document[field.name.rstrip("_")] = value
    return document


def _record(kind: type, document: Any, where: str) -> Any:
    if not isinstance(document, dict):
        raise CausesError(f"{where}: {_shown(document)} stands where a record with {', '.join(_names(kind))} belongs.")
    names = _names(kind)
    for key in document:
        if key not in names:
            near = difflib.get_close_matches(key, names, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}."
            raise CausesError(f"{where}: there is no field {_shown(key)}; {hint}")
    values = {}
    for name, field in names.items():
        if name in document:
            values[field.name] = _value(kind, field.name, document[name], f"{where}, {name}")
        elif field.default is MISSING:
            raise CausesError(f"{where}: the field {name} is missing; add it.")
    return kind(**values)


def _names(kind: type) -> dict[str, Any]:
    return {field.name.rstrip("_"): field for field in fields(kind)}


def _value(kind: type, name: str, value: Any, where: str) -> Any:
    inner, words = INSIDE.get((kind, name)), WORDS.get((kind, name))
    if inner is Tool:
        return None if value is None else _record(Tool, value, where)
    if inner is not None:
        return tuple(_record(inner, one, f"{where} {_place(one, at)}") for at, one in enumerate(_list(value, where), 1))
    wanted = get_type_hints(kind)[name]
    if wanted == tuple[str, ...]:
        return tuple(_text(one, where) for one in _list(value, where))
    if wanted is bool:
        if not isinstance(value, bool):
            raise CausesError(f"{where}: {_shown(value)} is neither true nor false.")
        return value
    text = _text(value, where)
    if words and text not in words:
        raise CausesError(f"{where}: {_shown(text)} is none of {', '.join(word or 'nothing' for word in words)}.")
    return text


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise CausesError(f"{where}: {_shown(value)} stands where a list belongs.")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise CausesError(f"{where}: {_shown(value)} stands where a text belongs.")
    return value


def _place(record: Any, at: int) -> str:
    return str(record["id"]) if isinstance(record, dict) and isinstance(record.get("id"), str) else str(at)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def schema() -> dict[str, Any]:
    """The form of a file of causes as a JSON Schema (draft 2020-12)."""
    body = _schema(Graph)
    body["properties"] = {"format": {"const": FORMAT}, **body["properties"]}
    body["required"] = ["format", *body["required"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Causes of a problem", **body}


def _schema(kind: type) -> dict[str, Any]:
    properties = {name: _field_schema(kind, field.name) for name, field in _names(kind).items()}
    required = [name for name, field in _names(kind).items() if field.default is MISSING]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _field_schema(kind: type, name: str) -> dict[str, Any]:
    inner, words, wanted = INSIDE.get((kind, name)), WORDS.get((kind, name)), get_type_hints(kind)[name]
    if inner is Tool:
        return {"oneOf": [{"type": "null"}, _schema(Tool)]}
    if inner is not None:
        return {"type": "array", "items": _schema(inner)}
    if wanted == tuple[str, ...]:
        return {"type": "array", "items": {"type": "string"}}
    if wanted is bool:
        return {"type": "boolean"}
    return {"enum": list(words)} if words else {"type": "string"}
