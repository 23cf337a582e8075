"""Numbers of a file: which sign is the decimal one, decided from all its number columns."""

from __future__ import annotations

import duckdb

from lotproof.intake.profile import Statement

_GROUPING = r"[\s\x{00A0}\x{2009}\x{202F}''’]"
"""What groups digits and is passed over: spaces of all widths and apostrophes."""
_COMMA = r"^[+-]?(0,\d+|\d+,\d{1,2}|\d+,\d{4,}|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})-?$"
_POINT = r"^[+-]?(0\.\d+|\d+\.\d{1,2}|\d+\.\d{4,}|\d{4,}\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})-?$"
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
    return stated.decimal or (None if doubtful or comma else ".")


def number_sql(column: str, name: str, sign: str) -> str:
    """SELECT item for a number column; a trailing minus is SAP's, apostrophes and spaces group digits.

    What has another shape is NULL: 1,5 under a decimal point is no fifteen.
    """
    bare = f"regexp_replace(\"{column}\", '{_GROUPING}', '', 'g')"
    bare = f"if({bare} LIKE '%-', '-' || rtrim({bare}, '-'), {bare})"
    group, mark = (r"\.", ",") if sign == "," else (",", r"\.")
    shape = rf"[+-]?(\d+|\d{{1,3}}({group}\d{{3}})+)?({mark}\d+)?(e[+-]?\d{{1,3}})?"
    plain = f"replace(replace({bare}, '.', ''), ',', '.')" if sign == "," else f"replace({bare}, ',', '')"
    return f"if(regexp_full_match({bare}, '(?i){shape}'), try_cast({plain} AS DOUBLE), NULL) AS {name}"
