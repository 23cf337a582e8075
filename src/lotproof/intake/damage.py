"""What a spreadsheet did to identifiers: scientific notation, digits beyond the fifteenth, zeros in front.

Whether zeros were lost shows only in the whole column. Nothing is repaired: the values are flagged and a sentence asks for
the export as text.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from lotproof.intake.problem import clipped

# As gs1.transforms.is_scientific has it: a serial such as 12E5 needs a sign or a decimal mark to be suspected.
SCIENTIFIC = r"^\d+([.,]\d+[eE]\+?|[eE]\+)\d{1,3}$"
_ROUNDED = r"^[1-9]\d{14}0+$"
FEWEST = 20
"""Values of a column before its lengths say anything."""


@dataclass(frozen=True)
class Damage:
    """What was found in one column."""

    flags: tuple[tuple[str, str], ...]
    """(transform, SQL condition on the column as ``$v``), the first that holds counts."""
    sentences: tuple[str, ...]
    """For the receipt, without the file's name."""


def find_damage(connection: duckdb.DuckDBPyConnection, table: str, column: str, title: str) -> Damage:
    """Look through one column of identifiers."""
    flags = [("scientific", f"regexp_matches($v, '{SCIENTIFIC}')")]
    found = connection.execute(_SHAPES.replace("$table", table).replace("$column", column)).fetchone()
    assert found is not None
    scientific, example, long, rounded, round_example = found
    sentences = []
    if scientific:
        sentences.append(_sentence(title, scientific, "were turned into scientific notation", example))
    if long >= 3 and rounded * 10 >= long * 9:
        flags.append(("rounded", f"regexp_matches($v, '{_ROUNDED}')"))
        sentences.append(_sentence(title, rounded, "lost every digit behind the fifteenth", round_example))
    if lost := _zeros_lost(connection, table, column):
        count, length, example = lost
        flags.append(("zeros_lost", f"regexp_matches($v, '^[1-9]\\d*$') AND length($v) < {length}"))
        what = f"have fewer than the {length} digits of all others and probably lost zeros in front"
        sentences.append(_sentence(title, count, what, example))
    return Damage(tuple(flags), tuple(sentences))


def _sentence(title: str, count: int, what: str, example: str) -> str:
    return (
        f'{count:,} values of the column "{clipped(title)}" {what}, as a spreadsheet does (for example "{clipped(example)}"); '
        "they are flagged and not repaired, export the column again as text."
    )


_SHAPES = f"""
SELECT count(*) FILTER (science), any_value(v) FILTER (science), count(*) FILTER (long), count(*) FILTER (long AND round),
       any_value(v) FILTER (long AND round)
FROM (SELECT v, regexp_matches(v, '{SCIENTIFIC}') AS science, regexp_matches(v, '^\\d{{16,}}$') AS long,
             regexp_matches(v, '{_ROUNDED}') AS round
      FROM (SELECT "$column" AS v FROM $table WHERE "$column" IS NOT NULL AND length("$column") < 30)
      WHERE length(v) > 15 OR contains(upper(v), 'E+') OR contains(v, ',') OR contains(v, '.'))
"""

_LENGTHS = """
SELECT length(v) AS n, count(*) AS rows, min(v) AS example, quantile_disc(try_cast(v AS HUGEINT), 0.25) AS low,
       count(*) FILTER (v[1] = '0' OR NOT regexp_full_match(v, '\\d+')) AS others,
       count(*) FILTER (NOT lp_sscc_ok('0' || v)) AS wrong
FROM (SELECT DISTINCT "$column" AS v FROM $table WHERE "$column" IS NOT NULL USING SAMPLE 100000 ROWS) GROUP BY ALL ORDER BY rows DESC
"""

SSCC_MACRO = """
CREATE OR REPLACE TEMP MACRO lp_sscc_ok(v) AS
  length(v) = 18 AND regexp_full_match(v, '\\d{18}')
  AND list_sum(list_transform(range(1, 19), lambda i: ascii(v[i]) - 48 + if(i % 2 = 1, 2 * (ascii(v[i]) - 48), 0))) % 10 = 0
"""
"""Whether a text is an SSCC with its check digit (GenSpecs 7.9): digits at odd places count three times."""


def _zeros_lost(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> tuple[int, int, str] | None:
    """(values, length that they should have, one of them) where figures of one length have lost zeros in front."""
    first = f'SELECT 1 FROM (SELECT "{column}" AS v FROM {table} LIMIT 2000) WHERE NOT regexp_full_match(v, \'[1-9]\\d*\') LIMIT 1'
    if connection.execute(first).fetchone():
        return None  # a letter or a zero in front: nothing was taken for a number
    lengths = connection.execute(_LENGTHS.replace("$table", table).replace("$column", column)).fetchall()
    total = sum(row[1] for row in lengths)
    if not lengths or any(row[4] for row in lengths):
        return None
    usual, most, example, _, _, wrong = lengths[0]
    if usual == 17 and not wrong and most >= 3 and most == total:
        return most, 18, example
    shorter = [row for row in lengths if row[0] < usual]
    count = sum(row[1] for row in shorter)
    if total < FEWEST or usual < 6 or len(shorter) + 1 != len(lengths) or not total * 0.02 <= count <= total * 0.2:
        return None
    nearest = max(shorter, key=lambda row: row[0])
    # Numbers in sequence that pass from 99,999 to 100,000 differ in length too, but all of them are near that number.
    if nearest[3] is None or nearest[3] > 0.6 * 10 ** (usual - 1):
        return None
    return count, usual, str(nearest[2])
