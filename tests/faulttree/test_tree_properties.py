"""Random trees of up to 14 events: everything equals what trying every state gives."""

import itertools
import math

import pytest
from hypothesis import given, settings
from tree_brute import brute, trees

from lotproof.faulttree.analyse import analyse, changed, reached_events, top_probability
from lotproof.faulttree.mef_read import read_mef
from lotproof.faulttree.mef_write import write_mef
from lotproof.faulttree.model import Op
from lotproof.faulttree.text_read import read_text
from lotproof.faulttree.text_write import write_text

COHERENT = (Op.AND, Op.OR, Op.ATLEAST, Op.SAME)


@settings(max_examples=150, deadline=None)
@given(trees())
def test_probability_and_cut_sets_are_those_of_brute_force(drawn):
    tree, chances = drawn
    chances = {name: chances[name] for name in reached_events(tree)}
    expected, smallest = brute(tree, chances)
    result = analyse(tree, most=100_000)
    assert result.probability == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert {frozenset(one.events) for one in result.listed} == smallest
    assert result.minimal_cut_sets == len(smallest)
    assert sum(result.by_order.values()) == len(smallest)
    products = [math.prod(chances[name] for name in one) for one in smallest]
    assert result.rare_event == pytest.approx(math.fsum(products), rel=1e-9, abs=1e-12)
    assert result.mcub == pytest.approx(1 - math.prod(1 - one for one in products), rel=1e-9, abs=1e-9)
    told = [one.probability for one in result.listed]
    assert all(first >= second - 1e-12 for first, second in itertools.pairwise(told))


@settings(max_examples=60, deadline=None)
@given(trees(most_events=8))
def test_importance_is_that_of_the_conditional_probabilities(drawn):
    tree, _ = drawn
    for name, one in analyse(tree).importance:
        on, off, top = (top_probability(changed(tree, change)) for change in ({name: True}, {name: False}, {}))
        assert one.birnbaum == pytest.approx(on - off, abs=1e-9)
        assert one.raw == pytest.approx(on / top, rel=1e-6, abs=1e-9)
        assert one.fussell_vesely == pytest.approx(1 - off / top, abs=1e-6)
        assert (one.rrw == math.inf) if off == 0 else (one.rrw == pytest.approx(top / off, rel=1e-6))


@settings(max_examples=80, deadline=None)
@given(trees(most_events=10))
def test_both_forms_read_back_as_the_same_tree(drawn):
    tree, _ = drawn
    for again in (read_mef(write_mef(tree).encode(), top=tree.top), read_text(write_text(tree))):
        assert (dict(again.gates), dict(again.houses), again.top) == (dict(tree.gates), dict(tree.houses), tree.top)
        assert dict(again.events) == dict(tree.events)


@settings(max_examples=40, deadline=None)
@given(trees(most_events=10, ops=COHERENT))
def test_bounds_of_a_coherent_tree_bound_it(drawn):
    result = analyse(drawn[0])
    assert result.coherent
    assert result.probability <= result.mcub + 1e-12
    assert result.mcub <= result.rare_event + 1e-12
