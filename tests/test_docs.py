"""Documentation under test: what the program has, the pages describe."""

import re
from pathlib import Path

import click
import pytest

from lotproof.cli import catalogue as commands
from lotproof.cli.main import COMMANDS, main
from lotproof.intake import catalogue as kinds
from lotproof.intake.profile import KEYS
from lotproof.rules import catalogue as rules
from lotproof.rules.register import RULES

ROOT = Path(__file__).parent.parent
PAGES = {"commands.md": commands.catalogue, "kinds.md": kinds.catalogue, "rules.md": rules.catalogue}


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_what_the_program_says_run_make_docs(page):
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == PAGES[page](), f"docs/{page} is out of date: run make docs"


def test_every_command_and_option_has_a_help_text():
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, (name, option.name)


def test_every_environment_variable_is_described():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    used = set(re.findall(r"""["'](LOTPROOF_[A-Z_]+|DATABASE_URL)["']""", text))
    described = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert used
    assert [name for name in sorted(used) if f"`{name}`" not in described] == []


def test_every_key_of_a_mapping_profile_is_described():
    page = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    assert [key for key in sorted(KEYS) if not re.search(rf"^\[?(file\.)?{key}\b", page, re.M)] == []


def test_every_rule_is_in_the_catalogue_with_its_sql():
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert [code for code, rule in RULES.items() if code not in page or rule.sql.strip() not in page] == []


def test_links_between_the_pages_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        (page.name, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert dead == []
