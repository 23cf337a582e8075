"""The examples of the pages on statistics: files are written, commands are run, what they print is what the page says."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from lotproof.cli.main import main

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("control-charts.md", "sampling.md", "measurement.md")
BLOCK = re.compile(r"^```(text file=(?P<file>\S+)|console)\n(?P<body>.*?)^```$", re.M | re.S)


def commands(body: str) -> list[tuple[str, str]]:
    """(command, what it prints), in order."""
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in re.split(r"^\$ lotproof ", body, flags=re.M)[1:]]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_the_page_print_what_it_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = 0
    for block in BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        if block["file"]:
            Path(block["file"]).write_text(block["body"], encoding="utf-8")
            continue
        for command, printed in commands(block["body"]):
            line, _, kept = command.partition(" > ")
            result = CliRunner().invoke(main, shlex.split(line))
            assert result.exit_code in (0, 1, 3), (command, result.output)
            if kept:
                Path(kept.strip()).write_text(result.stdout, encoding="utf-8")
            assert ("" if kept else result.output) == printed, command
            run += 1
    assert run


@pytest.mark.parametrize("page", (*PAGES, "kpis.md", "causes.md"))
def test_the_python_of_the_page_gives_what_it_says(page: str) -> None:
    found = doctest.testfile(str(DOCS / page), module_relative=False)
    assert found.failed == 0
