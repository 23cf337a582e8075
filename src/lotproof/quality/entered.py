"""What a person typed becomes what an entry holds; a sentence for each thing that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from lotproof.ledger.entry import is_time
from lotproof.quality.act import ActType, Field

LONGEST = 20_000
"""Characters of one text."""
MOST = 100_000
"""Identifiers in one list."""
WIDEST = 200
"""Characters of one identifier."""
_SHORT_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?Z?")


class Unreadable(Exception):
    """Something that was entered cannot be taken; ``problems`` has a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


def body_of(kind: ActType, given: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an entry from texts (a form) or values (the API); Unreadable names every field that is wrong."""
    body: dict[str, Any] = {}
    problems = {name: f"“{name}” is no field of this act." for name in given if name not in {field.name for field in kind.fields}}
    for field in kind.fields:
        value = given.get(field.name)
        if value is None or value in ("", []) or (isinstance(value, str) and not value.strip()):
            if field.required:
                problems[field.name] = f"“{field.label}” is missing."
            continue
        try:
            body[field.name] = _READ[field.kind](value, field)
        except ValueError as error:
            problems[field.name] = f"“{field.label}”: {error}"
    if problems:
        raise Unreadable(problems)
    return body


def _line(value: Any, field: Field) -> str:
    text = " ".join(_text(value, field).split())
    if len(text) > 500:
        raise ValueError("more than 500 characters; write it shorter.")
    return text


def _text(value: Any, _field: Field) -> str:
    if not isinstance(value, str):
        raise ValueError("it has to be a text.")
    if "\x00" in value:
        raise ValueError("it holds a character (NUL) that no text has; enter it again.")
    if len(value) > LONGEST:
        raise ValueError(f"more than {LONGEST:,} characters; link a file instead.")
    return value.replace("\r\n", "\n").strip()


def _time(value: Any, _field: Field) -> str:
    text = str(value).strip()
    short = _SHORT_TIME.fullmatch(text)
    whole = f"{short[1]}T{short[2]}{short[3] or ':00'}Z" if short else text
    if not is_time(whole):
        raise ValueError(f"“{text[:40]}” is no time; write 2026-11-23T14:05 in UTC.")
    return whole


def _choice(value: Any, field: Field) -> str:
    if value not in field.choices:
        raise ValueError(f"“{str(value)[:40]}” is not among: {', '.join(field.choices)}.")
    return str(value)


def _items(value: Any, _field: Field) -> list[str]:
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, Sequence) or not all(isinstance(one, str) for one in lines):
        raise ValueError("it has to be a list, one a line.")
    # GS (0x1D) separates the parts of a scan and stays; only blanks at the ends go.
    found = list(dict.fromkeys(one.strip(" \t") for one in lines if one.strip(" \t")))
    if any(len(one) > WIDEST or "\x00" in one for one in found):
        raise ValueError(f"one of them has more than {WIDEST} characters, or one that no text has; write one identifier a line.")
    if len(found) > MOST:
        raise ValueError(f"{len(found):,} are more than {MOST:,}; put the lot on hold instead.")
    return found


def _number(value: Any, _field: Field) -> int:
    text = str(value).strip().replace(",", "").replace("\u202f", "")
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,15}", text):
        raise ValueError(f"“{str(value)[:40]}” is no whole number.")
    return int(text)


def _entries(value: Any, field: Field) -> list[int]:
    parts = re.split(r"[,;\s]+", value.strip()) if isinstance(value, str) else value
    return [_number(part, field) for part in parts]


def _person(value: Any, field: Field) -> str:
    text = _line(value, field)
    if not text.isascii() or " " in text:
        raise ValueError("write the person's identifier, such as user-17.")
    return text


def _day(value: Any, _field: Field) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise ValueError(f"“{str(value)[:40]}” is no day; write 2026-11-23.") from None


SCANS = 100
"""Scans of one entry, which has 64 KB at most."""
_SCAN = {"id": 64, "at": 20, "text": 300, "via": 10, "said": 20, "sentence": 400, "item": 120, "again": 20}
"""Member of a scan -> its characters at most; the last two may be left out."""


def _scans(value: Any, _field: Field) -> list[dict[str, str]]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not 1 <= len(value) <= SCANS:
        raise ValueError(f"it has to be a list of 1 to {SCANS} scans.")
    return [_scan(one) for one in value]


def _scan(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not set(_SCAN) - {"item", "again"} <= set(value) <= set(_SCAN):
        raise ValueError(f"a scan has the members {', '.join(_SCAN)}.")
    for name, text in value.items():
        if not isinstance(text, str) or len(text) > _SCAN[name] or "\x00" in text:
            raise ValueError(f"“{name}” of a scan has to be a text of at most {_SCAN[name]} characters.")
    if not is_time(value["at"]) or not value["id"]:
        raise ValueError("a scan has an identifier and a time, such as 2026-11-23T14:05:00Z.")
    return {name: value[name] for name in _SCAN if value.get(name)} | {"text": value["text"]}


_READ: dict[str, Callable[[Any, Field], Any]] = {
    "line": _line,
    "text": _text,
    "time": _time,
    "choice": _choice,
    "items": _items,
    "number": _number,
    "entry": _number,
    "entries": _entries,
    "person": _person,
    "day": _day,
    "scans": _scans,
}
