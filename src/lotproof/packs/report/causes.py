"""Section 15: what would explain the findings, ranked; never called a root cause."""

from __future__ import annotations

from lotproof.packs.report.blocks import Block, Code, Column, Heading, Inline, Light, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.decided import decided
from lotproof.packs.report.fault_tree import fault_tree_blocks
from lotproof.packs.report.words import count, utc
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.lineup import Lineup, RankedSuspect

NOT_DECIDED = (
    "These are failure modes that the data support, to be verified by the test named with each. The root cause, the tool used to "
    "find it and the causes excluded are missing: they need the decision of a person. The QA investigator would supply them."
)


def root_cause(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 15."""
    if book.values.why is not None:
        state, light, blocks = decided(book, book.values.why)
        return state, light, [*blocks, Heading("What the data support"), *_modes(book)]
    state, light = _state(book)
    return state, light, [*_undecided(book), *_modes(book)]


def _state(book: Book) -> tuple[str, Light]:
    found = book.values.diagnosis
    return ("partly", Light("watch", count(len(found), "mode"))) if found else ("missing", Light("none", "no signature fits"))


def _undecided(book: Book) -> list[Block]:
    if any(case.all("cause") for case in book.values.cases):
        return [Para("These are failure modes that the data support; what people decided of them stands below.", note=True)]
    if book.values.diagnosis:
        return [Para(NOT_DECIDED, note=True)]
    text = "No failure signature fits the findings. " if book.values.findings else "There is nothing to explain. "
    return [Para(text + NOT_DECIDED, note=True)]


def _modes(book: Book) -> list[Block]:
    """Failure modes that fit, with their tests and evidence, then the suspects."""
    found = book.values.diagnosis
    if not found:
        return [*_suspects(book), *fault_tree_blocks(book)]
    rows: list[tuple[Inline, ...]] = [
        (named(one), Code(one.lot), one.six_m.lower(), f"{one.confidence:.2f}", utc(one.started_at) if one.started_at else None,
         _suspect(one), one.sentence)
        for one in found
    ]  # fmt: skip
    shown, more = cut(rows, book.limits.rows, data_ref("diagnosis.json"))
    columns = [Column("Failure mode", 1.4), Column("Lot", 1), Column("Area", 0.9), Column("Fit", 0.5, right=True), Column("Since", 1.3),
               Column("Suspect", 1.1), Column("What the data look like", 2.6, lines=4)]  # fmt: skip
    blocks: list[Block] = [Table("Failure modes that fit, the best first", columns, shown, more)]
    for one in found[: book.limits.figures]:
        blocks.append(Heading(f"{named(one).capitalize()}, lot {one.lot}"))
        blocks.append(Para(("To tell it from others: ", one.test)))
        blocks.extend(Para(("For: ", text, ".")) for text in one.supports)
        blocks.extend(Para(("Against: ", text, ".")) for text in one.against)
    return [*blocks, *_suspects(book), *fault_tree_blocks(book)]


def _suspects(book: Book) -> list[Block]:
    """Who is suspected by counts: a table of all that the gate let through, and the test of each."""
    given = [(lineup, one) for lineup in book.values.suspects for one in lineup.supported]
    scanned = len(book.values.suspects)
    if not scanned:
        return []
    if not given:
        return [Para(f"No value is over-represented beyond chance in {count(scanned, 'scan')} of failures against exposures.")]
    rows = [_suspect_row(lineup, one) for lineup, one in given]
    shown, more = cut(rows, book.limits.rows, data_ref("suspects.json"))
    columns = [Column("Suspect", 1.6, lines=3), Column("Failure", 1.4), Column("Lot", 0.9), Column("Failed", 0.6, right=True),
               Column("Expected", 0.7, right=True), Column("Ratio (95 %)", 1.1), Column("q", 0.6, right=True),
               Column("Since", 1.3)]  # fmt: skip
    blocks: list[Block] = [Table("Suspects that the counts support, no root cause", columns, shown, more)]
    for lineup, one in given[: book.limits.figures]:
        blocks.append(Heading(f"{one.names[0]}, lot {lineup.lot}"))
        blocks.append(Para(("Swap test: ", one.swap)))
        blocks.extend(Para(("Against: ", text, ".")) for text in one.against[:3])
        blocks.append(Table("Is and is not", [Column("", 0.5), Column("Is", 2, lines=3), Column("Is not", 2, lines=4)],
                            [(row.question, row.is_, row.is_not) for row in one.table]))  # fmt: skip
    return blocks


def _suspect_row(lineup: Lineup, one: RankedSuspect) -> tuple[Inline, ...]:
    also = f" (or {', '.join(one.names[1:])})" if one.names[1:] else ""
    return (one.names[0] + also, lineup.what, Code(lineup.lot), one.failed, f"{one.expected:,.1f}", one.ratio_text, f"{one.q:.2g}",
            utc(one.began) if one.began else None)  # fmt: skip


def named(found: Hypothesis) -> str:
    """A failure mode in words."""
    return found.mode.replace("_", " ")


def _suspect(found: Hypothesis) -> Inline:
    if found.suspect is None:
        return None
    also = f" (or {', '.join(found.suspect.aliases)})" if found.suspect.aliases else ""
    return f"{found.suspect.field.replace('_', ' ')} {found.suspect.value}{also}"
