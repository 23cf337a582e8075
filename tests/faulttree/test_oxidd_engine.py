"""The optional engine gives what our own gives; every module is sent through it here, small ones too."""

import csv
from pathlib import Path

import pytest

from lotproof.faulttree import engine_oxidd, solve
from lotproof.faulttree.analyse import analyse, event_probabilities, reached_events
from lotproof.faulttree.errors import OutOfBudget, TreeError
from lotproof.faulttree.graph import graph_of
from lotproof.faulttree.measure import cuts, probability
from lotproof.faulttree.mef_read import read_mef
from lotproof.faulttree.text_read import read_text

VECTORS = Path("/work/shared/vectors/fta")
SLOW = {"cea9601"}
TREE = read_text("T = and(or(a, b), atleast(2; a, c, not(d)))\nevent a = 0.1\nevent b = 0.2\nevent c = 0.3\nevent d = 0.4\n")
needed = pytest.mark.skipif(not engine_oxidd.installed(), reason="the extra oxidd is not installed")


def _rows():
    if not (VECTORS / "expected.csv").exists():
        return []
    with open(VECTORS / "expected.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if row["mcs_verified"]]


@needed
@pytest.mark.parametrize("row", [pytest.param(row, id=row["tree"], marks=[pytest.mark.slow] * (row["tree"] in SLOW)) for row in _rows()])
def test_every_tree_of_the_vectors_has_the_same_counts_and_probability(row, monkeypatch):
    monkeypatch.setattr(solve, "SMALL", 0)
    tree = read_mef((VECTORS / "trees" / f"{row['tree']}.xml").read_bytes())
    names = reached_events(tree)
    graph = graph_of(tree, {name: place for place, name in enumerate(names, 1)})
    found = solve.solved(graph, lambda: None, engine_oxidd.Engine())
    assert probability(found, event_probabilities(tree, names)[0]) == pytest.approx(float(row["p_verified"]), rel=1e-9)
    assert cuts(found, lambda: None).count == int(row["mcs_verified"])


@needed
def test_a_tree_with_votes_and_negation_is_the_same_in_both(monkeypatch):
    monkeypatch.setattr(solve, "SMALL", 0)
    ours, theirs = analyse(TREE, engine="python"), analyse(TREE, engine="oxidd")
    assert theirs.probability == pytest.approx(ours.probability, rel=1e-12)
    assert (theirs.by_order, [one.events for one in theirs.listed]) == (ours.by_order, [one.events for one in ours.listed])


@needed
def test_more_nodes_than_the_manager_holds_is_said(monkeypatch):
    monkeypatch.setattr(solve, "SMALL", 0)
    monkeypatch.setattr(engine_oxidd, "NODES", 2)
    with pytest.raises(OutOfBudget, match=r"takes more than the 2 nodes of the engine oxidd in each of \d+ orders tried"):
        solve.solved(graph_of(TREE, {"a": 1, "b": 2, "c": 3, "d": 4}), lambda: None, engine_oxidd.Engine())


def test_without_the_extra_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(engine_oxidd, "installed", lambda: False)
    with pytest.raises(TreeError, match=r"is not installed; install it with: pip install 'lotproof\[oxidd\]', or use --engine python"):
        analyse(TREE, engine="oxidd")
    monkeypatch.setattr("lotproof.faulttree.analyse.installed", lambda: False)
    assert analyse(TREE, engine="auto").probability == pytest.approx(analyse(TREE).probability)
