"""What the files of the site say of a lot as such: product, GTIN, expiry, planned quantity; by its production orders."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lotproof.lake.engine import connect
from lotproof.workspace.place import Workspace
from lotproof.workspace.sources import in_scope, receipts_of


@dataclass(frozen=True)
class LotFacts:
    """A lot as its orders have it; empty texts where no order says."""

    lot: str
    """Its number."""
    gtin: str = ""
    """GTIN-14."""
    product: str = ""
    """Description of the material."""
    expiry: str = ""
    """As the order has it."""
    planned: int = 0
    """Units planned, 0 where none are stated."""
    source: str = ""
    """Name of the file that says so."""

    @property
    def ndc(self) -> str:
        """The ten digits of a US National Drug Code, which a GTIN that begins with 003 holds (21 CFR 207.33); empty otherwise."""
        return self.gtin[3:13] if len(self.gtin) == 14 and self.gtin.startswith("003") else ""


def lot_facts(workspace: Workspace, lots: Sequence[str]) -> list[LotFacts]:
    """What orders say of these lots, in their order; one that no order names has its number alone."""
    names = {source.sha256: source.name for source in in_scope(receipts_of())}
    files = workspace.lake.segment_files("order_master", names)
    found: dict[str, LotFacts] = {}
    if files and lots:
        with tempfile.TemporaryDirectory(prefix="lotproof-lot-") as spill, connect(Path(spill), memory="256MB", threads=1) as connection:
            rows = connection.execute(
                "SELECT lot, max(gtin), max(description), max(expiry), max(planned), min(source) FROM read_parquet(?) "
                "WHERE list_contains(?, lot) GROUP BY lot",
                [[str(path) for path in files], list(lots)],
            ).fetchall()
        found = {
            lot: LotFacts(lot, gtin or "", product or "", expiry or "", int(planned or 0), names.get(source, ""))
            for lot, gtin, product, expiry, planned, source in rows
        }
    return [found.get(lot, LotFacts(lot)) for lot in lots]
