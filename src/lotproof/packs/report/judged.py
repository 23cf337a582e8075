"""What people decided on the desk about sections that the data fill, below what the data say: gate, causes, impact, cases, review."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lotproof.packs.report.blocks import Block, Column, Heading, Inline, Light
from lotproof.packs.report.book import Book
from lotproof.packs.report.cases import WHEN, WHO, Made, at, source, table
from lotproof.packs.report.cause_drawings import cause_drawings
from lotproof.packs.report.words import utc
from lotproof.quality.case import Case, Recorded

INCIDENT = Column("Incident", 0.9)


def _rows(cases: Sequence[Case], *names: str) -> list[tuple[Case, Recorded]]:
    return [(case, one) for case in cases for name in names for one in case.all(name)]


def _signed(one: Recorded) -> str:
    return f"{one.actor}, signed" if one.signed_by else one.actor


def gate(book: Book, cases: Sequence[Case]) -> list[Block]:
    """Section 4: whether product is suspect, as decided and signed."""
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [
        (case.number, str(one.body["decision"]), str(one.body["market"]), show(str(one.body["why"])), _signed(one), at(one))
        for case, one in _rows(cases, "gate")
    ]
    columns = [INCIDENT, Column("Decision", 1), Column("Markets", 0.6), Column("Why", 2.4, lines=4), WHO, WHEN]
    return [table(book, "Decided: suspect product?", columns, rows, "Nobody has decided yet.")]


def seen(book: Book, cases: Sequence[Case]) -> list[Block]:
    """Section 12: what people entered of machine, data and people, in the order of its events."""
    found = sorted(_rows(cases, "observation", "containment-step", "interview"), key=lambda pair: (pair[1].event_time, pair[1].index))
    rows: list[tuple[Inline, ...]] = [
        (
            case.number,
            str(one.body.get("stream", "people")),
            book.limits.show(str(one.body.get("what") or one.body.get("said"))),
            one.actor,
            at(one),
        )
        for case, one in found
    ]
    columns = [INCIDENT, Column("Line", 0.7), Column("What", 3, lines=4), WHO, WHEN]
    return [table(book, "As people recorded it", columns, rows, "Nobody recorded an observation.")]


def cited(book: Book, cases: Sequence[Case]) -> list[Block]:
    """Section 14: earlier cases that the investigation cites."""
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [
        (case.number, show(str(one.body["case"])), show(str(one.body["alike"])), str(one.body["held"]), one.actor)
        for case, one in _rows(cases, "earlier-case")
    ]
    columns = [INCIDENT, Column("Earlier case", 1), Column("What is alike", 2.6, lines=4), Column("Its CAPA held", 0.8), WHO]
    return [table(book, "Earlier cases cited", columns, rows, "No earlier case is cited.")]


def causes(book: Book, cases: Sequence[Case]) -> list[Block]:
    """Section 15: the causes of the record with their verdicts, and who approved them."""
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [
        (
            case.number,
            show(str(one.body["statement"])),
            str(one.body["role"]),
            str(one.body["category"]),
            str(one.body["verdict"]),
            ", ".join(map(str, one.body.get("evidence") or ())) or None,
            one.actor,
        )
        for case, one in _rows(cases, "cause")
    ]
    tools: list[tuple[Inline, ...]] = [
        (case.number, str(one.body["tool"]), show(str(one.body["why"])), one.actor) for case, one in _rows(cases, "cause-tool")
    ]
    approved: list[tuple[Inline, ...]] = [(case.number, _signed(one), utc(one.time)) for case, one in _rows(cases, "approve-cause")]
    columns = [
        INCIDENT,
        Column("Cause", 2.6, lines=5),
        Column("It is", 1),
        Column("Category", 0.8),
        Column("Evidence says", 0.8),
        Column("Entries", 0.8),
        WHO,
    ]
    return [
        *cause_drawings(book, cases),
        table(book, "Causes as recorded", columns, rows, "No cause is recorded."),
        table(book, "Tool", [INCIDENT, Column("Tool", 0.8), Column("Why", 3, lines=3), WHO], tools, "No tool is named."),
        table(book, "Approved", [INCIDENT, WHO, WHEN], approved, "The cause is not approved."),
    ]


def impact(book: Book, cases: Sequence[Case]) -> list[Block]:
    """Section 16: what was searched by people, and the signed statement that this is all."""
    show = book.limits.show
    searched: list[tuple[Inline, ...]] = [
        (
            case.number,
            f"other {one.body['reach']}",
            show(str(one.body["query"])),
            show(", ".join(map(str, one.body["sources"]))),
            f"{one.body['rows']:,}",
            f"{one.body['found']:,}",
            one.actor,
        )
        for case, one in _rows(cases, "scope-search")
    ]
    stated: list[tuple[Inline, ...]] = [
        (case.number, *(show(str(one.body[name])) for name in ("statement", "patients", "disposition")), _signed(one), utc(one.time))
        for case, one in _rows(cases, "impact")
    ]
    columns = [
        INCIDENT,
        Column("Searched", 0.9),
        Column("Query", 2, lines=3),
        Column("Sources", 1.2, lines=3),
        Column("Rows", 0.7, right=True),
        Column("Found", 0.6, right=True),
        WHO,
    ]
    said = [
        INCIDENT,
        Column("What is affected", 2, lines=5),
        Column("Patients", 1.2, lines=4),
        Column("Disposition", 1.2, lines=4),
        WHO,
        WHEN,
    ]
    return [
        table(book, "Searches recorded", columns, searched, "No search is recorded."),
        table(book, "The impact as stated", said, stated, "The impact is not stated."),
    ]


def reviewed(book: Book, cases: Sequence[Case]) -> list[Block]:
    """Section 25: reviews of the audit trail, and who closed."""
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [
        (case.number, "audit trail reviewed", str(one.body["result"]), show(str(one.body["why"])), _signed(one), utc(one.time))
        for case, one in _rows(cases, "trail-review")
    ]
    rows += [
        (case.number, "closed", None, show(str(one.body.get("why", ""))), _signed(one), utc(one.time))
        for case, one in _rows(cases, "close")
    ]
    columns = [INCIDENT, Column("What", 1), Column("Result", 0.8), Column("Remark", 2, lines=3), WHO, WHEN]
    return [table(book, "Reviews and closing", columns, rows, "Nobody reviewed the audit trail yet.")]


ADDED: Mapping[int, Callable[[Book, Sequence[Case]], list[Block]]] = {
    4: gate,
    12: seen,
    14: cited,
    15: causes,
    16: impact,
    25: reviewed,
}
"""Number -> what people add to a section that the data fill."""


def with_people(number: int, made: Made, book: Book) -> Made:
    """A section with what people decided about it, where incidents are there."""
    cases = book.values.cases
    if number not in ADDED or not cases:
        return made
    state, light, blocks = made
    if number == 15 and all(case.all("approve-cause") for case in cases):
        state, light = "filled", Light("clear", "approved")
    return state, light, [*blocks, Heading("On the desk"), source(), *ADDED[number](book, cases)]
