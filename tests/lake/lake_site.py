"""Small lakes for the tests of lake and rules: rows as dictionaries, written as the intake writes them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb

from lotproof.lake.engine import connect
from lotproof.lake.store import Lake
from lotproof.rules.story import GTIN, add_source

__all__ = ["GTIN", "add_source", "container", "empty_lake", "opened", "sha_of", "unit"]


def empty_lake(root: Path) -> Lake:
    """A lake with its folders."""
    lake = Lake(root)
    lake.prepare()
    return lake


def sha_of(name: str) -> str:
    """The digest that stands for a file of this name."""
    return hashlib.sha256(name.encode()).hexdigest()


def unit(serial: str | None, step: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """One observation of a pack."""
    return "observation", {"gtin": GTIN, "serial": serial, "level": "unit", "step": step, "position": 1, **more}


def container(sscc: str | None, step: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """One observation of a case."""
    return "observation", {"sscc": sscc, "level": "case", "step": step, "position": 1, **more}


def opened(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A connection as every query of Lotproof has it, with one thread."""
    return connect(tmp_path / "spill", threads=1)
