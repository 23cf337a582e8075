"""Lot by lot or all at once, the rules say the same: no finding may depend on which lots share a partition."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rules_story import build, written

from lotproof.lake import resolve
from lotproof.rules.check import Outcome, check

SERIALS = st.sampled_from(["A1", "a1", "01", "1", "AY7", "AZ7", "B0", "BO", "A110L1", "B0172703311", "C9", "4E12"])
CASES = st.sampled_from(["C-1", "C-2", "C-3"])
LOTS = st.sampled_from(["L1", "L2", "L3", "l1"])
STEPS = {
    "numbers": ["allocated"],
    "line": ["commissioned", "sampled", "destroyed", "returned_unused", "label_scrapped", "encoded"],
    "hub": ["commissioned", "aggregated", "disaggregated", "destroyed", "inactivated", "shipped", "voided"],
    "camera": ["verified", "rejected", "no_read", "misread", "text_read"],
    "printer": ["encoded"],
    "audit": ["inspected"],
    "issues": ["shipped"],
    "holds": ["held"],
    "alerts": ["alerted"],
}


@st.composite
def rows(draw: st.DrawFn) -> str:
    """One row of a story, sense or nonsense."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(["line commissioned {c} qty=2 lot={l}", "hub aggregated {c} > P-1", "line aggregated {c} > P-1 lot={l}", "hub emptied {c}",
                                     "inventory counted {c} qty=1 lot={l}", "issues shipped P-1", "hub commissioned {c}"])).format(c=draw(CASES), l=draw(LOTS))  # fmt: skip
    kind = draw(st.sampled_from(sorted(STEPS)))
    step = draw(st.sampled_from(STEPS[kind]))
    parent = draw(st.sampled_from(["", f" > {draw(CASES)}"])) if (kind in ("line", "hub", "audit") and step != "commissioned") or kind == "line" else ""
    if step in ("aggregated", "disaggregated", "inspected") and not parent:
        parent = f" > {draw(CASES)}"
    lot = f" lot={draw(LOTS)}" if kind in ("numbers", "line") or draw(st.booleans()) else " lot=none"
    gtin = draw(st.sampled_from(["", "", "", " gtin=2", " gtin=none"]))
    event = draw(st.sampled_from(["", "", " event=e1", " event=e2"])) if kind == "hub" else ""
    return f"{kind} {step} {draw(SERIALS)}{parent}{lot}{gtin}{event} @{draw(st.integers(8, 12))}:00"


SITES = st.lists(rows(), min_size=3, max_size=24)


def outcomes(root: Path, found: list[str]) -> tuple[Outcome, Outcome]:
    """The outcome with all lots in one partition, and with as many partitions as there can be."""
    body = {"rows": found, "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=1"], "claims": ["stock stock 1", "movements goods_receipt 2 lot=L2"],
            "records": ["messages message M-1 lot=none state=rejected", "messages message M-2 lot=L9", "messages message M-3 state=ok"]}  # fmt: skip
    lake, sources = build(root, written(body, "L1"))
    with pytest.MonkeyPatch.context() as patch:
        whole = check(lake, sources, root / "spill")
        patch.setattr(resolve, "PARTITION_ROWS", 1)
        patch.setattr(resolve, "KEPT_ROWS", 0)  # straight from the files, as a large site is
        return whole, check(lake, sources, root / "spill")


def agrees(found: list[str]) -> None:
    """Whether a site gives the same findings and balances both ways."""
    with tempfile.TemporaryDirectory() as folder:
        whole, parts = outcomes(Path(folder), found)
    assert parts.findings == whole.findings
    assert parts.balances == whole.balances


@pytest.mark.slow
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(SITES)
def test_a_random_site_gives_the_same_findings_lot_by_lot_and_all_at_once(found: list[str]) -> None:
    agrees(found)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(SITES)
def test_many_random_sites_give_the_same_findings_lot_by_lot_and_all_at_once(found: list[str]) -> None:
    agrees(found)


@pytest.mark.parametrize(
    "found",
    [
        ["line commissioned A1 lot=L1", "hub commissioned a1 lot=l1", "line commissioned B1 lot=L2"],
        ["line commissioned A1 lot=L1", "issues shipped a1 gtin=none", "line commissioned B1 lot=L2"],
        ["line commissioned A1 > C-1 lot=L1", "line commissioned C-1 qty=2 lot=L3", "line commissioned B1 lot=L2"],
        ["line commissioned C-2 lot=L1", "line commissioned C-3 lot=L2", "hub disaggregated A1 > C-2", "hub disaggregated A1 > C-3"],
        ["line commissioned A1 lot=L1", "line commissioned A1 gtin=2 lot=L2", "issues shipped A1 gtin=none lot=L1"],
        ["hub commissioned A1 lot=L1", "camera verified a1 lot=L1", "line commissioned B1 lot=L2"],
    ],
    ids=["lot and serial in lower case", "a stray without lot", "a case of another lot", "a pack without lot", "no trade item", "known to the hub"],
)
def test_what_once_depended_on_the_partition_does_no_more(found: list[str]) -> None:
    agrees(found)


def test_the_partitions_of_the_test_above_are_really_parted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "PARTITION_ROWS", 1)
    seen: list[tuple[str, ...]] = []
    lake, sources = build(tmp_path, written({"rows": ["made A1 > C-1", "made B1 > C-2 lot=L2", "made D1 > C-3 lot=L3"]}, "L1"))
    check(lake, sources, tmp_path / "spill", visit=lambda _connection, lots: seen.append(tuple(lots)))
    assert seen == [("L1",), ("L2",), ("L3",)]
