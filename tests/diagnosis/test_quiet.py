"""The baseline of a history with incidents in it."""

from __future__ import annotations

import numpy as np
import pytest

from lotproof.diagnosis.scan.baseline import fit
from lotproof.diagnosis.scan.cells import Cells, cells_of
from lotproof.diagnosis.scan.quiet import fit_quiet
from lotproof.diagnosis.scan.ranked import scan

HOURS = 48
NORMAL = {"P1": 10.0, "P2": 20.0, "P3": 10.0}


def history(bad: range, ratio: float, hours: int = HOURS, drift: float = 0.0, seed: int = 1) -> Cells:
    """Three printers at two stations; P2 at S1 is raised in the hours of ``bad``; every hour may have a factor of its own (``drift``)."""
    rng = np.random.default_rng(seed)
    rows = []
    for hour in range(hours):
        factor = float(np.exp(rng.normal(0, drift)))
        for printer, rate in NORMAL.items():
            for station in ("S1", "S2"):
                hit = ratio if hour in bad and (printer, station) == ("P2", "S1") else 1.0
                rows.append((hour, (printer, station), 2000.0, float(rng.poisson(rate * hit * factor))))
    return cells_of(("printer", "station"), rows)


def per_hour(cells: Cells, expected: np.ndarray, printer: str) -> float:
    level = cells.levels[0].index(printer)
    return float(expected[cells.codes[:, 0] == level].sum() / HOURS)


@pytest.mark.parametrize("bad", [range(4, 9), range(20, 40)])
def test_an_earlier_incident_does_not_raise_what_is_expected(bad: range) -> None:
    cells = history(bad, 8.0)
    plain, quiet = fit(cells).expected(cells), fit_quiet(cells).expected(cells)
    assert per_hour(cells, quiet, "P2") == pytest.approx(40.0, rel=0.05)
    assert per_hour(cells, plain, "P2") > 45.0


def test_a_calm_history_is_taken_whole() -> None:
    cells = history(range(0), 1.0)
    assert fit_quiet(cells).expected(cells) == pytest.approx(fit(cells).expected(cells), rel=1e-9)


def test_drift_from_hour_to_hour_is_no_incident() -> None:
    cells = history(range(0), 1.0, drift=0.3)
    assert float(fit_quiet(cells).expected(cells).sum()) == pytest.approx(float(cells.failed.sum()), rel=0.06)


def test_two_hours_are_too_few_to_leave_one_out() -> None:
    cells = history(range(1, 2), 20.0, hours=2)
    assert fit_quiet(cells).expected(cells) == pytest.approx(fit(cells).expected(cells), rel=1e-9)


def test_a_fault_that_comes_again_is_seen() -> None:
    # without leaving the earlier hours out the second coming would look half normal
    earlier, later = history(range(10, 25), 5.0), history(range(24, HOURS), 5.0, seed=2)
    both = Cells(earlier.fields, earlier.levels, np.concatenate([earlier.codes, later.codes]),
                 np.concatenate([earlier.bucket, later.bucket + HOURS]), np.concatenate([earlier.exposed, later.exposed]),
                 np.concatenate([earlier.failed, later.failed]))  # fmt: skip
    first = scan(both, HOURS).suspects[0]
    assert first.names[0] == (("printer", ("P2",)), ("station", ("S1",))) and first.supported
    assert first.onset == HOURS + 24
    assert first.ratio.low < 5.0 < first.ratio.high
