"""The tables of the lake: one narrow table of observations and the small tables beside it.

Every table ends in ``source`` (SHA-256 of the file, hex) and ``position`` (line of a text file, row of a sheet,
byte offset in an EPCIS document), so that each row leads to its place in the original.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PROVENANCE: Final = {"source": "VARCHAR", "position": "BIGINT"}

OBSERVATION: Final = {
    "item_prefix": "BIGINT",  # first 60 bits of item: what segments are sorted and skipped by
    "item": "UUID",  # first 128 bits of SHA-256 over the canonical text; (21)SERIAL alone where no GTIN is stated
    "gtin": "VARCHAR",
    "serial": "VARCHAR",
    "sscc": "VARCHAR",
    "level": "VARCHAR",  # unit, bundle, case, pallet, container (an SSCC whose level nobody states)
    "step": "VARCHAR",
    "at_utc": "TIMESTAMP",  # UTC; null where the source has no time or no zone could be established
    "at_text": "VARCHAR",  # the time as the source wrote it
    "zone_offset": "VARCHAR",
    "recorded_at": "TIMESTAMP",
    "parent": "UUID",
    "parent_text": "VARCHAR",
    "lot": "VARCHAR",
    "expiry": "VARCHAR",
    "order_no": "VARCHAR",
    "place": "VARCHAR",
    "device": "VARCHAR",
    "actor": "VARCHAR",
    "reason": "VARCHAR",
    "result": "VARCHAR",
    "grade": "DOUBLE",
    "image": "VARCHAR",
    "counter": "VARCHAR",
    "quantity": "DOUBLE",
    "partial": "BOOLEAN",
    "reference": "VARCHAR",
    "event": "VARCHAR",
    "ordinal": "BIGINT",  # document order within the source
    "transform": "VARCHAR",
    **PROVENANCE,
}

CLAIM: Final = {
    "claim": "VARCHAR",  # goods_receipt, goods_issue, stock, sampled, scrapped, pallet_cases, ...
    "lot": "VARCHAR",
    "gtin": "VARCHAR",
    "material": "VARCHAR",
    "order_no": "VARCHAR",
    "sscc": "VARCHAR",
    "quantity": "DOUBLE",
    "unit": "VARCHAR",
    "at_utc": "TIMESTAMP",
    "at_text": "VARCHAR",
    "place": "VARCHAR",
    "reference": "VARCHAR",
    **PROVENANCE,
}

ORDER_MASTER: Final = {
    "order_no": "VARCHAR",
    "line": "VARCHAR",
    "material": "VARCHAR",
    "description": "VARCHAR",
    "gtin": "VARCHAR",
    "lot": "VARCHAR",
    "expiry": "VARCHAR",
    "planned": "DOUBLE",
    "units_per_case": "DOUBLE",
    "cases_per_pallet": "DOUBLE",
    "started": "TIMESTAMP",
    "ended": "TIMESTAMP",
    **PROVENANCE,
}

RECORD: Final = {
    "record": "VARCHAR",  # error_declaration, message, downtime, calibration, training, shift, deviation, alert, hold, event, partner
    "key": "VARCHAR",
    "started": "TIMESTAMP",
    "ended": "TIMESTAMP",
    "at_text": "VARCHAR",
    "lot": "VARCHAR",
    "gtin": "VARCHAR",
    "serial": "VARCHAR",
    "sscc": "VARCHAR",
    "subject": "VARCHAR",  # equipment, person, line, market: what the record is about
    "category": "VARCHAR",
    "text": "VARCHAR",
    "state": "VARCHAR",
    **PROVENANCE,
}

FIXITY: Final = {
    "name": "VARCHAR",
    "algorithm": "VARCHAR",
    "stated": "VARCHAR",
    "actual": "VARCHAR",
    **PROVENANCE,
}

QUARANTINE: Final = {"reason": "VARCHAR", "raw": "VARCHAR", **PROVENANCE}

TIME_DOUBT: Final = {"column_name": "VARCHAR", "rows": "BIGINT", "example": "VARCHAR", "doubt": "VARCHAR", **PROVENANCE}

TABLES: Final = MappingProxyType(
    {
        "observation": OBSERVATION,
        "claim": CLAIM,
        "order_master": ORDER_MASTER,
        "record": RECORD,
        "fixity": FIXITY,
        "quarantine": QUARANTINE,
        "time_doubt": TIME_DOUBT,
    }
)
"""Table name to {column: DuckDB type}, in the order in which segments hold them."""

SORT: Final = MappingProxyType({"observation": "item_prefix, at_utc, ordinal, position"})
"""Segments of observations are sorted by item (in runs, where a source is large), so that statistics lead to one item."""

LEVELS: Final = ("unit", "bundle", "case", "pallet", "container")

STEPS: Final = MappingProxyType(
    {
        "allocated": "number given to an order",
        "returned_unused": "never printed, number went back to the pool",
        "invalidated": "number no longer viable, never printed",
        "encoded": "printed",
        "setup_print": "printed while setting up, no product",
        "verified": "read and accepted by a camera",
        "rejected": "read and refused by a camera",
        "no_read": "camera could not decode",
        "misread": "camera accepted another code than the one expected",
        "text_read": "lot or expiry in plain text differ from the code",
        "label_scrapped": "label destroyed before it came on product",
        "label_sampled": "label retained, no product",
        "commissioned": "number associated with a physical object",
        "sampled": "taken as a sample after commissioning",
        "destroyed": "destroyed after commissioning",
        "inactivated": "no longer active, perhaps not destroyed",
        "aggregated": "put into a container",
        "disaggregated": "taken out of a container",
        "emptied": "container unpacked entirely, children not named",
        "aggregation_observed": "seen inside a container",
        "released": "left production responsibility",
        "shipped": "left the place",
        "voided": "shipment or event declared void",
        "received": "arrived at a place",
        "dispensed": "supplied to a patient or professional",
        "returned": "came back",
        "counted": "seen in a physical count",
        "inspected": "scanned in an opened container",
        "held": "put on hold or quarantine",
        "hold_released": "hold taken off",
        "alerted": "named in an alert of an authority",
        "found_without_data": "a partner holds it and has no data for it",
        "data_without_product": "a partner has its data and not the product",
        "consumed": "input of a transformation",
        "linked": "linked with a business transaction",
        "associated": "associated with an asset",
        "disassociated": "association ended",
        "observed": "seen, nothing else said",
    }
)
"""Step to its meaning (OPEN-SCS, OPC 30260, and CBV words where they exist)."""


def empty_table_sql(table: str) -> str:
    """Return the SELECT of an empty relation with the columns of ``table``."""
    columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in TABLES[table].items())
    return f"SELECT {columns} WHERE false"
