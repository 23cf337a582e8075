"""Times of a column: the order of day and month decided from the whole column, the zone from what is stated."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from lotproof.intake.profile import Statement

TIME_MACROS = r"""
CREATE OR REPLACE TEMP MACRO lp_clock(v) AS
  coalesce(nullif(replace(regexp_extract(v, '[T ,]\s*(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)', 1), ',', '.'), ''), '00:00:00');
CREATE OR REPLACE TEMP MACRO lp_clock24(c) AS
  lpad(split_part(c, ':', 1), 2, '0') || ':' || split_part(c, ':', 2) || ':' || coalesce(nullif(split_part(c, ':', 3), ''), '00');
CREATE OR REPLACE TEMP MACRO lp_half(v) AS
  CASE WHEN regexp_matches(v, '(?i)\d\s*am$') THEN if(regexp_matches(v, '[T ,]\s*12:'), INTERVAL (-12) HOUR, INTERVAL 0 HOUR)
       WHEN regexp_matches(v, '(?i)\d\s*pm$') THEN if(regexp_matches(v, '[T ,]\s*12:'), INTERVAL 0 HOUR, INTERVAL 12 HOUR)
       ELSE INTERVAL 0 HOUR END;
CREATE OR REPLACE TEMP MACRO lp_day(v, dmy) AS
  CASE WHEN regexp_matches(v, '^\d{4}-\d{2}-\d{2}') THEN v[1:10]
       WHEN regexp_matches(v, '^\d{4}[./]\d{2}[./]\d{2}') THEN v[1:4] || '-' || v[6:7] || '-' || v[9:10]
       WHEN regexp_matches(v, '^\d{8}(\D|$|\d{6}$)') THEN v[1:4] || '-' || v[5:6] || '-' || v[7:8]
       WHEN regexp_matches(v, '^\d{1,2}[./-]\d{1,2}[./-]\d{4}') THEN
         regexp_extract(v, '^\d{1,2}[./-]\d{1,2}[./-](\d{4})', 1) || '-' ||
         lpad(regexp_extract(v, if(dmy, '^\d{1,2}[./-](\d{1,2})', '^(\d{1,2})'), 1), 2, '0') || '-' ||
         lpad(regexp_extract(v, if(dmy, '^(\d{1,2})', '^\d{1,2}[./-](\d{1,2})'), 1), 2, '0') END;
CREATE OR REPLACE TEMP MACRO lp_local(v, dmy) AS
  CASE WHEN regexp_matches(v, '^\d{14}$') THEN try_strptime(v, '%Y%m%d%H%M%S')
       WHEN regexp_matches(v, '^[3-6]\d{4}(\.\d+)?$') THEN
         TIMESTAMP '1899-12-30' + to_milliseconds(round(v::DOUBLE * 86400000)::BIGINT)
       ELSE try_cast(lp_day(v, dmy) || ' ' || lp_clock24(lp_clock(v)) AS TIMESTAMP) + lp_half(v) END;
CREATE OR REPLACE TEMP MACRO lp_offset(v) AS
  nullif(regexp_extract(v, '\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$', 1), '');
CREATE OR REPLACE TEMP MACRO lp_minutes(o) AS
  CASE WHEN o = 'Z' THEN 0
       ELSE if(o[1] = '-', -1, 1) * (o[2:3]::INTEGER * 60 + right(o, 2)::INTEGER) END;
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


def day_first(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> bool | None:
    """Decide from all dates of all columns of a file: True day first, False month first, None undecided."""
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
        return True
    if second > 12 >= first:
        return False
    # A point between day and month is day first in every locale that writes points (DIN 5008 and its kin).
    return True if dots and first <= 31 else (True if first == 0 and second == 0 else None)


def plan_times(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], stated: Statement, zone: str | None
) -> TimePlan:
    """Read the order of day and month from the columns, else from what is stated; the zone as given."""
    decided = day_first(connection, table, columns)
    if decided is None and stated.dates in ("DMY", "MDY"):
        decided = stated.dates == "DMY"
    return TimePlan(dmy=decided is not False, order_known=decided is not None, zone=zone)


def time_sql(column: str, name: str, plan: TimePlan) -> str:
    """SELECT items for a time column: NAME (UTC), NAME_text, NAME_offset and NAME_local."""
    if not plan.order_known:
        local = f"if(regexp_matches(\"{column}\", '^\\d{{1,2}}[./-]\\d{{1,2}}[./-]\\d{{4}}'), NULL, lp_local(\"{column}\", true))"
    else:
        local = f'lp_local("{column}", {str(plan.dmy).lower()})'
    offset = f'lp_offset("{column}")'
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
