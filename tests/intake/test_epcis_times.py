"""Times of events: the bulk reading and the SQL give the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.intake.epcis_times import at_sql, in_bulk, times


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


def events(*rows: tuple[str | None, str | None, str | None]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    names = ("event_time", "zone_offset", "record_time")
    return pa.table({"seq": range(len(rows)), **{name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}})


moments = st.datetimes(datetime(1950, 1, 1), datetime(2149, 12, 31))
written = st.builds(
    lambda moment, spec, zone: moment.isoformat(timespec=spec) + zone,
    moments,
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
    st.sampled_from(["Z", "+01:00", "-05:30", "+0200", ""]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(written, min_size=1, max_size=5))
def test_bulk_and_sql_agree(texts: list[str]) -> None:
    quick = in_bulk(pa.chunked_array([pa.array(texts)]))
    if quick is None:
        return
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("_events", pa.table({"event_time": texts, "zone_offset": pa.nulls(len(texts), pa.string())}))
        assert quick.to_pylist() == [found for (found,) in connection.execute(f"SELECT {at_sql(None)} FROM _events").fetchall()]


def told(
    connection: duckdb.DuckDBPyConnection, zone: str | None, *rows: tuple[str | None, str | None, str | None]
) -> list[tuple[str | None, str | None]]:
    at, recorded = times(connection, events(*rows), zone)
    return [tuple(value.as_py() and value.as_py().isoformat() for value in pair) for pair in zip(at, recorded, strict=True)]


def test_a_zone_in_the_time_holds(connection: duckdb.DuckDBPyConnection) -> None:
    assert told(connection, "Asia/Tokyo", ("2026-03-01T10:00:00+01:00", "+05:00", None)) == [("2026-03-01T09:00:00", None)]


def test_the_offset_of_the_event_is_the_next_best(connection: duckdb.DuckDBPyConnection) -> None:
    assert told(connection, "Asia/Tokyo", ("2026-03-01T10:00:00", "+01:00", None)) == [("2026-03-01T09:00:00", None)]


def test_the_zone_stated_for_the_source_is_the_last(connection: duckdb.DuckDBPyConnection) -> None:
    assert told(connection, "Europe/Berlin", ("2026-07-01T10:00:00", None, None)) == [("2026-07-01T08:00:00", None)]


def test_no_zone_is_never_guessed(connection: duckdb.DuckDBPyConnection) -> None:
    rows = (("2026-07-01T10:00:00", None, "2026-07-01T10:00:00"), ("2026-07-01T10:00:00Z", None, "2026-07-01T11:00:00Z"))
    assert told(connection, None, *rows) == [(None, None), ("2026-07-01T10:00:00", "2026-07-01T11:00:00")]


def test_a_text_that_is_no_time_is_none(connection: duckdb.DuckDBPyConnection) -> None:
    assert told(connection, None, ("soon", None, None), (None, None, None)) == [(None, None), (None, None)]
