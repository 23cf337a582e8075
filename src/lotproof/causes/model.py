"""The evidence graph: a problem, the claims that would explain it, and for each claim the evidence for and against it.

One graph serves all three tools. Each cause names what it explains: the problem, or another cause. Read from the problem outwards it is
a 5-Why that may branch; grouped by the six M it is a fishbone. Sources: IEC 62740:2015 (root cause analysis), annexes on the why method
and cause-effect diagrams; K. Ishikawa, Guide to Quality Control (1976), for the six M.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

AREAS = ("man", "machine", "material", "method", "measurement", "environment")
"""The six M, in the order in which the ribs are drawn."""
VERDICTS = ("supported", "contradicted", "untested")
ROLES = ("root", "contributing", "excluded")
"""What a person decided of a cause; '' where nothing is decided."""
KINDS = ("finding", "observation", "dossier", "entry", "document", "interview", "hypothesis", "suspect", "search")
"""What a piece of evidence is: a finding code of a lot, a row of a file, a serial's life, a ledger entry, a document, a person's word,
a failure mode or a ranked suspect of a run, a search over the lake."""
PROBLEM = "problem"
"""The id of the problem, which causes explain."""
QUESTIONS = ("what", "where", "when", "extent")
"""Rows of the is/is-not table (Kepner and Tregoe 1965)."""
ANSWERS = ("explains", "explains only if", "contradicts")


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for or against a cause."""

    kind: str
    """One of KINDS."""
    reference: str
    """What leads to it: code and lot, file and line, serial, ledger index, name of the document, role of the person."""
    says: str
    """What it says, in a sentence."""
    supports: bool
    """True: for the cause; False: against it."""
    sha256: str = ""
    """Digest of the document or ledger leaf, hex; '' where there is none."""


@dataclass(frozen=True)
class Cause:
    """One claim: this is why that happened."""

    id: str
    """Short name, unique in the graph."""
    explains: str
    """Id of the cause that it explains, or PROBLEM."""
    statement: str
    """The claim in a sentence."""
    area: str = ""
    """One of AREAS; '' where it is not yet sorted."""
    verdict: str = "untested"
    """One of VERDICTS."""
    role: str = ""
    """One of ROLES, or ''."""
    controllable: bool = False
    """Whether the site can change it: the first half of the test whether to stop asking why."""
    systemic: bool = False
    """Whether it lies in the system (design, procedure, interlock), not in one act: the second half."""
    evidence: tuple[Evidence, ...] = ()
    """For and against."""
    test: str = ""
    """What would tell it from the others."""
    mode: str = ""
    """Failure mode of the diagnosis that tests it, '' where no data can."""
    codes: tuple[str, ...] = ()
    """Finding codes that it would give."""
    by: str = ""
    """Who wrote it."""
    at: str = ""
    """When, ISO 8601 UTC."""


@dataclass(frozen=True)
class Row:
    """One row of the is/is-not table."""

    question: str
    """One of QUESTIONS."""
    is_: str
    """What is affected."""
    is_not: str
    """What could be and is not."""
    distinction: str = ""
    """What sets the one apart from the other."""
    change: str = ""
    """What changed about it, and when."""


@dataclass(frozen=True)
class RowTest:
    """A cause held against a row of the table."""

    cause: str
    """Id of the cause."""
    question: str
    """The row."""
    answer: str
    """One of ANSWERS."""
    note: str = ""
    """The assumption of "explains only if", or what contradicts it."""


@dataclass(frozen=True)
class Tool:
    """The tool that was chosen, and why."""

    name: str
    """five_why, fishbone or fault_tree."""
    reason: str
    """In a sentence."""


@dataclass(frozen=True)
class Graph:
    """A problem with its causes."""

    statement: str
    """The problem in a sentence: what is wrong with what."""
    lot: str = ""
    """Lot concerned, '' where it is not one."""
    codes: tuple[str, ...] = ()
    """Finding codes of the problem."""
    tool: Tool | None = None
    """The tool chosen; None before anybody chose."""
    causes: tuple[Cause, ...] = ()
    """In the order in which they were written."""
    table: tuple[Row, ...] = ()
    """The is/is-not table."""
    tests: tuple[RowTest, ...] = field(default=())
    """Causes held against its rows."""

    @cached_property
    def by_id(self) -> dict[str, Cause]:
        """Id to cause; of causes with the same id the first."""
        return {cause.id: cause for cause in reversed(self.causes)}

    def whys(self, of: str) -> tuple[Cause, ...]:
        """The causes given for a cause, or for PROBLEM, in their order."""
        return tuple(cause for cause in self.causes if cause.explains == of)

    def ends(self) -> tuple[Cause, ...]:
        """Causes behind which no further why is asked."""
        asked = {cause.explains for cause in self.causes}
        return tuple(cause for cause in self.causes if cause.id not in asked)

    def chain(self, cause: Cause) -> Iterator[Cause]:
        """The cause, what it explains, and so on towards the problem; ends where the graph runs in a circle or leads nowhere."""
        seen: set[str] = set()
        step: Cause | None = cause
        while step is not None and step.id not in seen:
            seen.add(step.id)
            yield step
            step = self.by_id.get(step.explains)
