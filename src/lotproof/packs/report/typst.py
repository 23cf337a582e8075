"""The report as one PDF/A-2a and PDF/UA-1 file by Typst, of at most some forty pages whatever the data.

Nothing from data becomes Typst source: the values go in as JSON by `sys.inputs`. Only the fonts embedded in Typst are
used; what they lack is written out, because a missing glyph would end a PDF/A build.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from lotproof.packs.report import finding_pages
from lotproof.packs.report.blocks import (
    Block,
    Code,
    Column,
    Facts,
    Figure,
    Heading,
    Inline,
    Light,
    Lines,
    Mark,
    Num,
    Para,
    Ref,
    Section,
    Table,
)
from lotproof.packs.report.book import PDF, Book, make_book
from lotproof.packs.report.sections import make_sections
from lotproof.packs.report.values import ReportValues
from lotproof.packs.report.words import printed, when

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
ON_PAPER = (1, 0, 2, 3, 4, 7, 8, 9, 10, 11, 12, 14, 15, 19, 24, 25, 26, 27)
"""Sections in the order of the PDF; the others are named in section 24 with what is missing."""
FINDINGS_IN_FULL = 12
"""Findings whose first rows are printed."""
TEXT_WIDTH = 180.0 / 0.3528
"""Width of the text area in points: A4 without its margins."""
PARAGRAPH = 500
"""Characters of a paragraph or fact."""
TABLE_SIZE = 7.5
ZERO_WIDTH_SPACE = "\u200b"

Run = tuple[str, str, str]
"""Kind, text, ledger entry."""


def write_pdf(values: ReportValues, target: Path) -> None:
    """Write the PDF to the file `target`; its folder is made where it is missing.

    The bytes depend on `values` alone: dates come from `values.created`. Raises ValueError where that is no UTC time, and
    typst.TypstError where the document cannot be built.
    """
    made = when(values.created)
    if made is None:
        raise ValueError(f"the report cannot be dated: created is {values.created!r}; give a UTC time such as 2026-11-22T13:00:00Z")
    source = resources.files("lotproof.packs.report").joinpath("templates", "report.typ").read_bytes()
    document = json.dumps(_document(values, (made.year, made.month, made.day, made.hour, made.minute, made.second)))
    content = typst.compile(
        source,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"report": document},
        pdf_standards=STANDARDS,
        timestamp=int(made.timestamp()),
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    # Typst ends the file right behind %%EOF; a signature appended there would break PDF/A 6.1.9.
    target.write_bytes(content + b"\n")


def _document(values: ReportValues, made: tuple[int, ...]) -> dict[str, Any]:
    book = make_book(values, PDF)
    sections = make_sections(book)
    chosen = []
    for number in ON_PAPER:
        chosen.append(_section(sections[number], sections[number].blocks))
        if number == 4 and values.findings:
            chosen.append({"title": "4 · Findings with their first rows", "new-page": True, "blocks": [_block(b) for b in _findings(book)]})
    return {
        "pack": printed(values.pack), "version": printed(values.version), "created": printed(values.created), "made": made,
            "sections": chosen
    }  # fmt: skip


def _section(section: Section, blocks: Sequence[Block]) -> dict[str, Any]:
    new_page = section.number in (0, 2, 7, 26)
    return {"title": f"{section.number} · {section.title}", "new-page": new_page, "blocks": [_block(block) for block in blocks]}


def _findings(book: Book) -> Iterator[Block]:
    findings = book.values.findings
    for found in findings[:FINDINGS_IN_FULL]:
        yield Heading(finding_pages.title(found))
        yield from finding_pages.on_paper(book, found)
    if len(findings) > FINDINGS_IN_FULL:
        yield Para(
            f"Shown are the {FINDINGS_IN_FULL} gravest of {len(findings):,} findings; the HTML report (data/html) has a page for each.",
            note=True,
        )


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Table():
            return _table(block)
        case Para():
            return {"kind": "para", "text": _runs(block.text, PARAGRAPH), "note": block.note}
        case Heading():
            return {"kind": "heading", "text": _shortened(block.text, 120, 60)}
        case Facts():
            return {"kind": "facts", "rows": [(term, _runs(value, PARAGRAPH)) for term, value in block.rows]}
        case Figure():
            alt = _shortened(block.alt, 1_500, 10_000)
            return {"kind": "figure", "svg": block.svg, "alt": alt, "caption": _shortened(block.caption, 200, 90), "width": 0.72}
        case Lines():
            return {"kind": "lines", "lines": [_shortened(line, 200, 90) for line in block.lines]}


def _table(table: Table) -> dict[str, Any]:
    """A table with its cells bounded to the lines of their column."""
    size = TABLE_SIZE if len(table.columns) <= 9 else 6.5
    room = [_room(column, table.columns, size) for column in table.columns]
    cells = [_runs(cell, room[at] * table.columns[at].lines, room[at]) for row in table.rows for at, cell in enumerate(row)]
    return {
        "kind": "table", "caption": _shortened(table.caption, 160, 60), "heads": [_shortened(column.title, 60, width) for column,
            width in zip(table.columns, room, strict=True)],
        "widths": [column.width for column in table.columns], "rights": [column.right for column in table.columns], "size": size,
        "cells": cells, "rows": list(range(len(cells))), "more": _runs(table.more, PARAGRAPH),
    }  # fmt: skip


def _room(column: Column, columns: Sequence[Column], size: float) -> int:
    """Characters of the widest font (a mono font at 0.84 of the size, 0.6 em a character) that fit into a line of a cell."""
    width = TEXT_WIDTH * column.width / sum(other.width for other in columns) - 6
    return max(int(width / (size * 0.84 * 0.605)), 4)


def _runs(value: Inline, limit: int, room: int = 90) -> list[Run]:
    """A cell or paragraph as runs of text, cut after `limit` characters, with break points in words longer than `room`."""
    runs: list[Run] = []
    for kind, text, entry in _flat(value):
        if limit <= 0:
            break
        wide = kind != "code" and any(len(word) > room for word in text[:limit].split(" "))
        # Capitals of the serif font are nearly twice as wide as the characters that `room` counts.
        allowed, step = (max(limit * 11 // 20, 3), max(room * 11 // 20, 3)) if wide else (limit, room)
        runs.append((kind, _shortened(text, allowed, room, step), entry))
        limit -= len(text)
    return runs


def _flat(value: Inline) -> Iterator[Run]:
    match value:
        case str():
            yield "text", value, ""
        case int():
            yield "text", f"{value:,}", ""
        case None:
            yield "soft", "–", ""
        case Num():
            yield "num", f"{value.value:,}", f"{value.index}"
        case Ref():
            yield "code" if value.code else "text", value.text, ""
        case Code() | Mark():
            yield "code", value.text, ""
        case Light():
            yield value.kind, value.text, ""
        case _:
            for part in value:
                yield from _flat(part)


def _shortened(text: str, limit: int, room: int, step: int = 40) -> str:
    """The text in characters that can be printed, cut, and breakable: a word that is too long would run over its cell.

    `room` is the longest word that stays whole, `step` the length of the pieces of a longer one.
    """
    shown = printed(text[: limit + 1])
    if len(text) > limit or len(shown) > 3 * limit:
        shown = shown[: limit - 1] + "…"
    if all(len(word) <= room for word in shown.split(" ")):
        return shown
    return " ".join(
        (word if len(word) <= room else ZERO_WIDTH_SPACE.join(word[i : i + step] for i in range(0, len(word), step)))
        for word in shown.split(" ")
    )
