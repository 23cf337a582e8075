"""Charts: rare events, short runs, estimators, dispersion, limit sets, capability, budgets; and what they refuse."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from lotproof.stats.charts import kinds
from lotproof.stats.charts.budget import Watched, budget
from lotproof.stats.charts.capability import capability, of_counts
from lotproof.stats.charts.dispersion import dispersion
from lotproof.stats.charts.limits import Exclusion, LimitSet, digest, from_json, in_force, replay, to_json
from lotproof.stats.charts.rules import fires, panel_signals, rule_set
from lotproof.stats.charts.runlength import of_rules
from lotproof.stats.charts.values import Parameters, Series
from lotproof.stats.problem import MethodProblem


def values(*points: float) -> Series:
    return Series(np.array(points, dtype=float))


def test_g_chart_percentiles_are_those_of_the_geometric_law() -> None:
    mean = 6.5
    panel = kinds.make(Parameters("g", mean, 0.0, estimator="geometric, percentile"), values(*range(60))).panels[0]
    share = 1 / (mean + 1)
    at_most = [1 - (1 - share) ** (y + 1) for y in range(60)]
    assert panel.upper[0] == next(y for y, p in enumerate(at_most) if p >= 0.99865010196837)
    assert panel.lower[0] == 0
    assert panel.center[0] == next(y for y, p in enumerate(at_most) if p >= 0.5)
    assert [signal.index - 1 for signal in panel_signals(panel, rule_set("limits"))] == list(range(int(panel.upper[0]) + 1, 60))


def test_g_chart_of_benneyan() -> None:
    panel = kinds.make(kinds.estimate("g", values(3, 5, 7), method="benneyan"), values(3, 5, 7)).panels[0]
    assert panel.upper[0] == pytest.approx(5 + 3 * math.sqrt(30))
    assert panel.lower[0] == 0.0


def test_t_chart_finds_the_weibull_law_of_greatest_likelihood() -> None:
    made_up = np.random.default_rng(3).weibull(1.7, 400) * 12.0
    found = kinds.estimate("t", Series(made_up))
    shape, scale = found.extra["shape"], found.extra["scale"]
    logs = np.log(made_up)
    powers = made_up**shape
    assert (powers * logs).sum() / powers.sum() - 1 / shape - logs.mean() == pytest.approx(0, abs=1e-9)
    assert scale == pytest.approx(powers.mean() ** (1 / shape))
    panel = kinds.make(found, Series(np.append(made_up, [1e-3, 60.0]))).panels[0]
    assert [signal.side for signal in panel_signals(panel, rule_set("limits"))][-2:] == ["below", "above"]


def test_t_chart_refuses_what_has_no_law() -> None:
    with pytest.raises(MethodProblem, match=r"^Point 2: no time at all between two events has no Weibull law; state times more finely, or use --method power\.$"):
        kinds.estimate("t", values(3.0, 0.0, 2.0))
    assert kinds.estimate("t", values(3.0, 0.0, 2.0), method="power").center > 0


def test_subgroups_of_unequal_size_and_their_estimators() -> None:
    groups = Series(np.array([[1.0, 2.0, 3.0], [2.0, 4.0, np.nan], [3.0, 3.5, 5.0]]))
    panel, spread = kinds.make(kinds.estimate("xbar-s", groups), groups).panels
    assert panel.center[0] == pytest.approx(np.nanmean(groups.values))
    assert (panel.upper[1] - panel.center[1]) / (panel.upper[0] - panel.center[0]) == pytest.approx(math.sqrt(3 / 2))
    sigmas = {name: kinds.estimate("xbar-s", groups, estimator=name).sigma for name in ("average", "pooled", "mvlue")}
    assert len(set(sigmas.values())) == 3
    assert not spread.runs


def test_short_runs_stand_on_one_scale() -> None:
    series = Series(np.array([10.0, 11, 10, 50, 55, 45]), parts=("a", "a", "a", "b", "b", "b"))
    found = kinds.estimate("short-run", series)
    panel = kinds.make(found, series).panels[0]
    assert panel.statistic[1] == pytest.approx((11 - 31 / 3) / (1.0 / 1.128))
    with pytest.raises(MethodProblem, match=r"^The limits know no product c; make limits from points that have it, or leave it out\.$"):
        kinds.make(found, Series(np.array([1.0]), parts=("c",)))
    deviations = Series(np.array([10.1, 20.2, 9.9]), targets=np.array([10.0, 20.0, 10.0]))
    assert kinds.estimate("dnom", deviations).center == pytest.approx(0.2 / 3)


def test_the_dispersion_test_proposes_the_chart() -> None:
    source = np.random.default_rng(5)
    sizes = np.full(40, 200_000.0)
    chance = source.binomial(200_000, 0.01, 40).astype(float)
    assert dispersion(Series(chance, sizes)).proposed == "p"
    days = source.binomial(200_000, source.normal(0.01, 0.001, 40)).astype(float)
    found = dispersion(Series(days, sizes))
    assert (found.proposed, found.sigma_z > 2) == ("laney-p", True)
    assert dispersion(Series(np.array([0.0, 1, 0, 0]), np.full(4, 1000.0))).proposed == "g"
    assert dispersion(Series(chance, sizes), defectives=False).proposed == "u"


def limit_set(**changes: object) -> LimitSet:
    told = {"chart": "no reads, line 3", "parameters": Parameters("i-mr", 0.0, 1.0), "baseline": "0" * 64, "effective_from": "2026-01-01", "approved_by": "qa"}
    return LimitSet(**{**told, **changes})  # type: ignore[arg-type]


def test_limit_sets_are_immutable_and_name_what_they_replace() -> None:
    first = limit_set(exclusions=(Exclusion("2026-01-03", "camera covered", "qa"),))
    second = limit_set(parameters=Parameters("i-mr", 5.0, 1.0), effective_from="2026-02-01", supersedes=first.name, change="CC-17: new camera")
    assert from_json(to_json(second)) == second
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.width = 2.0  # type: ignore[misc]
    with pytest.raises(MethodProblem, match="does not say what it said when it was named: it was changed"):
        from_json({**to_json(first), "width": 2.0})
    assert in_force([first, second], "2026-01-31") is first
    assert in_force([first, limit_set(effective_from="2026-02-01", approved_by="")], "2026-03-01") is first
    with pytest.raises(MethodProblem, match=r"^The limit set \w{12} should replace \w{12}, but names no other\.$"):
        replay([first, limit_set(effective_from="2026-02-01")], values(1.0), ["2026-01-02"])


def test_every_past_verdict_comes_out_again_when_limits_change() -> None:
    first = limit_set()
    second = limit_set(parameters=Parameters("i-mr", 5.0, 1.0), effective_from="2026-02-01", supersedes=first.name)
    times = [f"2026-01-{day:02}" for day in range(26, 32)] + [f"2026-02-{day:02}" for day in range(1, 7)]
    series = values(*[0.5] * 6, *[5.5] * 6)
    judged = replay([first, second], series, times)
    assert [(part.first, part.limits is second) for part in judged] == [(1, False), (7, True)]
    # six and six on one side are no run of eight: runs do not reach over a change of limits
    assert [signal.index for part in judged for signal in part.signals if signal.panel == "value"] == []
    before = replay([first], series.take(slice(0, 6)), times[:6])
    assert before[0].signals == judged[0].signals
    with pytest.raises(MethodProblem, match=r"^Point 1 \(2025-12-31\) lies before the first limit set \(2026-01-01\); leave it out\.$"):
        replay([first], values(1.0), ["2025-12-31"])


def test_the_baseline_has_a_digest_that_knows_missing_values() -> None:
    groups = Series(np.array([[1.0, np.nan], [2.0, 3.0]]))
    assert digest(groups) == digest(Series(groups.values.copy())) != digest(Series(np.array([[1.0, 0.0], [2.0, 3.0]])))


def test_capability_of_a_stable_process_only() -> None:
    sample = np.random.default_rng(1).normal(10, 1, 200)
    found = capability(sample, 1.0, 5.0, 14.0, 0)
    assert found.cp == pytest.approx(1.5)
    assert found.cpk == pytest.approx((14 - sample.mean()) / 3)
    assert found.cpk_interval[0] < found.cpk < found.cpk_interval[1]
    assert capability(sample, 1.0, None, 14.0, 0).cp is None
    with pytest.raises(MethodProblem, match=r"^The chart has 2 signals: a process that is not stable has no capability; find their causes first\.$"):
        capability(sample, 1.0, 5.0, 14.0, 2)
    counts = of_counts(3, 1_000_000)
    assert counts.ppm == pytest.approx(3.0)
    assert counts.interval == pytest.approx((0.6186721, 8.767273), rel=1e-3)


def test_a_hundred_hourly_charts_with_all_western_electric_rules_cry_wolf_26_times_a_day() -> None:
    told = budget([Watched("cameras", 100, 24, of_rules(rule_set("western-electric")))], bearable=2)
    assert round(told["false_signals_a_day"]) == 26
    assert not told["holds"]
    assert told["run_length_needed"] == 1200


def test_rules_say_the_same_of_many_charts_and_of_one() -> None:
    z = np.random.default_rng(2).normal(0, 1.3, size=(20, 300))
    for rule in rule_set("nelson").rules:
        above, below = fires(z, rule)
        for chart in range(20):
            one = fires(z[chart], rule)
            assert (above[chart] == one[0]).all()
            assert (below[chart] == one[1]).all()


def test_rules_against_their_own_words() -> None:
    """Each rule read literally over windows, as a second way."""
    z = np.random.default_rng(4).normal(0, 1.2, 4000)
    for rule in rule_set("nelson").rules:
        above, below = fires(z, rule)
        for at in range(len(z)):
            window = z[max(0, at + 1 - rule.window) : at + 1]
            steps = np.diff(window)
            full = len(window) == rule.window
            literal = {
                "beyond": (window > rule.zone).sum() >= rule.need and z[at] > rule.zone,
                "within": full and (np.abs(window) < rule.zone).all(),
                "outside": full and (np.abs(window) > rule.zone).all(),
                "trend": full and (steps > 0).all(),
                "alternate": full and (steps[1:] * steps[:-1] < 0).all(),
            }[rule.shape]
            assert above[at] == literal, (rule, at)
            if rule.shape == "trend":
                assert below[at] == (full and (steps < 0).all())


@pytest.mark.parametrize(
    ("kind", "series", "sentence"),
    [
        ("p", Series(np.array([5.0]), np.array([4.0])), "Point 1: 5 of 4 is more than all; where one unit can have several defects, use u."),
        ("u", Series(np.array([5.0]), np.array([0.0])), "Point 1: a size of 0 is none to divide by; leave points without units out."),
        ("p", Series(np.array([5.0])), "A p chart needs the size of each point (how many were looked at); name its column with --size."),
        ("np", Series(np.array([1.0, 2]), np.array([4.0, 5])), "An np chart needs samples of one size, and these vary; use a p chart."),
        ("c", Series(np.array([1.0, -2])), "Point 2: -2 is no count; a c chart counts events, from 0 up."),
        ("i-mr", Series(np.array([1.0])), "An I-MR chart needs at least 2 values to see how they move; take more points."),
        ("xbar-r", Series(np.array([[1.0, np.nan]])), "Point 1 has fewer than 2 measurements; fill the subgroup or leave the point out."),
        ("c", Series(np.array([])), "There is no point to make limits from."),
    ],
)
def test_what_a_chart_refuses(kind: str, series: Series, sentence: str) -> None:
    with pytest.raises(MethodProblem) as told:
        parameters = kinds.estimate(kind, series)
        kinds.make(parameters, series)
    assert str(told.value) == sentence


def test_names_of_charts_however_they_are_spelled() -> None:
    assert [kinds.kind_name(word) for word in ("p'", "Laney P", "I_MR", "XbarR", "imr", "U'")] == ["laney-p", "laney-p", "i-mr", "xbar-r", "i-mr", "laney-u"]
    with pytest.raises(MethodProblem, match=r'^There is no chart "pie"; known are p, np, u, c, laney-p'):
        kinds.kind_name("pie")
