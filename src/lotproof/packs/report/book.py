"""An index over the values of the report: which page, list and ledger entry belongs to what, within the limits of a medium."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from lotproof.packs.report.blocks import Code, Inline, Num, Ref
from lotproof.packs.report.values import Dossier, Place, ReportValues
from lotproof.packs.report.words import printed, shown
from lotproof.rules.finding import Finding, Proof
from lotproof.rules.numbers import Statement, statement_id

LINES_A_PAGE = 1_000
"""Lines of an original on one page."""
DOSSIERS_A_PAGE = 20
"""Lives on one page."""


@dataclass(frozen=True)
class Limits:
    """How much of a long list a medium shows."""

    medium: str
    """html or pdf."""
    show: Callable[[str], str]
    """Writes out the characters that the medium cannot show."""
    rows: int
    """Rows of an ordinary table."""
    lots: int
    """Lots with their own table rows."""
    figures: int
    """Lots with their own drawing."""
    findings: int
    """Findings in the table of findings; in HTML also those with a page of their own."""
    dossiers: int
    """Lives shown."""
    steps: int
    """Steps shown of one life."""

    @property
    def paper(self) -> bool:
        """Whether the medium is the PDF."""
        return self.medium == "pdf"


HTML = Limits("html", shown, rows=2_000, lots=2_000, figures=50, findings=5_000, dossiers=2_000, steps=200)
"""Limits of the HTML report."""
PDF = Limits("pdf", printed, rows=22, lots=15, figures=4, findings=34, dossiers=12, steps=12)
"""Limits of the PDF: 40 pages at most, whatever the data."""


@dataclass(frozen=True)
class Book:
    """The values with their indexes."""

    values: ReportValues
    """The values."""
    limits: Limits
    """Limits of the medium."""
    statements: Mapping[str, Statement]
    """Statement id -> statement."""
    dossiers: Sequence[Dossier]
    """Lives that are shown, sorted by item in HTML, the affected first in the PDF."""
    lives: Mapping[str, str]
    """Item -> link to its life."""
    place_pages: Mapping[str, Sequence[Sequence[Place]]]
    """Name of a source -> its lines, a sequence a page."""
    places: Mapping[tuple[str, int], str]
    """(name, position) -> link to the line."""

    def number(self, value: int, *parts: str) -> Inline:
        """A number with its ledger entry and list; the bare number where no statement holds it."""
        found = self.statements.get(statement_id(*parts))
        if found is None or found.value != value:
            return value
        return Num(value, below_data(found.list), found.index)

    def finding_count(self, found: Finding) -> Inline:
        """The count of a finding."""
        return self.number(found.count, "finding", found.code, found.lot, found.gtin)

    def finding_list(self, found: Finding) -> str | None:
        """Path below data/ of the list of a finding."""
        return self.values.lists.get(statement_id("finding", found.code, found.lot, found.gtin))

    def finding(self, index: int) -> Inline:
        """The code of a finding, with a link to its page, or to its list where there are too many for pages."""
        found = self.values.findings[index]
        path = self.finding_list(found)
        if index < self.limits.findings:
            return Ref(found.code, f"{finding_stem(index)}.html", code=True)
        return Ref(found.code, below_data(path), code=True) if path else Code(found.code)

    def item(self, text: str) -> Inline:
        """An item, with a link to its life where there is one."""
        if not text:
            return None
        href = self.lives.get(text)
        return Ref(text, href, code=True) if href else Code(text)

    def place(self, name: str, position: int | None) -> Inline:
        """Source and position, with a link to the line, or to the original where the line is not copied out."""
        if not name:
            return None
        text = name if position is None else f"{name}:{position}"
        href = self.places.get((name, position)) if position is not None else None
        if href is None and name in self.values.raw:
            href = below_data(self.values.raw[name])
        return Ref(text, href, code=True) if href else Code(text)

    def proof(self, proof: Proof) -> tuple[Inline, Inline, Inline]:
        """Item, note and place of a row."""
        return self.item(proof.item), proof.note, self.place(proof.name, proof.position)


def below_data(path: str) -> str:
    """Link from a page in data/html/ to a file below data/."""
    return "../" + quote(path, safe="/~", errors="replace")


def data_ref(path: str) -> Ref:
    """A file below data/: its path, and the link to it."""
    return Ref(path, below_data(path), code=True)


def paged(stem: str, page: int) -> str:
    """File name of a page, counted from 0; the first one carries no number."""
    return f"{stem}.html" if page == 0 else f"{stem}-{page + 1}.html"


def finding_stem(index: int) -> str:
    """Stem of the pages of a finding, counted from 0: f-0001."""
    return f"f-{index + 1:04}"


def make_book(values: ReportValues, limits: Limits) -> Book:
    """The index for one medium."""
    shown = values.dossiers[: limits.dossiers] if limits.paper else sorted(values.dossiers[: limits.dossiers], key=lambda d: d.item)
    place_pages = {} if limits.paper else _place_pages(values.places)
    lives = {} if limits.paper else {dossier.item: life_href(index) for index, dossier in enumerate(shown)}
    statements = {statement.id: statement for statement in values.statements}
    return Book(values, limits, statements, shown, lives, place_pages, dict(_places(place_pages)))


def life_href(index: int) -> str:
    """Link to a life, counted from 0 in the order of `Book.dossiers`."""
    return f"d-{index // DOSSIERS_A_PAGE + 1:04}.html#d{index + 1}"


def _place_pages(places: Sequence[Place]) -> dict[str, list[list[Place]]]:
    by_name: dict[str, list[Place]] = {}
    for place in places:
        by_name.setdefault(place.name, []).append(place)
    ordered = {name: sorted(by_name[name], key=lambda place: place.position) for name in sorted(by_name)}
    return {name: [lines[i : i + LINES_A_PAGE] for i in range(0, len(lines), LINES_A_PAGE)] for name, lines in ordered.items()}


def _places(pages: Mapping[str, Sequence[Sequence[Place]]]) -> Iterator[tuple[tuple[str, int], str]]:
    for number, (name, parts) in enumerate(pages.items(), 1):
        for page, lines in enumerate(parts):
            for place in lines:
                yield (name, place.position), f"{paged(f'p-{number:04}', page)}#L{place.position}"
