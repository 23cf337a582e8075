"""Section 15: what would explain the findings, ranked; never called a root cause."""

from __future__ import annotations

from lotproof.packs.report.blocks import Block, Code, Column, Heading, Inline, Light, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.words import count, utc
from lotproof.rules.hypothesis import Hypothesis

NOT_DECIDED = (
    "These are failure modes that the data support, to be verified by the test named with each. The root cause, the tool used to "
    "find it and the causes excluded are missing: they need the decision of a person. The QA investigator would supply them."
)


def root_cause(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 15."""
    found = book.values.diagnosis
    if not found:
        text = "No failure signature fits the findings. " if book.values.findings else "There is nothing to explain. "
        return "missing", Light("none", "no signature fits"), [Para(text + NOT_DECIDED, note=True)]
    rows: list[tuple[Inline, ...]] = [
        (named(one), Code(one.lot), one.six_m.lower(), f"{one.confidence:.2f}", utc(one.started_at) if one.started_at else None,
         _suspect(one), one.sentence)
        for one in found
    ]  # fmt: skip
    shown, more = cut(rows, book.limits.rows, data_ref("diagnosis.json"))
    columns = [Column("Failure mode", 1.4), Column("Lot", 1), Column("Area", 0.9), Column("Fit", 0.5, right=True), Column("Since", 1.3),
               Column("Suspect", 1.1), Column("What the data look like", 2.6, lines=4)]  # fmt: skip
    blocks: list[Block] = [Para(NOT_DECIDED, note=True), Table("Failure modes that fit, the best first", columns, shown, more)]
    for one in found[: book.limits.figures]:
        blocks.append(Heading(f"{named(one).capitalize()}, lot {one.lot}"))
        blocks.append(Para(("To tell it from others: ", one.test)))
        blocks.extend(Para(("For: ", text, ".")) for text in one.supports)
        blocks.extend(Para(("Against: ", text, ".")) for text in one.against)
    return "partly", Light("watch", count(len(found), "mode")), blocks


def named(found: Hypothesis) -> str:
    """A failure mode in words."""
    return found.mode.replace("_", " ")


def _suspect(found: Hypothesis) -> Inline:
    if found.suspect is None:
        return None
    also = f" (or {', '.join(found.suspect.aliases)})" if found.suspect.aliases else ""
    return f"{found.suspect.field.replace('_', ' ')} {found.suspect.value}{also}"
