"""Kappas against published tables, and against expected values beside the checkout where they lie."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lotproof.stats.measure import kappa

# Fleiss, J. L. (1971), Measuring nominal scale agreement among many raters, Psychological Bulletin 76, 378-382, table 1:
# 30 patients, 6 psychiatrists, 5 diagnoses; a word a patient, a digit the number of psychiatrists who gave that diagnosis.
DIAGNOSES = [
    "00060",
    "03003",
    "01401",
    "00006",
    "03030",
    "20400",
    "00402",
    "20310",
    "20040",
    "00006",
    "10050",
    "11040",
    "03300",
    "10050",
    "02031",
    "00501",
    "30012",
    "51000",
    "02040",
    "10203",
    "00006",
    "01050",
    "02013",
    "20040",
    "10041",
    "05010",
    "40002",
    "02040",
    "10500",
    "00006",
]
# Cohen, J. (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20, 37-46, table 1:
# two raters, three categories, shares of 200 cases in per cent times 2.
TWO_JUDGES = ((88, 14, 18), (10, 40, 10), (2, 6, 12))
EXPECTED = Path(os.environ.get("LOTPROOF_SHARED", "../shared")) / "vectors" / "msa" / "attribute_kappa_expected.json"


def test_fleiss_of_1971() -> None:
    ratings = [[str(k) for k, count in enumerate(word) for _ in range(int(count))] for word in DIAGNOSES]
    assert kappa.fleiss(ratings) == pytest.approx(0.430, abs=0.0005)
    by_category = [kappa.fleiss_of(ratings, str(k)) for k in range(5)]
    assert by_category == pytest.approx([0.245, 0.245, 0.520, 0.471, 0.566], abs=0.0005)


def test_cohen_of_1960() -> None:
    pairs = [(str(i), str(j)) for i, row in enumerate(TWO_JUDGES) for j, count in enumerate(row) for _ in range(count)]
    assert kappa.cohen(*zip(*pairs, strict=True)) == pytest.approx(0.492, abs=0.0005)


@pytest.mark.skipif(not EXPECTED.exists(), reason="the expected values lie beside the checkout, and are not here")
@pytest.mark.parametrize(("name", "parts"), [("BL", "8.YYY 1.YNN 6.NNN"), ("EG", "9.YYY 1.YNN 5.NNN"), ("MH", "11.YYY 1.YYN 2.YNN 1.NNN")])
def test_fleiss_within_appraisers_is_that_of_jasp(name: str, parts: str) -> None:
    """Fleiss' kappa depends on how many looks of each part agree and on nothing else: these are studies with the margins of JASP's."""
    told = json.loads(EXPECTED.read_text(encoding="utf-8"))
    looks = [word.partition(".")[2] for word in parts.split() for _ in range(int(word.partition(".")[0]))]
    assert kappa.fleiss(looks) == pytest.approx(told["jasp"]["within_fleiss"][name], rel=1e-12)
    assert kappa.fleiss(looks) == pytest.approx(told["recomputed"][name]["within_fleiss"], rel=1e-12)
