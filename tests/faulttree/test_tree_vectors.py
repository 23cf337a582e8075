"""Trees with known answers, read in place beside the checkout and skipped where they are absent: counts equal, probability to 1e-9."""

import csv
import json
from pathlib import Path

import pytest

from lotproof.faulttree.analyse import analyse, event_probabilities, reached_events
from lotproof.faulttree.graph import graph_of
from lotproof.faulttree.measure import cuts, probability
from lotproof.faulttree.mef_read import read_mef
from lotproof.faulttree.mef_write import write_mef
from lotproof.faulttree.solve import solved
from lotproof.faulttree.text_read import read_text
from lotproof.faulttree.text_write import write_text

VECTORS = Path("/work/shared/vectors/fta")
SLOW = {"cea9601"}


def _rows():
    if not (VECTORS / "expected.csv").exists():
        return []
    with open(VECTORS / "expected.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if row["mcs_verified"]]


ROWS = _rows()


@pytest.mark.skipif(not ROWS, reason="the vectors are not beside this checkout")
@pytest.mark.parametrize("row", [pytest.param(row, id=row["tree"], marks=[pytest.mark.slow] * (row["tree"] in SLOW)) for row in ROWS])
def test_a_tree_is_counted_to_the_integer_and_its_probability_is_exact(row):
    tree = read_mef((VECTORS / "trees" / f"{row['tree']}.xml").read_bytes())
    names = reached_events(tree)
    found = solved(graph_of(tree, {name: place for place, name in enumerate(names, 1)}), lambda: None)
    assert probability(found, event_probabilities(tree, names)[0]) == pytest.approx(float(row["p_verified"]), rel=1e-9)
    family = cuts(found, lambda: None)
    assert family.count == int(row["mcs_verified"])
    assert family.by_order == {int(order): count for order, count in json.loads(row["mcs_by_order"]).items()}


@pytest.mark.skipif(not ROWS, reason="the vectors are not beside this checkout")
@pytest.mark.parametrize("name", ["chinese", "das9601", "isp9605", "nus9601"])
def test_a_tree_of_the_field_reads_back_from_both_forms(name):
    tree = read_mef((VECTORS / "trees" / f"{name}.xml").read_bytes())
    for again in (read_mef(write_mef(tree).encode()), read_text(write_text(tree))):
        assert (dict(again.gates), dict(again.events), again.top) == (dict(tree.gates), dict(tree.events), tree.top)


@pytest.mark.skipif(not ROWS, reason="the vectors are not beside this checkout")
def test_eighty_two_thousand_million_cut_sets_are_counted_and_the_first_ones_listed():
    result = analyse(read_mef((VECTORS / "trees" / "das9209.xml").read_bytes()), most=50)
    assert result.minimal_cut_sets == 82_000_000_000
    assert len({one.events for one in result.listed}) == 50
    assert "of 82,000,000,000 minimal cut sets" in result.notes[-1]
