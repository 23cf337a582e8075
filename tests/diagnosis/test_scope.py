"""How far it reaches: what is found and what is searched for in vain."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulated import examined

from lotproof.rules.check import Outcome
from lotproof.rules.search import Search


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Outcome]:
    return examined(tmp_path_factory.mktemp("site"), ("no_read_burst", "truncated_upload"), seed=5)


def asked(outcome: Outcome, words: str) -> Search:
    (found,) = [search for search in outcome.scope if words in search.question]
    return found


@pytest.mark.shows("D1-CGMP", "D2-211")
def test_the_other_lots_of_the_line_are_named(site: tuple[dict, Outcome]) -> None:
    truth, outcome = site
    found = asked(outcome, "made on the line of lot")
    assert found.count == len(truth["neighbours"])
    assert all(any(lot in hit for hit in found.hits) for lot in truth["neighbours"])


@pytest.mark.shows("D1-CGMP", "SEED-4")
def test_a_search_in_vain_is_a_result_with_what_was_searched(site: tuple[dict, Outcome]) -> None:
    truth, outcome = site
    found = asked(outcome, "has an authority raised an alert")
    assert (found.count, found.hits, found.lot) == (0, (), truth["lot"])
    assert found.rows == outcome.observations
    assert found.sources > 10
    assert found.sql.startswith("SELECT DISTINCT")
    assert repr(truth["lot"]) in asked(outcome, "made on the line of lot").sql


def test_what_is_still_here_is_what_neither_left_nor_was_destroyed(site: tuple[dict, Outcome]) -> None:
    _, outcome = site
    named = {item for found in outcome.findings if found.severity in ("critical", "major") for item in found.items if item.startswith("(")}
    here = asked(outcome, "neither left nor were destroyed")
    assert 0 < here.count <= len(named)
    assert set(here.hits) <= named


def test_the_suspect_is_sought_in_other_lots(site: tuple[dict, Outcome]) -> None:
    truth, outcome = site
    found = asked(outcome, "bear the suspect, station")
    assert found.mode == "reject_cluster"
    assert set(found.hits) <= {f"lot {lot}" for lot in truth["neighbours"]}


def test_a_site_without_a_grave_finding_asks_nothing(tmp_path: Path) -> None:
    assert examined(tmp_path, (), seed=5, units=400)[1].scope == ()
