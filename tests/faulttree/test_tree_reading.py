"""Files of fault trees: what is read, and the sentence for what is not."""

import math
import re
from pathlib import Path

import pytest

from lotproof.draw.fault_tree import SHAPES
from lotproof.faulttree.analyse import analyse, changed, top_probability
from lotproof.faulttree.errors import OutOfBudget, TreeError
from lotproof.faulttree.expression import exponential, glm, weibull
from lotproof.faulttree.mef_read import read_mef
from lotproof.faulttree.mef_write import write_mef
from lotproof.faulttree.model import Event, Gate, Op, Tree
from lotproof.faulttree.periodic import periodic_test
from lotproof.faulttree.picture import picture
from lotproof.faulttree.starting import starting_tree, starting_trees
from lotproof.faulttree.text_read import read_text
from lotproof.faulttree.text_write import write_text
from lotproof.rules.register import RULES

DOCS = Path(__file__).parents[2] / "docs" / "fault-trees.md"


def mef(body):
    return f'<opsa-mef>\n<define-fault-tree name="t">\n{body}\n</define-fault-tree>\n</opsa-mef>'.encode()


def gate(name, formula):
    return f'<define-gate name="{name}">{formula}</define-gate>'


E1 = '<basic-event name="e1"/>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<opsa-mef>", "the file, line 1: this is not well-formed XML"),
        (b"<model/>", "the document begins with <model>, not with <opsa-mef>; it is no Open-PSA file."),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><opsa-mef/>', "it has a document type declaration, which could define entities; remove the DOCTYPE"),
        (mef(""), "the file: there is no gate in it; a fault tree has at least one."),
        (mef(gate("g", f"<pand>{E1}{E1}</pand>")), "line 3: pand is a dynamic gate: its result depends on the order in which events happen"),
        (mef(gate("g", f"<foo>{E1}</foo>")), 'line 3: "foo" is no operator that a static fault tree has; it can be and, or, atleast'),
        (mef(gate("g", f"<xor>{E1}{E1}{E1}</xor>")), '"g" (xor) has 3 inputs; it takes exactly 2. What more inputs mean is not agreed'),
        (mef(gate("g", f'<atleast min="4">{E1}{E1}</atleast>')), '"g" (atleast) asks for 4 of 2 inputs; ask for 1 to 2.'),
        (mef(gate("g", f'<atleast min="x">{E1}{E1}</atleast>')), 'line 3: <atleast> has min="x"; it must be a whole number.'),
        (mef(gate("g", E1) + "\n" + gate("g", E1)), 'line 4: "g" is defined already in line 3; rename one of them.'),
        (mef(gate("g", E1) + gate("h", E1)), "2 gates are used by no other (g, h); name the top gate (--top)."),
        (mef(gate("g", '<gate name="h"/>') + gate("h", '<gate name="g"/>')), "line 3: the gates g > h > g form a circle; a fault tree has none."),
        (mef(gate("g", E1) + '<define-CCF-group name="c" model="beta-factor"/>'), "<define-CCF-group> is not supported, and groups of common"),
        (
            mef(gate("g", E1) + '<define-basic-event name="e1"><uniform-deviate><float value="0"/></uniform-deviate></define-basic-event>'),
            "<uniform-deviate> is no probability model that is known here",
        ),
    ],
)
def test_a_bad_document_gets_a_sentence(data, sentence):
    with pytest.raises(TreeError) as caught:
        read_mef(data)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('g = and(a, b\n', 'the text, line 1: "," is expected, here stands "the end".'),
        ("g = and(a, b) c", 'line 1: the statement should end here, but "c" follows.'),
        ("\n\ng = spare(a, b)", "line 3: spare is a dynamic gate"),
        ("g = atleast(a, b)", 'line 1: ";" is expected, here stands ",".'),
        ("g = or(a, b)\nevent a = 1.5", 'Basic event "a" has the probability 1.5; it must lie between 0 and 1. Is it a rate without a time?'),
        ("g = or(a, b)\nevent a = exponential(1)", "line 2: exponential has 1 arguments; it takes 2."),
        ("g = or(a, b)\nevent a = rate", 'Parameter "rate" is not defined; define it or write a number.'),
        ("g = or(a, b)\nevent a = x\nparameter x = y\nparameter y = x", "refers to itself in a circle; break it with a number."),
        ('g = or(a, "b', "line 1: a quote is opened and not closed"),
        ("g = " + "not(" * 200 + "a" + ")" * 200, "formulas are nested more than 100 deep; give the inner ones names."),
    ],
)
def test_a_bad_text_gets_a_sentence(text, sentence):
    with pytest.raises(TreeError) as caught:
        analyse(read_text(text))
    assert sentence in str(caught.value)


def test_the_example_of_the_page_reads_and_both_forms_keep_it():
    text = re.search(r"```\n(tree .*?)```", DOCS.read_text(encoding="utf-8"), re.S)[1]
    tree = read_text(text)
    assert read_text(write_text(tree)) == tree
    again = read_mef(write_mef(tree).encode())
    assert (again.gates, again.events, again.houses, again.parameters, again.mission_time) == (
        tree.gates, tree.events, tree.houses, tree.parameters, tree.mission_time,
    )  # fmt: skip
    link, tested = 1 - math.exp(-0.072), 1 - math.exp(-0.0024)
    pair = 1 - (1 - link) ** 2 * (1 - tested) - 2 * link * (1 - link) * (1 - tested) - (1 - link) ** 2 * tested
    assert analyse(tree).probability == pytest.approx(0.05 * (1 - 0.998 * (1 - 0.01 * 0.05) * (1 - pair)), rel=1e-12)


def test_models_give_the_values_of_their_formulas():
    assert exponential(1e-3, 1000) == pytest.approx(1 - math.exp(-1))
    assert weibull(1000, 2, 0, 1000) == pytest.approx(1 - math.exp(-1))
    assert weibull(1000, 2, 50, 40) == 0
    assert glm(0.2, 0, 0, 10) == 0.2
    assert glm(0, 1e-3, 1e-2, 1e9) == pytest.approx(1e-3 / 1.1e-2)
    assert periodic_test(0.1, 1, 2, 5) == pytest.approx(1 - math.exp(-0.1))


def _in_small_steps(rate: float, repair: float, interval: float, first: float, time: float) -> float:
    """The three states by Euler's method: works, failed and hidden, in repair; each test finds what is hidden."""
    step, works, hidden, repairing = 1e-4, 1.0, 0.0, 0.0
    tests = {round((first + number * interval) / step) for number in range(int(time / interval) + 2)}
    for moment in range(round(time / step)):
        if moment in tests:
            hidden, repairing = 0.0, repairing + hidden
        failed, mended = works * rate * step, repairing * repair * step
        works, hidden, repairing = works - failed + mended, hidden + failed, repairing - mended
    return 1 - works


@pytest.mark.parametrize("args", [(0.1, 0.5, 2, 1, 0.5), (0.1, 0.5, 2, 1, 4.5), (0.3, 0.3, 1.5, 2, 7.2), (0.05, 4, 3, 1, 9.9)])
def test_periodic_tests_with_repair_are_the_chain_in_small_steps(args):
    assert periodic_test(*args) == pytest.approx(_in_small_steps(*args), abs=2e-4)


def test_a_test_that_finds_everything_at_once_is_the_model_with_five_arguments():
    assert periodic_test(0.1, 0.1, 0.5, 2, 1, 0, 0, 1, 1, 0, 4.5) == pytest.approx(periodic_test(0.1, 0.5, 2, 1, 4.5))


def test_a_chain_of_twenty_thousand_gates_is_no_matter_of_depth():
    gates = {f"g{n}": Gate(Op.OR if n % 2 else Op.AND, (f"g{n + 1}", f"e{n % 40}")) for n in range(20_000)}
    gates["g20000"] = Gate(Op.OR, ("e0", "e1"))
    tree = Tree("deep", "g0", gates, {f"e{n}": Event() for n in range(40)})
    assert analyse(tree).minimal_cut_sets == len(analyse(read_text(write_text(tree))).listed)


def test_a_barrier_on_and_off():
    tree = read_text("t = and(fails, barrier)\nevent fails = 0.1\nevent barrier = 0.01")
    assert top_probability(changed(tree, {"barrier": True})) == 0.1
    assert top_probability(changed(tree, {"barrier": False})) == 0
    assert top_probability(changed(tree, {"barrier": 0.5})) == 0.05
    with pytest.raises(TreeError, match='"t" is the top event itself; change what is below it'):
        changed(tree, {"t": True})
    with pytest.raises(TreeError, match='"x" is neither a gate nor an event of this tree'):
        changed(tree, {"x": True})


def test_a_limit_of_time_tells_what_is_known():
    calls = iter(range(10**9))

    def ask():
        if next(calls) > 0:
            raise OutOfBudget("the time limit of 1 seconds was met")

    result = analyse(starting_tree(starting_trees()[0]), ask)
    assert result.minimal_cut_sets is None
    assert "the time limit of 1 seconds was met" in result.notes[-1]


@pytest.mark.parametrize("name", starting_trees())
def test_every_starting_tree_names_codes_that_exist_and_is_drawn(name):
    tree = starting_tree(name)
    assert [code for event in tree.events.values() for code in event.codes if code not in RULES] == []
    assert analyse(tree).minimal_cut_sets
    assert not tree.warnings
    drawing = picture(tree)
    assert drawing == picture(tree)
    assert f">{tree.label}</title>" in drawing
    assert all(gate.label in drawing.split("</desc>")[0] for gate in tree.gates.values())


def test_an_undeveloped_event_stays_one_in_both_forms_and_is_a_diamond():
    tree = read_text('tree t\ntop a\na = or(b, c)\nevent b = 0.5\nundeveloped c = ? "Barrier of the partner" [SN-01]\n')
    assert tree.events["c"] == Event(None, "Barrier of the partner", ("SN-01",), undeveloped=True)
    assert read_text(write_text(tree)) == tree
    assert read_mef(write_mef(tree).encode()) == tree
    drawn = picture(tree)
    assert [drawn.count(f"{SHAPES[kind]}") for kind in ("event", "undeveloped", "house")] == [1, 1, 0]
