"""Writes what was decided: entry, signature and read models in one transaction. The only code that acts on a case in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Length

from lotproof.ledger import store
from lotproof.ledger.entry import EntryError, parse_entry
from lotproof.ledger.esign import Act as Signing
from lotproof.quality.act import Act, ActType, Echo
from lotproof.quality.book import Book, book_of
from lotproof.quality.case import Case
from lotproof.quality.decide import entry_body
from lotproof.quality.entered import body_of
from lotproof.quality.fold import fold
from lotproof.quality.projection import KEYS, Row, rows_of, tables_of
from lotproof.quality.refusal import Overtaken, Refusal
from lotproof.quality.register import ACTS
from lotproof.quality.roles import Role, role_of
from lotproof.workspace.credentials import Given, authenticate, components_of
from lotproof.workspace.people import Person
from lotproof.workspace.place import Workspace
from lotproof.workspace.signing import append_signature, draft_signature


@dataclass(frozen=True)
class Desk:
    """Who acts, where and when."""

    workspace: Workspace
    """Where the ledger lies."""
    person: Person
    """Who."""
    clock: Callable[[], str]
    """The server's clock: UTC as entries spell it."""
    session: str
    """Identifier of the session, random."""


def table(name: str) -> models.Manager[Any]:
    """The rows of a read model."""
    manager: models.Manager[Any] = apps.get_model("quality", name)._default_manager
    return manager


def load(number: str, before: int | None = None) -> Case:
    """The record as its entries make it, or those below the index ``before``; Refusal where there is none."""
    try:
        book = book_of(number)
    except ValueError:
        raise Refusal(f"“{number[:40]}” is no number of a record; one looks like INC-2026-0147.") from None
    case = _load(number, before)
    if not case.acts and before is None:
        raise Refusal(f"There is no {book.noun} {number}.")
    return case


def _load(number: str, before: int | None = None) -> Case:
    rows = store.table().filter(stream=number).order_by("seq").values_list("index", "data")
    if before is not None:
        rows = rows.filter(index__lt=before)
    return fold(number, ((index, parse_entry(bytes(data))) for index, data in rows.iterator(chunk_size=500)))


def open_case(desk: Desk, given: Mapping[str, Any]) -> Case:
    """Open an incident under the next number of the year."""
    return open_record(desk, "open", given)


def open_record(desk: Desk, name: str, given: Mapping[str, Any]) -> Case:
    """Begin a record with an act that opens one, under the next number of its book and year."""
    kind = ACTS[name]
    body = body_of(kind, given)
    try:
        with transaction.atomic():
            store.lock()
            number = next_number(_book(kind), desk.clock()[:4])
            return _write(number, _act(desk, name, body), signing_of(desk, kind) if kind.meaning else None, None)
    except EntryError as error:
        raise Refusal(str(error)) from error


def open_by_program(name: str, given: Mapping[str, Any], time: str, actor: str) -> Case:
    """Begin a record that the program opens by itself, such as an alarm."""
    kind = ACTS[name]
    body = body_of(kind, given)
    with transaction.atomic():
        store.lock()
        return _write(next_number(_book(kind), time[:4]), Act(name, actor, Role.PROGRAM, time, body), None, None)


def by_program(number: str, name: str, given: Mapping[str, Any], time: str, actor: str) -> Case:
    """Enter into a record what follows from another act of ``actor``; within the transaction of that act."""
    return _write(number, Act(name, actor, Role.PROGRAM, time, body_of(ACTS[name], given)), None, None)


def _book(kind: ActType) -> Book:
    (book,) = kind.books
    return book


def next_number(book: Book, year: str) -> str:
    """The number that the next record of a book gets; under the lock of the ledger."""
    rows = table(tables_of(book)[0]).filter(number__startswith=f"{book}-{year}-")
    # By length first: 10000 comes after 9999, which order by text alone does not see.
    last = rows.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
    return f"{book}-{year}-{int(last.rsplit('-', 1)[1]) + 1 if last else 1:04d}"


def perform(desk: Desk, number: str, name: str, given: Mapping[str, Any], seen: int | None = None, secret: Given | None = None) -> Case:
    """Do something to a record; the record afterwards.

    Raises Unreadable for fields, Refusal for what is not possible now, Overtaken where somebody was faster, WorkspaceError where the
    signature fails. Nothing is written then, but the failed attempt to sign.
    """
    kind = ACTS[name]
    body = body_of(kind, given)
    entry_body(load(number), _act(desk, name, body), seen)  # what is refused needs no password
    if kind.meaning:
        if secret is None:
            raise Refusal(f"“{kind.button}” is signed: enter your password{' and the code' if desk.person.totp else ''}.")
        authenticate(desk.workspace, desk.person.user_id, secret, True, desk.clock())
    try:
        with transaction.atomic():
            store.lock()
            return _write(number, _act(desk, name, body), signing_of(desk, kind) if kind.meaning else None, seen)
    except EntryError as error:
        raise Overtaken(str(error)) from error


def _act(desk: Desk, name: str, body: Mapping[str, Any]) -> Act:
    return Act(name, desk.person.user_id, role_of(desk.person.role), desk.clock(), body)


def _write(number: str, act: Act, signing: Signing | None, seen: int | None) -> Case:
    made = store.append("audit", number, act.time, act.actor, entry_body(_load(number), act, seen))
    if signing:
        append_signature(draft_signature(made.index, signing, act.time))
    case = _load(number)
    project(case)
    for echo in ACTS[act.name].echoes(case, act):
        _echoed(echo, act)
    return case


def _echoed(echo: Echo, act: Act) -> None:
    """The other record hears of it in the same transaction; one that is closed stays as it was signed."""
    other = load(echo.number)
    if other.state in ACTS[echo.name].states:
        _write(echo.number, Act(echo.name, act.actor, Role.PROGRAM, act.time, echo.body), None, None)


def signing_of(desk: Desk, kind: ActType) -> Signing:
    """Every signature of the desk is made with all components: nobody signs because somebody signed in."""
    who = desk.person
    return Signing(who.printed_name, kind.meaning, who.tz, who.user_id, who.role, components_of(who, True), desk.session, True)


def project(case: Case) -> None:
    """Write the rows of a record anew."""
    for name, found in rows_of(case).items():
        _replace(table(name), KEYS[name], case.number, found)


def _replace(rows: models.Manager[Any], key: str, number: str, found: list[Row]) -> None:
    names = [field.name for field in rows.model._meta.concrete_fields if field.name != "id"]
    mine = rows.filter(**{key: number})
    kept = [dict(zip(names, one, strict=True)) for one in mine.order_by("pk").values_list(*names)]
    if kept != [{name: one[name] for name in names} for one in found]:
        mine.delete()
        rows.bulk_create([rows.model(**one) for one in found])
