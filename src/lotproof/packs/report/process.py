"""Section 11: the process with its control points, and the findings drawn at the step where they arise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lotproof.control.process_steps import STEPS, mapped
from lotproof.draw.process_map import process_map
from lotproof.packs.report.blocks import Block, Column, Figure, Inline, Light, Para, Table
from lotproof.packs.report.book import Book
from lotproof.packs.report.words import count


def _known(codes: Sequence[str], counts: Counter[str]) -> list[str]:
    return [code for code in codes if code in counts]


def _told(codes: Sequence[str], counts: Counter[str]) -> str | None:
    return ", ".join(f"{code} ({counts[code]:,})" for code in _known(codes, counts)) or None


def process(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 11."""
    found = book.values.findings
    counts = Counter(one.code for one in found)
    grave = {one.code for one in found if one.severity in ("critical", "major")}
    steps = mapped(counts, sorted(grave))
    placed = {code for _, _, _, codes in STEPS for code in codes}
    rows: list[tuple[Inline, ...]] = [
        (name, where, control or None, _told(codes, counts))
        for name, where, control, codes in STEPS
    ]
    others = sorted(set(counts) - placed)
    if others:
        rows.append(("Rules of the site", None, None, _told(others, counts)))
    where = sum(bool(step.found) for step in steps)
    columns = [Column("Step", 1), Column("Where", 1.2), Column("Control point", 0.7), Column("Findings (lots)", 2.4, lines=4)]
    blocks: list[Block] = [
        Figure(process_map(steps, "Process map").strip(), f"{len(STEPS)} steps from order to use; findings at {where}", "Process map"),
        Table("Steps, control points and findings", columns, rows),
        Para(
            "The steps are those of an ordinary packaging line; the map of this line, with its own control points, is missing: "
            "the serialization engineer would supply it.",
            note=True,
        ),
    ]
    return "partly", Light("watch" if where else "clear", f"findings at {count(where, 'step')}"), blocks
