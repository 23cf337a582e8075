"""Identifiers of a column: the plain ones in bulk, every other spelling through gs1, once per distinct text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa

from lotproof.gs1.reading import Reading, UnreadableIdentifier, read
from lotproof.intake.labels import Labels

# A plain serial number needs no parser. What could be anything else goes through it: a prefix, brackets, separators
# or digits long enough to be an SSCC or a GTIN with a serial.
_SPECIAL = (
    r"^\s*(\]|\(|(?i:urn:|https?://)|[\x1d~^|\\{<]|01\d{14}|00\d{18}$)|[\x1d]|(?i:<GS>|\{GS\}|\\u001d|\\x1d)|\^\]|~1|\\F"
    r"|^\d{17,}$|^\d{14}[.:|/ ]"
)
_FIELDS = ("text", "gtin", "serial", "sscc", "lot", "expiry", "transform", "trouble")
_SHAPE = pa.schema([(name, pa.string()) for name in _FIELDS])
_OTHER = pa.schema(
    [*((name, pa.string()) for name in ("text", "gtin", "serial", "sscc", "lot", "expiry", "taken")), ("settled", pa.bool_())]
)
_BATCH = 50_000
_SERIAL = 20
"""Characters of a serial number at most."""


def read_codes(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, target: str, lots: frozenset[str] = frozenset()
) -> None:
    """Make ``target``: one row for each distinct special text of the column, with its parts; and ``target``_other: the readings
    that were not taken.

    Where a lost separator leaves several readings, the one is taken whose lot is known: from ``lots`` or from the codes of the
    same column that have one reading only. Else the one with the longest serial, as a reader without any knowledge has it.
    """
    _make(connection, target, _SHAPE)
    _make(connection, f"{target}_other", _OTHER)
    cursor = connection.cursor()
    cursor.execute(f'SELECT DISTINCT "{column}" FROM {table} WHERE regexp_matches("{column}", ?)', [_SPECIAL])
    doubtful: list[tuple[str, Reading]] = []
    known = set(lots)
    labels = Labels()
    for batch in cursor.to_arrow_reader(_BATCH):
        rows, rest = labels.cut(batch.column(0))
        for table, lot in rows:
            known.add(lot)
            connection.register("_codes", table)
            connection.execute(f"INSERT INTO {target} BY NAME SELECT * FROM _codes")
            connection.unregister("_codes")
        parts = []
        for text in rest:
            found = _reading(text)
            if isinstance(found, Reading) and found.alternatives:
                doubtful.append((text, found))
                continue
            parts.append(_parts(text, found))
            if isinstance(found, Reading) and found.lot:
                known.add(found.lot)
        _insert(connection, target, parts, _SHAPE)
    origin = dict(doubtful)
    chosen = [(text, *_chosen(found, known)) for text, found in doubtful]
    _insert(connection, target, [_parts(text, found) for text, found, _ in chosen], _SHAPE)
    others = [_other(text, found, left, settled) for text, found, settled in chosen
              if not (settled and _said(found) == _said(origin[text])) for left in _left(found, origin[text])]  # fmt: skip
    _insert(connection, f"{target}_other", others, _OTHER)


def _make(connection: duckdb.DuckDBPyConnection, name: str, shape: pa.Schema) -> None:
    connection.register("_shape", shape.empty_table())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _shape")
    connection.unregister("_shape")


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]], shape: pa.Schema) -> None:
    if rows:
        connection.register("_codes", pa.Table.from_pylist(rows, schema=shape))
        connection.execute(f"INSERT INTO {name} SELECT * FROM _codes")
        connection.unregister("_codes")


def _reading(text: str) -> Reading | UnreadableIdentifier:
    try:
        return read(text)
    except UnreadableIdentifier as error:
        return error


def _chosen(found: Reading, known: set[str]) -> tuple[Reading, bool]:
    """The reading to take, and whether what is known settled it."""
    readings = (found, *found.alternatives)
    fitting = [reading for reading in readings if reading.lot in known and reading.serial]
    if len(fitting) == 1:
        return fitting[0], True
    if found.serial is None and found.sscc is None:
        # A lot that swallowed the serial behind it: the reading that has a serial is kept, with its transform.
        found = next((other for other in found.alternatives if other.serial), found)
    # Where lots are known and no reading ends in one, nothing was swallowed.
    return found, bool(known) and not fitting and found.lot is None


def _left(taken: Reading, found: Reading) -> list[Reading]:
    return [reading for reading in (found, *found.alternatives) if _said(reading) != _said(taken)]


def _said(reading: Reading) -> tuple[str | None, ...]:
    return reading.gtin, reading.serial, reading.sscc, reading.lot, reading.expiry


def _other(text: str, taken: Reading, left: Reading, settled: bool) -> dict[str, Any]:
    parts = {name: getattr(left, name) for name in ("gtin", "serial", "sscc", "lot", "expiry")}
    return {"text": text, **parts, "taken": taken.serial or taken.sscc or taken.gtin, "settled": settled}


def _parts(text: str, found: Reading | UnreadableIdentifier) -> dict[str, Any]:
    """The parts of a text as a row of the target table."""
    if isinstance(found, UnreadableIdentifier):
        return {"text": text, "trouble": None if _is_plain(text) else str(found)}
    if found.gtin and text.isdigit() and len(text) <= _SERIAL and (not found.serial or "check_digit_wrong" in found.transforms):
        # Digits that merely begin as a GTIN would: one in a hundred serial numbers of 16 digits does.
        return {"text": text}
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


def code_sql(column: str, name: str, parsed: str, flags: Sequence[tuple[str, str]]) -> str:
    """SELECT items for a code column joined with its parsed texts (alias ``parsed``); ``flags`` as in `Damage`."""
    plain = f"if({parsed}.gtin IS NULL AND {parsed}.sscc IS NULL AND {parsed}.serial IS NULL, \"{column}\", NULL)"
    quoted = f'"{column}"'
    damaged = " ".join(f"WHEN {condition.replace('$v', quoted)} THEN '{flag}'" for flag, condition in flags)
    return (
        f'"{column}" AS {name}_raw, {parsed}.gtin AS {name}_gtin, coalesce({parsed}.serial, {plain}) AS {name}_serial, '
        f"{parsed}.sscc AS {name}_sscc, {parsed}.lot AS {name}_lot, {parsed}.expiry AS {name}_expiry, "
        f"coalesce({parsed}.transform, CASE {damaged} END) AS {name}_transform, "
        f"{parsed}.trouble AS {name}_trouble"
    )


def absent_code_sql(name: str) -> str:
    """The same items for a field that the file does not have."""
    parts = ("raw", "gtin", "serial", "sscc", "lot", "expiry", "transform", "trouble")
    return ", ".join(f"NULL::VARCHAR AS {name}_{part}" for part in parts)
