"""The space-time scan: what it finds, what it cannot tell apart, what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest

from lotproof.diagnosis.scan.baseline import fit
from lotproof.diagnosis.scan.cells import Cells, cells_of
from lotproof.diagnosis.scan.chance import probability
from lotproof.diagnosis.scan.cuboids import cuboids
from lotproof.diagnosis.scan.ranked import scan
from lotproof.diagnosis.scan.search import Settings, search
from lotproof.simulate.incidents import BASELINE_DAYS, FIELDS, HOURS, incident

ORDER_1 = Settings(order=1)


def plant(hot: dict[str, str] | None = None, ratio: float = 4.0, onset: int = 30, hours: int = 50, packs: int = 1000) -> Cells:
    """Two lines with two printers each (P1 to P4), two crossed stations, no chance at all: the counts are the means."""
    rows = []
    for hour in range(hours):
        for line, printer in (("L1", "P1"), ("L1", "P2"), ("L2", "P3"), ("L2", "P4")):
            for station in ("S1", "S2"):
                bears = {"line": line, "printer": printer, "station": station}
                hit = hot is not None and hour >= onset and all(bears[field] == value for field, value in hot.items())
                rows.append((hour, (line, printer, station), float(packs), 10.0 * (ratio if hit else 1.0)))
    return cells_of(("line", "printer", "station"), rows)


def test_rows_of_one_cell_are_added_up_and_a_field_without_choice_is_left_out() -> None:
    cells = cells_of(("line", "site"), [(0, ("L1", "X"), 10, 1), (0, ("L1", "X"), 5, 2), (1, ("L2", "X"), 3, 0)])
    assert cells.fields == ("line",) and cells.levels == (("L1", "L2"),)
    assert cells.exposed.tolist() == [15, 3] and cells.failed.tolist() == [3, 0]


def test_running_sums_are_those_of_each_group_from_each_onset() -> None:
    rng = np.random.default_rng(5)
    rows = [(int(rng.integers(6)), (str(rng.integers(3)), str(rng.integers(2))), 10.0, float(rng.integers(9))) for _ in range(60)]
    cells = cells_of(("a", "b"), rows)
    for cuboid in cuboids(cells, 2):
        for end, value in enumerate(cuboid.sums(cells.failed)):
            bears = np.all(cells.codes[:, list(cuboid.fields)] == cuboid.codes[cuboid.group[end]], axis=1) & (cells.bucket >= cuboid.onset[end])
            assert value == pytest.approx(cells.failed[bears].sum())
            assert set(cuboid.cells_of(end)) == set(np.flatnonzero(bears))


def test_a_baseline_is_a_product_of_effects_and_knows_nothing_of_new_values() -> None:
    rng = np.random.default_rng(1)
    effects = {"L1": 1.0, "L2": 2.0, "A": 1.0, "B": 0.5}
    rows = [(hour, (line, crew), 5000.0, float(rng.poisson(50 * effects[line] * effects[crew])))
            for hour in range(60) for line in ("L1", "L2") for crew in ("A", "B")]  # fmt: skip
    cells = cells_of(("line", "crew"), [*rows, (99, ("L3", "A"), 5000.0, 0.0)])
    before, after = cells.split(99)
    baseline = fit(before)
    by_cell = dict(zip([tuple(code) for code in before.codes.tolist()], baseline.expected(before), strict=True))
    assert by_cell[(1, 0)] / by_cell[(0, 0)] == pytest.approx(2.0, rel=0.03)
    assert by_cell[(0, 1)] / by_cell[(0, 0)] == pytest.approx(0.5, rel=0.03)
    assert baseline.dispersion == pytest.approx(1.0, abs=0.15)
    new = baseline.possible(after, 500, np.random.default_rng(2))
    assert np.std(np.log(new)) > 5 * np.std(np.log(baseline.possible(before, 500, np.random.default_rng(2))[0]))


def test_a_printer_is_found_with_its_onset_and_not_its_line() -> None:
    found = scan(plant({"printer": "P3"}), 20)
    first = found.suspects[0]
    assert first.names[0] == (("printer", ("P3",)),)
    assert (first.onset, first.supported, found.baseline, found.second) == (30, True, True, None)
    assert first.onset_interval[0] <= 30 <= first.onset_interval[1] <= 32
    assert first.ratio.low < 4.0 < first.ratio.high and first.share == pytest.approx(1.0, abs=0.01)
    siblings = {part.value: part.failed / part.expected for part in first.parts if part.kind == "sibling"}
    assert siblings == {name: pytest.approx(1.0, abs=0.05) for name in ("P1", "P2", "P4")}


def test_a_pair_of_values_is_found() -> None:
    pair = scan(plant({"line": "L2", "station": "S1"}), 20).suspects[0]
    assert pair.names[0] == (("line", ("L2",)), ("station", ("S1",))) and pair.supported


def test_what_the_same_packs_bear_is_one_suspect() -> None:
    cells = plant({"printer": "P3"})
    rows = [(int(bucket), (*(levels[code] for levels, code in zip(cells.levels, codes, strict=True)), "C" + cells.levels[1][codes[1]]), packs, failed)
            for bucket, codes, packs, failed in zip(cells.bucket, cells.codes.tolist(), cells.exposed, cells.failed, strict=True)]  # fmt: skip
    first = scan(cells_of((*cells.fields, "camera"), rows), 20).suspects[0]
    assert {(("printer", ("P3",)),), (("camera", ("CP3",)),)} <= set(first.names)
    assert len(first.names[0]) == 1


def test_two_causes_are_both_named() -> None:
    one, other = plant({"printer": "P3"}, ratio=6.0), plant({"printer": "P1"}, ratio=1.8)
    both = Cells(one.fields, one.levels, one.codes, one.bucket, one.exposed, one.failed + other.failed - 10.0)
    found = scan(both, 20)
    assert found.suspects[0].names[0] == (("printer", ("P3",)),)
    assert found.second is not None and found.second.names[0] == (("printer", ("P1",)),)


def test_two_values_raised_alike_are_one_suspect() -> None:
    one, other = plant({"printer": "P3"}), plant({"printer": "P1"})
    both = Cells(one.fields, one.levels, one.codes, one.bucket, one.exposed, one.failed + other.failed - 10.0)
    first, *_ = scan(both, 20).suspects
    assert first.names[0] == (("printer", ("P1", "P3")),) and first.supported


def test_a_part_that_is_normal_speaks_against_the_suspect() -> None:
    # the printer fails with one station only; asked for single values alone, the scan names the printer or the station, and says so
    found = scan(plant({"printer": "P3", "station": "S1"}, ratio=8.0), 20, ORDER_1).suspects[0]
    against = [part for part in found.parts if part.kind == "inside"]
    assert against and all(part.failed < part.expected * 2 for part in against)


def test_without_a_baseline_a_burst_is_not_blamed_on_who_was_on_shift() -> None:
    rng = np.random.default_rng(3)
    rows = []
    for piece in range(40):
        burst = 20 <= piece < 24
        rows += [(piece, (station, "late" if piece >= 20 else "early"), 60.0, float(rng.poisson(12.0 if burst and station == "S2" else 0.3)))
                 for station in ("S1", "S2")]  # fmt: skip
    found = scan(cells_of(("station", "shift"), rows), None)
    assert found.suspects[0].names[0] == (("station", ("S2",)),) and found.suspects[0].supported and not found.baseline
    alike = [(piece, values, packs, 6.0 if 20 <= piece < 24 else 0.0) for piece, values, packs, _ in rows]
    assert not any(one.supported for one in scan(cells_of(("station", "shift"), alike), None).suspects)


def test_nothing_to_find_and_nothing_to_compare() -> None:
    assert not any(one.supported for one in scan(plant(), 20).suspects)
    assert scan(cells_of(("line",), [(0, ("L1",), 100.0, 9.0), (1, ("L1",), 100.0, 1.0)]), None).suspects == ()


def test_probability_counts_the_table_that_was_seen_and_ties() -> None:
    assert probability(5.0, np.array([1.0, 2.0, 5.0])) == 0.5
    assert probability(9.0, np.array([1.0, 2.0, 5.0])) == 0.25


@pytest.mark.slow
def test_made_up_incidents_are_found_again() -> None:
    made = incident(3, 3.0)
    assert made == incident(3, 3.0) and made != incident(4, 3.0)
    assert made.start == BASELINE_DAYS * HOURS and len(FIELDS) == 8
    right = 0
    for seed in range(8):
        made = incident(seed, 3.0)
        cells = cells_of(FIELDS, made.rows)
        before, after = cells.split(made.start)
        baseline = fit(before)
        names = search(after, baseline.expected(after), baseline.dispersion, Settings())[0].names
        right += any(frozenset(name) == frozenset((field, (value,)) for field, value in made.cause) for name in names)
    assert right >= 7


def test_of_two_values_taken_together_chance_judges_the_weaker() -> None:
    one, other = plant({"printer": "P3"}), plant({"printer": "P1"}, ratio=2.5)
    both = Cells(one.fields, one.levels, one.codes, one.bucket, one.exposed, one.failed + other.failed - 10.0)
    after = both.split(20)[1]
    found = {each.names[0]: each for each in search(after, np.full(len(after), 10.0), 1.0, ORDER_1)}
    two, weaker = found[(("printer", ("P1", "P3")),)], found[(("printer", ("P1",)),)]
    assert two.judged == weaker.judged == weaker.support < two.support
