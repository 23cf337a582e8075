"""The lot equation as sets: each number in exactly one class, gross beside net, the hub where the line is silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules_story import Story, run

from lotproof.lake.engine import connect
from lotproof.rules.reconcile import CLASSES, LotBalance, reconcile


def balances(root: Path, *rows: str, **more: list[str]) -> dict[str, LotBalance]:
    """The balance of every lot of a site."""
    found = run(root, Story("", {"rows": list(rows), **more})).balances
    return {balance.lot: balance for balance in found}


def pair(balance: LotBalance, left: str, right: str) -> dict[str, object]:
    """One pair of the matrix."""
    (found,) = [pair for pair in balance.matrix if (pair["left"], pair["right"]) == (left, right)]
    return found


def test_a_lot_that_adds_up_says_so(tmp_path: Path) -> None:
    lot = balances(tmp_path, "numbers allocated A1..A4", "made A1..A3 > C-1", "line returned_unused A4")["L1"]
    assert lot.adds_up
    assert lot.gtin == "04012345123456"
    assert {name: n for name, n in lot.counts.items() if n} == {"received": 4, "good": 3, "unused": 1}


def test_a_lot_whose_numbers_were_not_delivered_is_undecided(tmp_path: Path) -> None:
    lot = balances(tmp_path, "made A1..A3 > C-1")["L1"]
    assert (lot.adds_up, lot.verdict, lot.counts["unaccounted"]) == (False, "undecided", 0)
    lot = balances(tmp_path / "b", "made A1..A3 > C-1", "line encoded A4")["L1"]
    assert lot.verdict == "does not add up"


def test_every_number_is_in_one_class_and_the_classes_sum_to_what_was_received(tmp_path: Path) -> None:
    states = ("returned_unused", "invalidated", "label_scrapped", "label_sampled", "sampled", "destroyed", "inactivated")
    rows = [f"line {state} B{number}" for number, state in enumerate(states)]
    counts = balances(tmp_path, "numbers allocated A1..A6", "numbers allocated B0..B6", "made A1..A3 > C-1", *rows, "line commissioned A4")["L1"].counts
    assert {name: counts[name] for name in CLASSES} == dict.fromkeys(CLASSES, 1) | {"good": 3}
    assert (counts["orphans"], counts["unaccounted"]) == (1, 3)
    assert counts["received"] == sum(counts[name] for name in CLASSES) + counts["unaccounted"] == 13


def test_errors_that_cancel_out_leave_no_net_but_a_gross_variance(tmp_path: Path) -> None:
    lot = balances(tmp_path, "made A1..A3 > C-1", "line commissioned A4 > C-1", "hub commissioned X9")["L1"]
    assert (lot.counts["net_variance"], lot.counts["gross_variance"]) == (0, 2)
    assert not lot.adds_up
    matrix = pair(lot, "line", "hub")
    assert (matrix["left_count"], matrix["right_count"], matrix["missing"], matrix["extra"]) == (4, 4, 1, 1)


def test_other_spellings_are_format_only_and_no_variance(tmp_path: Path) -> None:
    lot = balances(tmp_path, "numbers allocated 001..003", "line commissioned 001..003 > C-1", "hub commissioned 1..3")["L1"]
    assert pair(lot, "line", "hub") == {"left": "line", "right": "hub", "left_count": 3, "right_count": 3, "missing": 0, "extra": 0, "format_only": 3}
    assert lot.adds_up


def test_a_commissioning_declared_an_error_is_no_extra(tmp_path: Path) -> None:
    lot = balances(tmp_path, "numbers allocated A1..A3", "made A1..A3 > C-1", "hub commissioned A7 event=e1", "hub voided A7 event=e1")["L1"]
    assert lot.adds_up


def test_where_the_line_row_is_missing_the_hub_decides(tmp_path: Path) -> None:
    ends = [f"hub commissioned {item}" for item in ("B1", "B2", "B3", "B4")]
    lot = balances(tmp_path, "numbers allocated A1..A4", "numbers allocated B1..B4", "made A1..A3 > C-1", *ends, "hub aggregated A4 > C-1", "hub commissioned A4",
                   "hub destroyed B1", "hub sampled B2", "hub inactivated B3")["L1"]  # fmt: skip
    assert {name: n for name, n in lot.counts.items() if n and "variance" not in name} == {
        "received": 8, "good": 4, "destroyed": 1, "sampled": 1, "inactive": 1, "orphans": 1, "unaccounted": 1}  # fmt: skip


def test_the_line_decides_where_both_speak(tmp_path: Path) -> None:
    lot = balances(tmp_path, "made A1..A3 > C-1", "hub destroyed A3")["L1"]
    assert (lot.counts["good"], lot.counts["destroyed"]) == (3, 0)


def test_a_last_state_beats_an_earlier_one(tmp_path: Path) -> None:
    lot = balances(tmp_path, "made A1..A3 > C-1", "line destroyed A3")["L1"]
    assert (lot.counts["good"], lot.counts["destroyed"]) == (2, 1)


def test_cases_and_pallets_are_no_numbers_of_the_lot(tmp_path: Path) -> None:
    lot = balances(tmp_path, "made A1..A3 > C-1", "made A4..A6 > C-2", "made C-1 C-2 > P-1")["L1"]
    assert lot.counts["received"] == lot.counts["good"] == 6


def test_lots_on_one_pallet_keep_their_own_balance(tmp_path: Path) -> None:
    found = balances(tmp_path, "made A1..A3 > C-1", "made B1..B2 > C-2 lot=L2", "hub aggregated C-1 C-2 > P-1")
    assert {lot: balance.counts["good"] for lot, balance in found.items()} == {"L1": 3, "L2": 2}


def test_a_pack_whose_lot_is_contradicted_is_counted_once(tmp_path: Path) -> None:
    found = balances(tmp_path, "line commissioned A1..A3 > C-1", "hub commissioned A1..A3 lot=L2", "numbers allocated A1..A3 lot=L3")
    assert {lot: balance.counts["received"] for lot, balance in found.items()} == {"L1": 3}


def test_only_pairs_of_sources_that_were_delivered_are_compared(tmp_path: Path) -> None:
    lot = balances(tmp_path, "numbers allocated A1..A3", "printer encoded A1..A2", "camera verified A1", "line commissioned A1")["L1"]
    assert [(p["left"], p["right"], p["missing"]) for p in lot.matrix] == [("numbers", "printer", 1), ("printer", "camera", 1), ("camera", "line", 0)]


def test_numbers_alone_are_all_unaccounted(tmp_path: Path) -> None:
    lot = balances(tmp_path, "numbers allocated A1..A3")["L1"]
    assert (lot.counts["received"], lot.counts["unaccounted"]) == (3, 3)


def test_a_number_in_two_classes_is_a_fault_of_the_program_and_is_said_so(tmp_path: Path) -> None:
    connection = connect(tmp_path, threads=1)
    connection.execute("CREATE TABLE number_class AS SELECT * FROM (VALUES ('A1', 'L1', 'good'), ('A1', 'L1', 'sampled')) t(subject, lot, class)")
    with pytest.raises(AssertionError, match="the number A1 fell into two classes of the lot equation; this is a fault of Lotproof"):
        reconcile(connection)
