"""Arrays come back from a file of columns as they were, whole and by slices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.lake.columns import NEVER, ColumnFile, ColumnWriter, narrow

WHOLE = st.one_of(
    st.lists(st.integers(-(2**62), 2**62)), st.lists(st.integers(0, 300)), st.lists(st.integers(0, 2**40).map(lambda n: n * 1_000_000)),
    st.lists(st.sampled_from([NEVER, 5, 1_700_000_000_000_000])),
)  # fmt: skip


@given(WHOLE)
def test_narrow_values_make_the_same_array(numbers: list[int]) -> None:
    array = np.array(numbers, np.int64)
    values, base, unit = narrow(array)
    again = np.full(len(array), base) if values is None else base + unit * values.astype(np.int64)
    assert again.tolist() == numbers


def test_times_to_the_second_take_four_bytes_each() -> None:
    values, base, unit = narrow(np.array([1_700_000_000_000_000, 1_700_000_100_000_000, 1_700_100_000_000_000]))
    assert values is not None
    assert (values.dtype, base, unit) == (np.dtype("u4"), 1_700_000_000_000_000, 1_000_000)


ARRAYS = {
    "word": np.array([3, 3, 3], np.int32), "none": np.full(3, np.nan), "grade": np.array([2.5, np.nan, 3.1]), "key": np.array([2**64 - 1, 0, 5], np.uint64),
    "at": np.array([NEVER, 7, 9]), "empty": np.zeros(0, np.int64), "flag": np.array([0, 1, 0], np.uint8),
}  # fmt: skip


def _written(path: Path) -> ColumnFile:
    with ColumnWriter(path) as out:
        out.finish({name: out.add(array) for name, array in ARRAYS.items()})
    return ColumnFile(path)


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_comes_back_with_its_type(tmp_path: Path, name: str) -> None:
    file, array = _written(tmp_path / "c"), ARRAYS[name]
    back = file.read(file.directory[name], 0, len(array))
    np.testing.assert_array_equal(back, array)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(file.read(file.directory[name], 1, len(array)), array[1:]) if len(array) else None


def test_a_file_without_its_end_is_refused(tmp_path: Path) -> None:
    _written(tmp_path / "c")
    (tmp_path / "half").write_bytes((tmp_path / "c").read_bytes()[:-5])
    with pytest.raises(ValueError, match=r"half is no whole file of columns: its end is missing\. Delete it; it is made anew"):
        ColumnFile(tmp_path / "half")
