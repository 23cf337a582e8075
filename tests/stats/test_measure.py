"""Measurement studies against AIAG's own example and sums done by hand."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from lotproof.stats.measure import gauge, grades, kappa
from lotproof.stats.measure.agreement import Rating, agreement
from lotproof.stats.measure.calibration import Instrument, due_list
from lotproof.stats.measure.challenge import challenge, mcnemar
from lotproof.stats.problem import MethodProblem

# Made up: three appraisers, 15 parts, three looks each; the last five parts are bad.
LOOKS = {
    "K2": "YYN NYY YYY YYY YYY YYY YYY YYY YYY YYY NNY NNN YYN NNN NNN",
    "K1": "YNY YYY YYY YYY YYY YYY YYY YYY YYY YYY NNY NYN NNN NNN NNN",
    "K3": "YYY YYY YYY YYN NNY YYY YYY YYY YYY YYY YYY YYY YYY YNN NNN",
}
STANDARD = "YYYYYYYYYYNNNNN"
# AIAG, Measurement Systems Analysis, 4th edition, table III-B 15: 10 parts, 3 appraisers, 3 trials, in hundredths.
AIAG = """29 -56 134 47 -80 2 59 -31 226 -136|41 -68 117 50 -92 -11 75 -20 199 -125|64 -58 127 64 -84 -21 66 -17 201 -131
8 -47 119 1 -56 -20 47 -63 180 -168|25 -122 94 103 -120 22 55 8 212 -162|7 -68 134 20 -128 6 83 -34 219 -150
4 -138 88 14 -146 -29 2 -46 177 -149|-11 -113 109 20 -107 -67 1 -56 145 -177|-15 -96 67 11 -145 -49 21 -49 187 -216"""


def looks() -> list[Rating]:
    return [
        Rating(str(part + 1), name, answer, STANDARD[part])
        for name, text in LOOKS.items()
        for part, answers in enumerate(text.split())
        for answer in answers
    ]


def aiag() -> np.ndarray:
    trials = [[[float(word) / 100 for word in trial.split()] for trial in line.split("|")] for line in AIAG.splitlines()]
    return np.array(trials).transpose(2, 0, 1)


def test_shares_of_agreement_with_their_exact_intervals() -> None:
    study = agreement(looks(), bad="N")
    found = {person.name: person.with_standard for person in study.appraisers}
    assert [(round(100 * s.agreed / s.parts, 2), *(round(100 * end, 2) for end in s.interval)) for s in (found["K2"], found["K1"], found["K3"]) if s] == [
        (73.33, 44.90, 92.21), (80.0, 51.91, 95.67), (60.0, 32.29, 83.66)
    ]  # fmt: skip
    assert study.all_with_standard is not None
    assert [round(100 * end, 2) for end in study.all_with_standard.interval] == [21.27, 73.41]
    worst = study.appraisers[2]
    assert (worst.miss_rate, worst.false_alarm_rate, worst.verdict) == (pytest.approx(10 / 15), pytest.approx(3 / 30), "unacceptable")


def test_fleiss_of_his_own_kind_of_table() -> None:
    """Two categories, three looks, by hand: agreement (1 + 1/3 + 1/3 + 1) / 4, chance 1/2."""
    assert kappa.fleiss(["aaa", "aab", "abb", "bbb"]) == pytest.approx((2 / 3 - 1 / 2) / (1 / 2))
    assert kappa.fleiss_of(["aaa", "aab", "abb", "bbb"], "a") == pytest.approx(1 / 3)
    assert math.isnan(kappa.fleiss(["aa", "aa"]))
    assert math.isnan(kappa.cohen("aa", "aa"))
    assert kappa.gwet(["aa", "aa"]) == 1.0


def test_prevalence_lowers_kappa_and_not_pabak() -> None:
    first, second = "a" * 90 + "ab" * 5, "a" * 90 + "ba" * 5
    assert kappa.cohen(first, second) < 0 < kappa.pabak(first, second) == pytest.approx(0.8)


def test_the_example_of_aiag_by_ranges_and_by_variances() -> None:
    study = gauge.ranges(aiag())
    assert [round(value, 3) for value in (study.ev, study.av, study.pv)] == [0.202, 0.230, 1.104]
    assert (round(study.percent, 2), study.distinct) == (26.68, 5)
    parts = gauge.crossed(aiag(), tolerance=4.0)
    sigma = {name: round(math.sqrt(part.variance), 6) for name, part in parts.components.items()}
    assert sigma["repeatability"] == 0.199933
    assert sigma["operator"] == 0.226838
    assert sigma["gauge"] == pytest.approx(0.302373, abs=2e-6)
    assert sigma["part"] == 1.042327
    assert (round(parts.components["gauge"].study, 2), parts.distinct, parts.pooled, parts.verdict) == (27.86, 4, True, "marginal")
    assert parts.components["gauge"].tolerance == pytest.approx(100 * 6 * sigma["gauge"] / 4, rel=1e-4)
    assert round(parts.interaction_p or 0, 3) == 0.974
    assert not gauge.crossed(aiag(), pool_above=0.99).pooled


def test_a_study_must_be_complete() -> None:
    with pytest.raises(MethodProblem, match=r"^B measured the part 2 0 times, others 1 times; complete the study\.$"):
        gauge.matrix([("1", "A", 1.0), ("1", "B", 1.0), ("2", "A", 1.0)])
    with pytest.raises(MethodProblem, match=r"^K2 rated the part 15 2 times, others 3 times; complete the study\.$"):
        agreement([*looks()[:44], *looks()[45:]])
    with pytest.raises(MethodProblem, match=r'^The part 1 has two standards, "Y" and "N"; it can have one\.$'):
        agreement([Rating("1", "A", "Y", "Y"), Rating("1", "B", "Y", "N")])
    with pytest.raises(MethodProblem, match=r'^No part of the study has the standard "bad"; put bad parts in'):
        agreement(looks(), bad="bad")


def test_59_bad_units_without_a_miss_show_95_of_95() -> None:
    told = challenge(0, 59, 1, 200)
    assert told.holds
    assert told.false_accept_at_most == pytest.approx(1 - 0.05 ** (1 / 59))
    short = challenge(0, 40, 0, 200)
    assert (short.holds, short.missing) == (False, "Show 19 more bad units without an error: 59 are needed.")
    assert challenge(3, 59, 0, 200).missing == "3 of 59 bad units were judged wrongly: mend the reader, then challenge it anew with 59."
    with pytest.raises(MethodProblem, match=r"^A challenge set needs good and bad units; this one has 10 good and 0 bad\.$"):
        challenge(0, 0, 0, 10)


def test_two_cameras_on_the_same_units() -> None:
    assert mcnemar(1, 9) == pytest.approx(2 * (1 + 10) / 1024)
    assert mcnemar(0, 0) == 1.0


def test_what_is_due() -> None:
    found = due_list(
        [
            Instrument("V-1", date(2026, 1, 1), 365), Instrument("V-2", date(2025, 1, 1), 365), Instrument("V-3", None, 365),
            Instrument("V-4", date(2026, 1, 1), 365, date(2026, 2, 1)), Instrument("V-5", date(2025, 3, 20), 365),
        ],
        date(2026, 3, 9),
    )  # fmt: skip
    assert [(one.name, one.status, one.days_left) for one in found] == [
        ("V-3", "never calibrated", None), ("V-2", "overdue", -67), ("V-4", "card expired", -36), ("V-5", "due soon", 11), ("V-1", "valid", 298)
    ]  # fmt: skip
    assert found[1].consequence == "Take it out of use; assess what it measured since 2026-01-01."


def test_grades_are_the_lowest_parameter_and_the_mean_over_scans() -> None:
    scan = {"decode": 4, "contrast": 0.72, "modulation": 0.45, "uec": 0.9}
    symbol = grades.grade([scan, scan, scan, {**scan, "contrast": 0.39}, scan], "08", "660")
    assert (symbol.grade, symbol.letter, symbol.lowest, symbol.report) == (2.6, "B", "modulation", "2.6/08/660")
    assert symbol.unconfirmed == ("modulation", "uec")
    assert [grades.letter(value) for value in (4.0, 3.5, 3.4, 1.5, 0.5, 0.4)] == ["A", "A", "B", "C", "D", "F"]
    assert [grades.number(word) for word in ("C", "2.8/08/660", "f", "3,5")] == [2.0, 2.8, 0.0, 3.5]
    with pytest.raises(MethodProblem, match=r'^"G" is no symbol grade; write a letter A, B, C, D, F or a number from 0\.0 to 4\.0\.$'):
        grades.number("G")
    with pytest.raises(MethodProblem, match=r'^There is no parameter "shine"; known are axial, contrast'):
        grades.grade([{"shine": 1.0}])
