"""lotproof trace: the life of one item."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common


@click.command()
@click.argument("item")
@common.workspace_option
@common.json_option
@common.sentences
def trace(item: str, workspace_dir: Path, as_json: bool) -> None:
    """The life of one serial or SSCC: each step with its place in the original, the state after it, its containers, the findings on it.

    ITEM is any text form: a serial, (01)…(21)…, a scanned element string, an EPC URN, a Digital Link, an SSCC.

    \b
    Examples:
      lotproof trace '(01)09512345678901(21)ABC123'
      lotproof trace urn:epc:id:sscc:9512345.0000000018
    """
    from lotproof.workspace.look import look_up

    life = look_up(workspace_dir, item, common.time_text(None), common.actor_name(None))
    if as_json:
        common.emit(life.as_json())
    elif life.steps or life.findings:
        _print(life)
    if not life.steps:
        sentence = f"no source of the workspace knows {life.item}; check the spelling, or add the files with lotproof add."
        click.echo(f"Error: {sentence}", err=True)
        for near in life.near:
            click.echo(f"Known is {near['item']}{_of_lot(near['lot'])}: {near['why']}.", err=True)
        sys.exit(common.FAILED)


def _of_lot(lot: str | None) -> str:
    return f" of lot {lot}" if lot else ""


def _print(life: Any) -> None:
    common.say(life.item)
    for step in life.steps:
        _step(step)
    if life.states:
        common.say("State after each moment:")
    for state in life.states:
        common.say(f"  {state['after']:<24} {_state(state)}")
    if life.containers:
        common.say("Containers:")
    for span in life.containers:
        until = f" until {span['until']}" if span["until"] else ""
        common.say(f"  {span['child']} in {span['container']} from {span['from'] or 'a time unknown'}{until} ({span['said_by']})")
    if life.container_steps:
        common.say("What happened to its containers:")
    for step in life.container_steps:
        _step(step)
    common.say("Findings on it:" if life.findings else "No finding on it in the last run.")
    for found in life.findings:
        common.say(f"  {found['severity']:<8} {found['code']}  {found['item']}: {found['note']} ({found['source']}:{found['position']})")


def _state(state: dict[str, Any]) -> str:
    inside = " in ".join(state["containers"]) or "no container"
    parts = [f"number {state['number_state'] or '-'}", f"item {state['item_state'] or '-'}", f"in {inside}"]
    parts += [f"at {state['place']}"] if state["place"] else []
    return ", ".join(parts + [f"flags {' '.join(state['flags'])}"] * bool(state["flags"]))


def _step(step: Any) -> None:
    details = ", ".join(f"{name} {value}" for name, value in step.details.items() if name not in ("time_as_written", "partial"))
    common.say(f"  {step.at or 'no time':<24} {step.step:<18} {step.source}:{step.position}  {details}")
