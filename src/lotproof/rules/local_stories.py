"""The stories of local rules, run: all rules over each story, and what the local rules find is what the story expects of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from lotproof.rules.local import LocalRuleError
from lotproof.rules.register import RULES
from lotproof.rules.rule import Rule
from lotproof.rules.story import Story, run, seen, stories


@dataclass(frozen=True)
class Told:
    """How one story went."""

    code: str
    """The rule whose file it stands in."""
    story: str
    """Its name."""
    problem: str
    """What differs, as a sentence; '' where nothing does."""


def tell(folder: Path, rules: Mapping[str, Rule]) -> Iterator[Told]:
    """Run the stories of each local rule, ``CODE.yml`` beside ``CODE.toml``. A rule without stories is told as one that failed."""
    for code in rules:
        path = folder / f"{code}.yml"
        if not path.exists():
            yield Told(code, "", f"{path} is not there; write a story in which {code} fires and one in which it does not.")
            continue
        found = _read(path)
        for story in found:
            yield Told(code, story.name, _problem(story, rules))
        fires = [any(expected["code"] == code for expected in story.expected) for story in found]
        if all(fires) or not any(fires):
            yield Told(code, "", f"{path} needs a story in which {code} fires and one in which it does not.")


def _read(path: Path) -> list[Story]:
    try:
        return stories(path)
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, KeyError) as error:
        raise LocalRuleError(f"{path} holds no list of stories ({str(error).splitlines()[0]}); see the form in docs/local-rules.md.") from None


def _problem(story: Story, rules: Mapping[str, Rule]) -> str:
    try:
        expected = [one for one in story.expected if one["code"] in rules]
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(Path(folder), story, {**RULES, **rules})
    except (ValueError, KeyError, IndexError, StopIteration, AssertionError, duckdb.Error) as error:
        return f"the story cannot be read ({str(error).splitlines()[0] if str(error) else type(error).__name__}); see the form in docs/local-rules.md."
    found = [seen(finding) for finding in outcome.findings if finding.code in rules]
    for one in expected:
        if not any(_plain(one) == _plain(other) and one["says"] in other["says"] for other in found):
            return f"{_words(one)} was expected and not found."
    for other in found:
        if not any(_plain(one) == _plain(other) for one in expected):
            return f"{_words(other)} was found and not expected: {other['says']}"
    return ""


def _plain(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in finding.items() if key != "says"}


def _words(finding: Mapping[str, Any]) -> str:
    return " ".join((finding["code"], finding["severity"], *finding["items"], f"in lot {finding['lot'] or '(none)'}"))
