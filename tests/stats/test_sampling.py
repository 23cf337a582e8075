"""Sampling against MIL-STD-105E, R AcceptanceSampling, R binom.test, Wald; switching; selections; judgements."""

from __future__ import annotations

import csv
import hashlib
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest

from lotproof.stats.exact import share_interval
from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling import confidence, curves, evaluate, find, select, switching, tables

VECTORS = Path("/work/shared/vectors/sampling")
here = pytest.mark.skipif(not VECTORS.is_dir(), reason="the expected values are not beside this checkout")


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@here
@pytest.mark.parametrize("severity", ["normal", "tightened"])
def test_every_cell_of_the_master_tables(severity: str) -> None:
    cells = rows(f"single_{severity}.csv")
    assert len(cells) == 416
    for row in cells:
        plan = tables.single_plan(row["code_letter"], row["aql"], severity)
        assert (plan.plan_letter, plan.n, plan.accept, plan.reject, plan.path) == (
            row["plan_letter"], int(row["n"]), int(row["Ac"]), int(row["Re"]), row["arrow_path"]
        ), row  # fmt: skip


@here
def test_every_code_letter() -> None:
    for row in rows("code_letters.csv"):
        for level in tables.LEVELS:
            for edge in (row["lot_min"], row["lot_max"].replace("inf", "9999999")):
                assert tables.code_letter(int(edge), level) == row[level], row


def test_reduced_plans_end_and_say_that_they_were_not_checked() -> None:
    for letter in tables.LETTERS:
        for aql in tables.AQLS:
            for edition in tables.EDITIONS:
                plan = tables.single_plan(letter, aql, "reduced", edition)
                assert plan.accept < plan.reject
                assert plan.warnings
    assert tables.single_plan("J", "1.0", "reduced").n == 32


@here
def test_points_of_curves_as_r_has_them() -> None:
    points = rows("oc_points.csv")
    assert len(points) == 200
    for row in points:
        chance = curves.accepted(int(row["n"]), int(row["c"]), float(row["p_or_D"]), row["dist"], int(row["N"]) if row["N"] else None)
        assert chance == pytest.approx(float(row["Pa"]), abs=1e-9), row


@here
def test_samples_of_zero_acceptance() -> None:
    """All cells but one: of 150 with 1 wrong, 135 leave a risk of exactly 15/150 = 0.10; the file's 136 is a last bit (docs/sampling.md)."""
    cells = rows("c0_hypergeometric.csv")
    assert len(cells) == 168
    for row in cells:
        lot, wrong = int(row["N"]), int(row["D"])
        expected = 135 if (lot, wrong, row["beta"]) == (150, 1, "0.1") else int(row["n"])
        assert find.smallest_sample(lot, wrong, float(row["beta"])) == expected, row
    assert Fraction(comb(149, 135), comb(150, 135)) == Fraction(1, 10)


@here
def test_bounds_of_shares_as_r_has_them() -> None:
    for row in rows("clopper_pearson.csv"):
        wrong, n, level = int(row["x"]), int(row["n"]), float(row["conf"])
        low, high = (0.0, confidence.upper_share(wrong, n, level)) if row["side"] == "upper" else share_interval(wrong, n, level)
        assert (low, high) == pytest.approx((float(row["lower"]), float(row["upper"])), rel=1e-9, abs=1e-12), row


@here
def test_sequential_plans_of_wald() -> None:
    for row in rows("sprt.csv"):
        plan = find.sequential(*(float(row[name]) for name in ("p1", "p2", "alpha", "beta")))
        assert (plan.k, plan.h1, plan.h2, plan.slope) == pytest.approx([float(row[name]) for name in ("k", "h1", "h2", "s")], rel=1e-12)


def test_a_sequential_plan_ends() -> None:
    plan = find.sequential(0.01, 0.10, 0.05, 0.10)
    assert plan.longest == 3 * 52
    assert plan.judge(10, 0) == "go on"
    assert plan.judge(24, 0) == "accept"
    assert plan.judge(10, 2) == "reject"
    assert plan.judge(plan.longest, 6) == "accept"


def test_plans_of_two_points() -> None:
    assert find.two_points(0.05, 0.95, 0.15, 0.075) == (80, 7)
    assert find.two_points(0.05, 0.95, 0.15, 0.075, "poisson") == (91, 8)
    assert find.two_points(0.05, 0.95, 0.15, 0.075, "hypergeometric", 500) == (70, 6)
    assert find.two_points(0.001, 0.95, 0.01, 0.10) == (531, 2)
    assert find.two_points(0.0001, 0.95, 0.001, 0.10) == (5321, 2)
    with pytest.raises(MethodProblem, match=r"^No plan tells 0\.1 from 0\.05 so: the good quality must be the smaller one"):
        find.two_points(0.1, 0.95, 0.05, 0.1)


def test_success_runs() -> None:
    levels = ((0.9, 0.9), (0.9, 0.95), (0.95, 0.9), (0.95, 0.95), (0.95, 0.99), (0.99, 0.95), (0.99, 0.99), (0.999, 0.95))
    assert [find.success_run(*level) for level in levels] == [22, 29, 45, 59, 90, 299, 459, 2995]


def test_outgoing_quality_and_inspection() -> None:
    """Minitab: N = 5000, (52, 2): Pa .957 and .097; AOQL 2.603 % at 4.300 %."""
    worst, at = curves.limit_of_outgoing(52, 2, 5000)
    assert (round(100 * worst, 3), round(100 * at, 3)) == (2.603, 4.300)
    (good, bad) = curves.curve(52, 2, [0.015, 0.10], 5000)
    assert (round(good.accepted, 3), round(bad.accepted, 3)) == (0.957, 0.097)
    assert good.inspected == pytest.approx(52 + (1 - good.accepted) * 4948)
    (point,) = curves.curve(18, 0, [0.1], 50, "hypergeometric")
    assert point.accepted == pytest.approx(comb(45, 18) / comb(50, 18))


def test_the_statement_of_the_founders() -> None:
    told = confidence.shown(0, 60, 1200)
    assert told.sentence == "0 wrong in 60 cases of 1,200: at most 4.9 % at 95 %; of this lot at most 56"
    not_ruled_out, ruled_out = (comb(1200 - wrong, 60) / comb(1200, 60) for wrong in (56, 57))
    assert ruled_out <= 0.05 < not_ruled_out
    with pytest.raises(MethodProblem, match=r"^1300 cases cannot come from a lot of 1200; check the lot size\.$"):
        confidence.shown(0, 1300, 1200)


def test_a_whole_lot_leaves_no_doubt() -> None:
    assert confidence.shown(3, 50, 50).lot_at_most == 3


GOOD, BAD = switching.Lot(True), switching.Lot(False)


def severities(lots: list[switching.Lot], edition: str = "MIL-STD-105E", limit: int | None = None) -> list[str]:
    return [state.severity for state in switching.history(lots, edition, limit)]


def test_switching_to_tightened_and_back() -> None:
    assert severities([BAD, GOOD, GOOD, GOOD, BAD])[-1] == "tightened"
    assert severities([BAD, GOOD, GOOD, GOOD, GOOD, BAD])[-1] == "normal"
    assert severities([BAD, BAD, *[GOOD] * 4])[-1] == "tightened"
    assert severities([BAD, BAD, *[GOOD] * 5])[-1] == "normal"


def test_stopping_differs_by_edition() -> None:
    mixed = [BAD, BAD, *[GOOD, GOOD, GOOD, BAD] * 3]
    assert severities(mixed[:12])[-1] == "stopped"
    assert severities(mixed[:12], "Z1.4-2003")[-1] == "tightened"
    assert severities([BAD] * 7, "Z1.4-2003")[-2:] == ["tightened", "stopped"]
    with pytest.raises(MethodProblem, match=r"^Inspection was stopped: no lot is judged until the cause is mended"):
        switching.step(switching.State("stopped"), GOOD)
    assert switching.resume().severity == "tightened"


def test_reduced_inspection_differs_by_edition() -> None:
    assert severities([GOOD] * 10)[-1] == "normal"
    assert severities([GOOD] * 10, limit=2)[-1] == "reduced"
    assert severities([switching.Lot(True, defects=1)] * 10, limit=2)[-1] == "normal"
    assert severities([GOOD] * 10, "Z1.4-2003")[-1] == "reduced"
    assert severities([GOOD] * 15, "ISO-2859-1:1999")[-2:] == ["normal", "reduced"]
    tighter = switching.Lot(True, accept_number=3, accepted_tighter=True)
    assert severities([tighter] * 10, "ISO-2859-1:1999")[-1] == "reduced"
    assert severities([*[GOOD] * 10, BAD], "Z1.4-2003")[-1] == "normal"
    assert severities([*[GOOD] * 10, switching.Lot(True, gap=True)], "Z1.4-2003")[-1] == "normal"


UNITS = [f"(01)09512345678901(21)S{number:05}" for number in range(1200)]


def test_a_selection_can_be_made_again_by_anyone() -> None:
    chosen = select.select(UNITS, 60, "2026-03-09 witness M. Roth")
    assert select.replayed(chosen, list(reversed(UNITS)))
    assert not select.replayed(chosen, UNITS[:-1])
    listed = hashlib.sha256("".join(unit + "\n" for unit in UNITS).encode()).hexdigest()
    by_hand = sorted(UNITS, key=lambda unit: hashlib.sha256(f"{chosen.seed}\n{listed}\n{unit}\n".encode()).hexdigest())[:60]
    assert sorted(by_hand) == list(chosen.units)
    assert select.from_json(select.to_json(chosen)) == chosen
    assert select.select(UNITS, 60, "another").units != chosen.units


def test_a_selection_is_fair() -> None:
    counts = dict.fromkeys(UNITS[:20], 0)
    for seed in range(2000):
        for unit in select.select(UNITS[:20], 5, str(seed)).units:
            counts[unit] += 1
    # each is expected 500 times, with a standard deviation of 19
    assert all(400 < count < 600 for count in counts.values())


def test_the_count_is_judged() -> None:
    chosen = select.select(UNITS, 60, "seed")
    right = dict.fromkeys(chosen.units, True)
    good = evaluate.evaluate(chosen, right, "cases")
    assert good.verdict == "accepted"
    assert good.shown is not None
    assert good.shown.sentence == "0 wrong in 60 cases of 1,200: at most 4.9 % at 95 %; of this lot at most 56"
    short = dict(list(right.items())[:50])
    assert evaluate.evaluate(chosen, {**short, "X": True}).strange == ("X",)
    assert evaluate.evaluate(chosen, short).consequence == "10 of 60 selected units were not looked at; look at them, none may be replaced."
    bad = evaluate.evaluate(chosen, {**short, chosen.units[0]: False}, "cases")
    assert bad.verdict == "rejected"
    assert bad.consequence.startswith("The lot is not accepted: 1 wrong, 0 allowed. Hold it, inspect all 1,200 cases")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: tables.code_letter(1), "A lot of 1 cannot be sampled; plans begin with 2 units."),
        (lambda: tables.code_letter(100, "IV"), 'There is no inspection level "IV"; known are S-1, S-2, S-3, S-4, I, II, III.'),
        (lambda: tables.aql_index("0.5"), f"The tables have no AQL 0.5; they have {', '.join(tables.AQLS)}."),
        (lambda: find.for_max_rate(100, 5, 0.95), "--max-rate 5: state a share between 0 and 1; 5 % is 0.05."),
        (lambda: select.select(["a", "b", "a"], 1, "s"), "The unit a is in the list twice; a selection needs every unit once."),
        (lambda: select.select(["a"], 2, "s"), "2 of 1 units cannot be selected; select between 1 and 1."),
    ],
)
def test_what_sampling_refuses(call: object, sentence: str) -> None:
    with pytest.raises(MethodProblem) as told:
        call()  # type: ignore[operator]
    assert str(told.value) == sentence
