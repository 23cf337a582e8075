"""lotproof causes: 5-Why, fishbone and is/is-not as one file of claims with their evidence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.causes.model import Graph, Row

file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
svg_option = click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the drawing to this file.")


@click.group()
def causes() -> None:
    """Why it happened: claims with evidence and verdict, as 5-Why, fishbone or is/is-not table. See docs/causes.md.

    \b
    Examples:
      lotproof causes start --lot B7-2231 -o causes.json
      lotproof causes check causes.json
      lotproof causes fishbone causes.json --svg fishbone.svg
    """


@causes.command()
@click.option("--lot", required=True, help="The lot whose findings are to be explained.")
@click.option("--code", default="", help="Only this finding code.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="The file to write (default: print).")
@click.option(
    "--catalogue", "own", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None, help="A site's own starting causes."
)
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def start(
    lot: str, code: str, output: Path | None, own: Path | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None
) -> None:  # fmt: skip
    """Begin from what the rules found: failure modes that fit, with their evidence, then starting causes of the catalogue.

    Failure modes that fit are supported; all else is untested until a person decides, with what the data say against it beside it. The
    tool that fits is proposed with its reason, and the is/is-not table is filled from the ranked suspects. Nothing is a root cause yet.

    \b
    Examples:
      lotproof causes start --lot B7-2231 -o causes.json
      lotproof causes start --lot B7-2231 --code AGG-08 --json
    """
    from lotproof.causes.catalogue import catalogue, read_catalogue
    from lotproof.causes.document import as_document, write_causes
    from lotproof.causes.start import start as begin
    from lotproof.cli.check import known_or_exit
    from lotproof.workspace.job import check_workspace

    time, by = common.time_text(now), common.actor_name(actor)
    known = dict(catalogue()) | (dict(read_catalogue(own.read_text(encoding="utf-8"), own.name)) if own else {})
    with common.progress_bar() as progress:
        _, outcome = check_workspace(workspace_dir, time, by, lot, progress)
    known_or_exit(lot, outcome)
    graph = begin(outcome.findings, outcome.diagnosis, outcome.suspects, lot, code, known, by, time)
    if output is not None:
        _write(output, write_causes(graph))
    if as_json or output is None:
        common.emit(as_document(graph))
        return
    for line in (*_lines(graph), f"Written to {output}. Edit it, then: lotproof causes check {output}"):
        common.say(line)


@causes.command()
@file_argument
@common.json_option
@common.sentences
def check(file: Path, as_json: bool) -> None:
    """What keeps FILE from standing up to an inspector: claims without evidence, circles, human error as the end, a root cause untested.

    Exit code 1 where a problem of level "error" is left.

    \b
    Example:
      lotproof causes check causes.json
    """
    from lotproof.causes.check import check as problems_of

    found = problems_of(_read(file))
    if as_json:
        common.emit({"problems": [vars(one) for one in found]})
    else:
        for one in found:
            common.say(f"{one.level:<8} {one.cause + ': ' if one.cause else ''}{one.message}")
            common.say(f"         {one.hint}")
        if not found:
            common.say("Nothing is missing: every claim has its evidence, and the root cause is supported.")
    if any(one.level == "error" for one in found):
        sys.exit(common.FAILED)


@causes.command()
@file_argument
@svg_option
@common.json_option
@common.sentences
def why(file: Path, svg: Path | None, as_json: bool) -> None:
    """The chains of whys in FILE, each read back with "therefore": a step that sounds wrong is wrong.

    \b
    Example:
      lotproof causes why causes.json --svg why.svg
    """
    from lotproof.causes.check import therefore
    from lotproof.causes.picture import as_whys

    graph = _read(file)
    _drawn(svg, lambda: as_whys(graph))
    chains = [{"cause": end.id, "verdict": end.verdict, "role": end.role, "read_back": therefore(graph, end)} for end in graph.ends()]
    if as_json:
        common.emit({"problem": graph.statement, "chains": chains})
        return
    for chain in chains:
        common.say(f"{chain['cause']} ({chain['role'] or chain['verdict']})")
        for text in chain["read_back"]:
            common.say(f"  {text}")


@causes.command()
@file_argument
@svg_option
@common.json_option
@common.sentences
def fishbone(file: Path, svg: Path | None, as_json: bool) -> None:
    """The causes in FILE by area (the six M), with verdict and evidence of each.

    \b
    Example:
      lotproof causes fishbone causes.json --svg fishbone.svg
    """
    from lotproof.causes.model import AREAS
    from lotproof.causes.picture import as_fishbone

    graph = _read(file)
    _drawn(svg, lambda: as_fishbone(graph))
    if as_json:
        common.emit({"problem": graph.statement, "areas": {area: [one.id for one in graph.causes if one.area == area] for area in AREAS}})
        return
    for line in _lines(graph):
        common.say(line)


@causes.command()
@file_argument
@common.json_option
@common.sentences
def isnot(file: Path, as_json: bool) -> None:
    """The is/is-not table of FILE, and how each cause stands to each row: explains, explains only if, contradicts, or not yet asked.

    \b
    Example:
      lotproof causes isnot causes.json
    """
    graph = _read(file)
    asked = {(test.cause, test.question): test.answer for test in graph.tests}
    stands = {row.question: {one.id: asked.get((one.id, row.question)) for one in graph.causes} for row in graph.table}
    if as_json:
        common.emit({"table": [{**vars_of(row), "causes": stands[row.question]} for row in graph.table]})
        return
    if not graph.table:
        common.say("The table is empty: no suspect was supported by the data. Fill in what, where, when and extent by hand.")
    for row in graph.table:
        common.say(f"{row.question}\n  is:     {row.is_}\n  is not: {row.is_not}")
        for name, answer in stands[row.question].items():
            common.say(f"    {name:<32} {answer or 'not yet asked'}")


def vars_of(row: Row) -> dict[str, str]:
    """A row as it stands in JSON."""
    return {name.rstrip("_"): value for name, value in vars(row).items()}


@causes.command("bow-tie")
@file_argument
@click.option("--tree", default=None, metavar="FILE", help="Fault tree whose events it shares: a file, or the name of a starting tree.")
@svg_option
@common.json_option
@common.sentences
def bow_tie(file: Path, tree: str | None, svg: Path | None, as_json: bool) -> None:
    """Check and draw the bow-tie FILE: threats and barriers before an event, barriers and consequences behind it.

    \b
    Example:
      lotproof causes bow-tie shipped.json --tree aggregation-mismatch-shipped --svg shipped.svg
    """
    from lotproof.causes.document import read_tie
    from lotproof.causes.tie import as_bow_tie, check_tie, states
    from lotproof.cli.faulttree import tree_of

    tie = read_tie(file.read_bytes(), file.name)
    check_tie(tie, file.name, None if tree is None else tree_of(tree, None).events)
    _drawn(svg, lambda: as_bow_tie(tie, f"Bow-tie: {tie.event}"))
    if as_json:
        common.emit({"event": tie.event, "threats": len(tie.threats), "consequences": len(tie.consequences), "barriers": states(tie)})
        return
    common.say(f"{tie.event}: {len(tie.threats)} threats, {len(tie.consequences)} consequences.")
    common.say("Barriers: " + ", ".join(f"{count} {state}" for state, count in states(tie).items()) + ".")


@causes.command()
@click.option("--lot", required=True, help="The lot whose findings are to be explained.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def choose(lot: str, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Which tool fits the findings of a lot (5-Why, fishbone or fault tree), and why.

    \b
    Example:
      lotproof causes choose --lot B7-2231
    """
    from lotproof.causes.choose import choose as chosen
    from lotproof.cli.check import known_or_exit
    from lotproof.workspace.job import check_workspace

    with common.progress_bar() as progress:
        _, outcome = check_workspace(workspace_dir, common.time_text(now), common.actor_name(actor), lot, progress)
    known_or_exit(lot, outcome)
    tool = chosen(
        [one for one in outcome.findings if one.lot == lot], [one for one in outcome.diagnosis if one.lot == lot],
        [one for one in outcome.suspects if one.lot == lot],
    )  # fmt: skip
    if as_json:
        common.emit({"lot": lot, "tool": tool.name, "reason": tool.reason})
    else:
        common.say(f"{tool.name.replace('_', '-')}: {tool.reason}")


@causes.command()
@click.argument("codes", nargs=-1)
@common.json_option
@common.sentences
def catalogue(codes: tuple[str, ...], as_json: bool) -> None:
    """Starting causes: all, or those that would give the findings CODES.

    \b
    Example:
      lotproof causes catalogue AGG-08 SN-09
    """
    from lotproof.causes.catalogue import catalogue as known
    from lotproof.causes.catalogue import fitting

    found = fitting(codes) if codes else list(known().values())
    if as_json:
        common.emit({"causes": [vars(one) for one in found]})
        return
    for one in found:
        common.say(f"{one.id:<20} {one.area:<12} {', '.join(one.codes)}")
        common.say(f"  {one.statement}\n  test: {one.test}\n  prevention: {one.prevention}")


@causes.command()
def schema() -> None:
    """The form of a file of causes as a JSON Schema.

    \b
    Example:
      lotproof causes schema > causes.schema.json
    """
    from lotproof.causes.document import schema as form

    common.emit(form())


def _read(file: Path) -> Graph:
    from lotproof.causes.document import read_causes

    return read_causes(file.read_bytes(), file.name)


def _write(path: Path, text: str) -> None:
    if path.exists():
        raise click.UsageError(f"There is a file at {path} already, perhaps with somebody's work; name another.")
    path.write_text(text, encoding="utf-8")


def _drawn(svg: Path | None, draw: Callable[[], str]) -> None:
    if svg is not None:
        svg.write_text(draw(), encoding="utf-8")


def _lines(graph: Graph) -> Iterator[str]:
    from lotproof.causes.picture import counted, outline

    yield graph.statement
    if graph.tool is not None:
        yield f"Tool: {graph.tool.name.replace('_', '-')}. {graph.tool.reason}"
    for depth, cause in outline(graph):
        state = cause.role or cause.verdict
        yield f"{'  ' * (depth + 1)}{cause.area or '-':<12} {state:<13} {cause.statement}"
        if cause.evidence:
            yield f"{'  ' * (depth + 1)}{'':<26} evidence: {counted(cause.evidence)}"
