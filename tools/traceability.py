"""The traceability matrix: which tests and which checks of the qualification show which requirement.

    python tools/traceability.py > docs/traceability.md

Tests are found by reading their files (`@pytest.mark.shows(...)` on a test, or in a module's `pytestmark`), not by running them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from lotproof.qualify import installation, oq
from lotproof.quality.requirements import Requirement, requirements

ROOT = Path(__file__).parent.parent
HEAD = """# Traceability

Made by `make docs` from `src/lotproof/quality/requirements.toml`, the marks of the tests (`@pytest.mark.shows`) and the checks of
`lotproof doctor --qualify` ([qualification.md](qualification.md)). Requirements are in our own short words: read the clause itself too.

A requirement is **tested** where a test or a check shows it, **untested** where none does yet, and **procedural: by the site** where no
software can show it. Where the site has something to do besides, that is said.
"""


def shown_by_tests(folder: Path) -> dict[str, list[str]]:
    """Requirement -> the tests that show it, as file::test, sorted."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for test, names in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            for name in names:
                found.setdefault(name, []).append(f"{path.relative_to(folder.parent).as_posix()}::{test}")
    return {name: sorted(set(tests)) for name, tests in found.items()}


def _marked(module: ast.Module) -> Iterator[tuple[str, list[str]]]:
    everywhere = [name for node in module.body if isinstance(node, ast.Assign) and _is_pytestmark(node) for name in _names(node.value)]
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            names = everywhere + [name for decorator in node.decorator_list for name in _names(decorator)]
            if names:
                yield node.name, names


def _is_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _names(node: ast.AST) -> list[str]:
    """The arguments of every `….shows(…)` in an expression."""
    calls = (one for one in ast.walk(node) if isinstance(one, ast.Call))
    marks = (one for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr == "shows")
    return [str(argument.value) for mark in marks for argument in mark.args if isinstance(argument, ast.Constant)]


def shown_by_checks() -> dict[str, list[str]]:
    """Requirement -> the checks of the qualification that show it."""
    found: dict[str, list[str]] = {}
    for check in (*installation.CHECKS, *oq.CHECKS):
        for name in check.shows:
            found.setdefault(name, []).append(check.id)
    return found


def page() -> str:
    """The page."""
    tests, checks, lines = shown_by_tests(ROOT / "tests"), shown_by_checks(), [HEAD]
    unknown = sorted({*tests, *checks} - set(requirements()))
    if unknown:
        raise SystemExit(f"No requirement is called {', '.join(unknown)}; src/lotproof/quality/requirements.toml has them all.")
    states = {one.id: _state(one, tests, checks) for one in requirements().values()}
    counts = [f"{sum(state == word for state in states.values())} {word}" for word in dict.fromkeys(states.values())]
    lines += [f"{len(states)} requirements: {', '.join(sorted(counts))}.", ""]
    lines += ["| id | source | asks for | state | checks | tests |", "|---|---|---|---|---|---|"]
    for one in requirements().values():
        named = f"{', '.join(checks.get(one.id, []))} | {len(tests.get(one.id, [])) or ''}"
        lines.append(f"| {one.id} | {one.source} | {one.text} | {states[one.id]} | {named} |")
    lines += ["", "## What the site has to do", ""]
    lines += [f"- **{one.id}** ({one.source}): {one.site}" for one in requirements().values() if one.site]
    lines += ["", "## Tests by requirement"]
    for one in requirements().values():
        if tests.get(one.id):
            lines += ["", f"### {one.id}", "", *(f"- `{test}`" for test in tests[one.id])]
    return "\n".join(lines) + "\n"


def _state(one: Requirement, tests: dict[str, list[str]], checks: dict[str, list[str]]) -> str:
    if one.how == "site":
        return "procedural: by the site"
    return "tested" if tests.get(one.id) or checks.get(one.id) else "untested"


if __name__ == "__main__":
    sys.stdout.write(page())
