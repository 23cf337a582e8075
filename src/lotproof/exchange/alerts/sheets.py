"""Alerts out of tables: exports of national systems, the hub, alert management systems, as intake/kinds/records.py reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.exchange.alerts.alert import YEARS, Alert, System
from lotproof.exchange.alerts.codes import Settings
from lotproof.intake.receipt import Receipt
from lotproof.lake.store import Lake
from lotproof.ledger.plain import printable

KIND = "alerts"
"""The kind of source that intake knows such a table as."""
LONGEST = 500
"""Characters of one cell that are kept; the original has all."""


def read_sheet(lake: Lake, receipt: Receipt, settings: Settings) -> list[Alert]:
    """The alerts of one source of KIND, in the order of its rows."""
    folder = lake.segment(receipt.sha256)
    packs = {row["position"]: row for row in _rows(folder / "observation.parquet", ("position", "gtin", "serial", "expiry", "lot"))}
    names = ("position", "key", "started", "at_text", "lot", "gtin", "serial", "subject", "category", "text", "state")
    rows = sorted(_rows(folder / "record.parquet", names), key=lambda row: row["position"])
    return [_alert(row, packs.get(row["position"], {}), receipt, settings) for row in rows]


def _rows(path: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    table: pa.Table = pq.read_table(path, columns=list(names))
    return list(table.to_pylist())


def _alert(row: dict[str, Any], pack: dict[str, Any], receipt: Receipt, settings: Settings) -> Alert:
    def told(name: str) -> str:
        return str(printable(str(pack.get(name) or row.get(name) or "").replace("\x00", ""))).strip()[:LONGEST]

    written, text = told("category"), told("text")
    code = settings.hub_code(written)
    # The generic header of before release 1.8 says nothing; the message may name the code.
    code = settings.hub_code(text) if code == "A99" and settings.hub_code(text).startswith("A") else code
    at = row.get("started")
    return Alert(
        system=System.EMVS,
        id=told("key") or f"{receipt.sha256[:12]}:{row['position']}",
        code=code,
        written=written,
        gtin=told("gtin"),
        serial=told("serial"),
        lot=told("lot"),
        expiry=told("expiry"),
        at=at.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(at, datetime) and at.year in YEARS else "",
        at_text=told("at_text"),
        market=told("subject"),
        text=text,
        source=receipt.sha256,
        name=receipt.name,
        position=int(row["position"]),
    )
