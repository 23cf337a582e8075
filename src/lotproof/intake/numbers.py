"""Numbers of a file: which sign is the decimal one, decided from all its number columns."""

from __future__ import annotations

import duckdb

from lotproof.intake.profile import Statement


def decimal_sign(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], stated: Statement) -> str | None:
    """"," or "."; None where a number such as 1,234 could be both and nobody says."""
    comma = point = doubtful = 0
    for column in columns:
        row = connection.execute(
            rf"""SELECT
              count(*) FILTER (regexp_matches(v, '^-?(0,\d+|\d+,\d{{1,2}}|\d+,\d{{4,}}|\d{{4,}},\d+|\d{{1,3}}(\.\d{{3}})+,\d+)-?$')),
              count(*) FILTER (regexp_matches(v, '^-?(0\.\d+|\d+\.\d{{1,2}}|\d+\.\d{{4,}}|\d{{4,}}\.\d+|\d{{1,3}}(,\d{{3}})+\.\d+)-?$')),
              count(*) FILTER (regexp_matches(v, '^-?[1-9]\d{{0,2}}([.,]\d{{3}})-?$'))
            FROM (SELECT replace("{column}", ' ', '') AS v FROM {table})"""
        ).fetchone()
        if row:
            comma, point, doubtful = comma + row[0], point + row[1], doubtful + row[2]
    if stated.decimal:
        return stated.decimal
    if comma and not point:
        return ","
    if point and not comma:
        return "."
    return None if doubtful else "."


def number_sql(column: str, name: str, sign: str) -> str:
    """SELECT item for a number column; a trailing minus is SAP's, apostrophes and spaces group digits."""
    bare = f"regexp_replace(\"{column}\", '[\\s\\x{{00A0}}'']', '', 'g')"
    bare = f"if({bare} LIKE '%-', '-' || rtrim({bare}, '-'), {bare})"
    plain = f"replace(replace({bare}, '.', ''), ',', '.')" if sign == "," else f"replace({bare}, ',', '')"
    return f"try_cast({plain} AS DOUBLE) AS {name}"
