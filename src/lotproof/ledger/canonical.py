"""JSON under a profile in which the canonical form is the ordinary form.

The profile is I-JSON (RFC 7493) made narrower: ASCII member names, integers only with |n| <= 2^53 - 1
(decimals travel as strings), strings in Unicode NFC without lone surrogates, no member named twice. Under it
`json.dumps(sort_keys=True, separators=(",", ":"), ensure_ascii=False)` is RFC 8785 (JCS): the number form and
the UTF-16 order of names, the two places where they differ, cannot occur.

Canonical form is a rule for writers. A verifier hashes the bytes it was given and never writes them anew.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any, TypeAlias

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_INT = 2**53 - 1
"""Largest integer that every JSON reader keeps exact (RFC 7493 section 2.2)."""

MAX_DEPTH = 64
"""Deepest nesting that is written or read; keeps hostile input from exhausting the stack."""


class CanonicalError(ValueError):
    """A value or a text that is outside the profile; the message names the member as a path such as `$.body.n[2]`."""


class _Refused:
    """Stands in the parsed value for something the profile forbids, until its path is known."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


def dumps(value: object) -> bytes:
    """Give the canonical UTF-8 bytes of `value` (RFC 8785 under the profile).

    `value` is built of None, bool, int, str, list and dict. Raises CanonicalError, naming the path, for anything else.
    """
    _check(value, "$", 0)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def loads(data: bytes) -> Json:
    """Read JSON text that keeps to the profile; white space and member order are free.

    Raises CanonicalError for anything that is not UTF-8, not JSON or outside the profile.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CanonicalError(
            f"This is not UTF-8 text: byte {error.start} cannot be read. Write JSON as UTF-8."
        ) from None
    if text.startswith("\ufeff"):
        raise CanonicalError("The text begins with a byte order mark; JSON has none (RFC 8259 section 8.1). Remove it.")
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_float=_float, parse_int=_int, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise CanonicalError(f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise CanonicalError(f"$ is nested too deeply; the profile allows {MAX_DEPTH} levels.") from None
    _check(value, "$", 0)
    return value  # type: ignore[no-any-return]


def _pairs(pairs: list[tuple[str, Any]]) -> Any:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return _Refused(f"has the member {name!r} twice; readers would disagree on which counts. Keep one.")
        seen.add(name)
    raise AssertionError("a dict is shorter than its pairs only when a name repeats")


def _float(text: str) -> _Refused:
    return _Refused(f"is the number {text[:40]}; only integers are allowed. Write a decimal as a string.")


def _constant(text: str) -> _Refused:
    return _Refused(f"is {text}, which is not JSON. Write null or a string.")


def _int(text: str) -> int | _Refused:
    # 17 characters hold every allowed integer with its sign; a longer one is refused before the slow conversion
    return int(text) if len(text) <= 17 else _too_large()


def _too_large() -> _Refused:
    return _Refused(f"is an integer beyond {MAX_INT}; other readers would round it. Write it as a string.")


def _check(value: object, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise CanonicalError(f"{path} is nested too deeply; the profile allows {MAX_DEPTH} levels.")
    if value is None or value is True or value is False:
        return
    if type(value) is str:
        _check_text(value, path)
    elif type(value) is int:
        if abs(value) > MAX_INT:
            raise CanonicalError(f"{path} {_too_large().sentence}")
    elif type(value) is list:
        for index, member in enumerate(value):
            _check(member, f"{path}[{index}]", depth + 1)
    elif type(value) is dict:
        _check_members(value, path, depth)
    else:
        _refuse(value, path)


def _check_members(value: dict[Any, Any], path: str, depth: int) -> None:
    for name, member in value.items():
        if type(name) is not str or not name.isascii():
            raise CanonicalError(f"{path} has the member name {name!r}; names are ASCII strings. Rename it.")
        _check(member, f"{path}.{name}", depth + 1)


def _check_text(value: str, path: str) -> None:
    if value.isascii():
        return
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise CanonicalError(f"{path} holds a lone surrogate, which is no character. Remove it.") from None
    if not unicodedata.is_normalized("NFC", value):
        raise CanonicalError(f"{path} is not in Unicode NFC. Pass it through unicodedata.normalize('NFC', ...).")


def _refuse(value: object, path: str) -> None:
    if isinstance(value, _Refused):
        raise CanonicalError(f"{path} {value.sentence}")
    if isinstance(value, float):
        raise CanonicalError(f"{path} {_float(repr(value)).sentence}")
    kind = type(value).__name__
    raise CanonicalError(f"{path} is a {kind}; the profile knows null, bool, int, str, list and dict. Convert it.")
