"""The example lots beside the checkout: what their truth says for the codes that exist, none forbidden, the exact partition."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from lotproof.intake.folder import Delivery, intake
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules.check import check
from lotproof.rules.register import RULES

SHARED = Path(os.environ.get("LOTPROOF_SHARED", Path(__file__).parents[2] / "shared"))
LOTS = sorted(path.parent for path in SHARED.glob("lots/*/truth.json"))
MINOR = {"minor", "info"}


@pytest.fixture(params=LOTS, ids=lambda path: path.name)
def judged(request, tmp_path):
    lake = Lake(tmp_path / "lake")
    receipts = intake(Delivery(request.param / "extract"), lake)
    outcome = check(lake, [Source(r.sha256, r.name, r.kind) for r in receipts if r.segment], tmp_path / "spill")
    return json.loads((request.param / "truth.json").read_text(encoding="utf-8")), receipts, outcome


def norm(item):
    spec = importlib.util.spec_from_file_location("score", SHARED / "lots" / "score.py")
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    return score.norm(item)


@pytest.mark.skipif(not LOTS, reason="the example lots are not beside this checkout")
def test_a_lot_gives_what_its_truth_says(judged):
    truth, receipts, outcome = judged
    assert all(r.rows == r.stored + r.quarantined + r.no_data for r in receipts)
    assert not any(r.quarantined or r.problems for r in receipts)
    here = [found for found in outcome.findings if found.lot in (truth["lot"], "")]
    for expected in truth["expected"]:
        codes = [code for code in (expected["code"], *expected.get("alt_codes", [])) if code in RULES]
        if not expected.get("must") or not codes:
            continue
        items = {norm(item) for found in here if found.code in codes for item in found.items}
        assert any(found.code in codes for found in here), expected["code"]
        assert set(expected.get("items", expected.get("parents", []))) <= items
        if expected.get("items"):
            assert items <= set(expected["items"]) | set(expected.get("optional_items", []))
    serious = {found.code for found in here if found.severity not in MINOR}
    assert serious.isdisjoint(truth["forbidden"])


@pytest.mark.skipif(not LOTS, reason="the example lots are not beside this checkout")
def test_the_partition_of_a_lot_and_of_its_neighbours_is_exact(judged):
    truth, _, outcome = judged
    counts = {balance.lot: balance.counts for balance in outcome.balances}
    for lot, partition in {truth["lot"]: truth["partition"], **truth["neighbours"]}.items():
        assert {name: counts[lot][name] for name in partition} == partition
    beside = [f for f in outcome.findings if f.lot in truth["neighbours"] and f.severity not in MINOR and f.code not in ("SCN-01", "SCN-02")]
    assert beside == []
