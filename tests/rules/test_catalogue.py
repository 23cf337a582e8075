"""docs/rules.md is what the register says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lotproof.rules.catalogue import catalogue
from lotproof.rules.register import RULES

PAGE = Path(__file__).parents[2] / "docs/rules.md"


def test_the_page_in_docs_is_the_catalogue() -> None:
    assert PAGE.read_text(encoding="utf-8") == catalogue(), (
        "docs/rules.md differs from the rules: make docs (.venv/bin/python -m lotproof.rules.catalogue > docs/rules.md) and commit it"
    )


def test_the_command_prints_the_catalogue() -> None:
    printed = subprocess.run([sys.executable, "-m", "lotproof.rules.catalogue"], capture_output=True, check=True).stdout
    assert printed.decode("utf-8") == catalogue()


@pytest.mark.parametrize("code", RULES)
def test_every_code_has_its_line_its_section_and_its_sql(code: str) -> None:
    page, rule = catalogue(), RULES[code]
    assert f"| [{code}](#{code.lower()}) |" in page
    section = page.split(f"\n## {code}\n")[1].split("\n## ")[0]
    for text in (rule.title, rule.severity.value, rule.symptom, rule.hint, rule.sql.strip()):
        assert text.replace("|", "\\|") in section or text in section


def test_the_page_has_no_empty_cell_and_ends_with_one_line_break() -> None:
    page = catalogue()
    assert "|  |" not in page
    assert page.endswith("|\n")
    assert not page.endswith("\n\n")
