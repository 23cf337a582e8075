"""Codes that can be read in more than one way: every reading is kept, and the receipt says what was taken."""

from __future__ import annotations

import duckdb

from lotproof.intake.fields import Type
from lotproof.intake.match import Match
from lotproof.intake.problem import clipped
from lotproof.intake.tally import Tally

_KEEP = """
INSERT INTO out_record BY NAME
SELECT 'reading' AS record, o.text AS key, o.lot, o.gtin, o.serial, o.sscc, '$name' AS subject,
       if(o.settled, 'settled', 'open') AS state, concat_ws(' ', 'taken as', o.taken) AS text, min(r.position) AS position
FROM {parsed}_other o JOIN raw r ON r."{column}" = o.text
GROUP BY o.text, o.lot, o.gtin, o.serial, o.sscc, o.expiry, o.settled, o.taken
ORDER BY position, key, o.lot, o.gtin, o.serial, o.sscc, o.expiry
"""
"""Ordered to the last column, for several readings of one code stand at one position."""


def note_readings(connection: duckdb.DuckDBPyConnection, match: Match, tally: Tally, source: str) -> None:
    """Put the readings that were not taken among the records, and say how many codes have several."""
    for field in match.kind.fields:
        if field.type is not Type.CODE or field.name not in match.columns:
            continue
        parsed, column = f"parsed_{field.name}", f"c{match.columns[field.name]}"
        row = connection.execute(
            "SELECT count(DISTINCT text) FILTER (settled), count(DISTINCT text) FILTER (NOT settled), min(text) FILTER (NOT settled) "
            f"FROM {parsed}_other"
        ).fetchone()
        if row is None or not (row[0] or row[1]):
            continue
        connection.execute(_KEEP.format(parsed=parsed, column=column).replace("$name", field.name))
        if row[0]:
            tally.notes.append(f"{row[0]:,} codes have lost a separator; the lots of the file told which reading is right")
        if row[1]:
            shown = clipped(row[2])
            tally.notes.append(
                f'{row[1]:,} codes can be read in more than one way because a separator may be lost (for example "{shown}"); the longest '
                "serial was taken, the other readings are kept among the records and held against known serials by the rules"
            )
