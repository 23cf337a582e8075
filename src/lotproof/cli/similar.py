"""lotproof similar: earlier cases like this one, and how they ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.control.similar import Likeness


@click.command()
@click.argument("asked", metavar="LOT_OR_CASE")
@click.option(
    "--from",
    "others",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="More cases: a JSON file, a pack, a folder of them.",
)
@click.option("--most", type=click.IntRange(1), default=5, show_default=True, help="How many to show.")
@common.workspace_option
@common.json_option
@common.sentences
def similar(asked: str, others: tuple[Path, ...], most: int, workspace_dir: Path, as_json: bool) -> None:
    """Earlier cases like a lot of the workspace, or like a case file; each score says what it is made of.

    Compared are files in the workspace's folder cases, its deviation registers, its other lots, and what --from names. Words count by
    BM25, codes and failure modes by what is rare among them. See docs/kpis.md.

    \b
    Examples:
      lotproof similar B7-2231
      lotproof similar B7-2231 --from ../packs --most 3
      lotproof similar incident.json --json
    """
    from lotproof.control.similar import as_document
    from lotproof.control.similar import similar as compared
    from lotproof.workspace.cases import query_and_cases

    with common.progress_bar() as progress:
        query, cases = query_and_cases(workspace_dir, asked, others, common.time_text(None), common.actor_name(None), progress)
    found = compared(query, cases, most)
    if as_json:
        common.emit({"asked": query.id, "compared": len(cases), "similar": [as_document(one) for one in found]})
        return
    common.say(f"{query.id}: {', '.join(query.codes) or 'no codes'}; {len(cases)} earlier cases compared")
    for line in (line for one in found for line in _lines(one)):
        common.say(line)
    if not found:
        common.say("  none has anything in common with it")


def _lines(one: Likeness) -> Iterator[str]:
    case = one.case
    parts = ", ".join(f"{name} {share:.2f}" for name, share in one.parts.items())
    yield f"  {one.score:.2f}  {case.id}{', ' + case.when if case.when else ''} ({case.origin}): {parts}"
    for name, values in (("codes", one.codes), ("modes", one.modes), ("equipment", one.equipment)):
        if values:
            yield f"        same {name}: {', '.join(values)}"
    if one.words:
        yield f"        words: {', '.join(f'{word} {share:.2f}' for word, share in one.words)}"
    yield f"        {one.outcome}"
