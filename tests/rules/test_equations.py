"""The nine equations (DOMAIN B.3): each adds up, does not, or is undecided because a source was not delivered."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from rules_story import Story, build, short, written

from lotproof.rules.check import check
from lotproof.rules.equations import Equation, all_items

SITE = ("numbers allocated A1..A8", "printer encoded A1..A7", "made A1..A3 > C-1", "made A4..A6 > C-2", "made C-1 C-2 > P-1", "line returned_unused A8",
        "line label_scrapped A7", "hub commissioned C-1 C-2 P-1")  # fmt: skip


def equations(root: Path, *rows: str, at: datetime | None = None, **more: list[str]) -> dict[tuple[str, int], Equation]:
    """(level, number) -> equation of lot L1."""
    story = Story("", {"rows": list(rows), **more})
    lake, sources = build(root, written(story.body, story.lot))
    found = {balance.lot: balance for balance in check(lake, sources, root / "spill", rules={}, at=at).balances}
    return {(equation.level, equation.number): equation for equation in found["L1"].equations}


def terms(equation: Equation) -> dict[str, int]:
    return {term.letter: term.count for term in (equation.left, *equation.right)}


def misfits(equation: Equation) -> dict[str, tuple[str, ...]]:
    return {residue.name: tuple(short(item) for item in residue.items) for residue in equation.residues}


def test_a_whole_site_adds_up_on_every_level_that_was_delivered(tmp_path: Path) -> None:
    found = equations(tmp_path, *SITE)
    verdicts = {key: equation.verdict for key, equation in found.items()}
    assert {key for key, verdict in verdicts.items() if verdict == "does not add up"} == set()
    assert {number for (level, number), verdict in verdicts.items() if level == "unit" and verdict == "adds up"} == {1, 2, 3, 4, 5, 8}
    assert {number for (level, number), verdict in verdicts.items() if level == "case" and verdict == "adds up"} == {2, 3, 5, 8}
    assert {number for level, number in verdicts if level == "unit"} == set(range(1, 10))


UNDECIDED = [
    (("unit", 1), ("made A1..A3 > C-1",), "no list of numbers received delivered"),
    (("unit", 2), ("numbers allocated A1..A3", "hub commissioned A1..A3"), "no export of the line controller delivered"),
    (("unit", 3), ("numbers allocated A1..A3",), "neither an export of the line controller nor EPCIS events of the hub delivered"),
    (("unit", 4), ("made A1..A3 > C-1",), "no list of numbers received delivered"),
    (("unit", 5), ("line commissioned A1..A3",), "no record of packing into containers delivered"),
    (("unit", 6), ("made A1..A3 > C-1",), "no goods receipt of the ERP delivered"),
    (("unit", 7), ("made A1..A3 > C-1",), "no record of labels issued delivered"),
    (("unit", 8), ("line commissioned A1..A3 > C-1",), "no EPCIS events of the hub delivered"),
    (("unit", 9), ("made A1..A3 > C-1",), "no physical count delivered"),
    (("case", 1), SITE, "no list of numbers received delivered"),
    (("case", 6), SITE, "no warehouse receipt delivered"),
    (("case", 8), SITE[:-1], "no commissioning of containers at the hub delivered"),
    (("case", 9), SITE, "no physical count delivered"),
    (("pallet", 5), SITE, "no container above pallets is recorded"),
]


@pytest.mark.parametrize(("key", "rows", "why"), UNDECIDED, ids=[f"{level} {number}" for (level, number), _, _ in UNDECIDED])
def test_what_was_not_delivered_leaves_an_equation_undecided_and_is_named(tmp_path: Path, key: tuple[str, int], rows: tuple[str, ...], why: str) -> None:
    found = equations(tmp_path, *rows)[key]
    assert (found.verdict, found.undecided, found.residues) == ("undecided", why, ())


MISFITS = [
    (("unit", 1), ("numbers allocated A9",), {"received, and nothing says what became of them": ("A9",)}),
    (("unit", 1), ("line commissioned B1 > C-1",), {"in use, and not among the numbers received": ("B1",)}),
    (("unit", 1), ("numbers allocated A9", "line returned_unused A9", "printer encoded A9"), {"in two of the terms": ("A9",)}),
    (("unit", 2), ("numbers allocated A9", "line encoded A9"), {"W: still in process": ("A9",)}),
    (("unit", 3), ("numbers allocated A9", "line commissioned A9"), {"O: orphans, in no container": ("A9",)}),
    (("unit", 3), ("hub destroyed A2",), {"ended, and good or in a container elsewhere": ("A2",)}),
    (("unit", 4), ("numbers allocated A9",), {"X: unaccounted": ("A9",)}),
    (("unit", 5), ("line commissioned A9",), {"in no container": ("A9",)}),
    (("unit", 5), ("hub aggregated A1 > C-2",), {"recorded in two containers": ("A1",)}),
    (("unit", 8), ("numbers allocated A9", "line commissioned A9 > C-1"), {"not uploaded": ("A9",)}),
    (("unit", 8), ("hub commissioned B9",), {"uploaded, and not on product at the line": ("B9",)}),
    (("unit", 8), ("line destroyed A3", "hub destroyed A2"), {"active at the hub, and sampled, destroyed or inactive at the line": ("A3",),
                                                            "ended at the hub, and good at the line": ("A2",)}),
    (("unit", 9), ("audit inspected A1 A2 A4 > C-1",), {"recorded, and not scanned there": ("A3",), "scanned, and not recorded there": ("A4",)}),
    (("case", 3), ("made A9 > C-3",), {"O: orphans, in no container": ("C-3",)}),
    (("case", 5), ("made A9 > C-3",), {"in no container": ("C-3",)}),
    (("case", 9), ("inventory counted C-1 qty=3",), {"recorded on site, and not counted": ("C-2",)}),
    (("case", 9), ("inventory counted C-1 C-2 qty=3", "issues shipped C-2 @2/10:00"), {"counted, and not recorded on site": ("C-2",)}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "rows", "expected"), MISFITS, ids=[f"{key[0]} {key[1]} {rows[-1]}" for key, rows, _ in MISFITS])
def test_what_does_not_fit_is_a_named_set_of_items(tmp_path: Path, key: tuple[str, int], rows: tuple[str, ...], expected: dict) -> None:
    found = equations(tmp_path, *SITE, *rows)[key]
    assert misfits(found) == expected
    assert found.verdict == "does not add up"
    assert found.gross == sum(len(items) for items in expected.values())


def test_errors_that_cancel_out_have_no_net_but_a_gross_variance(tmp_path: Path) -> None:
    found = equations(tmp_path, *SITE, "audit inspected A1 A2 A4 > C-1")["unit", 9]
    assert (found.net, found.gross, terms(found)) == (0, 2, {"Ch": 3, "Sc": 3})


def test_cases_whose_contents_changed_places_do_not_add_up(tmp_path: Path) -> None:
    found = equations(tmp_path, *SITE, "audit inspected A1..A3 > C-2", "audit inspected A4..A6 > C-1")["unit", 9]
    assert (found.net, found.gross, terms(found)) == (0, 12, {"Ch": 6, "Sc": 6})


def test_a_scan_of_exactly_what_is_recorded_is_no_misfit(tmp_path: Path) -> None:
    assert equations(tmp_path, *SITE, "audit inspected A1..A3 > C-1")["unit", 9].verdict == "adds up"


def test_goods_received_and_stock_are_held_against_the_packs(tmp_path: Path) -> None:
    site = (*SITE, "issues shipped C-2 @2/10:00")
    found = equations(tmp_path / "a", *site, claims=["movements goods_receipt 6", "movements goods_issue 3", "stock stock 3"])["unit", 6]
    assert (found.verdict, terms(found)) == ("adds up", {"G": 6, "GR": 6, "OH": 3, "ST": 3, "GO": 3})
    found = equations(tmp_path / "b", *site, claims=["movements goods_receipt 7", "movements goods_issue 3", "stock stock 4"])["unit", 6]
    assert misfits(found) == {"packs of difference between goods received and good packs": (), "packs of difference between stock and packs on hand by serial": ()}
    assert (found.net, found.gross) == (1, 2)
    found = equations(tmp_path / "c", *site, claims=["movements goods_receipt 2 unit=KAR"])["unit", 6]
    assert found.undecided == "the ERP states goods receipt in another unit than packs"


def test_the_cases_of_a_warehouse_receipt_are_held_against_the_record(tmp_path: Path) -> None:
    site = (*SITE, "receipts received P-1 qty=2")
    assert equations(tmp_path / "a", *site, claims=["receipts pallet_cases 2 unit=case"])["case", 6].verdict == "adds up"
    assert equations(tmp_path / "b", *site, claims=["receipts pallet_cases 3 unit=case"])["case", 6].net == 1


def test_labels_issued_are_applied_scrapped_retained_or_returned(tmp_path: Path) -> None:
    claims = ["labels labels_issued 10", "labels labels_scrapped 1", "labels labels_returned 2"]
    assert equations(tmp_path / "a", *SITE, claims=claims)["unit", 7].verdict == "adds up"
    found = equations(tmp_path / "b", *SITE, claims=claims[:2])["unit", 7]
    assert (found.verdict, found.net, found.gross) == ("does not add up", -2, 2)


def test_as_of_a_moment_only_what_is_dated_up_to_it_counts(tmp_path: Path) -> None:
    rows = ("numbers allocated A1..A3 @7:00", "line commissioned A1..A2 > C-1 @9:00", "line commissioned A3 > C-1 @11:00", "line commissioned A4 > C-1 @none")
    found = equations(tmp_path / "a", *rows, at=datetime(2026, 3, 2, 10))["unit", 4]
    assert misfits(found) == {"X: unaccounted": ("A3",)}
    assert equations(tmp_path / "b", *rows)["unit", 4].verdict == "adds up"
    found = equations(tmp_path / "c", *rows, at=datetime(2026, 3, 2, 8))["unit", 3]
    assert found.undecided.endswith("delivered up to 2026-03-02T08:00:00Z")


def test_all_items_of_a_residue_can_be_had(tmp_path: Path) -> None:
    story = Story("", {"rows": ["numbers allocated A001..A150", "made A001..A003 > C-1"]})
    lake, sources = build(tmp_path, written(story.body, story.lot))
    seen: dict = {}
    outcome = check(lake, sources, tmp_path / "spill", rules={}, visit=lambda connection, lots: seen.update(all_items(connection, list(lots))))
    (master,) = [e for e in outcome.balances[0].equations if (e.level, e.number) == ("unit", 4)]
    assert (master.residues[0].count, len(master.residues[0].items)) == (147, 100)
    assert len(seen["L1", "unit", 4, "X: unaccounted"]) == 147
