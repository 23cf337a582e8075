"""Files beside the exports: checksum lists, notices of partners, pictures of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lotproof.gs1.reading import UnreadableIdentifier
from lotproof.intake.checksums import actual_digest, parse_checksums
from lotproof.intake.partner_notice import read_partner_notice
from lotproof.intake.picture import observation, symbols
from lotproof.intake.problem import SourceProblem
from lotproof.intake.tally import Tally
from lotproof.intake.text.encoding import encoding_of

_TEXTS = ("gtin", "serial", "sscc", "level", "step", "at_text", "lot", "expiry", "reference", "reason", "result", "image", "transform")
_SHAPES = {
    "observation": pa.schema([*((name, pa.string()) for name in _TEXTS), ("at_utc", pa.timestamp("us")), ("ordinal", pa.int64()),
                              ("position", pa.int64())]),
    "claim": pa.schema([("claim", pa.string()), ("gtin", pa.string()), ("reference", pa.string()), ("quantity", pa.float64()),
                        ("position", pa.int64())]),
    "quarantine": pa.schema([("reason", pa.string()), ("raw", pa.string()), ("position", pa.int64())]),
}  # fmt: skip


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.register("_rows", pa.Table.from_pylist(list(rows), schema=_SHAPES[table]))
        connection.execute(f"INSERT INTO out_{table} BY NAME SELECT * FROM _rows")
        connection.unregister("_rows")


def read_notice(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> Tally:
    """A trading partner's exception notice."""
    notice = read_partner_notice(path.read_bytes().decode(encoding_of(path), errors="replace"))
    _insert(connection, "observation", notice.rows)
    _insert(connection, "claim", notice.claims)
    _insert(connection, "quarantine", [{"reason": reason, "position": entry} for entry, reason in notice.refused])
    tally = Tally(kind="partner-notice", rows=notice.entries, stored=notice.entries - len(notice.refused), quarantined=len(notice.refused))
    if not notice.entries:
        tally.problems.append(f"{name}: the notice lists no item; it is kept as it is, ask the partner for its list of items.")
    return tally


def read_checksums(connection: duckdb.DuckDBPyConnection, path: Path, name: str, files: Mapping[str, Path]) -> Tally:
    """A list of checksums, held against the files of the delivery."""
    text = path.read_bytes().decode(encoding_of(path), errors="replace")
    stated, _ = parse_checksums(text)
    folder = name.rpartition("/")[0]
    for line in stated:
        connection.execute(
            "INSERT INTO out_fixity BY NAME SELECT ? AS name, ? AS algorithm, ? AS stated, ? AS actual, ? AS position",
            [line.name, line.algorithm, line.digest, actual_digest(line, folder, files), line.line],
        )
    rows = len(text.splitlines())
    return Tally(kind="checksum-list", rows=rows, stored=len(stated), no_data=rows - len(stated))


def read_picture(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> Tally:
    """The codes on a picture; one without a readable code is said to be so and kept."""
    try:
        found, pages = symbols(path)
    except SourceProblem as problem:
        return Tally(kind="picture", problems=[f"{name}: {problem}"])
    tally = Tally(kind="picture", rows=len(found))
    if not found:
        what = "the picture" if pages == 1 else f"any of the {pages} pages of the picture"
        tally.problems.append(f"{name}: no code can be read on {what}; it is kept as it is, deliver a sharper one if its code matters.")
        return tally
    rows, refused = [], []
    for number, symbol in enumerate(found, 1):
        try:
            rows.append(observation(symbol, name, number))
        except UnreadableIdentifier as error:
            refused.append({"reason": f"the {symbol.symbology} symbol: {error}", "raw": symbol.text[:2000], "position": number})
    _insert(connection, "observation", rows)
    _insert(connection, "quarantine", refused)
    tally.stored, tally.quarantined = len(rows), len(refused)
    tally.notes.append("codes: " + ", ".join(sorted({symbol.symbology for symbol in found})))
    return tally
