"""Section 15, what people found: the tool and why, fishbone and 5-Why, verdicts with evidence, what is excluded and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lotproof.causes.check import therefore
from lotproof.causes.model import Cause, Graph
from lotproof.causes.picture import as_fishbone, as_whys, counted, outline
from lotproof.packs.report.blocks import Block, Column, Figure, Heading, Inline, Light, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.values import Why
from lotproof.packs.report.words import count

TOOLS = {"five_why": "5-Why", "fishbone": "fishbone", "fault_tree": "fault tree"}
STANDING = {"supported": "supported", "contradicted": "contradicted", "untested": "not tested"}


def decided(book: Book, why: Why) -> tuple[str, Light, list[Block]]:
    """State, light and blocks of what the file of causes says."""
    errors = [one for one in why.problems if one.level == "error"]
    roots = [one for one in why.graph.causes if one.role == "root"]
    graph = shown(book, why.graph)
    blocks = [_intro(why), *_tool(graph), *_drawings(book, graph), _table(book, graph), *_chains(graph), *_excluded(book, graph)]
    blocks += _rows(graph)
    if errors:
        light = Light("act", f"{count(len(errors), 'flaw')} in the causes")
        blocks.append(_flaws(book, why))
        return "partly", light, blocks
    if not roots:
        return "partly", Light("watch", "no root cause decided"), [*blocks, Para("No cause is named the root cause yet.", note=True)]
    return "filled", Light("clear", f"{count(len(roots), 'root cause')} with evidence"), blocks


def shown(book: Book, graph: Graph) -> Graph:
    """The graph with its texts as the medium can show them."""
    show = book.limits.show

    def of(cause: Cause) -> Cause:
        told = tuple(replace(one, says=show(one.says), reference=show(one.reference)) for one in cause.evidence)
        return replace(cause, statement=show(cause.statement), test=show(cause.test), evidence=told)

    rows = tuple(replace(row, **{name: show(text) for name, text in vars(row).items() if name != "question"}) for row in graph.table)
    return replace(graph, statement=show(graph.statement), causes=tuple(of(cause) for cause in graph.causes), table=rows)


def _intro(why: Why) -> Block:
    text = f", whose digest is in entry {why.entry} of the ledger. Each claim bears a verdict and cites its evidence."
    return Para(("What follows was written by people and is in ", data_ref("causes.json"), text))


def _tool(graph: Graph) -> list[Block]:
    if graph.tool is None:
        return [Para("Which tool was used to find the cause, and why, is not stated.", note=True)]
    return [Para(f"Tool: {TOOLS[graph.tool.name]}. {graph.tool.reason}")]


def _drawings(book: Book, graph: Graph) -> list[Block]:
    """The drawing of the tool that was chosen; in HTML both."""
    both = {"fishbone": (as_fishbone, "Cause and effect"), "five_why": (as_whys, "5-Why")}
    first = graph.tool.name if graph.tool is not None and graph.tool.name in both else "five_why"
    names = [first] if book.limits.paper else [first, *(name for name in both if name != first)]
    said = f"{count(len(graph.causes), 'cause')}, listed with their verdicts in the table below"
    return [Figure(both[name][0](graph).strip(), f"{both[name][1]} of {graph.statement}: {said}", both[name][1]) for name in names]


def _table(book: Book, graph: Graph) -> Block:
    rows: list[tuple[Inline, ...]] = [
        (f"{'– ' * depth}{cause.statement}", cause.area or None, STANDING[cause.verdict], cause.role or None,
         counted(cause.evidence) or None, "; ".join(f"{one.says} ({one.reference})" for one in cause.evidence) or None)
        for depth, cause in outline(graph)
    ]  # fmt: skip
    some, more = cut(rows, book.limits.rows, data_ref("causes.json"))
    columns = [Column("Cause", 2.4, lines=4), Column("Area", 0.8), Column("Verdict", 0.8), Column("Role", 0.8), Column("Evidence", 0.7),
               Column("What it says", 2.4, lines=5)]  # fmt: skip
    return Table("Causes with verdict and evidence", columns, some, more)


def _chains(graph: Graph) -> list[Block]:
    """The way from each root cause to the problem, read back."""
    blocks: list[Block] = []
    for root in (one for one in graph.causes if one.role == "root"):
        blocks += [Heading("Root cause, read back to the problem"), *(Para(text) for text in therefore(graph, root))]
    return blocks


def _excluded(book: Book, graph: Graph) -> list[Block]:
    out = [one for one in graph.causes if one.role == "excluded" or one.verdict == "contradicted"]
    if not out:
        return [Para("No cause is excluded.")]
    rows = [(one.statement, "; ".join(f"{e.says} ({e.reference})" for e in one.evidence if not e.supports) or None) for one in out]
    some, more = cut(rows, book.limits.rows, data_ref("causes.json"))
    return [Table("Causes excluded, and by what", [Column("Cause", 2, lines=3), Column("Evidence against it", 3, lines=4)], some, more)]


def _rows(graph: Graph) -> list[Block]:
    if not graph.table:
        return []
    columns = [Column("", 0.6), Column("Is", 1.6, lines=4), Column("Is not", 1.6, lines=4), Column("Distinction", 1.2, lines=3),
               Column("Change", 1.2, lines=3)]  # fmt: skip
    rows: Sequence[tuple[Inline, ...]] = [
        (row.question, row.is_, row.is_not, row.distinction or None, row.change or None) for row in graph.table
    ]
    return [Table("Is and is not", columns, rows)]


def _flaws(book: Book, why: Why) -> Block:
    show = book.limits.show
    rows: list[tuple[Inline, ...]] = [(one.cause or None, show(one.message), show(one.hint)) for one in why.problems]
    some, more = cut(rows, book.limits.rows, data_ref("causes.json"))
    columns = [Column("Cause", 0.8), Column("What is wrong", 2, lines=3), Column("What to do", 2.4, lines=4)]
    return Table("What keeps these causes from standing", columns, some, more)
