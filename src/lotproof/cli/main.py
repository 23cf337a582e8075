"""The command ``lotproof``. Commands are loaded when they are called, so that each starts fast."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

from lotproof import __version__

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("lotproof.cli.demo", "demo"),
    "build": ("lotproof.cli.build", "build"),
    "init": ("lotproof.cli.sources", "init"),
    "add": ("lotproof.cli.sources", "add"),
    "sources": ("lotproof.cli.sources", "sources"),
    "check": ("lotproof.cli.check", "check"),
    "diagnose": ("lotproof.cli.check", "diagnose"),
    "reconcile": ("lotproof.cli.reconcile", "reconcile"),
    "state": ("lotproof.cli.state", "state"),
    "corrections": ("lotproof.cli.corrections", "corrections"),
    "trace": ("lotproof.cli.trace", "trace"),
    "pack": ("lotproof.cli.pack", "pack"),
    "verify": ("lotproof.cli.pack", "verify"),
    "ledger": ("lotproof.cli.ledger", "ledger"),
    "sign": ("lotproof.cli.signing", "sign"),
    "people": ("lotproof.cli.people", "people"),
    "witness": ("lotproof.cli.witness", "witness"),
    "causes": ("lotproof.cli.causes", "causes"),
    "faulttree": ("lotproof.cli.faulttree", "faulttree"),
    "simulate": ("lotproof.cli.demo", "simulate"),
    "profile": ("lotproof.cli.profile", "profile"),
    "chart": ("lotproof.cli.chart", "chart"),
    "alarms": ("lotproof.cli.alarms", "alarms"),
    "kpi": ("lotproof.cli.kpi", "kpi"),
    "trend": ("lotproof.cli.trend", "trend"),
    "similar": ("lotproof.cli.similar", "similar"),
    "sample": ("lotproof.cli.sample", "sample"),
    "measure": ("lotproof.cli.measure", "measure"),
    "effectiveness": ("lotproof.cli.effectiveness", "effectiveness"),
    "case": ("lotproof.cli.case", "case"),
    "serve": ("lotproof.cli.serve", "serve"),
    "work": ("lotproof.cli.work", "work"),
    "stream": ("lotproof.cli.stream", "stream"),
    "notify": ("lotproof.cli.notify", "notify"),
    "alerts": ("lotproof.cli.alerts", "alerts"),
    "partner": ("lotproof.cli.partner", "partner"),
    "jobs": ("lotproof.cli.work", "jobs"),
    "api-key": ("lotproof.cli.api_key", "api_key"),
    "line": ("lotproof.cli.line", "line"),
    "drop": ("lotproof.cli.drop", "drop"),
    "mirror": ("lotproof.cli.mirror", "mirror"),
    "backup": ("lotproof.cli.backup", "backup"),
    "restore": ("lotproof.cli.backup", "restore"),
    "doctor": ("lotproof.cli.doctor", "doctor"),
    "rules": ("lotproof.cli.rules", "rules"),
}
"""Command -> module and object, in the order of the help."""


class Lazy(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lotproof")
def main() -> None:
    """Finds, explains and proves what does not add up in pharmaceutical serialization.

    \b
    Start with:   lotproof demo
    Your files:   lotproof build FOLDER -o PACK
    A pack:       lotproof verify PACK --key KEY
    """
