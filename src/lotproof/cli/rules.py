"""lotproof rules: the catalogue."""

from __future__ import annotations

import sys
from typing import Any

import click

from lotproof.cli import common


@click.command()
@click.argument("code", required=False)
@common.json_option
def rules(code: str | None, as_json: bool) -> None:
    """The catalogue of finding codes, or one code with its SQL."""
    from lotproof.rules.register import RULES

    if code and code.upper() not in RULES:
        click.echo(f'Error: there is no finding code "{code}"; "lotproof rules" lists all.', err=True)
        sys.exit(common.UNUSABLE)
    chosen = [RULES[code.upper()]] if code else list(RULES.values())
    if as_json:
        common.emit({"rules": [_json(rule) for rule in chosen]})
    elif not code:
        for rule in chosen:
            common.say(f"{rule.code}  {rule.severity.value:<8} {rule.title}")
    else:
        rule = chosen[0]
        common.say(f"{rule.code}  {rule.title}\n\nseverity  {rule.severity.value}\nsymptom   {rule.symptom}\n6M prior  {rule.six_m}")
        common.say(f"HDA {rule.hda or '–'}; PDG {rule.pdg or '–'}; EMVS {', '.join(rule.emvs) or '–'}; VRS {', '.join(rule.vrs) or '–'}")
        common.say(f"\nFirst: {rule.hint}\n{rule.sql}")


def _json(rule: Any) -> dict[str, Any]:
    return {**vars(rule), "severity": rule.severity.value, "emvs": list(rule.emvs), "vrs": list(rule.vrs)}
