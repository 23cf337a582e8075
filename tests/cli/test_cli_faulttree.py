"""lotproof faulttree, and the examples of its page."""

import json
import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from lotproof.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "fault-trees.md").read_text(encoding="utf-8")


def invoke(*arguments):
    return CliRunner().invoke(main, ["faulttree", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def test_the_commands_of_the_page_run(folder):
    lines = [line.strip() for line in PAGE.splitlines() if line.startswith("    lotproof faulttree")]
    assert len(lines) == 4
    for line in lines:
        result = CliRunner().invoke(main, shlex.split(line)[1:])
        assert result.exit_code == 0, (line, result.output)
    assert (folder / "unreported.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_document_has_the_least_contract_and_what_the_page_names(folder):
    (folder / "t.tree").write_text(re.search(r"```\n(tree .*?)```", PAGE, re.S)[1], encoding="utf-8")
    document = json.loads(invoke("t.tree", "--set", "no-check=on", "--json").stdout)
    assert document["minimal_cut_sets"] == 5
    assert document["by_order"] == {"2": 2, "3": 3}
    assert document["what_if"]["probability"] == pytest.approx(document["probability"] / 0.05)
    top = document["importance"][0]
    assert (top["event"], top["raw"], top["rrw"]) == ("no-check", pytest.approx(20), None)
    numbers = PAGE.partition("## What the numbers are")[2].partition("\n## ")[0]
    for key in re.findall(r"^\| `([a-z_]+)`(?:, `([a-z_]+)`)? \|", numbers, re.M):
        assert all(not one or one in document or one in top for one in key), key


def test_a_tree_written_as_open_psa_is_the_same_tree(folder):
    assert invoke("alert-at-the-pharmacy", "--write", "a.xml").exit_code == 0
    first, second = (json.loads(invoke(name, "--json").stdout) for name in ("alert-at-the-pharmacy", "a.xml"))
    assert first == second


def test_what_is_wrong_is_told_in_a_sentence(folder):
    result = invoke("nowhere.xml")
    assert result.exit_code == 2
    assert "nowhere.xml: there is no such file, nor a starting tree of this name; lotproof faulttree --library lists those." in result.output
    Path("l1.tree").write_bytes("g = or(ä, b)".encode("latin-1"))
    assert "l1.tree: byte 7 is no UTF-8; save the file as UTF-8." in invoke("l1.tree").output
    result = invoke("unreported-batch", "--set", "x=2")
    assert result.exit_code == 2
    assert "--set x=2: write NAME=on, NAME=off or NAME=0.01, a probability from 0 to 1." in result.output
