"""Times of EPCIS events: the usual spelling in bulk, every other one by SQL."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

AT = r"""coalesce(
  if(event_time[-1:] = 'Z' OR regexp_matches(event_time[-6:], '[+-]\d\d:?\d\d$'),
     timezone('UTC', try_cast(event_time AS TIMESTAMPTZ)), NULL),
  if(zone_offset IS NULL OR regexp_matches(event_time[-6:], '(Z|[+-]\d\d:?\d\d)$'), NULL,
     timezone('UTC', try_cast(event_time || zone_offset AS TIMESTAMPTZ))),
  $zone)"""
"""The zone is that in the time, else that of eventTimeZoneOffset, else the one stated for the source, else none."""

_RECORDED = r"if(regexp_matches(record_time, '(Z|[+-]\d\d:?\d\d)$'), timezone('UTC', try_cast(record_time AS TIMESTAMPTZ)), NULL)"
_NAIVE = pa.timestamp("us")


def at_sql(zone: str | None) -> str:
    """The SQL of an event's time; ``zone`` is the name of the zone stated for the source."""
    naive = f"timezone('UTC', timezone('{zone}', try_cast(event_time AS TIMESTAMP)))" if zone else "NULL::TIMESTAMP"
    return AT.replace("$zone", naive)


def times(connection: duckdb.DuckDBPyConnection, events: pa.Table, zone: str | None) -> tuple[pa.Array, pa.Array]:
    """When each event happened and when it was recorded, UTC; null where no time or no zone is known."""
    quick = in_bulk(events.column("event_time")), in_bulk(events.column("record_time"))
    if quick[0] is not None and quick[1] is not None:
        return quick[0], quick[1]
    connection.register("_events", events)
    found = connection.execute(f"SELECT {at_sql(zone)} AS at_utc, {_RECORDED} AS recorded_at FROM _events ORDER BY seq").to_arrow_table()
    connection.unregister("_events")
    return found.column("at_utc").combine_chunks(), found.column("recorded_at").combine_chunks()


def in_bulk(texts: pa.ChunkedArray) -> pa.Array | None:
    """The times, if every text is ISO 8601 with a zone; None if there is another one."""
    whole = texts.combine_chunks()
    if whole.null_count == len(whole):
        return pa.nulls(len(whole), _NAIVE)
    try:
        return pc.cast(whole, pa.timestamp("us", "UTC")).cast(_NAIVE)
    except pa.ArrowInvalid:
        return None
