"""lotproof rules: the catalogue, its mappings, and the stories of local rules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.rules.rule import Rule


@click.command()
@click.argument("code", required=False, metavar="CODE/test")
@click.option("--map", "mapping", default=None, metavar="hda/pdg/emvs/vrs/symptom", help="Finding codes in the words of this catalogue.")
@common.workspace_option
@common.json_option
@common.sentences
def rules(code: str | None, mapping: str | None, workspace_dir: Path, as_json: bool) -> None:
    """The catalogue of finding codes, local ones of the workspace included, or one code with its SQL.

    A local rule is a TOML file in the folder "rules" of the workspace, with its stories beside it; "lotproof rules test" runs these
    and exits with 1 where one does not hold.

    \b
    Examples:
      lotproof rules
      lotproof rules SN-09
      lotproof rules --map emvs --json
      lotproof rules test
    """
    from lotproof.rules.local import load_local
    from lotproof.rules.register import RULES

    local = load_local(workspace_dir / "rules")
    if code == "test":
        _test(workspace_dir / "rules", local, as_json)
        return
    known = {**RULES, **local}
    if code and code.upper() not in known:
        click.echo(f'Error: there is no finding code "{code}"; "lotproof rules" lists all.', err=True)
        sys.exit(common.UNUSABLE)
    chosen = [known[code.upper()]] if code else list(known.values())
    if mapping:
        _map(mapping, chosen, as_json)
    elif as_json:
        _emit(chosen)
    elif code:
        _one(chosen[0])
    else:
        for rule in chosen:
            common.say(f"{rule.code}  {rule.severity.value:<8} {rule.title}{' (local)' if rule.local else ''}")


def _emit(chosen: list[Rule]) -> None:
    from lotproof.rules.local import document_of

    common.emit({"rules": [{**document_of(rule), "local": rule.local} for rule in chosen]})


def _one(rule: Rule) -> None:
    where = "\nlocal     declared by this workspace" if rule.local else ""
    common.say(f"{rule.code}  {rule.title}\n\nseverity  {rule.severity.value}\nsymptom   {rule.symptom}\n6M prior  {rule.six_m}{where}")
    common.say(f"HDA {rule.hda or '–'}; PDG {rule.pdg or '–'}; EMVS {', '.join(rule.emvs) or '–'}; VRS {', '.join(rule.vrs) or '–'}")
    common.say(f"\nFirst: {rule.hint}\n{rule.sql}")


def _map(name: str, chosen: list[Rule], as_json: bool) -> None:
    from lotproof.rules.mappings import MAPS, by_code, by_word

    if name not in MAPS:
        click.echo(f'Error: there is no map "{name}"; there are {", ".join(MAPS)}.', err=True)
        sys.exit(common.UNUSABLE)
    if as_json:
        common.emit({"map": name, "codes": by_code(name, chosen), "words": by_word(name, chosen)})
        return
    common.say(MAPS[name].title)
    for rule_code, words in by_code(name, chosen).items():
        common.say(f"{rule_code:<10} {', '.join(words)}")


def _test(folder: Path, local: dict[str, Rule], as_json: bool) -> None:
    from lotproof.rules.local_stories import tell

    told = list(tell(folder, local))
    failed = [one for one in told if one.problem]
    if as_json:
        common.emit({"rules": sorted(local), "stories": [vars(one) for one in told]})
    elif not local:
        common.say(f"There are no local rules in {folder}.")
    else:
        for one in told:
            words = ": ".join(text for text in (one.story, one.problem) if text)
            common.say(f"{'failed' if one.problem else 'passed'}  {one.code}  {words}")
    if failed:
        sys.exit(common.FAILED)
