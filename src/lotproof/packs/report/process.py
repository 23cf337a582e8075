"""Section 11: the process with its control points, and the findings drawn at the step where they arise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lotproof.draw.process_map import Found, ProcessStep, process_map
from lotproof.packs.report.blocks import Block, Column, Figure, Inline, Light, Para, Table
from lotproof.packs.report.book import Book
from lotproof.packs.report.words import count

STEPS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Order and numbers", "order system, number pool", "", ("IDT-01", "IDT-05", "SN-05", "SN-10")),
    ("Printing", "printer", "CCP 1", ("SN-03", "IDT-06")),
    ("Verification", "camera, rejector", "CCP 2", ("SCN-01", "SCN-02", "SCN-03", "SCN-04", "SN-02", "SN-07")),
    ("Case packing", "line", "CCP 3", ("AGG-01", "AGG-02", "AGG-03", "AGG-04", "AGG-05", "AGG-06", "AGG-07", "AGG-08", "AGG-09", "AGG-10",
                                       "AGG-11", "SN-08", "SN-09", "TIM-03")),
    ("Lot close", "line, order system", "CCP 4", ("QTY-01", "QTY-02", "SN-06", "TIM-01", "TIM-02", "TIM-04")),
    ("Report to the hub", "data systems", "CCP 5", ("SN-01", "SN-04", "IDT-02", "IDT-03", "IDT-04", "DAT-01", "DAT-02", "DAT-03", "RPT-02",
                                                    "INT-01", "INT-02", "INT-03")),
    ("Release and shipping", "QA, warehouse", "CCP 6", ("RPT-01", "PHY-04", "AGG-12")),
    ("Receipt and use", "partners, authority", "", ("PHY-01", "PHY-02", "PHY-03", "QTY-03", "RPT-03")),
)  # fmt: skip
"""Step, where it runs, control point, finding codes that arise there. Codes of local rules stand in the table below the map."""


def _known(codes: Sequence[str], counts: Counter[str]) -> list[str]:
    return [code for code in codes if code in counts]


def _where(code: str, counts: Counter[str]) -> str:
    return f"{code}, {count(counts[code], 'lot')}"


def _told(codes: Sequence[str], counts: Counter[str]) -> str | None:
    return ", ".join(f"{code} ({counts[code]:,})" for code in _known(codes, counts)) or None


def process(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 11."""
    found = book.values.findings
    counts = Counter(one.code for one in found)
    grave = {one.code for one in found if one.severity in ("critical", "major")}
    steps = [
        ProcessStep(name, where, control, tuple(Found(_where(one, counts), one in grave) for one in _known(codes, counts)))
        for name, where, control, codes in STEPS
    ]
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
