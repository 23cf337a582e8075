"""The events that meet a query: the index chooses whom to ask, `match` has the last word."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import pyarrow as pa

from lotproof.api.engine import Engine
from lotproof.api.events import Found, Place, place_of, read_events
from lotproof.api.match import matches
from lotproof.api.narrow import named_sql, sql_of
from lotproof.api.problem import ApiProblem
from lotproof.api.query import Condition, Query
from lotproof.api.shelf import Indexed, Shelf, shelf_of
from lotproof.epcis.canonical import key_text, link_of
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.reading import Reading, read
from lotproof.lake.index import digests
from lotproof.lake.rows import Reader
from lotproof.lake.sql import quoted
from lotproof.workspace.place import Workspace

FEW = 5_000
"""Events that are read and ordered here; more are ordered by the index."""
MOST_LOOKED_AT = 100_000
"""Events that a query may have read before it counts as too complex."""
EPC_LISTS = ("epc", "anyEPC", "inputEPC", "outputEPC")


@dataclass(frozen=True)
class Page:
    """Part of an answer."""

    events: list[Found]
    """In order."""
    token: str
    """What asks for the next page; empty for the last."""


@dataclass(frozen=True)
class _Start:
    """Behind which event a page begins."""

    key: tuple[str, str, int] | None
    """Its time (or the entry of its source), source and offset."""
    given: int
    """Events on the pages before."""


def page(workspace: Workspace, query: Query, after: int = -1) -> Page:
    """A page of the answer. ``after``: only events of sources whose ledger entry is later."""
    shelf = shelf_of(workspace)
    start = _start(query.token)
    if query.too_many is not None and start.key is None:
        _refuse_too_many(workspace, shelf, query, after)
    left = query.per_page if query.limit is None else min(query.per_page, query.limit - start.given)
    if left <= 0 or not shelf.volumes:
        return Page([], "")
    found = list(islice(_stream(workspace, shelf, query, start, after), left + 1))
    given = start.given + left
    more = len(found) > left and (query.limit is None or given < query.limit)
    return Page(found[:left], _token(query, shelf, found[left - 1], given) if more else "")


def _refuse_too_many(workspace: Workspace, shelf: Shelf, query: Query, after: int) -> None:
    assert query.too_many is not None
    count = sum(1 for _ in islice(_stream(workspace, shelf, query, _Start(None, 0), after), query.too_many + 1)) if shelf.volumes else 0
    if count > query.too_many:
        told = f"More than {query.too_many} events meet the query, which maxEventCount forbids; narrow the query or raise it."
        raise ApiProblem("QueryTooLargeException", told)


def by_id(workspace: Workspace, event_id: str) -> list[Found]:
    """The events with this eventID: one, or with an error declaration two or more; the latest recorded first."""
    shelf = shelf_of(workspace)
    own = place_of(event_id)
    if own is not None:
        return list(read_events(workspace.lake, shelf, [own]))
    with closing(Engine(shelf)) as connection:
        places = _named(connection, shelf, [("id", event_id)])
    found = read_events(workspace.lake, shelf, sorted(places, key=lambda place: (-shelf.sources[place[0]].entry, place[1])))
    return [one for one in found if one.event.get("eventID") == event_id]


def _stream(workspace: Workspace, shelf: Shelf, query: Query, start: _Start, after: int) -> Iterator[Found]:
    """The events that meet the query, behind the start, in order."""
    with closing(Engine(shelf)) as connection:
        chosen = _chosen(workspace, shelf, query, connection)
        if chosen is not None:
            chosen = {place for place in chosen if place[0] in shelf.sources and shelf.sources[place[0]].entry > after}
        if chosen is not None and len(chosen) <= FEW:
            yield from _ordered(workspace, shelf, query, chosen, start)
            return
        if chosen is not None:
            table = pa.table({"source": [one for one, _ in chosen], "offset": pa.array([at for _, at in chosen], pa.int64())})
            connection.register("chosen", table)
        yield from _scanned(workspace, shelf, query, connection, start, after, chosen is not None)


def _chosen(workspace: Workspace, shelf: Shelf, query: Query, connection: Engine) -> set[Place] | None:
    """Places of the events that can meet the conditions that name something; None where no condition does."""
    chosen: set[Place] | None = None
    for condition in query.conditions:
        places = _places(workspace, shelf, condition, connection)
        if places is not None:
            chosen = places if chosen is None else chosen & places
    return chosen


def _places(workspace: Workspace, shelf: Shelf, condition: Condition, connection: Engine) -> set[Place] | None:
    names = named_sql(condition)
    places: set[Place] = set()
    if condition.about in EPC_LISTS and condition.how == "MATCH":
        exact = [one for one in condition.values if "*" not in one]
        patterns = [one for one in condition.values if "*" in one]
        gtins = [_gtin(one) for one in patterns]
        if None in gtins:
            return None
        keys = digests({key_text(one) for one in exact})
        reader = Reader(workspace.lake, shelf.sources)
        places |= {(sha, row["position"]) for sha, _, row in reader.rows_of(keys, ("position",))} if keys else set()
        places |= _of_products(workspace, shelf, [gtin for gtin in gtins if gtin], connection)
    elif names is None:
        return None
    if condition.about == "eventID":
        places |= {place for one in condition.values if (place := place_of(one))}
    return places | _named(connection, shelf, names or [])


def _gtin(pattern: str) -> str | None:
    try:
        found = read(pattern)
    except UnreadableIdentifier:
        return None
    return found.gtin if found.serial in (None, "*") else None


def _of_products(workspace: Workspace, shelf: Shelf, gtins: Sequence[str], connection: Engine) -> set[Place]:
    files = workspace.lake.segment_files("observation", shelf.sources)
    if not gtins or not files:
        return set()
    listed, of = ", ".join(map(quoted, files)), ", ".join(map(quoted, gtins))
    sql = f"SELECT DISTINCT source, position FROM read_parquet([{listed}]) WHERE gtin IN ({of}) LIMIT {MOST_LOOKED_AT + 1}"
    found = connection.rows(sql)
    if len(found) > MOST_LOOKED_AT:
        raise _too_complex()
    return {(sha, at) for sha, at in found}


def _named(connection: Engine, shelf: Shelf, names: Sequence[tuple[str, str]]) -> set[Place]:
    """Places of the events that have one of these names in that role."""
    if not names or not shelf.volumes:
        return set()
    wanted = " OR ".join(f"(role = {quoted(role)} AND name = {quoted(name)})" for role, name in names)
    found = connection.rows(f'SELECT source, "offset" FROM {shelf.files("names.parquet")} WHERE {wanted}')
    return {(sha, at) for sha, at in found}


def _ordered(workspace: Workspace, shelf: Shelf, query: Query, places: set[Place], start: _Start) -> Iterator[Found]:
    found = [one for one in read_events(workspace.lake, shelf, sorted(places)) if matches(one.event, query)]
    keys = {one.place: _key(query, shelf, one) for one in found}
    found.sort(key=lambda one: keys[one.place], reverse=query.descending)
    for one in found:
        key = keys[one.place]
        if start.key is None or (key < start.key if query.descending else key > start.key):
            yield one


def _scanned(
    workspace: Workspace, shelf: Shelf, query: Query, connection: Engine, start: _Start, after: int, chosen: bool
) -> Iterator[Found]:
    """By the index, block after block, each behind the last event of the one before."""
    where = sql_of(query.conditions)
    if chosen:
        where.append('(source, "offset") IN (SELECT source, "offset" FROM chosen)')
    if after >= 0:
        where.append(f"entry > {after}")
    column = "strftime(happened, '%Y-%m-%dT%H:%M:%S.%fZ')" if query.order == "eventTime" else "lpad(entry::VARCHAR, 12, '0')"
    by = "happened" if query.order == "eventTime" else "entry"
    way, sign = ("DESC", "<") if query.descending else ("ASC", ">")
    key, looked, size = start.key, 0, query.per_page + 1
    while True:
        here = [*where, *([_behind(query, by, sign, key)] if key else [])]
        sql = f"""SELECT {column} AS k, source, "offset" FROM {shelf.files("events.parquet")} JOIN sources USING (source)
                  {"WHERE " + " AND ".join(here) if here else ""} ORDER BY {by} {way}, source {way}, "offset" {way} LIMIT {size}"""
        block = connection.rows(sql)
        for found in read_events(workspace.lake, shelf, [(sha, at) for _, sha, at in block]):
            if matches(found.event, query):
                yield found
        looked += len(block)
        if len(block) < size:
            return
        if looked > MOST_LOOKED_AT:
            raise _too_complex()
        key, size = block[-1], min(size * 2, 2_000)


def _behind(query: Query, by: str, sign: str, key: tuple[str, str, int]) -> str:
    at = f"TIMESTAMP {quoted(key[0].rstrip('Z'))}" if by == "happened" else str(int(key[0]))
    return f'({by}, source, "offset") {sign} ({at}, {quoted(key[1])}, {key[2]})'


def _too_complex() -> ApiProblem:
    told = f"The query would have to read more than {MOST_LOOKED_AT:,} events; narrow it by time, step, place or identifier."
    return ApiProblem("QueryTooComplexException", told)


def _key(query: Query, shelf: Shelf, found: Found) -> tuple[str, str, int]:
    from lotproof.api.query import instant

    told: Indexed = shelf.sources[found.place[0]]
    first = instant("eventTime", found.event["eventTime"]) if query.order == "eventTime" else f"{told.entry:012d}"
    return (first, *found.place)


def _token(query: Query, shelf: Shelf, last: Found, given: int) -> str:
    told = json.dumps([*_key(query, shelf, last), given], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _start(token: str) -> _Start:
    if not token:
        return _Start(None, 0)
    try:
        first, sha, offset, given = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if not first.isdigit():
            datetime.fromisoformat(first)
        if len(sha) != 64 or int(sha, 16) < 0 or min(int(offset), int(given)) < 0:
            raise ValueError(token)
        return _Start((first, sha, int(offset)), int(given))
    except (ValueError, TypeError, AttributeError):
        told = "The nextPageToken is none of this server's; follow the Link of the page before as it is."
        raise ApiProblem("QueryParameterException", told) from None


def distinct(workspace: Workspace, column: str, behind: str, count: int) -> list[str]:
    """The distinct values of a column of the index in their order, behind one of them."""
    shelf = shelf_of(workspace)
    if not shelf.volumes:
        return []
    sql = f"""SELECT DISTINCT {column} AS v FROM {shelf.files("events.parquet")}
              WHERE {column} IS NOT NULL AND {column} > {quoted(behind)} ORDER BY v LIMIT {count}"""
    with closing(Engine(shelf)) as connection:
        return [row[0] for row in connection.rows(sql)]


def items(workspace: Workspace, behind: int, count: int) -> list[tuple[int, str]]:
    """The next items of the sources in the index, in the order of their keys: key and canonical Digital Link."""
    shelf = shelf_of(workspace)
    files = workspace.lake.segment_files("observation", shelf.sources)
    if not files:
        return []
    sql = f"""SELECT DISTINCT item_prefix AS p, gtin, serial, sscc FROM read_parquet([{", ".join(map(quoted, files))}])
              WHERE item_prefix > {behind} ORDER BY p LIMIT {count}"""
    with closing(Engine(shelf)) as connection:
        rows = connection.rows(sql)
    return [(key, link_of(Reading(gtin, serial, sscc, None, None, ())) or serial or "") for key, gtin, serial, sscc in rows]
