"""What a signature may look at: the findings of one lot, and the tables that the rules made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from lotproof.rules.finding import Finding

_FOUND = pa.schema([("code", pa.string()), ("lot", pa.string()), ("severity", pa.string()), ("item", pa.string())])


@dataclass(frozen=True)
class Facts:
    """One lot of a partition."""

    connection: duckdb.DuckDBPyConnection
    """Holds the tables of ``rules.context`` and ``found`` (code, lot, severity, item, subject)."""
    lot: str
    """The lot."""
    findings: tuple[Finding, ...]
    """Its findings."""

    def items(self, *codes: str) -> int:
        """How many items the findings of these codes name."""
        return sum(len(found.items) for found in self.findings if found.code in codes)

    def has(self, *codes: str, grave: bool = True) -> bool:
        """Whether one of these codes was found, and where ``grave`` as more than a minor matter."""
        return any(found.code in codes and (not grave or found.severity in ("critical", "major")) for found in self.findings)

    def row(self, sql: str, **values: object) -> tuple[Any, ...]:
        """The first row of a query, which may name $lot."""
        found = self.rows(sql, **values)
        return found[0] if found else ()

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        """All rows of a query, which may name $lot."""
        named = {"lot": self.lot, **values}
        return self.connection.execute(sql, {name: value for name, value in named.items() if f"${name}" in sql}).fetchall()


def register_found(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> None:
    """Make the table ``found``: an item of a finding a row, with its key where it is a known thing."""
    rows = [(f.code, f.lot, f.severity, item) for f in findings for item in f.items]
    columns = list(zip(*rows, strict=True)) or [()] * 4
    connection.register("_found", pa.table([pa.array(column, pa.string()) for column in columns], schema=_FOUND))
    connection.execute("CREATE OR REPLACE TABLE found AS SELECT f.*, t.subject FROM _found f LEFT JOIN thing t ON t.text = f.item")
    connection.unregister("_found")


def moment(value: datetime | None) -> str | None:
    """A UTC time of the lake as ISO 8601."""
    return None if value is None else value.isoformat(timespec="milliseconds") + "Z"
