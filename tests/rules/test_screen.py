"""With ordinary packs set aside the rules say the same as with all of them there."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from rules_story import STORIES, Story, build, stories, written
from test_partitions import rows

from lotproof.lake.packs import write_packs
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules.check import Outcome, check
from lotproof.rules.screen import shape, survey
from lotproof.rules.screen.apart import Apart
from lotproof.rules.screen.kernel import KINDS, Packs, align, plain

TOLD = [(path.stem, story) for path in sorted(STORIES.glob("*.yml")) for story in stories(path)]
# Each story is told twice here, so most of them wait for the long run.
ALL = [
    pytest.param(story, id=f"{stem}: {story.name}", marks=[] if number % 15 == 0 else [pytest.mark.slow])
    for number, (stem, story) in enumerate(TOLD)
]


def both(lake: Lake, sources: list[Source], root: Path, batch_rows: int = 1_000) -> tuple[Outcome, Outcome, Apart]:
    """The outcome with everything there, and with ordinary packs set aside."""
    apart = Apart(lake, root / "apart", batch_rows=batch_rows)
    return check(lake, sources, root / "spill"), check(lake, sources, root / "spill", apart=apart), apart


def assert_same(whole: Outcome, parted: Outcome) -> None:
    assert [found.as_json() for found in parted.findings] == [found.as_json() for found in whole.findings]
    assert parted.balances == whole.balances
    assert parted.observations == whole.observations


@pytest.mark.parametrize("story", ALL)
def test_a_story_ends_the_same(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTPROOF_THREADS", "1")
    lake, sources = build(tmp_path, written(story.body, story.lot))
    whole, parted, _ = both(lake, sources, tmp_path)
    assert_same(whole, parted)


FINE = [
    "numbers allocated F01..F06 N1", "printer encoded F01..F06 lot=L1", "camera verified F01..F06 grade=3.5 device=K1",
    "numbers allocated F07..F08 lot=L2", "printer encoded F07..F08 lot=L2", "camera verified F07..F08 grade=3.5 device=K1 lot=L2",
    "made F01..F02 > C-10", "made F03..F04 > C-11", "made F05..F06 > C-12", "made F07..F08 > C-13 lot=L2", "made C-10 C-11 > P-3", "made C-13 > P-4 lot=L2",
]  # fmt: skip
# The hub's packing comes in a file of its own, in which no lot is stated.
PARTED = [
    "printer encoded F01..F06 lot=L1", "line1 commissioned F01..F02 > C-10", "line1 commissioned F03..F04 > C-11", "line2 commissioned F05..F06 > C-12",
    "line1 commissioned C-10 C-11 qty=2", "line2 commissioned C-12 qty=2", "hub1 commissioned F01..F06", "hub1 commissioned C-10 C-11 C-12",
    "hub2 aggregated F01..F02 > C-10", "hub2 aggregated F03..F04 > C-11", "hub3 aggregated F05..F06 > C-12",
]  # fmt: skip
TOUCHES = st.sampled_from([
    "audit inspected F01 F02 > C-10", "audit inspected F01 F03 > C-10", "hub destroyed F01", "hub emptied C-10", "issues shipped P-3", "issues shipped C-11",
    "hub shipped P-3", "holds held P-3", "issues shipped F01", "inventory counted C-10 qty=2", "inventory counted C-11 qty=3", "camera rejected F03",
    "hub commissioned f03", "camera verified F04 grade=1.0", "audit inspected F05 > C-12 gtin=none lot=none", "hub aggregated F05 > C-10",
    "line aggregated Z1 > C-11", "hub commissioned F06 lot=L2", "hub commissioned F07 expiry=2027-01-31", "line sampled F02", "hub disaggregated F02 > C-10",
    "line commissioned C-10 qty=3", "numbers allocated F01", "alerts alerted f05", "hub commissioned F08 event=e1", "hub voided F08 event=e1",
    "inventory counted P-3 qty=2", "inventory counted C-13 qty=2", "hub aggregated C-12 > P-3", "line aggregated C-12 > P-3", "receipts received P-3",
    "line aggregated C-10 > P-9", "hub aggregated C-11 > P-9", "numbers allocated C-10", "numbers allocated C-10 C-11 C-12 P-3", "hub destroyed P-3", "hub emptied P-3",
    "line commissioned P-3 qty=3", "line commissioned P-3 qty=2", "hub commissioned C-10", "line aggregated F01 > P-3", "hub disaggregated C-10 > P-3", "holds held C-10",
    "line commissioned C-11 lot=L2", "line commissioned P-3 lot=L2", "hub aggregated P-3 > P-8", "hub aggregated P-3 > C-11", "line commissioned C-10 expiry=2027-01-31",
    "hub shipped P-3 @5:00", "made F09..F10 > C-14", "made C-14 > P-3", "made F11 > C-15", "made C-15 > P-3", "made F21..F22 > C-16 lot=L2", "made C-16 > P-3 lot=L2", "issues shipped P-3 @5:00", "inventory counted C-10 > P-3 qty=2", "inventory counted C-10 > P-4 qty=2", "line destroyed C-11",
    "hub aggregated C-10 > C-11", "receipts received C-13", "receipts received C-99", "line commissioned F9 lot=L3",
])  # fmt: skip


# Codes that the camera refused and the line scrapped, of one lot with its list of numbers and of one without.
REJECTS = [
    *FINE[1:], "numbers allocated F01..F06", "numbers allocated X01..X05", "printer encoded X01..X05 lot=L1", "camera rejected X01..X05 device=K1",
    "line label_scrapped X01..X05", "printer encoded Y01..Y03 lot=L2", "numbers allocated Y01..Y03 lot=L2", "camera rejected Y01..Y03 lot=L2 grade=2.0",
    "line label_scrapped Y01..Y03 lot=L2",
]  # fmt: skip
REJECT_TOUCHES = st.sampled_from([
    "camera verified X01", "camera rejected X01", "line commissioned X01 > C-10", "hub commissioned X01", "alerts alerted x01", "printer encoded X01",
    "camera rejected X02 grade=1.0", "camera rejected X06 grade=1.0", "line label_scrapped X02 > C-10", "line aggregated X02 > C-10", "numbers allocated X06",
    "printer encoded X06", "line label_scrapped X06", "camera rejected X06", "holds held X03", "line label_scrapped X03 expiry=2027-01-31",
    "camera rejected X03 expiry=2027-01-31", "line label_scrapped X04 lot=L2", "line label_scrapped X04 gtin=2", "audit inspected X04 > C-10",
    "line label_scrapped X07 reason=damaged", "camera rejected X07 result=Bruch", "printer encoded X07", "numbers allocated X07", "hub commissioned x05",
    "hub aggregated X05 > C-11", "hub destroyed X05", "camera no_read X05", "line destroyed X05", "printer encoded Y04 lot=L2", "line label_scrapped Y04 lot=L2",
    "line commissioned Y01 lot=L2", "camera verified f03 grade=3.0", "camera rejected y01 lot=none", "issues shipped X01", "line label_scrapped Z1 lot=L3",
    "camera verified F01 image=a", "camera verified F01 image=b @9:30", "printer encoded F02 counter=7", "printer encoded F02 counter=8",
    "camera verified f04 image=c grade=3.0", "camera verified F04 image=d grade=3.0",
])  # fmt: skip


QUICK = (Phase.explicit, Phase.generate)
"""Without shrinking, which takes minutes here: a failure says what it was given."""
HISTORIES = st.lists(st.one_of(TOUCHES, TOUCHES, rows()), min_size=0, max_size=6)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=QUICK)
@given(HISTORIES, st.booleans(), st.sampled_from([2, 7, 1_000]))
def test_whatever_is_added_to_ordinary_packs_is_found_as_before(added: list[str], ordered: bool, batch_rows: int) -> None:
    _found_as_before(FINE, added, ordered, batch_rows)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(HISTORIES, st.booleans(), st.sampled_from([2, 7, 1_000]), st.sampled_from([FINE, PARTED]))
def test_whatever_is_added_at_random_is_found_as_before(added: list[str], ordered: bool, batch_rows: int, fine: list[str]) -> None:
    _found_as_before(fine, added, ordered, batch_rows)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=QUICK)
@given(HISTORIES, st.booleans(), st.sampled_from([2, 1_000]))
@example(["numbers allocated B01 lot=l1"], True, 1_000)  # numbers that are all of another lot
def test_packs_whose_lot_another_file_states_are_found_as_before(added: list[str], ordered: bool, batch_rows: int) -> None:
    _found_as_before(PARTED, added, ordered, batch_rows)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=QUICK)
@given(st.lists(st.one_of(REJECT_TOUCHES, REJECT_TOUCHES, TOUCHES), max_size=5), st.booleans(), st.sampled_from([2, 1_000]))
def test_whatever_is_added_to_ordinary_rejects_is_found_as_before(added: list[str], ordered: bool, batch_rows: int) -> None:
    _found_as_before(REJECTS, added, ordered, batch_rows)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(REJECT_TOUCHES, REJECT_TOUCHES, TOUCHES, rows()), max_size=6), st.booleans(), st.sampled_from([2, 7, 1_000]))
def test_whatever_is_added_to_rejects_at_random_is_found_as_before(added: list[str], ordered: bool, batch_rows: int) -> None:
    _found_as_before(REJECTS, added, ordered, batch_rows)


def test_ordinary_rejects_are_set_aside_and_counted(tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": REJECTS, "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2"]}, "L1"))
    whole, parted, apart = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    assert [balance.counts["label_scrapped"] for balance in parted.balances] == [5, 3]
    assert _staying(apart) == whole.observations - ASIDE - 8 * 4 == 3


@pytest.mark.parametrize(("row", "code"), [("camera rejected X06 grade=1.0", "SCN-02"), ("line commissioned X01 > C-10", "SN-07"), ("alerts alerted x01", "RPT-03"),
                                           ("hub commissioned x05", "IDT-03"), ("line label_scrapped X04 gtin=2", "SN-05")])  # fmt: skip
def test_a_reject_of_which_more_is_said_stays(row: str, code: str, tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": [*REJECTS, row], "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2"]}, "L1"))
    whole, parted, _ = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    assert code in {found.code for found in whole.findings}


def _found_as_before(fine: list[str], added: list[str], ordered: bool, batch_rows: int) -> None:
    body = {"rows": [*fine, *added], "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2"] if ordered else [],
            "claims": ["stock stock 6", "movements goods_receipt 8"]}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOTPROOF_THREADS", "1")
        patch.setattr(survey, "RANGE_KEYS", batch_rows)
        lake, sources = build(Path(folder), written(body, "L1"))
        whole, parted, _ = both(lake, sources, Path(folder), batch_rows)
        assert_same(whole, parted)


ASIDE = 8 * 7 + 3 * 3
"""Rows of packs and cases of FINE that are set aside."""


def test_ordinary_packs_in_calm_cases_are_set_aside(tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": FINE, "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2"]}, "L1"))
    whole, parted, apart = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    # What stays: the number that nobody used, the third case, which is on no pallet, and the two pallets.
    assert _staying(apart) == whole.observations - ASIDE == 4
    assert whole.balances[0].equations == parted.balances[0].equations


@pytest.mark.parametrize(("row", "code"), [("hub commissioned f03", "IDT-03"), ("hub commissioned F03 gtin=2", "SN-02"), ("alerts alerted f05", "RPT-03"),
                                           ("hub aggregated f03 > C-11", "IDT-03"), ("camera verified f03 grade=3.0", "IDT-03")])  # fmt: skip
def test_a_pack_that_was_spelled_otherwise_stays_with_its_container(row: str, code: str, tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": [*FINE, row], "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2"]}, "L1"))
    whole, parted, _ = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    assert code in {found.code for found in whole.findings}


@pytest.mark.parametrize("more", [["hub commissioned g01 g02 lot=L3", "hub aggregated g01 g02 > C-20 lot=L3"], ["hub commissioned f03 f04 lot=L3", "hub aggregated f03 f04 > C-20 lot=L3"]])
def test_a_lot_of_which_the_hub_alone_speaks_is_of_strays_where_the_site_has_its_trade_item(more: list[str], tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": [*FINE, *more], "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2", "O3 lot=L3 case=2"]}, "L1"))
    whole, parted, _ = both(lake, sources, tmp_path)
    assert_same(whole, parted)


def test_serials_are_known_by_lot_from_the_sources_that_speak_of_it(tmp_path: Path) -> None:
    # The line speaks of lot L1 alone; of lot L3 the numbers and the hub do.
    more = ["numbers allocated G01..G04 lot=L3", "hub commissioned G01..G04 lot=L3", "hub aggregated G01..G02 > C-20 lot=L3", "hub aggregated G03..G04 > C-21 lot=L3",
            "camera verified g03 grade=3.0 lot=none"]  # fmt: skip
    lake, sources = build(tmp_path, written({"rows": [*FINE, *more], "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2", "O3 lot=L3 case=2"]}, "L1"))
    whole, parted, _ = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    assert "IDT-03" in {found.code for found in whole.findings}


@pytest.mark.parametrize(("fine", "row", "code"), [(FINE, "inventory counted C-10 > P-4 qty=2", "AGG-12"), (PARTED, "numbers allocated C-10", "SN-05")])
def test_what_concerns_a_lot_from_outside_its_packs_is_found(fine: list[str], row: str, code: str, tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": [*fine, row], "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2"]}, "L1"))
    whole, parted, _ = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    assert code in {found.code for found in whole.findings}


def test_packs_that_the_hub_heard_of_after_their_lot_had_left_stay(tmp_path: Path) -> None:
    fine = [f"{row} rec=2/9:00" if row.startswith("made F") else row for row in FINE]
    lake, sources = build(tmp_path, written({"rows": [*fine, "issues shipped P-3 @1/16:00"], "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2"]}, "L1"))
    whole, parted, apart = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    assert "RPT-01" in {found.code for found in whole.findings} and apart.opened == {"L1"}


@pytest.mark.parametrize("row", ["inventory counted P-3 qty=2", "hub commissioned C-10", "numbers allocated C-10", "line commissioned C-11 lot=L2",
                                 "hub aggregated F05 > P-3", "hub destroyed P-3", "hub shipped P-3 @5:00", "hub aggregated C-12 > P-3"])  # fmt: skip
def test_cases_stay_where_something_is_unusual_about_them_or_their_pallet(row: str, tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": [*FINE, row], "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2"]}, "L1"))
    whole, parted, apart = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    assert _staying(apart) > whole.observations - ASIDE


@pytest.mark.parametrize("row", ["hub shipped P-3 @23:00", "issues shipped P-3 @23:00", "receipts received P-3", "line aggregated C-12 > P-3",
                                 "line commissioned P-3 qty=3 @23:00"])  # fmt: skip
def test_cases_are_set_aside_whatever_else_their_pallet_holds_or_does(row: str, tmp_path: Path) -> None:
    body = {"rows": [*FINE, row], "orders": ["O1 case=2 pallet=2", "O2 lot=L2 case=2"], "claims": ["receipts pallet_cases 2"]}
    lake, sources = build(tmp_path, written(body, "L1"))
    whole, parted, apart = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    assert _staying(apart) == whole.observations - ASIDE


# Five packs: the last case holds one. What the line says of partial cases, and when it made which, decides whether that is a finding.
@pytest.mark.parametrize("partial", ["", " partial=yes", " partial=no"])
@pytest.mark.parametrize("others", ["", " partial=no"])
@pytest.mark.parametrize("at", ["@6:00", "@23:00"])
@pytest.mark.parametrize("pallet", ["C-10 C-11 C-12 > P-3", "C-10 C-11 > P-3"])
def test_a_case_too_small_is_judged_by_when_all_cases_were_made(pallet: str, at: str, others: str, partial: str, tmp_path: Path) -> None:
    rows = ["line commissioned F01..F02 > C-10 @9:00", "line commissioned F03..F04 > C-11 @9:05", f"line commissioned F05 > C-12 {at}",
            f"line commissioned C-10 qty=2 @9:01{others}", f"line commissioned C-11 qty=2 @9:06{others}", f"line commissioned C-12 qty=1 {at}{partial}",
            f"line aggregated {pallet} @23:30", "line commissioned P-3 @23:31"]  # fmt: skip
    lake, sources = build(tmp_path, written({"rows": rows, "orders": ["O1 case=2 pallet=3"]}, "L1"))
    whole, parted, apart = both(lake, sources, tmp_path)
    assert_same(whole, parted)
    assert _staying(apart) <= whole.observations - 4 * 2 - 2 * 2


def _staying(apart: Apart) -> int:
    """Rows that the rules see."""
    rest = apart.work / "unstacked.parquet"
    return sum(pq.read_metadata(path).num_rows for path in (rest if rest.exists() else apart.work / "rest.parquet", apart.work / "packs.parquet"))


def test_packs_find_their_lot_in_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "RANGE_KEYS", 1)
    lake, sources = build(tmp_path, written({"rows": PARTED, "orders": ["O1 case=2 pallet=2"]}, "L1"))
    whole, parted, apart = both(lake, sources, tmp_path, 5)
    assert_same(whole, parted)
    assert pq.read_metadata(apart.work / "packs.parquet").num_rows == 0


def test_columns_that_the_intake_wrote_lead_to_the_same(tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": [*FINE, "hub commissioned F06 lot=L2"]}, "L1"))
    _, made_now, _ = both(lake, sources, tmp_path)
    for source in sources:
        write_packs(lake.segment(source.sha256))
    assert_same(made_now, both(lake, sources, tmp_path)[1])


class _Bunch:
    """Rows of one class: items of lot 1, other columns as given."""

    def __init__(self, items: list[int], **more: list[int]) -> None:
        count = len(items)
        high = np.array(items, np.uint64) << np.uint64(20)
        self.comp = high >> np.uint64(15)
        none = {name: np.zeros(count, kind) for name, kind in KINDS.items()}
        plain = {"high": high, "low": high, "gtin": np.ones(count, np.int32), "at": np.zeros(count, np.int64), "grade": np.full(count, np.nan),
                 "box": np.ones(count, np.int64)}  # fmt: skip
        self._columns = none | plain | {name: np.array(values, KINDS[name]) for name, values in more.items()}

    def take(self, name: str, rows: np.ndarray | None) -> np.ndarray:
        return self._columns[name] if rows is None else self._columns[name][rows]


def _found(**bunches: _Bunch) -> list[int]:
    """Items that are ordinary; bunches are named by their class."""
    rows = {getattr(shape, name): bunch for name, bunch in sorted(bunches.items(), key=lambda each: getattr(shape, each[0]))}
    packs = Packs(rows, np.array([1]), align({number: bunch.comp for number, bunch in rows.items()}, np.array([99 << 5], np.uint64)))
    which, _, _ = plain(packs, lambda lot, _gtin: lot > 0, lambda prefix: np.zeros(len(prefix), bool))
    return [int(one) >> 20 for one in packs.high[which]]


def test_an_item_with_one_row_of_each_class_is_ordinary() -> None:
    assert _found(LINE=_Bunch([5, 9]), PACKED=_Bunch([5, 9]), HUB=_Bunch([5]), HUB_PACKED=_Bunch([5])) == [5]


def test_items_of_which_a_class_says_nothing_or_that_are_dropped_are_left_out() -> None:
    assert _found(LINE=_Bunch([3, 5, 9, 12, 99]), HUB=_Bunch([1, 5, 7, 12, 99])) == [5, 12]
    assert _found(LINE=_Bunch([3, 99]), HUB=_Bunch([99])) == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), max_size=80).map(sorted), min_size=1, max_size=4), st.sets(st.integers(0, 60)))
def test_classes_are_aligned_as_sets_say(classes: list[list[int]], dropped: set[int]) -> None:
    comps = {number: np.array(keys, np.uint64) for number, keys in enumerate(classes)}
    keys, rows = align(comps, np.array(sorted(dropped), np.uint64))
    assert keys.tolist() == sorted(key for key in set(classes[0]) - dropped if all(each.count(key) == 1 for each in classes))
    for number, comp in comps.items():
        chosen = rows[number]
        assert (comp if chosen is None else comp[chosen]).tolist() == keys.tolist()


def test_a_pack_that_was_only_read_and_packed_is_not_accounted_for() -> None:
    assert _found(VERIFIED=_Bunch([5]), PACKED=_Bunch([5])) == []


def test_a_class_twice_is_not_ordinary() -> None:
    assert _found(LINE=_Bunch([5, 5, 6]), PACKED=_Bunch([5, 6])) == [6]
    assert _found(LINE=_Bunch([5, 6]), PACKED=_Bunch([5, 6, 6])) == [5]


def test_rows_of_another_item_trade_item_or_container_are_not_ordinary() -> None:
    line = _Bunch([5])
    assert _found(LINE=line, PACKED=line, HUB_PACKED=line) == [5]
    assert _found(LINE=line, PACKED=_Bunch([5], low=[7])) == []
    assert _found(LINE=line, PACKED=_Bunch([5], gtin=[2])) == []
    assert _found(LINE=line, PACKED=_Bunch([5], gtin=[0])) == [5]
    assert _found(LINE=line, PACKED=line, HUB_PACKED=_Bunch([5], box=[2])) == []
    assert _found(LINE=line, PACKED=_Bunch([5], box=[0])) == []


def test_a_reason_in_the_hub_or_a_low_grade_is_not_ordinary() -> None:
    assert _found(HUB=_Bunch([5, 6], told=[1, 0])) == [6]
    assert _found(LINE=_Bunch([5, 6], told=[1, 1]), VERIFIED=_Bunch([5, 6], grade=[1.4, 1.5])) == [6]  # type: ignore[list-item]


def test_a_pack_in_its_container_before_it_was_made_is_not_ordinary() -> None:
    assert _found(LINE=_Bunch([5], at=[50_000_000]), PACKED=_Bunch([5], at=[40_000_000])) == []
    assert _found(LINE=_Bunch([5], at=[50_000_000]), PACKED=_Bunch([5], at=[49_500_000])) == [5]
