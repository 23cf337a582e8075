"""lotproof faulttree: probability, cut sets, importance and drawing of a fault tree."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.faulttree.analyse import Result
    from lotproof.faulttree.model import Tree


@click.command()
@click.argument("file", required=False)
@click.option("--top", default=None, metavar="GATE", help="The top gate, where the file leaves it open.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="What if: NAME=on, NAME=off or NAME=0.01; may be repeated.")
@click.option("--cuts", default=20, show_default=True, type=click.IntRange(0, 1_000_000), help="Minimal cut sets to list.")
@click.option("--time-limit", default=60.0, show_default=True, type=click.FloatRange(0.1), help="Seconds; then what is known is told.")
@click.option("--engine", type=click.Choice(["auto", "python", "oxidd"]), default="auto", show_default=True, help="What makes diagrams.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the drawing here.")
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the tree: .xml Open-PSA, else text.")
@click.option("--from-lake", is_flag=True, help="Count the events of the tree in the workspace, with intervals.")
@click.option("--evidence", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None,
              help="With --from-lake: what binds events to observations; else FILE with the ending .evidence.toml.")  # fmt: skip
@click.option("--rows", default=None, metavar="EVENT", help="With --from-lake: list the rows behind this event.")
@click.option("--level", default=0.95, show_default=True, type=click.FloatRange(0.5, 0.9999), help="Level of the intervals.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Seed of the simulated interval.")
@click.option("--library", is_flag=True, help="List the starting trees.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def faulttree(
    file: str | None, top: str | None, changes: tuple[str, ...], cuts: int, time_limit: float, engine: str, svg: Path | None,
    write: Path | None, from_lake: bool, evidence: Path | None, rows: str | None, level: float, seed: int, library: bool,
    workspace_dir: Path, as_json: bool, now: str | None, actor: str | None,
) -> None:  # fmt: skip
    """Judge the fault tree in FILE (Open-PSA XML, or the text form), or a starting tree by its name. See docs/fault-trees.md.

    Exact probability of the top event, minimal cut sets by number of events, importance of each event; with --set the same with a
    barrier on or off, or another probability, beside it. With --from-lake each event gets its share of the lots in the workspace, with the
    rows that show it; events without data are marked as assumptions.

    \b
    Examples:
      lotproof faulttree --library
      lotproof faulttree unreported-batch --svg unreported.svg
      lotproof faulttree unreported-batch --from-lake --rows sent-incomplete
      lotproof faulttree plant.xml --set PUMP-2=off --set VALVE=0.01 --json
    """
    from lotproof.cli.faulttree_lake import counted
    from lotproof.faulttree.errors import TreeError

    if library or file is None:
        _library(as_json)
        return
    try:
        tree = tree_of(file, top)
        lake = None
        if from_lake:
            stated = list(map(_change, changes))
            lake = counted(tree, file, evidence, workspace_dir, level, seed, stated, common.time_text(now), common.actor_name(actor))
            tree, changes = lake.tree, ()
        _written(tree, svg, write)
        results = _results(tree, changes, cuts, time_limit, engine)
    except TreeError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(common.UNUSABLE)
    if as_json:
        common.emit({**_document(results, changes), **({"from_lake": lake.as_json()} if lake else {})})
    else:
        for line in (*_lines(results, changes), *(lake.lines(rows) if lake else ())):
            common.say(line)
    if any(result.minimal_cut_sets is None for result in results):
        sys.exit(common.UNDECIDED)


def _library(as_json: bool) -> None:
    from lotproof.faulttree.starting import starting_tree, starting_trees

    trees = [starting_tree(name) for name in starting_trees()]
    if as_json:
        common.emit({"trees": [{"name": one.name, "label": one.label, "events": len(one.events)} for one in trees]})
        return
    for one in trees:
        common.say(f"{one.name:<30} {one.label}")
    common.say("Write one to start from: lotproof faulttree NAME --write mine.tree")


def tree_of(file: str, top: str | None) -> Tree:
    """The tree in a file, or a starting tree by its name."""
    from lotproof.faulttree.errors import TreeError
    from lotproof.faulttree.reading import read_tree
    from lotproof.faulttree.starting import starting_tree, starting_trees

    path = Path(file)
    if not path.exists() and file in starting_trees():
        return starting_tree(file)
    if not path.is_file():
        raise TreeError(f"{file}: there is no such file, nor a starting tree of this name; lotproof faulttree --library lists those.")
    return read_tree(path.read_bytes(), path.name, top)


def _written(tree: Tree, svg: Path | None, write: Path | None) -> None:
    from lotproof.faulttree.mef_write import write_mef
    from lotproof.faulttree.picture import picture
    from lotproof.faulttree.text_write import write_text

    if svg is not None:
        svg.write_text(picture(tree), encoding="utf-8")
    if write is not None:
        write.write_text(write_mef(tree) if write.suffix.lower() == ".xml" else write_text(tree), encoding="utf-8")


def _results(tree: Tree, changes: tuple[str, ...], cuts: int, seconds: float, engine: str) -> list[Result]:
    from lotproof.faulttree.analyse import analyse, changed
    from lotproof.faulttree.errors import OutOfBudget

    end = time.monotonic() + seconds

    def ask() -> None:
        if time.monotonic() > end:
            raise OutOfBudget(f"the time limit of {seconds:g} seconds was met (--time-limit gives more)")

    results = [analyse(tree, ask, cuts, engine)]
    if changes:
        results.append(analyse(changed(tree, dict(map(_change, changes))), ask, cuts, engine))
    return results


def _change(text: str) -> tuple[str, float | bool]:
    name, _, value = text.rpartition("=")
    states = {"on": True, "true": True, "off": False, "false": False}
    if name and value.lower() in states:
        return name, states[value.lower()]
    try:
        chance = float(value)
    except ValueError:
        chance = -1.0
    if not name or not 0.0 <= chance <= 1.0:
        raise click.UsageError(f"--set {text}: write NAME=on, NAME=off or NAME=0.01, a probability from 0 to 1.")
    return name, chance


def _document(results: list[Result], changes: tuple[str, ...]) -> dict[str, Any]:
    document = results[0].as_json()
    if len(results) > 1:
        document["what_if"] = {"set": list(changes), **results[1].as_json()}
    return document


def _lines(results: list[Result], changes: tuple[str, ...]) -> Iterator[str]:
    yield from _told(results[0])
    for other in results[1:]:
        yield ""
        yield f"With {', '.join(changes)}:"
        yield from _told(other)


def _told(result: Result) -> Iterator[str]:
    yield f"{result.tree.name}: {result.tree.label}".rstrip(": ")
    yield f"  {result.events:,} events, {result.gates:,} gates, {'no' if result.coherent else 'with'} negations"
    if result.probability is not None:
        yield f"  probability of {result.tree.top}: {result.probability:.6g}"
    if result.rare_event is not None and result.mcub is not None:
        yield f"  beside it: sum over cut sets {result.rare_event:.6g}, min cut upper bound {result.mcub:.6g}"
    if result.minimal_cut_sets is not None and result.by_order is not None:
        yield f"  minimal cut sets: {result.minimal_cut_sets:,}"
        yield from (f"    {count:>16,} of {order} events" for order, count in result.by_order.items())
    for one in result.listed:
        chance = f"{one.probability:<12.4g} " if one.probability is not None else ""
        yield f"    {chance}{' · '.join(one.events) or '(always)'}"
    if result.importance:
        yield f"  {'importance of':<32} {'Birnbaum':>10} {'critical':>10} {'Fussell-V.':>10} {'RAW':>10} {'RRW':>10}"
    for name, its in result.importance[:20]:
        yield f"    {name:<30} {its.birnbaum:>10.4g} {its.critical:>10.4g} {its.fussell_vesely:>10.4g} {its.raw:>10.4g} {its.rrw:>10.4g}"
    yield from (f"  {note}" for note in result.notes)
