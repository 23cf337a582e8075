"""The report as a static site for a browser that opens it from a folder: no script needed, no network, relative links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader
from markupsafe import Markup, escape

from lotproof.draw.marks import MARKED
from lotproof.draw.page import STYLE
from lotproof.draw.pen import STYLE as PENNED
from lotproof.packs.report import finding_pages
from lotproof.packs.report.blocks import Block, Code, Column, Heading, Inline, Light, Mark, Num, Para, Ref, Section, Table, page_of
from lotproof.packs.report.book import DOSSIERS_A_PAGE, HTML, Book, below_data, finding_stem, make_book, paged
from lotproof.packs.report.closing import life
from lotproof.packs.report.sections import make_sections
from lotproof.packs.report.values import ReportValues
from lotproof.packs.report.words import shown

INDEX_ROWS = 200
"""Items on one page of the look-up index."""
ASSETS = ("report.css", "filter.js")
STYLED = re.compile("<style>.*?</style>", re.DOTALL)
RULE = re.compile(r"(?:(?<=[{}])|^)(?=\.[a-z])")
"""Where the selector of a rule begins."""
LONG = 44
"""Characters from which a word is broken: an element string or a file name fits, a digest does not."""
SHAPES = {"act": "■", "watch": "▲", "clear": "●", "none": "○"}
"""Status light -> shape, so that colour is never the only sign."""


@dataclass(frozen=True)
class Page:
    """One file of the site."""

    file: str
    """File name."""
    title: str
    """Title and first heading."""
    lead: str
    """Line above the heading."""
    blocks: Sequence[Block]
    """Content."""
    current: int | None = None
    """Section that it belongs to, for the contents at the side."""
    turns: Sequence[tuple[str, str]] = ()
    """Links to its sister pages: (text, file)."""


def write_html(values: ReportValues, target: Path) -> None:
    """Write index.html and its sisters into the folder `target`, which is data/html/ of a pack.

    Originals are linked at ../raw, lists at ../findings and ../reconciliation, the PDF at ../report/report.pdf. The bytes
    depend on `values` alone. Raises OSError where the folder cannot be written.
    """
    target.mkdir(parents=True, exist_ok=True)
    book = make_book(values, HTML)
    sections = make_sections(book)
    template = _environment().get_template("page.html")
    navigation = _navigation(sections)
    for page in _pages(book, sections):
        text = template.render(page=page, pack=values.pack, created=values.created, version=values.version, nav=navigation(page.current))
        (target / page.file).write_bytes(text.encode("utf-8", "backslashreplace"))
    for name in ASSETS:
        (target / name).write_bytes(_asset(name).encode())
    with (target / "report.css").open("ab") as sheet:
        sheet.write(_drawing_rules().encode())


def _asset(name: str) -> str:
    return resources.files("lotproof.packs.report").joinpath("templates", name).read_text(encoding="utf-8")


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_asset), autoescape=True, finalize=_finalize, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["inline"] = inline
    environment.filters["svg"] = drawn
    return environment


def drawn(svg: str) -> Markup:
    """A drawing without the style that it brings along: the policy of the pages forbids it, so the sheet of the report has it."""
    return Markup(STYLED.sub("", svg))


def _drawing_rules() -> str:
    """What drawings look like, as rules that touch nothing but drawings."""
    return "\n" + RULE.sub("figure svg ", STYLE + MARKED + PENNED).replace("text{", "figure svg text{") + "\n"


def _finalize(value: Any) -> Any:
    """Every text that a template prints has its unseen characters written out first."""
    return shown(value) if type(value) is str else value


def inline(value: Inline) -> Markup:
    """A cell or paragraph as HTML, escaped."""
    match value:
        case str():
            long = any(len(word) > LONG for word in value.split())
            return Markup(f'<span class="long">{escape(shown(value))}</span>') if long else escape(shown(value))
        case int():
            return Markup(f"{value:,}")
        case None:
            return Markup('<span class="none">–</span>')
        case Num():
            return _number(value)
        case Ref():
            inside = _code(value.text) if value.code else escape(shown(value.text))
            return Markup(f'<a href="{escape(value.href)}">{inside}</a>')
        case Code():
            return _code(value.text)
        case Mark():
            return Markup(f'<a class="mark" id="{escape(value.anchor)}" href="#{escape(value.anchor)}">{escape(shown(value.text))}</a>')
        case Light():
            return light(value)
        case _:
            return Markup("").join(inline(part) for part in value)


def _code(text: str) -> Markup:
    long = ' class="long"' if len(text) > LONG else ""
    return Markup(f"<code{long}>{escape(shown(text))}</code>")


def _number(number: Num) -> Markup:
    return Markup(f'<a class="num" href="{escape(number.href)}" title="ledger entry {number.index}">{number.value:,}</a>')


def light(value: Light) -> Markup:
    """A status light: shape, colour, words."""
    return Markup(
        f'<span class="light {value.kind}"><span aria-hidden="true">{SHAPES[value.kind]}</span> {escape(shown(value.text))}</span>'
    )


def _navigation(sections: Sequence[Section]) -> Callable[[int | None], Markup]:
    """The contents at the side, made once for each section that can be current."""
    made: dict[int | None, Markup] = {}

    def navigation(current: int | None) -> Markup:
        if current not in made:
            made[current] = Markup("").join(_nav_item(section, section.number == current) for section in sections)
        return made[current]

    return navigation


def _nav_item(section: Section, current: bool) -> Markup:
    here = ' aria-current="page"' if current else ""
    shape = f'<span class="light {section.light.kind}" aria-hidden="true">{SHAPES[section.light.kind]}</span>'
    return Markup(f'<li><a href="{section.page}"{here}>{shape}<span class="no">{section.number}</span> {escape(section.title)}</a></li>\n')


def _pages(book: Book, sections: Sequence[Section]) -> Iterator[Page]:
    summary = sections[1]
    contents = _contents(sections)
    yield Page("index.html", f"Evidence pack {book.values.pack}", "1 · One-page inspector summary", [*summary.blocks, *contents], 1)
    for section in sections:
        yield from _section_pages(section)
    for index, found in enumerate(book.values.findings[: book.limits.findings]):
        yield from _finding_pages(book, index, list(finding_pages.pages(book, found)), finding_pages.title(found))
    yield from _dossier_pages(book)
    yield from _place_pages(book)


def _contents(sections: Sequence[Section]) -> list[Block]:
    rows: list[tuple[Inline, ...]] = [(f"{section.number}", Ref(section.title, section.page), section.answers) for section in sections]
    pdf = Para(("The same report for printing: ", Ref("report.pdf", "../report/report.pdf", code=True)))
    columns = [Column("No.", 0.4, right=True), Column("Section", 3), Column("Answers", 3)]
    return [Heading("Contents"), Table("Table of contents", columns, rows), pdf]


def _section_pages(section: Section) -> Iterator[Page]:
    lead = f"Section {section.number} · {section.answers}"
    if section.number != 26 or section.state == "missing":
        yield Page(section.page, section.title, lead, section.blocks, section.number)
        return
    intro, index = section.blocks[0], section.blocks[1]
    assert isinstance(index, Table)
    parts = [index.rows[i : i + INDEX_ROWS] for i in range(0, len(index.rows), INDEX_ROWS)]
    turns = [(f"{_first(part)} … {_first(part[-1:])}", paged("s26", number)) for number, part in enumerate(parts)]
    for number, part in enumerate(parts):
        blocks = [intro, replace(index, rows=part)]
        yield Page(paged("s26", number), section.title, lead, blocks, 26, turns if len(parts) > 1 else ())


def _first(rows: Sequence[tuple[Inline, ...]]) -> str:
    cell = rows[0][0]
    return cell.text if isinstance(cell, Ref | Code) else "–"


def _finding_pages(book: Book, index: int, parts: Sequence[Sequence[Block]], title: str) -> Iterator[Page]:
    stem = finding_stem(index)
    turns = [(f"Rows, page {number + 1}", paged(stem, number)) for number in range(len(parts))]
    lead = f"Finding {index + 1:,} of {len(book.values.findings):,}, the gravest first"
    for number, blocks in enumerate(parts):
        yield Page(paged(stem, number), title, lead, blocks, None, turns if len(parts) > 1 else ())


def _dossier_pages(book: Book) -> Iterator[Page]:
    total = len(book.dossiers)
    for start in range(0, total, DOSSIERS_A_PAGE):
        part = book.dossiers[start : start + DOSSIERS_A_PAGE]
        blocks = [block for number, dossier in enumerate(part, start + 1) for block in life(book, dossier, number)]
        title = f"Serial dossiers {start + 1:,} to {start + len(part):,} of {total:,}"
        yield Page(
            f"d-{start // DOSSIERS_A_PAGE + 1:04}.html", title, "Section 26 · Show me one.", blocks, None, [("Look-up index", page_of(26))]
        )


def _place_pages(book: Book) -> Iterator[Page]:
    for number, (name, parts) in enumerate(book.place_pages.items(), 1):
        stem = f"p-{number:04}"
        turns = [(f"From {part[0].position:,}", paged(stem, page)) for page, part in enumerate(parts)]
        path = book.values.raw.get(name)
        link: Inline = ("The original itself: ", Ref(path, below_data(path), code=True)) if path else "The original is not in the pack."
        for page, part in enumerate(parts):
            rows: list[tuple[Inline, ...]] = [(Mark(f"{line.position}", f"L{line.position}"), Code(line.text)) for line in part]
            table = Table(
                "Lines that findings and dossiers refer to", [Column("Line, row or byte", 0.6, right=True), Column("As written", 5)], rows
            )
            intro = Para((link, ". A line longer than 500 characters is cut. In an EPCIS document the number is a byte offset."))
            yield Page(paged(stem, page), name, "Lines of an original", [intro, table], None, turns if len(parts) > 1 else ())
