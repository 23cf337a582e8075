"""Each failure mode that the simulator can make is found first; two at once are both found."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulated import assert_as_the_truth_says, examined

from lotproof.rules.check import Outcome
from lotproof.simulate import FAULTS

QUICK = ("truncated_upload", "shifted_aggregation", "double_print", "no_read_burst")
PAIRS = (("jam_orphans", "character_transform"), ("print_degradation", "reject_reintroduced"), ("swapped_labels", "missing_message_middle"))
faults = pytest.mark.parametrize("fault", [pytest.param(name, id=name, marks=() if name in QUICK else (pytest.mark.slow,)) for name in FAULTS])


def names(cause: dict) -> set[str]:
    return {cause["mode"], *cause.get("alt_modes", [])}


def modes(outcome: Outcome) -> list[str]:
    return [found.mode for found in outcome.diagnosis]


@faults
def test_a_fault_is_found_and_explained(fault: str, tmp_path: Path) -> None:
    truth, outcome = examined(tmp_path, (fault,), seed=7)
    assert_as_the_truth_says(truth, outcome)
    if not truth["diagnosis_all"]:
        assert all(found.confidence < 0.8 for found in outcome.diagnosis), modes(outcome)
        return
    cause, best = truth["diagnosis"], outcome.diagnosis[0]
    assert best.mode in names(cause)
    assert best.lot == truth["lot"]
    assert best.six_m in {cause["six_m"], *cause.get("alt_six_m", [])} | {"MATERIALS"}
    if cause["suspect"]:
        assert best.suspect is not None
        assert (best.suspect.field, best.suspect.value) == (cause["suspect"]["field"], cause["suspect"]["value"])


@pytest.mark.parametrize("pair", [pytest.param(pair, id="+".join(pair), marks=(pytest.mark.slow,) if n else ()) for n, pair in enumerate(PAIRS)])
def test_two_faults_at_once_are_both_explained(pair: tuple[str, str], tmp_path: Path) -> None:
    truth, outcome = examined(tmp_path, pair, seed=8)
    assert_as_the_truth_says(truth, outcome)
    assert len(truth["diagnosis_all"]) == 2
    for cause in truth["diagnosis_all"]:
        assert names(cause) & set(modes(outcome)[:3]), modes(outcome)


def test_a_site_without_a_fault_has_nothing_to_explain(tmp_path: Path) -> None:
    truth, outcome = examined(tmp_path, (), seed=9)
    assert_as_the_truth_says(truth, outcome)
    assert outcome.diagnosis == ()


@pytest.mark.slow
def test_the_explanation_of_a_site_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = (examined(tmp_path / name, ("print_degradation",), seed=3, units=600)[1].diagnosis for name in ("a", "b"))
    assert first == second
    assert first[0].as_json()["suspect"]["value"] == first[0].as_record()["suspect"]["value"]
