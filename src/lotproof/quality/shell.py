"""Writes what was decided: entry, signature and read models in one transaction. The only code that acts on a case in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction

from lotproof.ledger import store
from lotproof.ledger.entry import EntryError, parse_entry
from lotproof.ledger.esign import Act as Signing
from lotproof.quality.act import Act
from lotproof.quality.case import Case
from lotproof.quality.decide import entry_body
from lotproof.quality.entered import body_of
from lotproof.quality.fold import fold
from lotproof.quality.projection import Row, rows_of
from lotproof.quality.refusal import Overtaken, Refusal
from lotproof.quality.register import ACTS
from lotproof.quality.roles import role_of
from lotproof.workspace.credentials import Given, authenticate, components_of
from lotproof.workspace.people import Person
from lotproof.workspace.place import Workspace
from lotproof.workspace.signing import append_signature, draft_signature

PREFIX = "INC"


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


def load(number: str) -> Case:
    """The case as its entries make it; Refusal where there is none."""
    case = _load(number)
    if not case.acts:
        raise Refusal(f"There is no case {number}.")
    return case


def _load(number: str) -> Case:
    rows = store.table().filter(stream=number).order_by("seq").values_list("index", "data")
    return fold(number, ((index, parse_entry(bytes(data))) for index, data in rows.iterator(chunk_size=500)))


def open_case(desk: Desk, given: Mapping[str, Any]) -> Case:
    """Open a case under the next number of the year."""
    body = body_of(ACTS["open"], given)
    with transaction.atomic():
        store.lock()
        number = _next_number(desk.clock()[:4])
        return _write(desk, number, "open", body, None)


def _next_number(year: str) -> str:
    last = table("CaseRow").filter(number__startswith=f"{PREFIX}-{year}-").order_by("-number").values_list("number", flat=True).first()
    return f"{PREFIX}-{year}-{int(last.rsplit('-', 1)[1]) + 1 if last else 1:04d}"


def perform(desk: Desk, number: str, name: str, given: Mapping[str, Any], seen: int | None = None, secret: Given | None = None) -> Case:
    """Do something to a case; the case afterwards.

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
            return _write(desk, number, name, body, seen)
    except EntryError as error:
        raise Overtaken(str(error)) from error


def _act(desk: Desk, name: str, body: Mapping[str, Any]) -> Act:
    return Act(name, desk.person.user_id, role_of(desk.person.role), desk.clock(), body)


def _write(desk: Desk, number: str, name: str, body: Mapping[str, Any], seen: int | None) -> Case:
    act = _act(desk, name, body)
    made = store.append("audit", number, act.time, act.actor, entry_body(_load(number), act, seen))
    if ACTS[name].meaning:
        append_signature(draft_signature(made.index, _signing(desk, ACTS[name].meaning), act.time))
    case = _load(number)
    project(case)
    return case


def _signing(desk: Desk, meaning: str) -> Signing:
    """Every signature of the desk is made with all components: nobody signs because somebody signed in."""
    who = desk.person
    return Signing(who.printed_name, meaning, who.tz, who.user_id, who.role, components_of(who, True), desk.session, True)


def project(case: Case) -> None:
    """Write the rows of a case anew."""
    rows = rows_of(case)
    number = rows.case.pop("number")
    table("CaseRow").update_or_create(number=number, defaults=rows.case)
    for name, found in (("ClockRow", rows.clocks), ("HoldRow", rows.holds), ("ActionRow", rows.actions)):
        _replace(table(name), number, found)


def _replace(rows: models.Manager[Any], number: str, found: tuple[Row, ...]) -> None:
    names = [field.name for field in rows.model._meta.concrete_fields if field.name != "id"]
    kept = [dict(zip(names, one, strict=True)) for one in rows.filter(case=number).order_by("id").values_list(*names)]
    if kept != [{name: one[name] for name in names} for one in found]:
        rows.filter(case=number).delete()
        rows.bulk_create([rows.model(**one) for one in found])
