"""The matrix in docs/ is what requirements, marks and checks say."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

from lotproof.quality.requirements import HOWS, requirements

ROOT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("traceability", ROOT / "tools" / "traceability.py")
traceability = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(traceability)


@pytest.mark.shows("A11-4", "D2-GAMP", "P11-10k")
def test_the_matrix_is_up_to_date_run_make_docs():
    assert (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8") == traceability.page(), "docs/traceability.md is out of date: run make docs"


def test_every_requirement_says_how_it_is_met():
    for one in requirements().values():
        assert one.how in HOWS
        assert bool(one.site) == (one.how != "software"), one.id
    clauses = {f"A11-{number}" for number in range(1, 18)} | {f"P11-10{letter}" for letter in "abcdefghijk"}
    assert clauses <= set(requirements())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('@pytest.mark.shows("A", "B")\ndef test_x(): ...', [("test_x", ["A", "B"])]),
        ('pytestmark = [pytest.mark.slow, pytest.mark.shows("A")]\ndef test_x(): ...\n@pytest.mark.shows("B")\ndef test_y(): ...', [("test_x", ["A"]), ("test_y", ["A", "B"])]),
        ('def test_x(): ...\n@pytest.mark.shows("A")\ndef helper(): ...', []),
    ],
)
def test_marks_are_read_from_tests_and_modules(text, names):
    assert list(traceability._marked(ast.parse(text))) == names
