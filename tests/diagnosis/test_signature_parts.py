"""The reckoning inside signatures: which clock is the odd one, and where a level line bends."""

from __future__ import annotations

import pytest

from lotproof.diagnosis.signatures.identity import _odd_ones
from lotproof.diagnosis.signatures.printing import _bend

HOUR = 3600.0


@pytest.mark.parametrize(
    ("offsets", "odd"),
    [
        ((-HOUR, 0, 0), [("printer", HOUR)]),
        ((HOUR, -HOUR, 0), [("camera", HOUR)]),
        ((0, -2 * HOUR, 2 * HOUR), [("line", -2 * HOUR)]),
        ((0, 0, HOUR), [("hub", HOUR)]),
        ((0, 0, 0), []),
        ((HOUR, 0, -HOUR), [("camera", HOUR), ("line", HOUR)]),
    ],
)
def test_the_clock_that_differs_from_most_is_the_wrong_one(offsets: tuple[float, ...], odd: list) -> None:
    chain = zip(("printer", "camera", "line"), ("camera", "line", "hub"), offsets, strict=True)
    assert [found[:2] for found in _odd_ones([(left, right, seconds, 50) for left, right, seconds in chain])] == odd


def test_of_two_clocks_the_later_one_is_named_because_nothing_tells_which_is_right() -> None:
    assert list(_odd_ones([("camera", "line", HOUR, 50)])) == [("line", HOUR, 50)]


@pytest.mark.parametrize("start", [40, 90, 150])
def test_the_bend_is_where_the_fall_begins(start: int) -> None:
    noise = (0.1, -0.2, 0.0, 0.15, -0.05)
    grades = [3.2 + noise[n % 5] - max(0, n - start) * 0.03 for n in range(200)]
    assert abs(_bend(grades, 3.2) - start) <= 8
