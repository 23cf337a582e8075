"""docs/commands.md from the commands themselves: `python -m lotproof.cli.catalogue > docs/commands.md` (make docs)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from lotproof.cli.main import COMMANDS, main

EXITS = """Every command prints progress on stderr when it runs on a terminal, and exits with

| code | meaning |
|---|---|
| 0 | done |
| 1 | the thing checked does not hold |
| 2 | usage or input unusable |
| 3 | undecided |
"""


def catalogue() -> str:
    """The page, in Markdown."""
    context = click.Context(main, info_name="lotproof")
    parts = ["# Commands", "", "Made by `make docs` from the program itself.", "", EXITS]
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        parts.extend(_command(f"lotproof {name}", command))
        if isinstance(command, click.Group):
            for inner in command.commands.values():
                parts.extend(_command(f"lotproof {name} {inner.name}", inner))
    return "\n".join(parts).rstrip() + "\n"


def _command(title: str, command: click.Command) -> Iterator[str]:
    arguments = " ".join(_argument(p) for p in command.params if isinstance(p, click.Argument))
    yield from (f"## `{title}{' ' + arguments if arguments else ''}`", "")
    yield from (_text(command.help or ""), "")
    options = [p for p in command.params if isinstance(p, click.Option)]
    if options:
        yield from ("| option | meaning |", "|---|---|")
        for option in options:
            value = "" if option.is_flag else f" {_metavar(option)}"
            yield f"| `{', '.join(option.opts)}{value}` | {(option.help or '').replace('|', '/')} |"
        yield ""


def _text(help_text: str) -> str:
    """The help as Markdown: its examples become a block of code."""
    lines = inspect.cleandoc(help_text).replace("\b", "").splitlines()
    folded = "\n".join(f"    {line.strip()}" if line.startswith("  ") else line for line in lines)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^(\S.*:)\n    ", r"\1\n\n    ", folded))


def _argument(argument: click.Argument) -> str:
    name = argument.metavar or (argument.name or "").upper()
    name += "..." if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _metavar(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "/".join(option.type.choices)
    return option.metavar or option.type.name.upper()


if __name__ == "__main__":
    print(catalogue(), end="")
