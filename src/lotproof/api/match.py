"""Whether one event, as JSON, meets a query. The last word: what an index gives is only a choice of whom to ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lotproof.api.query import Condition, Query, instant
from lotproof.epcis.canonical import RESOLVER, canonical
from lotproof.epcis.members import EPC_LISTS, QUANTITY_LISTS
from lotproof.epcis.words import local_key

Event = dict[str, Any]
_EPCS = {
    "epc": ("epcList", "childEPCs"),
    "inputEPC": ("inputEPCList",),
    "outputEPC": ("outputEPCList",),
    "anyEPC": EPC_LISTS,
    "parentID": (),
}
_CLASSES = {
    "epcClass": ("quantityList", "childQuantityList"),
    "inputEPCClass": ("inputQuantityList",),
    "outputEPCClass": ("outputQuantityList",),
    "anyEPCClass": QUANTITY_LISTS,
}
_WITH_PARENT = ("anyEPC", "parentID")


def matches(event: Event, query: Query) -> bool:
    """Whether the event meets every condition; its recordTime is that of this repository."""
    return all(_meets(event, condition) for condition in query.conditions)


def _meets(event: Event, condition: Condition) -> bool:
    about, how = condition.about, condition.how
    if about in _EPCS or about in _CLASSES:
        return any(_same(one, wanted) for one in _named(event, about) for wanted in condition.values)
    if about == "free":
        return _free(event, condition)
    if how == "EXISTS":
        return about in event
    if about == "quantity":
        return any(_compare(how, float(one), float(condition.values[0])) for one in _amounts(event))
    if how in ("GE", "LT"):
        return _timely(event, condition)
    if about in ("bizTransaction", "source", "destination"):
        links = event.get(f"{about}List", ())
        return any(
            canonical(str(one.get("type", ""))) == condition.kind and canonical(str(one.get(about, ""))) in condition.values
            for one in links
        )
    found = [canonical(str(one)) for one in _values(event, about)]
    if how == "WD":
        return any(one == wanted or one.startswith(f"{wanted}/254/") for one in found for wanted in condition.values)
    return any(one in condition.values for one in found)


def _values(event: Event, about: str) -> Iterator[Any]:
    """What a member of the standard says."""
    if about in ("readPoint", "bizLocation"):
        place = event.get(about)
        yield from [place["id"]] if isinstance(place, dict) and "id" in place else []
    elif about in ("set", "unset"):
        lasting = event.get("persistentDisposition", {}).get(about, ())
        yield from lasting if isinstance(lasting, list) else [lasting]
    elif about in ("errorReason", "correctiveEventID"):
        declared = event.get("errorDeclaration", {})
        yield from [declared["reason"]] if about == "errorReason" and "reason" in declared else []
        yield from declared.get("correctiveEventIDs", ()) if about == "correctiveEventID" else ()
    elif about in event:
        yield event[about]


def _timely(event: Event, condition: Condition) -> bool:
    text = (
        event.get("errorDeclaration", {}).get("declarationTime")
        if condition.about == "errorDeclarationTime"
        else event.get(condition.about)
    )
    if not isinstance(text, str):
        return False
    at = instant(condition.about, text)
    return at >= condition.values[0] if condition.how == "GE" else at < condition.values[0]


def _named(event: Event, about: str) -> Iterator[str]:
    for name in _EPCS.get(about, ()):
        yield from event.get(name, ())
    if about in _WITH_PARENT and event.get("parentID"):
        yield event["parentID"]
    for name in _CLASSES.get(about, ()):
        yield from (one.get("epcClass", "") for one in event.get(name, ()))


def _same(text: str, wanted: str) -> bool:
    pattern = pattern_of(wanted)
    return bool(pattern.fullmatch(canonical(text))) or bool(pattern.fullmatch(text))


@lru_cache(4096)
def pattern_of(wanted: str) -> re.Pattern[str]:
    """What a value of MATCH_ asks for: one identifier, or those that a pattern (urn:epc:idpat:...:*) or a class covers."""
    if not wanted.startswith("urn:epc:idpat:") and "*" not in wanted:
        return re.compile(re.escape(canonical(wanted)))
    scheme, _, rest = wanted.removeprefix("urn:epc:idpat:").partition(":")
    fields = rest.split(".")
    kinds = "class" if scheme == "lgtin" else "id"
    urn = rf"urn:epc:(?:{kinds}|idpat):{re.escape(scheme)}:" + r"\.".join("[^.]+" if one == "*" else re.escape(one) for one in fields[:2])
    tail = r"\..+" if len(fields) > 2 and fields[2] == "*" else "".join(rf"\.{re.escape(one)}" for one in fields[2:])
    links = _link_pattern(scheme, fields)
    return re.compile(f"(?:{urn}{tail})|(?:{links})" if links else urn + tail)


def _link_pattern(scheme: str, fields: list[str]) -> str:
    """The same items as Digital Links: their GTIN with any serial or lot, or the company prefix within it."""
    key = {"sgtin": "21", "lgtin": "10"}.get(scheme)
    prefix = fields[0]
    if scheme == "sscc" and prefix.isdigit():
        return rf"{re.escape(RESOLVER)}/00/\d{prefix}\d+"
    if key is None or not prefix.isdigit() or len(fields) != 3:
        return ""
    if fields[1] == "*":
        number = rf"\d{prefix}\d{{{13 - len(prefix)}}}"
    else:
        link = canonical(f"urn:epc:idpat:sgtin:{prefix}.{fields[1]}.*")
        number = link.rpartition("/")[2] if link.startswith(RESOLVER) else r"(?!)"
    return rf"{re.escape(RESOLVER)}/01/{number}/{key}/" + ("[^/]+" if fields[2] == "*" else re.escape(fields[2]))


def _amounts(event: Event) -> Iterator[Any]:
    for name in QUANTITY_LISTS:
        yield from (one["quantity"] for one in event.get(name, ()) if isinstance(one.get("quantity"), (int, float)))


def _compare(how: str, left: Any, right: Any) -> bool:
    return bool({"EQ": left == right, "GT": left > right, "GE": left >= right, "LT": left < right, "LE": left <= right}[how])


def _free(event: Event, condition: Condition) -> bool:
    root: Any = {key: one for key, one in event.items() if key not in ("ilmd", "errorDeclaration")}
    if "ILMD_" in condition.kind:
        root = event.get("ilmd", {})
    elif "ERROR_DECLARATION_" in condition.kind:
        root = event.get("errorDeclaration", {})
    found = list(_members(root, condition.name, condition.kind.startswith("INNER_")))
    if condition.how == "EXISTS":
        return bool(found)
    if condition.how == "EQ":
        return any(str(one) in condition.values for one in found)
    return any(_ordered(condition.how, str(one), condition.values[0]) for one in found)


def _ordered(how: str, value: str, wanted: str) -> bool:
    """Numbers as numbers, times as times; texts that are neither are not compared."""
    try:
        return _compare(how, float(value), float(wanted))
    except ValueError:
        dates = all(re.match(r"\d{4}-\d{2}-\d{2}", one) for one in (value, wanted))
        return dates and _compare(how, value, wanted)


def _members(value: Any, name: str, deep: bool, depth: int = 0) -> Iterator[Any]:
    """What the members with this local name say, at the top or below it."""
    for key, one in value.items() if isinstance(value, dict) else ():
        if local_key(key) == name and (not deep or depth):
            for each in one if isinstance(one, list) else [one]:
                yield each
        if deep and depth < 20:
            for each in one if isinstance(one, list) else [one]:
                yield from _members(each, name, deep, depth + 1)
