"""Every story of every finding code: all rules run over it, and what they find is exactly what the story expects."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules_story import STORIES, Story, run, seen, stories

from lotproof.rules.register import RULES

FILES = {path.stem: stories(path) for path in sorted(STORIES.glob("*.yml"))}
ALL = [pytest.param(story, id=f"{stem}: {story.name}") for stem, found in FILES.items() for story in found]


@pytest.mark.parametrize("story", ALL)
@pytest.mark.shows("SEED-1", "D1-AIDE", "D2-UPLOAD", "D2-A22")
def test_the_findings_of_a_story_are_exactly_those_expected(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTPROOF_THREADS", "1")
    outcome = run(tmp_path, story)
    found = [seen(finding) for finding in outcome.findings]
    assert _without_sentence(found) == _without_sentence(story.expected)
    for expectation in story.expected:
        same = [f["says"] for f in found if (f["code"], f["lot"], f["items"]) == tuple(expectation[k] for k in ("code", "lot", "items"))]
        assert any(expectation["says"] in sentence for sentence in same)
    assert not {f["code"] for f in found} & set(story.body.get("and_not", []))
    balances = {balance.lot: balance.counts for balance in outcome.balances}
    for lot, counts in story.body.get("balance", {}).items():
        assert {name: balances[lot][name] for name in counts} == counts


def _without_sentence(findings: list[dict]) -> list[dict]:
    plain = [{key: value for key, value in finding.items() if key != "says"} for finding in findings]
    return sorted(plain, key=lambda finding: (finding["code"], finding["lot"], finding["items"]))


@pytest.mark.parametrize("code", RULES)
@pytest.mark.shows("D2-GAMP")
def test_every_rule_has_a_file_of_stories_that_fire_and_stories_that_stay_silent(code: str) -> None:
    found = FILES[code.lower().replace("-", "_")]
    fires = [story.name for story in found if code in {expectation["code"] for expectation in story.expected}]
    assert len(found) >= 3
    assert 0 < len(fires) < len(found)


def test_no_file_of_stories_is_without_a_rule() -> None:
    assert set(FILES) == {code.lower().replace("-", "_") for code in RULES}


def test_the_names_of_the_stories_of_a_file_differ() -> None:
    for found in FILES.values():
        assert len({story.name for story in found}) == len(found)
