"""Identifiers of a column: the plain ones in bulk, every other spelling through gs1, once per distinct text."""

from __future__ import annotations

import re

import duckdb
import pyarrow as pa

from lotproof.gs1.reading import UnreadableIdentifier, read

# A plain serial number needs no parser. What could be anything else goes through it: a prefix, brackets, separators
# or digits long enough to be an SSCC or a GTIN with a serial.
_SPECIAL = (
    r"^\s*(\]|\(|(?i:urn:|https?://)|[\x1d~^|\\{<]|01\d{14}|00\d{18}$)|[\x1d]|(?i:<GS>|\{GS\}|\\u001d|\\x1d)|\^\]|~1|\\F"
    r"|^\d{17,}$|^\d{14}[.:|/ ]"
)
_FIELDS = ("text", "gtin", "serial", "sscc", "lot", "expiry", "transform", "trouble")
_SHAPE = pa.schema([(name, pa.string()) for name in _FIELDS])
_BATCH = 50_000
_SERIAL = 20
"""Characters of a serial number at most."""


def read_codes(connection: duckdb.DuckDBPyConnection, table: str, column: str, target: str) -> None:
    """Make ``target``: one row for each distinct special text of the column, with its parts."""
    connection.execute(f"DROP TABLE IF EXISTS {target}")
    connection.register("_shape", _SHAPE.empty_table())
    connection.execute(f"CREATE TEMP TABLE {target} AS SELECT * FROM _shape")
    connection.unregister("_shape")
    cursor = connection.cursor()
    cursor.execute(f'SELECT DISTINCT "{column}" FROM {table} WHERE regexp_matches("{column}", ?)', [_SPECIAL])
    while texts := cursor.fetchmany(_BATCH):
        batch = pa.Table.from_pylist([_parts(text) for (text,) in texts], schema=_SHAPE)
        connection.register("_codes", batch)
        connection.execute(f"INSERT INTO {target} SELECT * FROM _codes")
        connection.unregister("_codes")


def _parts(text: str) -> dict[str, str | None]:
    try:
        found = read(text)
    except UnreadableIdentifier as error:
        return {"text": text, "trouble": None if _is_plain(text) else str(error)}
    if found.gtin and text.isdigit() and len(text) <= _SERIAL and (not found.serial or "check_digit_wrong" in found.transforms):
        # Digits that merely begin as a GTIN would: one in a hundred serial numbers of 16 digits does.
        return {"text": text}
    if found.serial is None and found.sscc is None:
        # A lot that swallowed the serial behind it: the reading that has a serial is kept, with its transform.
        found = next((other for other in found.alternatives if other.serial), found)
    if found.serial is None and found.sscc is None and found.gtin is None:
        return {"text": text, "trouble": None if _is_plain(text) else f'"{text}" names no pack and no container'}
    return {
        "text": text,
        "gtin": found.gtin,
        "serial": found.serial,
        "sscc": found.sscc,
        "lot": found.lot,
        "expiry": found.expiry,
        "transform": " ".join(name for name in found.transforms if name != "plain") or None,
    }


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[!-~]{1,20}", text.strip()) is not None


def code_sql(column: str, name: str, parsed: str) -> str:
    """SELECT items for a code column joined with its parsed texts (alias ``parsed``)."""
    plain = f"if({parsed}.gtin IS NULL AND {parsed}.sscc IS NULL AND {parsed}.serial IS NULL, \"{column}\", NULL)"
    # As gs1.transforms.is_scientific has it: a serial such as 12E5 needs a sign or a decimal mark to be suspected.
    damaged = f"regexp_matches(\"{column}\", '^\\d+([.,]\\d+[eE]\\+?|[eE]\\+)\\d{{1,3}}$')"
    return (
        f'"{column}" AS {name}_raw, {parsed}.gtin AS {name}_gtin, coalesce({parsed}.serial, {plain}) AS {name}_serial, '
        f"{parsed}.sscc AS {name}_sscc, {parsed}.lot AS {name}_lot, {parsed}.expiry AS {name}_expiry, "
        f"coalesce({parsed}.transform, if({damaged}, 'scientific', NULL)) AS {name}_transform, "
        f"{parsed}.trouble AS {name}_trouble"
    )


def absent_code_sql(name: str) -> str:
    """The same items for a field that the file does not have."""
    parts = ("raw", "gtin", "serial", "sscc", "lot", "expiry", "transform", "trouble")
    return ", ".join(f"NULL::VARCHAR AS {name}_{part}" for part in parts)
