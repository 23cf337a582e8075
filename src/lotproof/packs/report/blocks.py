"""What a section of the report is made of. Both renderers read these values, so that each sentence is written once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, Union


@dataclass(frozen=True)
class Num:
    """A number that is bound to a ledger entry and to the list behind it."""

    value: int
    """The number."""
    href: str
    """Link to the list, relative to a page of the HTML report; '' for none."""
    index: int
    """Ledger index of the entry that holds the number."""


@dataclass(frozen=True)
class Ref:
    """A text with a link; on paper only the text."""

    text: str
    """What is read."""
    href: str
    """Link, relative to a page of the HTML report."""
    code: bool = False
    """Whether the text is an identifier or a path."""


@dataclass(frozen=True)
class Code:
    """An identifier, path or command as written."""

    text: str
    """The text."""


@dataclass(frozen=True)
class Mark:
    """A text that links of other pages point at."""

    text: str
    """What is read."""
    anchor: str
    """Its anchor."""


@dataclass(frozen=True)
class Light:
    """A status light: shape, colour and word say the same."""

    kind: str
    """clear, watch, act or none."""
    text: str
    """The word or words beside it."""


Inline: TypeAlias = Union[str, int, Num, Ref, Code, Mark, Light, "tuple[Inline, ...]", None]
"""What stands in a cell or paragraph; None is shown as a dash."""


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    """Head."""
    width: float = 1.0
    """Share of the width, relative to the other columns."""
    right: bool = False
    """Numbers stand to the right."""
    lines: int = 2
    """Lines that a cell may have on paper; what is longer is cut there."""


@dataclass(frozen=True)
class Table:
    """A table; its first column names the row."""

    kind: ClassVar[str] = "table"
    caption: str
    """What the table shows."""
    columns: Sequence[Column]
    """Columns from left to right."""
    rows: Sequence[tuple[Inline, ...]]
    """Rows, each as long as the columns; already bounded by the maker."""
    more: Inline = ""
    """Sentence below: how much is not shown, and where it is."""


@dataclass(frozen=True)
class Para:
    """A paragraph."""

    kind: ClassVar[str] = "para"
    text: Inline
    """Its text."""
    note: bool = False
    """Whether it tells of something missing or undecided."""


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    kind: ClassVar[str] = "heading"
    text: str
    """Its text."""
    anchor: str = ""
    """Target of links within a page."""


@dataclass(frozen=True)
class Facts:
    """Terms with their values, in two columns."""

    kind: ClassVar[str] = "facts"
    rows: Sequence[tuple[str, Inline]]
    """(term, value)."""


@dataclass(frozen=True)
class Figure:
    """A drawing."""

    kind: ClassVar[str] = "figure"
    svg: str
    """One SVG element as text, in which every text from data is escaped."""
    alt: str
    """What it shows, in words."""
    caption: str
    """Title below it."""


@dataclass(frozen=True)
class Lines:
    """Lines as written, for commands."""

    kind: ClassVar[str] = "lines"
    lines: Sequence[str]
    """The lines."""


Block: TypeAlias = Table | Para | Heading | Facts | Figure | Lines


@dataclass(frozen=True)
class Section:
    """One section of DOMAIN F.2 with its content."""

    number: int
    """0 to 27."""
    title: str
    """Title."""
    answers: str
    """The question that it answers."""
    state: str
    """filled, partly or missing."""
    light: Light
    """Status on page one."""
    blocks: Sequence[Block]
    """Content."""

    @property
    def page(self) -> str:
        """File name of its page in the HTML report."""
        return page_of(self.number)


def page_of(number: int) -> str:
    """File name of the page of a section, s00.html to s27.html."""
    return f"s{number:02}.html"


def cut(rows: Sequence[tuple[Inline, ...]], limit: int, where: Inline) -> tuple[Sequence[tuple[Inline, ...]], Inline]:
    """The first rows, and the sentence that says how many are not shown and where all of them are ('' when none is cut)."""
    return cut_of(rows[:limit], len(rows), where)


def cut_of(rows: Sequence[tuple[Inline, ...]], total: int, where: Inline) -> tuple[Sequence[tuple[Inline, ...]], Inline]:
    """As `cut`, for rows that were bounded before they were made."""
    if total <= len(rows):
        return rows, ""
    return rows, (f"Shown are the first {len(rows):,} of {total:,}; the whole list is in ", where, ".")
