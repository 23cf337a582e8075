"""Charts against R qcc 3.0, R spc 0.6.7, Champ and Woodall (1987), Laney's formula, the NIST handbook and Montgomery."""

from __future__ import annotations

import csv
import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lotproof.stats.charts import constants, kinds, memory, runlength
from lotproof.stats.charts.rules import RULE_SETS, RuleSet, panel_signals, rule_set
from lotproof.stats.charts.values import Parameters, Series

VECTORS = Path("/work/shared/vectors/spc")
here = pytest.mark.skipif(not VECTORS.is_dir(), reason="the expected values are not beside this checkout")
WORST = 6e-5
"""The printed run lengths have four decimals."""


def numbers(text: str) -> Any:
    return np.array([float(word) for word in text.split()])


def series_of(case: dict[str, Any]) -> tuple[str, Series]:
    statistic = np.array(case["statistics"], dtype=float)
    size = {"p": 50, "np": 50, "u": 5}.get(case["type"])
    if size is None:
        return {"xbar.one": "i-mr"}.get(case["type"], case["type"]), Series(statistic)
    counts = statistic if case["type"] == "np" else np.round(statistic * size)
    return case["type"], Series(counts, np.full(len(counts), float(size)))


def shewhart_cases() -> list[dict[str, Any]]:
    return json.loads((VECTORS / "shewhart_expected.json").read_text())["cases"] if VECTORS.is_dir() else []


@here
@pytest.mark.parametrize("case", shewhart_cases(), ids=lambda case: case["id"])
def test_limits_and_signals_as_qcc_has_them(case: dict[str, Any]) -> None:
    kind, series = series_of(case)
    baseline = series.take(slice(0, 20)) if case["id"].endswith("phase2") else series
    panel = kinds.make(kinds.estimate(kind, baseline), series).panels[0]
    assert panel.center[0] == pytest.approx(case["center"], rel=1e-11)
    assert list(panel.lower[:1]) == pytest.approx(case["lcl"], rel=1e-11)
    assert list(panel.upper[:1]) == pytest.approx(case["ucl"], rel=1e-11)
    assert list(np.flatnonzero((panel.statistic > panel.upper) | (panel.statistic < panel.lower)) + 1) == case["beyond_limits_index"]
    for key, name in (("we_rule_per_point", "western-electric"), ("nelson_rule_per_point", "nelson")):
        first: dict[int, int] = {}
        for signal in panel_signals(panel, rule_set(name)):
            first.setdefault(signal.index, int(signal.rule))
        assert [first.get(at) for at in range(1, len(series) + 1)] == case[key], name


@here
def test_run_lengths_of_ewma_cusum_and_limits_as_r_spc_has_them() -> None:
    with (VECTORS / "arl_reference.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 80
    for row in rows:
        delta = float(row["delta"])
        if row["chart"] == "SHEWHART":
            length = runlength.shewhart(float(row["param1"]), delta)
        else:
            function = runlength.ewma if row["chart"] == "EWMA" else runlength.cusum
            length = function(float(row["param1"]), float(row["param2"]), delta)
        assert length == pytest.approx(float(row["arl"]), abs=WORST), row


@here
def test_run_lengths_of_rule_sets_as_the_vectors_have_them() -> None:
    with (VECTORS / "western_electric_arl.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 129
    for row in rows:
        rules = rule_set("nelson", ["1", "2"]) if "run9" in row["rules"] else rule_set("western-electric", row["rules"].split("+"))
        assert runlength.of_rules(rules, float(row["delta"])) == pytest.approx(float(row["arl"]), abs=WORST), row


@pytest.mark.parametrize(
    ("rules", "printed"),
    [("1", 370.40), ("12", 225.44), ("13", 166.05), ("14", 152.73), ("123", 132.89), ("124", 122.05), ("134", 105.78), ("1234", 91.75)],
)
def test_the_eight_run_lengths_of_champ_and_woodall(rules: str, printed: float) -> None:
    assert round(runlength.of_rules(rule_set("western-electric", list(rules))), 2) == printed


def test_simulations_agree_with_the_exact_chains() -> None:
    for name, only in (("western-electric", ()), ("nelson", ("1", "2", "5", "6", "7", "8"))):
        rules = rule_set(name, only)
        made_up = runlength.simulated(rules, charts=3000, seed=7)
        assert abs(made_up.length - runlength.of_rules(rules)) < 4 * made_up.error, name


def test_a_trend_has_no_finite_chain() -> None:
    with pytest.raises(ValueError, match=r"^Rule 3 \(6 points in a row steadily rising or falling\) remembers values, not zones: its run length"):
        runlength.of_rules(RULE_SETS["nelson"])


def test_laney_limits_by_hand() -> None:
    """Laney (2002): the moving ranges of the z-scores of each point give sigma_z, by which the classic limits are widened."""
    counts, sizes = [4, 9, 2, 7, 5, 11], [100, 200, 50, 150, 120, 180]
    center = sum(counts) / sum(sizes)
    sigma = [math.sqrt(center * (1 - center) / size) for size in sizes]
    z = [(count / size - center) / each for count, size, each in zip(counts, sizes, sigma, strict=True)]
    sigma_z = sum(abs(after - before) for before, after in itertools.pairwise(z)) / 5 / 1.128
    series = Series(np.array(counts, float), np.array(sizes, float))
    estimated = kinds.estimate("laney-p", series)
    assert estimated.sigma_z == pytest.approx(sigma_z, rel=1e-12)
    panel = kinds.make(estimated, series).panels[0]
    assert list(panel.upper) == pytest.approx([center + 3 * each * sigma_z for each in sigma], rel=1e-12)


@here
def test_laney_limits_of_very_large_samples_from_their_frozen_parameters() -> None:
    """The counts of the NHS example are not in the vectors; its sizes follow from the classic limits, its limits from these."""
    expected = json.loads((VECTORS / "laney_expected.json").read_text())["cases"]["nhs_accidents_p"]
    center = expected["center"]
    sigma = math.sqrt(center * (1 - center))
    sizes = (3 * sigma / (np.array(expected["ucl_classic"]) - center)) ** 2
    assert list(sizes) == pytest.approx(list(np.round(sizes)), rel=1e-9)
    frozen = Parameters("laney-p", center, sigma, expected["sigma_z_1_128"])
    panel = kinds.make(frozen, Series(sizes * center, sizes)).panels[0]
    assert list(panel.upper) == pytest.approx(expected["ucl"], rel=1e-9)
    assert list(panel.lower) == pytest.approx(expected["lcl"], rel=1e-9)


def test_orange_juice_after_its_causes_were_found() -> None:
    """Montgomery, example 7.1: without 15 and 23 the mean is .2150, and point 21 of the rest lies out."""
    counts = numbers("12 15 8 10 4 7 16 9 14 10 5 6 17 12 22 8 10 5 13 11 20 18 24 15 9 12 7 13 9 6")
    kept = np.array([at not in (15, 23) for at in range(1, 31)])
    rest = Series(counts, np.full(30, 50.0)).take(kept)
    panel = kinds.make(kinds.estimate("p", rest), rest).panels[0]
    assert [round(v, 6) for v in (panel.center[0], panel.lower[0], panel.upper[0])] == [0.215, 0.040703, 0.389297]
    assert [signal.index for signal in panel_signals(panel, rule_set("limits"))] == [20]


def test_the_nist_example_of_an_ewma() -> None:
    values = numbers("52.0 47.0 53.0 49.3 50.1 47.0 51.0 50.1 51.2 50.5 49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4 53.6 52.1")
    frozen = Parameters("ewma", 50.0, 2.0539, extra={"lambda": 0.3, "width": 3.0, "exact": 0.0})
    panel = kinds.make(frozen, Series(values)).panels[0]
    printed = numbers("50.60 49.52 50.56 50.18 50.16 49.21 49.75 49.85 50.26 50.33 50.11 49.36 49.52 50.05 49.38 49.92 50.73 51.23 51.94 51.99")
    assert list(panel.statistic) == pytest.approx(list(printed), abs=0.0051)
    assert (round(panel.upper[0], 4), round(panel.lower[0], 4)) == (52.5884, 47.4116)
    assert not panel_signals(panel, rule_set("limits"))


def test_the_nist_example_of_a_cusum_signals_at_group_14() -> None:
    means = numbers(
        "324.925 324.675 324.725 324.350 325.350 325.225 324.125 324.525 325.225 324.600 324.625 325.150 328.325 327.250 327.825 328.500 "
        "326.675 327.775 326.875 328.350"
    )
    frozen = Parameters("cusum", 325.0, 0.635, extra={"k": 0.5, "h": 4.1959 / 0.635, "head": 0.0})
    found = panel_signals(kinds.make(frozen, Series(means)).panels[0], rule_set("limits"))
    assert found[0].index == 14
    assert memory.cusum(means - 325.0, 0.3175)[0][13] == pytest.approx(4.94, abs=1e-9)


def test_piston_rings_as_qcc_has_them_from_their_means_and_mean_range() -> None:
    """Montgomery, table 6.3: R-bar .02276 of 25 groups of 5; limits of qcc with d2 of 5 values."""
    sigma = 0.02276 / constants.d2(5)
    groups = Series(np.full((1, 5), 74.001176))
    mean, spread = kinds.make(Parameters("xbar-r", 74.001176, sigma), groups).panels
    assert (round(mean.upper[0], 6), round(mean.lower[0], 6)) == (74.014304, 73.988048)
    assert round(spread.center[0], 5) == 0.02276


def test_constants_as_tables_print_them() -> None:
    assert [round(constants.d2(n), 3) for n in (2, 3, 4, 5, 10, 25)] == [1.128, 1.693, 2.059, 2.326, 3.078, 3.931]
    assert [round(constants.d3(n), 3) for n in (2, 3, 4, 5, 10, 25)] == [0.853, 0.888, 0.88, 0.864, 0.797, 0.708]
    assert [round(constants.c4(n), 4) for n in (2, 5, 25)] == [0.7979, 0.94, 0.9896]
    assert round(3 / constants.d2(2), 4) == 2.6587
    assert round(1 + 3 * constants.d3(3) / constants.d2(3), 4) == 2.5746
    assert constants.d2(2) == pytest.approx(2 / math.sqrt(math.pi), abs=1e-12)


def test_rule_sets_differ_where_they_should() -> None:
    """Eight on one side: Western Electric 4, not Nelson 2. Six points are five steps."""
    eight = Parameters("i-mr", 0.0, 1.0)
    panel = kinds.make(eight, Series(numbers(".5 .6 .5 .6 .5 .6 .5 .6"))).panels[0]
    assert [(signal.index, signal.rule) for signal in panel_signals(panel, rule_set("western-electric"))] == [(8, "4")]
    assert panel_signals(panel, rule_set("nelson")) == []
    assert [(s.index, s.rule) for s in panel_signals(panel, rule_set("aiag"))] == [(7, "2"), (8, "2")]
    six = kinds.make(eight, Series(numbers("-.6 -.4 -.2 .2 .4 .6"))).panels[0]
    assert [(signal.index, signal.rule, signal.side) for signal in panel_signals(six, rule_set("nelson"))] == [(6, "3", "rising")]


def test_every_rule_names_its_source() -> None:
    assert all(isinstance(rules, RuleSet) and rules.source for rules in RULE_SETS.values())
