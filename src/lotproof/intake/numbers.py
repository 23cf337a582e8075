"""Numbers of a file: which sign is the decimal one, decided from all its number columns."""

from __future__ import annotations

import duckdb

from lotproof.intake.profile import Statement

_GROUPING = r"[\s\x{00A0}\x{2009}\x{202F}''’]"
"""What groups digits and is passed over: spaces of all widths and apostrophes."""
_COMMA = r"^[+-]?(0,\d+|\d+,\d{1,2}|\d+,\d{4,}|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})-?$"
_POINT = r"^[+-]?(0\.\d+|\d+\.\d{1,2}|\d+\.\d{4,}|\d{4,}\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})-?$"
_EXACT = 1 << 53
_EITHER = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}-?$"


def decimal_sign(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], stated: Statement) -> str | None:
    """"," or "."; None where a number such as 1,234 could be both and nobody says, or the file writes both."""
    comma = point = doubtful = 0
    for column in columns:
        row = connection.execute(
            f"""SELECT count(*) FILTER (regexp_matches(v, '{_COMMA}')), count(*) FILTER (regexp_matches(v, '{_POINT}')),
              count(*) FILTER (regexp_matches(v, '{_EITHER}'))
            FROM (SELECT regexp_replace("{column}", '{_GROUPING}', '', 'g') AS v FROM {table})"""
        ).fetchone()
        if row:
            comma, point, doubtful = comma + row[0], point + row[1], doubtful + row[2]
    if bool(comma) != bool(point):
        return "," if comma else "."
    if stated.decimal or not (doubtful or comma):
        return stated.decimal or "."
    return "," if not point and _writes_points_in_dates(connection, table) and _no_point(connection, table, columns) else None


def _writes_points_in_dates(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether a date of the file is written 31.12.2026: where that is the custom, a comma never groups digits."""
    names = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall() if row[1] == "VARCHAR"]
    tests = " OR ".join(f"bool_or(regexp_matches(\"{name}\", '^\\d{{1,2}}\\.\\d{{1,2}}\\.(19|20)\\d{{2}}\\b'))" for name in names)
    return bool(tests) and bool((connection.execute(f"SELECT {tests} FROM {table}").fetchone() or (False,))[0])


def _no_point(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> bool:
    """Whether no number holds a point: 1.234 stays doubtful whatever the dates say."""
    tests = " OR ".join(f"bool_or(contains(\"{column}\", '.'))" for column in columns)
    return not (connection.execute(f"SELECT {tests} FROM {table}").fetchone() or (True,))[0]


def number_sql(column: str, name: str, sign: str) -> str:
    """SELECT item for a number column; a trailing minus is SAP's, apostrophes and spaces group digits.

    What has another shape is NULL: 1,5 under a decimal point is no fifteen. So is what other readers of a report would round
    (RFC 8785): a quantity of 10^16 is the number of a case in the wrong column.
    """
    bare = f"regexp_replace(\"{column}\", '{_GROUPING}', '', 'g')"
    bare = f"if({bare} LIKE '%-', '-' || rtrim({bare}, '-'), {bare})"
    group, mark = (r"\.", ",") if sign == "," else (",", r"\.")
    shape = rf"[+-]?(\d+|\d{{1,3}}({group}\d{{3}})+)?({mark}\d+)?(e[+-]?\d{{1,3}})?"
    plain = f"replace(replace({bare}, '.', ''), ',', '.')" if sign == "," else f"replace({bare}, ',', '')"
    number = f"if(regexp_full_match({bare}, '(?i){shape}'), try_cast({plain} AS DOUBLE), NULL)"
    return f"if(abs({number}) < {_EXACT}, {number}, NULL) AS {name}"


def is_large_sql(column: str) -> str:
    """Whether a cell is a row of more figures than a quantity has."""
    return f"regexp_full_match(\"{column}\", '[0-9]{{16,}}')"
