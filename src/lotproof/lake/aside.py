"""Tables that count the packs and rejects set aside before the rules run (rules/screen), as they are where none was.

aside_lot     lot -> trade item, which sources have the packs, how many, how many of them in no container, latest record time
aside_scrapped  lot -> trade item, which sources have the rejects (the line has all, the hub none), and how many
aside_day     lot, expiry day -> how many rows of packs and rejects set aside state it, and how many of them at the line
aside_tick    lot, minute -> packs commissioned at the line in it: how many, the first and the last, and where the first stands
aside_graded  lot, device, minute -> symbol grades: how many, sum, sum of squares, and where the first stands
aside_delay   lot, pair of sources, whole seconds from the one to the other -> how many packs, and where the first stands
calm          container -> lot, trade item, packs set aside in it, when the first was packed at the line, and where; its pallet where
              the container's own rows are set aside too; first 60 bits of its key
stacked       pallet, lot -> cases of the lot set aside on it, when the line packed the first, whether they were allocated, made and packed
              at the line and in the hub, when and where the line made the last of them, and whether it says that they are partial or not
"""

from __future__ import annotations

import duckdb

EMPTY = (
    "CREATE OR REPLACE TABLE aside_lot (lot VARCHAR, gtin VARCHAR, in_numbers BOOLEAN, in_printer BOOLEAN, in_camera BOOLEAN, "
    "in_line BOOLEAN, line_packs BOOLEAN, in_hub BOOLEAN, hub_packs BOOLEAN, n BIGINT, loose BIGINT, recorded TIMESTAMP)",
    "CREATE OR REPLACE TABLE aside_scrapped (lot VARCHAR, gtin VARCHAR, in_numbers BOOLEAN, in_printer BOOLEAN, in_camera BOOLEAN, "
    "n BIGINT)",
    "CREATE OR REPLACE TABLE aside_day (lot VARCHAR, day VARCHAR, n_line BIGINT, n BIGINT)",
    "CREATE OR REPLACE TABLE aside_tick (lot VARCHAR, minute BIGINT, n BIGINT, first TIMESTAMP, last TIMESTAMP, source source_t, "
    "position BIGINT)",
    "CREATE OR REPLACE TABLE aside_graded (lot VARCHAR, device VARCHAR, minute BIGINT, n BIGINT, total DOUBLE, squares DOUBLE, "
    "at_utc TIMESTAMP, source source_t, position BIGINT)",
    "CREATE OR REPLACE TABLE aside_delay (lot VARCHAR, left_kind VARCHAR, right_kind VARCHAR, seconds BIGINT, n BIGINT, "
    "source source_t, position BIGINT)",
    "CREATE OR REPLACE TABLE calm (parent UUID, lot VARCHAR, gtin VARCHAR, n BIGINT, began TIMESTAMP, position BIGINT, pallet UUID, "
    "prefix BIGINT)",
    "CREATE OR REPLACE TABLE stacked (pallet UUID, lot VARCHAR, n BIGINT, began TIMESTAMP, in_numbers BOOLEAN, in_line BOOLEAN, "
    "line_packs BOOLEAN, in_hub BOOLEAN, hub_packs BOOLEAN, last TIMESTAMP, position BIGINT, flagged BOOLEAN)",
)
"""One statement a table. Needs the type source_t of lake/resolve.py."""

ASIDE = ("aside_lot", "aside_scrapped", "aside_day", "aside_tick", "aside_graded", "aside_delay", "calm", "stacked")
"""Their names; each has a column ``lot``."""


def nothing_aside(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables where nothing is set aside."""
    for statement in EMPTY:
        connection.execute(statement)
