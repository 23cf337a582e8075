"""Events bound to observations, and the interval of the top: it covers the truth as often as it says."""

import numpy as np
import pytest

from lotproof.faulttree.analyse import analyse, changed, top_probability
from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.evidence import Binding, Observed, bindings_of, read_bindings, shared
from lotproof.faulttree.starting import starting_evidence, starting_tree, starting_trees
from lotproof.faulttree.text_read import read_text
from lotproof.faulttree.uncertain import top_of
from lotproof.rules.register import RULES
from lotproof.stats.exact import share_interval

TREE = read_text("T = and(or(a, b), c)\nevent a = ? [SN-03]\nevent b = ? [SN-03, SN-04]\nevent c = ?\n", "t")


def seen(name, hits, trials, level=1 - 0.05 / 3):
    return Observed(name, hits, trials, hits / trials, *share_interval(hits, trials, level), "share")


@pytest.mark.parametrize("name", starting_trees())
def test_every_event_of_a_starting_tree_is_bound_or_assumed_with_a_reason(name):
    tree = starting_tree(name)
    for event, binding in bindings_of(tree, read_bindings(starting_evidence(name), name), name).items():
        assert binding.bound or (binding.assume is not None and binding.why), event
        assert set(binding.codes) <= set(RULES)


def test_codes_of_the_tree_bind_what_the_file_leaves_out_and_shared_ones_are_told():
    bindings = bindings_of(TREE, {"c": Binding(assume=0.1, why="As measured elsewhere.")}, "t")
    assert bindings["b"].codes == ("SN-03", "SN-04") and not bindings["c"].bound
    assert shared(bindings) == {"a": ["b"], "b": ["a"]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[a]\ncode = 1", r"t: \[a\] has the key code, which is not known; known are assume, codes, events, exposure, kinds, of, why\."),
        ("[a]\ncodes = ['SN-03']\nevents = 'SELECT 1'", r"t: \[a\] has both codes and events; keep one of them\."),
        ("[a]\nassume = 2", r"t: \[a\] assumes 2; a probability lies between 0 and 1\."),
        ("a = 1", r"t: a stands outside of a table; write \[a\] and its keys below\."),
        ("[a", r"t: .*; write one table an event, such as \[file-rejected\]\."),
    ],
)
def test_a_wrong_file_gets_a_sentence(text, sentence):
    with pytest.raises(TreeError, match=sentence):
        read_bindings(text, "t")


def test_a_binding_of_no_event_gets_a_sentence():
    with pytest.raises(TreeError, match=r"t: \[x\] is no basic event of the tree T; names are case-sensitive\."):
        bindings_of(TREE, {"x": Binding()}, "t")


def test_the_top_has_its_best_value_bounds_around_it_and_what_matters_most():
    top = top_of(TREE, [seen("a", 2, 100), seen("b", 5, 100), seen("c", 10, 40)], 0.95, seed=3)
    assert top.point == pytest.approx((1 - 0.98 * 0.95) * 0.25)
    assert top.low < top.simulated_low < top.point < top.simulated_high < top.high
    assert [name for name, _, _ in top.matters] == ["c", "b", "a"]
    assert top.matters[0][2] == pytest.approx(1.0)
    assert top == top_of(TREE, [seen("a", 2, 100), seen("b", 5, 100), seen("c", 10, 40)], 0.95, seed=3)


def test_a_tree_with_negation_has_no_guaranteed_bounds():
    tree = read_text("T = and(a, not(b))\nevent a = ?\nevent b = ?\n")
    top = top_of(tree, [seen("a", 2, 10), seen("b", 3, 10)], 0.95, seed=1)
    assert (top.low, top.high) == (None, None) and 0 < top.simulated_low < top.simulated_high < 1


def test_a_rate_becomes_a_probability_over_the_mission_time():
    one = Observed("a", 3.0, 1_000.0, 1 - np.exp(-0.003 * 10), 0.0, 1.0, "rate", mission=10.0)
    tree = read_text("T = or(a, a)\nevent a = ?\n")
    top = top_of(tree, [one], 0.95, seed=1)
    assert top.simulated_low < one.point < top.simulated_high < 0.12


def test_over_many_sites_of_known_rates_both_intervals_cover_the_truth():
    truth = {"a": 0.05, "b": 0.02, "c": 0.3}
    exact = top_probability(changed(TREE, truth))
    chance = np.random.default_rng(7)
    bounds = simulated = 0
    for site in range(200):
        top = top_of(TREE, [seen(name, int(chance.binomial(60, p)), 60) for name, p in truth.items()], 0.95, seed=site, draws=800)
        bounds += top.low <= exact <= top.high
        simulated += top.simulated_low <= exact <= top.simulated_high
    assert bounds >= 190  # guaranteed at 95 %
    assert simulated >= 180  # close to 95 %, not guaranteed
    assert analyse(changed(TREE, truth)).probability == pytest.approx(exact)
