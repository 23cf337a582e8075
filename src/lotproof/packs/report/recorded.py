"""What incidents of the desk say where the report would otherwise say that a person has to: the gate, the causes, the impact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lotproof.faulttree.picture import picture
from lotproof.faulttree.text_read import read_text
from lotproof.packs.report.blocks import Block, Column, Figure, Heading, Inline, Light, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.words import count, utc
from lotproof.quality.acts.gate import decision
from lotproof.quality.case import Case, Recorded
from lotproof.quality.pictures import causes_fishbone, causes_whys

WHO, WHEN = Column("Who", 0.8), Column("When (UTC)", 1.1)


def _found(book: Book, *names: str) -> list[tuple[Case, Recorded]]:
    return [(case, one) for case in book.values.cases for name in names for one in case.all(name)]


def _table(book: Book, title: str, columns: Sequence[Column], rows: Iterable[tuple[Inline, ...]]) -> Table:
    some, more = cut(list(rows), book.limits.rows, data_ref("cases.json"))
    return Table(title, list(columns), some, more)


def gate(book: Book) -> list[Block]:
    """Decisions at the suspect-product gate; none where nobody decided."""
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [
        (case.number, one.body["decision"], one.body["market"], show(one.body["why"]), ", ".join(one.signed_by), utc(one.event_time))
        for case, one in _found(book, "gate")
    ]
    if not rows:
        return []
    columns = [Column("Incident", 0.9), Column("Decision", 1.1), Column("Markets", 0.7), Column("Reason", 2.4, lines=4),
               Column("Signed by", 0.8), WHEN]  # fmt: skip
    open_ones = [case.number for case in book.values.cases if decision(case) is None]
    left = [Para(f"Not decided: {', '.join(open_ones)}.", note=True)] if open_ones else []
    return [_table(book, "Decisions", columns, rows), *left, Para("The clocks that they began are in section 6.", note=True)]


def impact(book: Book) -> list[Block]:
    """Impact on product and patients as it was signed, and the searches that it rests on."""
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [
        (case.number, show(one.body["statement"]), show(one.body["patients"]), show(one.body["disposition"]), ", ".join(one.signed_by))
        for case, one in _found(book, "impact")
    ]
    searched: list[tuple[Inline, ...]] = [
        (case.number, f"other {one.body['reach']}", show(one.body["query"]), one.body["rows"], one.body["found"], one.actor)
        for case, one in _found(book, "scope-search")
    ]
    told = [Column("Incident", 0.9), Column("What is affected", 2, lines=4), Column("Patients", 1.4, lines=4),
            Column("Product", 1.4, lines=4), Column("Signed by", 0.8)]  # fmt: skip
    asked = [Column("Incident", 0.9), Column("Searched", 0.9), Column("Query", 2.4, lines=4), Column("Rows", 0.7, right=True),
             Column("Affected", 0.7, right=True), WHO]  # fmt: skip
    blocks: list[Block] = [_table(book, "Impact, as it was signed", told, rows)] if rows else []
    return [*blocks, *([_table(book, "Searches that people recorded", asked, searched)] if searched else [])]


def causes(book: Book) -> tuple[str, Light, list[Block]] | None:
    """State, light and blocks of the causes on record; None where there are none."""
    found = _found(book, "cause")
    if not found:
        return None
    about = [case for case in book.values.cases if case.all("cause")]
    blocks: list[Block] = [
        Para(("What follows was recorded by people; the entries are in ", data_ref("cases.json"), ".")),
        *(block for case in about for block in _of_case(book, case)),
        _causes(book, found),
        *_rows(book),
    ]
    roots = [one for _, one in found if one.body["role"] == "root cause"]
    approved = sum(bool(case.last("approve-cause")) for case in about)
    if approved == len(about):
        return "filled", Light("clear", f"{count(len(roots), 'root cause')} approved"), blocks
    return "partly", Light("watch", f"approved in {approved} of {count(len(about), 'incident')}"), blocks


def _of_case(book: Book, case: Case) -> list[Block]:
    show = book.limits.show
    tool, approval, tree = case.last("cause-tool"), case.last("approve-cause"), case.last("fault-tree")
    chosen = f"Tool: {tool.body['tool']}. {show(tool.body['why'])}" if tool else "Which tool was used, and why, is not stated."
    approved = f" Approved by {', '.join(approval.signed_by)}, {utc(approval.time)}." if approval else " Not approved yet."
    drawings = [("5-Why", causes_whys(case)), ("Cause and effect", causes_fishbone(case))]
    if tree:
        drawings.append((f"Fault tree, entry {tree.index}: {show(tree.body['why'])}", picture(read_text(tree.body["tree"], "the tree"))))
    alt = f"of {case.number}; its causes are in the table below"
    figures = [Figure(svg.strip(), f"{name} {alt}", name) for name, svg in drawings if svg]
    return [Heading(f"{case.number}: {show(case.title)}"), Para(chosen + approved), *figures]


def _causes(book: Book, found: Sequence[tuple[Case, Recorded]]) -> Block:
    rows: list[tuple[Inline, ...]] = [
        (
            case.number,
            f"{one.index}",
            book.limits.show(one.body["statement"]),
            one.body["role"],
            one.body["category"],
            one.body["verdict"],
            ", ".join(str(entry) for entry in one.body.get("evidence") or ()) or None,
            one.actor,
        )
        for case, one in found
    ]
    columns = [Column("Incident", 0.9), Column("Entry", 0.5, right=True), Column("Cause", 2.2, lines=4), Column("It is", 0.9),
               Column("Category", 0.8), Column("Evidence says", 0.8), Column("Entries", 0.7), WHO]  # fmt: skip
    return _table(book, "Causes on record", columns, rows)


def _rows(book: Book) -> list[Block]:
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [
        (
            case.number,
            one.body["question"],
            *(show(str(one.body.get(name) or "")) or None for name in ("affected", "unaffected", "distinction", "change")),
        )
        for case, one in _found(book, "is-is-not")
    ]
    columns = [Column("Incident", 0.9), Column("", 0.6), Column("Is", 1.5, lines=4), Column("Is not", 1.5, lines=4),
               Column("Distinction", 1.2, lines=3), Column("Change", 1.2, lines=3)]  # fmt: skip
    return [_table(book, "Is and is not", columns, rows)] if rows else []
