"""The parameters of a SimpleEventQuery (EPCIS 2.0 clause 8.2.7.1) as a query: what is asked, in what order, how much."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lotproof.api.problem import ApiProblem
from lotproof.epcis.canonical import canonical
from lotproof.epcis.words import EVENT_TYPES, local_key

PER_PAGE, MOST = 30, 1000
"""Events of a page where nobody says how many, and at most."""
LONGEST = 200
"""Values of one parameter at most."""
CONTROLS = frozenset({"orderBy", "orderDirection", "eventCountLimit", "maxEventCount", "perPage", "nextPageToken"})
_TIMES = ("eventTime", "recordTime", "errorDeclarationTime")
_EXACT = {
    "EQ_action": "action", "EQ_bizStep": "bizStep", "EQ_disposition": "disposition", "EQ_readPoint": "readPoint",
    "EQ_bizLocation": "bizLocation", "EQ_transformationID": "transformationID", "EQ_eventID": "eventID", "EQ_errorReason": "errorReason",
    "EQ_correctiveEventID": "correctiveEventID", "EQ_persistentDisposition_set": "set", "EQ_persistentDisposition_unset": "unset",
    "WD_readPoint": "readPoint", "WD_bizLocation": "bizLocation",
}  # fmt: skip
_MATCHES = frozenset({"epc", "parentID", "inputEPC", "outputEPC", "anyEPC", "epcClass", "inputEPCClass", "outputEPCClass", "anyEPCClass"})
_TYPED = re.compile(r"EQ_(bizTransaction|source|destination)_(.+)", re.DOTALL)
_FREE = re.compile(r"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_ILMD_|ILMD_|INNER_ERROR_DECLARATION_|ERROR_DECLARATION_|INNER_|)(.+)", re.DOTALL)
_UNKNOWN = re.compile(
    r"HASATTR_|EQATTR_|EQ_userID|(?:EQ|GT|GE|LT|LE|EXISTS|SENSOR\w*)_(?:SENSOR|sensor|type$|deviceID|hexBinary|stringValue)"
)
_ZONE = re.compile(r"(?:Z|[+-]\d{2}:\d{2})$")


@dataclass(frozen=True)
class Condition:
    """One thing that an event has to meet."""

    about: str
    """What it is about: a member (`bizStep`), a list (`anyEPC`), a typed list (`bizTransaction`), `free` for other members."""
    how: str
    """EQ, GE, GT, LE, LT, EXISTS, MATCH or WD."""
    values: tuple[str, ...]
    """One of these; canonical. Times are UTC to the microsecond, `2026-03-09T10:00:00.000000Z`."""
    kind: str = ""
    """The type of a typed list; where a free member lies (`ILMD_`, `ERROR_DECLARATION_`, or nothing); with INNER_ at any depth."""
    name: str = ""
    """Local name of a free member."""


@dataclass(frozen=True)
class Query:
    """A query that can be asked."""

    conditions: tuple[Condition, ...] = ()
    """All have to be met."""
    order: str = "eventTime"
    """eventTime or recordTime."""
    descending: bool = True
    """The latest first."""
    limit: int | None = None
    """No more events than these (eventCountLimit)."""
    too_many: int | None = None
    """More events than these are an error (maxEventCount)."""
    per_page: int = PER_PAGE
    """Events of a page."""
    token: str = ""
    """Where the page begins; empty for the first."""


def listed(given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Parameters of an address: values that are repeated or parted by commas (style form, not exploded)."""
    return {name: [one for value in values for one in value.split(",")] for name, values in given.items()}


def of_body(given: Any) -> dict[str, list[str]]:
    """Parameters of a JSON query: texts, numbers, booleans or lists of them."""
    if not isinstance(given, dict):
        raise ApiProblem("QueryValidationException", 'The query is no JSON object; write {"eventType": ["ObjectEvent"]}.')
    found: dict[str, list[str]] = {}
    for name, value in given.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(one, (str, int, float, bool)) for one in values):
            raise ApiProblem(
                "QueryValidationException", f'The parameter "{_shown(name)}" has a value that is no text, number or list of them.'
            )
        found[str(name)] = [("true" if one else "false") if isinstance(one, bool) else str(one) for one in values]
    return found


def read_query(given: Mapping[str, Sequence[str]]) -> Query:
    """The query of these parameters. ApiProblem (QueryParameterException) names the first that cannot be understood."""
    conditions = tuple(_condition(name, values) for name, values in given.items() if name not in CONTROLS)
    one = {name: _single(name, given[name]) for name in CONTROLS if given.get(name)}
    if (order := one.get("orderBy", "eventTime")) not in ("eventTime", "recordTime"):
        raise _bad("orderBy", "is neither eventTime nor recordTime, by which events are ordered here")
    if (direction := one.get("orderDirection", "DESC")) not in ("ASC", "DESC"):
        raise _bad("orderDirection", "is neither ASC nor DESC")
    limit, too_many = _count(one, "eventCountLimit"), _count(one, "maxEventCount")
    if limit is not None and too_many is not None:
        raise _bad("maxEventCount", "and eventCountLimit exclude each other")
    per_page = min(_count(one, "perPage") or PER_PAGE, MOST)
    return Query(conditions, order, direction == "DESC", limit, too_many, per_page, one.get("nextPageToken", ""))


def _count(given: Mapping[str, str], name: str) -> int | None:
    if name not in given:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", given[name]):
        raise _bad(name, "is no whole number from 1")
    return int(given[name])


def _condition(name: str, values: Sequence[str]) -> Condition:
    if not values or len(values) > LONGEST or any(len(one) > 2048 or "\0" in one for one in values):
        raise _bad(name, f"has no value, more than {LONGEST} of them, or one of more than 2048 characters")
    if name == "eventType":
        if bad := [one for one in values if one not in EVENT_TYPES]:
            raise _bad(name, f'"{_shown(bad[0])}" is no event class; write ObjectEvent, AggregationEvent, …')
        return Condition("type", "EQ", tuple(values))
    how, _, rest = name.partition("_")
    if how in ("GE", "LT") and rest in _TIMES:
        return Condition(rest, how, (instant(name, _single(name, values)),))
    if name in _EXACT:
        return Condition(_EXACT[name], how, tuple(map(canonical, values)))
    if how == "MATCH" and rest in _MATCHES:
        return Condition(rest, how, tuple(values))
    if name == "EXISTS_errorDeclaration":
        return Condition("errorDeclaration", how, ())
    if rest == "quantity" and how in ("EQ", "GT", "GE", "LT", "LE"):
        return Condition("quantity", how, tuple(_number(name, one) for one in values))
    if found := _TYPED.fullmatch(name):
        return Condition(found[1], "EQ", tuple(map(canonical, values)), canonical(found[2]))
    return _free(name, values)


def _free(name: str, values: Sequence[str]) -> Condition:
    """A parameter about a member that the standard does not name: of the ILMD, of an error declaration, or an extension."""
    found = None if _UNKNOWN.match(name) else _FREE.fullmatch(name)
    if found is None or not re.search(r"[:#/]", found[3]):
        known = name.partition("_")[2] in ("", *_TIMES)
        raise _bad(name, "is not answered here" if not known else "cannot be understood")
    return Condition("free", found[1], tuple(values) if found[1] != "EXISTS" else (), found[2], local_key(found[3]))


def instant(name: str, text: str) -> str:
    """A time with its zone as UTC to the microsecond."""
    try:
        read = datetime.fromisoformat(text.strip().replace(" ", "+"))
        if read.tzinfo is None:
            raise ValueError
        return read.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except (ValueError, OverflowError):
        raise _bad(name, f'"{_shown(text)}" is no time with a zone; write 2026-03-09T10:00:00Z') from None


def _number(name: str, text: str) -> str:
    try:
        return repr(float(text))
    except ValueError:
        raise _bad(name, f'"{_shown(text)}" is no number') from None


def _single(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise _bad(name, "has one value")
    return values[0]


def _bad(name: str, why: str) -> ApiProblem:
    return ApiProblem("QueryParameterException", f"The parameter {_shown(name)} {why}.")


def _shown(text: str) -> str:
    line = "".join(char if char.isprintable() else "?" for char in text)
    return line if len(line) <= 60 else f"{line[:59]}…"
