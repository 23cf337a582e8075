"""The tables that a rule may select from, with what a row of each is; their columns are asked of the engine."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import duckdb

from lotproof.lake.engine import connect
from lotproof.lake.resolve import resolve
from lotproof.lake.store import Lake
from lotproof.rules.part import make_tables

PARTITION: Mapping[str, str] = MappingProxyType(
    {
        "obs": "an observation: source S says that step K happened to an item; `subject` is the item after format-only matching, `lot` its home lot",
        "thing": "an item or container, with its text, trade item, lot and level",
        "alias": "a stray item that is a known one after one change of spelling",
        "line_state": "the last state of an item at the line controller",
        "line_parent": "the last container of an item at the line controller",
        "hub_event": "an event held by the hub, once however often it was delivered, voided ones left out",
        "hub_state": "an item at the hub: commissioned, ended, live container",
        "violation": "an event that the replay of the hub's events did not allow",
        "lot_info": "a lot: order, pack sizes, which kinds of sources speak of it",
        "number_class": "a pack number with its one class of the lot equation",
        "recorded_in": "a pack and a container that line or hub has it in",
        "audit_pack": "a pack scanned in an opened container",
        "audit_case": "an opened container held against its record",
        "clock_offset": "how far the clocks of two neighbouring sources are apart, by lot",
        "expiry_day": "an expiry as some source writes it, with the day it means",
        "tick": "a minute of a lot in which packs were commissioned at the line",
        "graded": "a minute of a lot with the symbol grades of a device, summed up",
    }
)
"""Tables of one partition: everything that concerns its lots."""

SITE: Mapping[str, str] = MappingProxyType(
    {
        "source": "a file in scope, with its name and kind",
        "order_master": "an order with its lot, trade item and pack sizes",
        "claim": "a count that a document asserts; a partition has those of its lots and of none",
        "record": "a message, downtime, calibration, alert, hold, training",
        "site_gtin": "a trade item of which the site's own sources speak",
        "site_step": "a step that a kind of source speaks of anywhere on the site",
    }
)
"""Small tables that rules of both sorts may use."""

WHOLE_SITE: Mapping[str, str] = MappingProxyType(
    {
        "fixity": "a checksum that a list of the delivery states, and the actual one",
        "quarantine": "a row that could not be read, with the reason",
        "time_doubt": "a column whose times cannot be placed on the time line",
    }
)
"""Small tables for rules with `whole_site = true`."""


def tables_for(whole_site: bool) -> Mapping[str, str]:
    """The tables that a rule of this sort may use."""
    return {**SITE, **WHOLE_SITE} if whole_site else {**PARTITION, **SITE}


def empty_tables(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection with all tables, empty, that can reach no file any more."""
    connection = connect(folder / "spill", threads=1)
    resolve(connection, Lake(folder / "lake"), [])
    make_tables(connection, [""])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def columns() -> dict[str, list[tuple[str, str]]]:
    """Table -> (column, type) of each of its columns."""
    with tempfile.TemporaryDirectory() as folder:
        connection = empty_tables(Path(folder))
        try:
            return {
                table: [(str(name), _plain(str(kind))) for name, kind, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]
                for table in (*PARTITION, *SITE, *WHOLE_SITE)
            }
        finally:
            connection.close()


def _plain(kind: str) -> str:
    """An enum is a text to whoever writes a rule."""
    return "VARCHAR" if kind.startswith("ENUM") else kind
