"""Times of a column: the order of day and month decided from the whole column, the zone from what is stated."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from lotproof.intake.odd_times import ORDERS, read_time
from lotproof.intake.profile import Statement

_DATE = r"(?:\d{4}-\d{2}-\d{2}|\d{4}[./]\d{2}[./]\d{2}|\d{8}|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{1,2}[-. ]{1,2}[a-zä]{3,9}[-. ]{1,2}\d{4})"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,:]\d{1,9})?)?"
_ZONE = r"(?:Z|UTC|GMT|CET|CEST|MEZ|MESZ|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)"
_WRITTEN = rf"(?i){_DATE}(?:(?:T|,|\s)\s*(?:{_CLOCK}|\d{{4}}|\d{{6}}(?:[.,]\d{{1,9}})?)(?:\s*[ap]\.?m\.?|\s*Uhr)?\s*{_ZONE}?)?"
"""A whole written time: whatever else stands in a cell makes it none, so that nothing of it is passed over."""

# The two forms that nearly all rows have go first: they take a fifth of the time of the general way.
TIME_MACROS = rf"""
CREATE OR REPLACE TEMP MACRO lp_clock(v) AS
  CASE WHEN regexp_matches(v, '[Tt ,]\s*\d{{1,2}}:') THEN
         regexp_replace(replace(regexp_extract(v, '[Tt ,]\s*({_CLOCK})', 1), ',', '.'), '^(\d+:\d+:\d+):', '\1.')
       WHEN regexp_matches(v, '^[\d./-]{{8,10}}[Tt ]\s*\d{{4}}') THEN
         regexp_replace(replace(regexp_extract(v, '[Tt ]\s*(\d{{6}}(?:[.,]\d+)?|\d{{4}})', 1), ',', '.'), '^(..)(..)(.*)$', '\1:\2:\3')
       WHEN regexp_matches(v, ':|\d[Tt,]\d|\d{{4}}[Tt ,]+\d') THEN NULL
       ELSE '00:00:00' END;
CREATE OR REPLACE TEMP MACRO lp_clock24(c) AS
  lpad(split_part(c, ':', 1), 2, '0') || ':' || split_part(c, ':', 2) || ':' || coalesce(nullif(split_part(c, ':', 3), ''), '00');
CREATE OR REPLACE TEMP MACRO lp_half(v) AS
  CASE WHEN NOT regexp_matches(v, '(?i)\d\s*[ap]\.?m') THEN INTERVAL 0 HOUR
       WHEN NOT regexp_matches(v, '[Tt ,]\s*(0?\d|1[0-2]):') THEN NULL
       WHEN regexp_matches(v, '(?i)\d\s*a\.?m') THEN if(regexp_matches(v, '[T ,]\s*12:'), INTERVAL (-12) HOUR, INTERVAL 0 HOUR)
       ELSE if(regexp_matches(v, '[T ,]\s*12:'), INTERVAL 0 HOUR, INTERVAL 12 HOUR) END;
CREATE OR REPLACE TEMP MACRO lp_month(word) AS
  CASE word WHEN 'mai' THEN 5 WHEN 'okt' THEN 10 WHEN 'dez' THEN 12 WHEN 'mär' THEN 3 WHEN 'mrz' THEN 3 ELSE
    list_position(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'], word) END;
CREATE OR REPLACE TEMP MACRO lp_day(v, dmy) AS
  CASE WHEN regexp_matches(v, '^\d{{4}}-\d{{2}}-\d{{2}}') THEN v[1:10]
       WHEN regexp_matches(v, '^\d{{4}}[./]\d{{2}}[./]\d{{2}}') THEN v[1:4] || '-' || v[6:7] || '-' || v[9:10]
       WHEN regexp_matches(v, '^\d{{8}}(\D|$|\d{{6}}$)') THEN v[1:4] || '-' || v[5:6] || '-' || v[7:8]
       WHEN regexp_matches(v, '^\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}') THEN
         regexp_extract(v, '^\d{{1,2}}[./-]\d{{1,2}}[./-](\d{{4}})', 1) || '-' ||
         lpad(regexp_extract(v, if(dmy, '^\d{{1,2}}[./-](\d{{1,2}})', '^(\d{{1,2}})'), 1), 2, '0') || '-' ||
         lpad(regexp_extract(v, if(dmy, '^(\d{{1,2}})', '^\d{{1,2}}[./-](\d{{1,2}})'), 1), 2, '0')
       WHEN regexp_matches(v, '^\d{{1,2}}[-. ]+[A-Za-z]') THEN
         regexp_extract(v, '[-. ](\d{{4}})', 1) || '-' || lp_month(lower(regexp_extract(v, '([A-Za-zä]{{3}})', 1))) || '-' ||
         regexp_extract(v, '^(\d+)', 1) END;
CREATE OR REPLACE TEMP MACRO lp_local(v, dmy) AS
  CASE WHEN regexp_full_match(v, '\d{{4}}-\d{{2}}-\d{{2}}[T ]\d{{2}}:\d{{2}}:\d{{2}}(\.\d+)?') THEN try_cast(v AS TIMESTAMP)
       WHEN regexp_full_match(v, '\d{{4}}-\d{{2}}-\d{{2}}[T ]\d{{2}}:\d{{2}}:\d{{2}}(\.\d+)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)?') THEN
         try_cast(regexp_extract(v, '^([^Z+]{{10,}}?)(?:Z|[+-][^-]*)?$', 1) AS TIMESTAMP)
       WHEN regexp_full_match(v, '\d{{2}}[./-]\d{{2}}[./-]\d{{4}} \d{{2}}:\d{{2}}:\d{{2}}([.,]\d+)?') THEN
         try_cast(v[7:10] || '-' || if(dmy, v[4:5] || '-' || v[1:2], v[1:2] || '-' || v[4:5]) || ' ' ||
                  replace(v[12:], ',', '.') AS TIMESTAMP)
       WHEN regexp_full_match(v, '\d{{14}}') THEN try_strptime(v, '%Y%m%d%H%M%S')
       WHEN regexp_full_match(v, '[3-6]\d{{4}}(\.\d+)?') THEN
         TIMESTAMP '1899-12-30' + to_milliseconds(round(v::DOUBLE * 86400000)::BIGINT)
       WHEN regexp_full_match(v, '{_WRITTEN}') THEN
         try_cast(lp_day(v, dmy) || ' ' || lp_clock24(lp_clock(v)) AS TIMESTAMP) + lp_half(v) END;
CREATE OR REPLACE TEMP MACRO lp_offset(v) AS
  CASE WHEN regexp_full_match(v, '[\d./-]{{10}}[T ][\d:.,]+') THEN NULL
       ELSE upper(nullif(regexp_extract(v,
         '(?i)(?:{_CLOCK}|[T ]\d{{4}}(?:\d\d(?:[.,]\d+)?)?)(?:\s*[ap]\.?m\.?)?\s*({_ZONE})$', 1), '')) END;
CREATE OR REPLACE TEMP MACRO lp_minutes(o) AS
  CASE WHEN o IN ('Z', 'UTC', 'GMT') THEN 0 WHEN o IN ('CET', 'MEZ') THEN 60 WHEN o IN ('CEST', 'MESZ') THEN 120
       ELSE if(o[1] = '-', -1, 1) * (o[2:3]::INTEGER * 60 + if(length(o) > 3, right(o, 2)::INTEGER, 0)) END;
"""
"""Local time (TIMESTAMP) and offset of a written time; NULL where it is none. Excel serial dates count from 1899-12-30."""


@dataclass(frozen=True)
class TimePlan:
    """How the values of one column are read."""

    dmy: bool = True
    """Whether the day comes before the month in dates with a four-digit year at the end."""
    order_known: bool = True
    """False where day and month cannot be told apart and nobody says."""
    zone: str | None = None
    """Zone of values without an offset; None where nobody says."""
    short: str | None = "DMY"
    """Order of the parts in dates with a year of two digits; None where it cannot be told and nobody says."""

    @property
    def order(self) -> str:
        """Order of the parts in dates whose year has four digits and stands last."""
        return "DMY" if self.dmy else "MDY"


def day_first(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> tuple[bool | None, bool]:
    """Decide from all dates of all columns of a file: True day first, False month first, None undecided; and whether
    the dates prove it, so that no statement is needed."""
    first = second = 0
    dots = False
    for column in columns:
        row = connection.execute(
            rf"""SELECT max(try_cast(regexp_extract("{column}", '^(\d{{1,2}})[./-]\d{{1,2}}[./-]\d{{4}}', 1) AS INTEGER)),
                        max(try_cast(regexp_extract("{column}", '^\d{{1,2}}[./-](\d{{1,2}})[./-]\d{{4}}', 1) AS INTEGER)),
                        bool_or(regexp_matches("{column}", '^\d{{1,2}}\.\d{{1,2}}\.\d{{4}}')) FROM {table}"""
        ).fetchone()
        if row:
            first, second, dots = max(first, row[0] or 0), max(second, row[1] or 0), dots or bool(row[2])
    if first > 12 >= second:
        return True, True
    if second > 12 >= first:
        return False, True
    if first == 0 and second == 0:
        return True, True
    # A point between day and month is day first in every locale that writes points (DIN 5008 and its kin).
    return (True if dots else None), False


def plan_times(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], stated: Statement, zone: str | None
) -> TimePlan:
    """Read the order of day and month from the columns, else from what is stated; the zone as given."""
    decided, sure = day_first(connection, table, columns)
    if not sure and stated.dates in ("DMY", "MDY"):
        decided = stated.dates == "DMY"
    short = _short_order(connection, table, columns, stated, decided)
    return TimePlan(dmy=decided is not False, order_known=decided is not None and short is not None, zone=zone, short=short)


def _short_order(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], stated: Statement, decided: bool | None
) -> str | None:
    """The order of the parts in dates with a year of two digits, from all of them: the only one under which each is a day of
    our time, else what is stated; day first where points part them, unless someone says otherwise."""
    shape = r"^\d{1,2}[./-]\d{1,2}[./-]\d{2}(?:\D|$)"
    found: set[str] = set()
    for column in columns:
        day = f"regexp_extract(\"{column}\", '^\\d{{1,2}}[./-]\\d{{1,2}}[./-]\\d{{2}}')"
        select = f'SELECT DISTINCT {day} FROM {table} WHERE regexp_matches("{column}", ?) LIMIT 20000'
        found |= {row[0] for row in connection.execute(select, [shape]).fetchall()}
    if not found:
        return "DMY" if decided is not False else "MDY"
    if all("." in text for text in found):
        return "MDY" if stated.dates == "MDY" else "DMY"
    orders = [order for order in ORDERS if all(_in_our_time(text, order) for text in found)]
    if len(orders) == 1:
        return orders[0]
    return stated.dates if stated.dates in orders else None


def _in_our_time(text: str, order: str) -> bool:
    read = read_time(text, order)
    return read is not None and 2010 <= read[0].year <= 2049


def read_odd(connection: duckdb.DuckDBPyConnection, table: str, column: str, target: str, plan: TimePlan) -> None:
    """Make ``target`` (text, local, zone_offset) of the texts of a column that the macros do not read and `read_time` does."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {target} (text VARCHAR, local TIMESTAMP, zone_offset VARCHAR)")
    cursor = connection.cursor()
    cursor.execute(TIME_MACROS)
    cursor.execute(f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL AND lp_local("{column}", true) IS NULL '
                   f'AND lp_local("{column}", false) IS NULL AND length("{column}") BETWEEN 6 AND 60')  # fmt: skip
    while texts := cursor.fetchmany(50_000):
        order = plan.short or "DMY"
        read = [(text, found) for (text,) in texts if (found := read_time(text, order if _SHORT.match(text) else plan.order))]
        if not read or (plan.short is None and all(_SHORT.match(text) for text, _ in read)):
            continue
        rows = pa.table({"text": [text for text, _ in read], "local": pa.array([found[0] for _, found in read], pa.timestamp("us")),
                         "zone_offset": pa.array([found[1] for _, found in read], pa.string())})  # fmt: skip
        connection.register("_odd", rows)
        connection.execute(f"INSERT INTO {target} SELECT * FROM _odd")
        connection.unregister("_odd")


_SHORT = re.compile(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")


def parted_sql(column: str, plan: TimePlan) -> str:
    """SELECT items of the inner query below `time_sql`: COLUMN_local and COLUMN_offset, as the macros read the column.

    They stand in a query of their own because each mention of the macros costs milliseconds of planning.
    """
    if not plan.order_known:
        local = f"if(regexp_matches(\"{column}\", '^\\d{{1,2}}[./-]\\d{{1,2}}[./-]\\d{{4}}'), NULL, lp_local(\"{column}\", true))"
    else:
        local = f'lp_local("{column}", {str(plan.dmy).lower()})'
    return f'{local} AS "{column}_local", lp_offset("{column}") AS "{column}_offset"'


def time_sql(column: str, name: str, plan: TimePlan, odd: str = "") -> str:
    """SELECT items for a time column over `parted_sql`: NAME (UTC), NAME_text, NAME_offset and NAME_local. ``odd`` names the joined
    table of `read_odd`."""
    local, offset = f'"{column}_local"', f'"{column}_offset"'
    if odd:
        local, offset = f"coalesce({local}, {odd}.local)", f"coalesce({offset}, {odd}.zone_offset)"
    named = f"timezone('UTC', timezone('{plan.zone}', {local}))" if plan.zone else "NULL"
    return (
        f"if({offset} IS NULL, {named}, {local} - to_minutes(lp_minutes({offset})))::TIMESTAMP AS {name}, "
        f'"{column}" AS {name}_text, {offset} AS {name}_offset, {local} AS {name}_local'
    )


def absent_time_sql(name: str) -> str:
    """The same items for a field that the file does not have."""
    return (
        f"NULL::TIMESTAMP AS {name}, NULL::VARCHAR AS {name}_text, NULL::VARCHAR AS {name}_offset, "
        f"NULL::TIMESTAMP AS {name}_local"
    )
