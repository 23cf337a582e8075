"""Worksheets for what the law asks: Form FDA 3911, the notice to an EU authority, the reply to a partner.

Every field has a value with where it comes from, or waits for a person. Nothing is sent from here: a person checks, sends, and records the
notice, which stops the clock. Fields after DOMAIN A.6 (Form FDA 3911) and Delegated Regulation (EU) 2016/161, Art. 18, 24 and 30.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lotproof.quality.acts.gate import CLEARED, ILLEGITIMATE, SUSPECT, decision
from lotproof.quality.case import Case, Recorded
from lotproof.quality.sheet_fields import PERSON_FIELDS, SHEETS

if TYPE_CHECKING:
    from lotproof.workspace.lot_facts import LotFacts

SHOWN = 20
"""Serials that a field lists; the hold list and the findings have all."""


@dataclass(frozen=True)
class Line:
    """A field of a worksheet."""

    name: str
    """What the form calls it."""
    value: str
    """What is entered; empty where nobody knows yet."""
    source: str
    """Where it comes from; empty where a person has to enter it."""


@dataclass(frozen=True)
class Sheet:
    """A worksheet."""

    name: str
    """Short name, one of SHEETS."""
    title: str
    """What it is called."""
    basis: str
    """Where it comes from."""
    clock: str
    """The clock that it answers."""
    lines: tuple[Line, ...]
    """Its fields in their order."""

    @property
    def missing(self) -> int:
        """How many fields wait for a person."""
        return sum(not line.value for line in self.lines)


@dataclass(frozen=True)
class Facts:
    """What is known."""

    case: Case
    """The incident."""
    lots: Sequence[LotFacts]
    """Its lots."""
    items: Sequence[str]
    """Affected items as the findings and hold lists name them."""
    site: str
    """Who reports: the origin of the log."""


def sheet(name: str, facts: Facts) -> Sheet:
    """A worksheet filled as far as the record and the files go; KeyError for a name that is none."""
    about = SHEETS[name]
    entered = _entered(facts.case, name)
    lines = tuple(_line(field, facts, entered) for field in about.fields)
    return Sheet(name, about.title, about.basis, about.clock, lines)


def _entered(case: Case, name: str) -> dict[str, Line]:
    """What people entered, the latest of each field."""
    acts = [one for one in case.all("worksheet") if one.body["sheet"] == name]
    return {one.body["item"]: Line(one.body["item"], str(one.body["value"]), f"{one.actor}, entry {one.index}") for one in acts}


def _line(field: str, facts: Facts, entered: dict[str, Line]) -> Line:
    if field in entered:
        return entered[field]
    if field in PERSON_FIELDS:
        return Line(field, "", "")
    value, source = _KNOWN[field](facts)
    return Line(field, value, source if value else "")


Known = Callable[[Facts], tuple[str, str]]


def _record(value: Callable[[Case], str]) -> Known:
    return lambda facts: (value(facts.case), f"the record of {facts.case.number}")


def _of_lots(value: Callable[[LotFacts], str]) -> Known:
    def known(facts: Facts) -> tuple[str, str]:
        found = list(dict.fromkeys(value(one) for one in facts.lots if value(one)))
        files = sorted({one.source for one in facts.lots if value(one) and one.source})
        return ", ".join(found), ", ".join(files) or f"the record of {facts.case.number}"

    return known


def _first(case: Case, name: str, field: str, *values: str) -> Recorded | None:
    """The first act of a kind that states one of these."""
    return next((one for one in case.all(name) if one.body[field] in values), None)


def _when(one: Recorded | None) -> str:
    return one.event_time if one else ""


def _type(case: Case) -> str:
    """Initial until FDA was told. Whether a later report asks for termination is for a person to say."""
    if _first(case, "notified", "clock", "us-illegitimate"):
        return "follow-up notification"
    return "initial notification" if decision(case) == ILLEGITIMATE else ""


def _request(clock: str) -> Callable[[Case], str]:
    """The latest request that began a clock."""

    def told(case: Case) -> str:
        asked = next((one for one in reversed(case.all("request")) if one.body["clock"] == clock), None)
        return f"{asked.body['who']}, {asked.event_time}: {asked.body['what']}" if asked else ""

    return told


def _told(case: Case) -> str:
    impact = case.last("impact")
    steps = [str(one.body["what"]) for one in case.all("containment-step")]
    return " ".join([case.title, *([str(impact.body["statement"])] if impact else []), *steps[:5]])


def _patients(case: Case) -> str:
    impact = case.last("impact")
    return str(impact.body["patients"]) if impact else ""


def _disposition(case: Case) -> str:
    impact = case.last("impact")
    return str(impact.body["disposition"]) if impact else ""


def _searched(case: Case) -> str:
    return "; ".join(
        f"other {one.body['reach']}: {one.body['found']} of {one.body['rows']} rows ({one.body['query']})"
        for one in case.all("scope-search")
    )


def _ended(case: Case) -> str:
    last = case.last("gate")
    return str(last.body["why"]) if last and last.body["decision"] == CLEARED else ""


def _items(facts: Facts) -> tuple[str, str]:
    more = f" and {len(facts.items) - SHOWN:,} more, listed in the pack" if len(facts.items) > SHOWN else ""
    return ", ".join(facts.items[:SHOWN]) + more, "findings and hold list"


def _quantity(facts: Facts) -> tuple[str, str]:
    """Containers are counted apart: how many packs lie in one that is held, the hold list does not say."""
    containers = sum(one.startswith("(00)") for one in facts.items)
    packs = len(facts.items) - containers
    told = f"{packs:,}" if packs else ""
    return (f"packs: {packs:,}; cases or pallets: {containers:,}" if containers else told), "findings and hold list"


_KNOWN: dict[str, Known] = {
    "Type of report": _record(_type),
    "Incident number": _record(lambda case: case.number),
    "Date of initial notification": _record(lambda case: _when(_first(case, "notified", "clock", "us-illegitimate"))),
    "Date determined illegitimate": _record(lambda case: _when(_first(case, "gate", "decision", ILLEGITIMATE))),
    "Date of the suspicion": _record(lambda case: _when(_first(case, "gate", "decision", SUSPECT, ILLEGITIMATE))),
    "Request": _record(_request("us-verification")),
    "Request for information": _record(_request("us-information")),
    "Classification": _record(lambda case: decision(case) or ""),
    "Name of the product": _of_lots(lambda lot: lot.product),
    "GTIN": _of_lots(lambda lot: lot.gtin),
    "NDC": _of_lots(lambda lot: lot.ndc),
    "Lot numbers": _of_lots(lambda lot: lot.lot),
    "Expiration dates": _of_lots(lambda lot: lot.expiry),
    "Serial numbers": _items,
    "Quantity": _quantity,
    "Description of the event": _record(_told),
    "Risk for patients": _record(_patients),
    "Disposition of the product": _record(_disposition),
    "What was searched": _record(_searched),
    "Reason for termination": _record(_ended),
    "Company": lambda facts: (facts.site, "lotproof.toml"),
}
"""Field -> value and where it comes from."""
