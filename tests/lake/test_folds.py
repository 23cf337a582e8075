"""Numbers of serials: what one spelling fold makes equal has one number."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lotproof.lake.folds import LOOK, numbers
from lotproof.lake.spelling import FOLD

SERIALS = st.lists(st.one_of(st.none(), st.text("0OoIiLl1YyZzAa9é&\"'(-_.,+", max_size=27)), max_size=30)


@given(SERIALS)
def test_serials_with_one_fold_have_one_number_or_are_looked_at(serials: list[str | None]) -> None:
    found = numbers(pa.array(serials, pa.string()))
    folds = duckdb.connect().execute(f"SELECT {FOLD} FROM (SELECT unnest($serials::VARCHAR[]) AS serial)", {"serials": serials}).fetchall()
    of: dict[str, set[int]] = {}
    for (fold,), number, serial in zip(folds, found.tolist(), serials, strict=True):
        if serial is not None and number != LOOK:
            of.setdefault(fold, set()).add(number)
    assert all(len(each) == 1 for each in of.values())


def test_what_sql_must_read_is_looked_at() -> None:
    assert numbers(pa.array(["1.5E10", "A,1", "a+b", "é1", "A" * 25, "A" * 24, "", None])).tolist()[:5] == [LOOK] * 5
    assert LOOK not in numbers(pa.array(["A1", "", None])).tolist()


def test_different_serials_have_different_numbers() -> None:
    serials = [f"{head}{number:07d}{tail}" for number in range(5_000) for head in ("S", "XS") for tail in ("", "ABCDEFGHIJK")]
    assert len(set(numbers(pa.array(serials)).tolist())) > 19_990


def test_a_slice_of_an_array_is_read_as_it_is() -> None:
    whole = pa.array(["X1", "A.7", "B8", None, "C9"])
    assert numbers(whole.slice(2, 3)).tolist() == numbers(pa.array(["B8", None, "C9"])).tolist()
