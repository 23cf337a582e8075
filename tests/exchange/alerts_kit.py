"""The small site's packs by what became of them, and alerts about them as a national system exports them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

TAKEN = "2026-03-14T08:00:00Z"
HEADER = "AlertTime,AlertCode,Message,AlertId,PC,SN,Batch,Expiry,Market,Status"


@dataclass(frozen=True)
class Packs:
    """Serials of the investigated lot."""

    gtin: str
    lot: str
    expiry: str
    """As AI (17) has it."""
    good: list[str]
    """Made, uploaded, nothing found on them."""
    missing: list[str]
    """Made and not uploaded."""
    destroyed: list[str]
    sampled: list[str]

    def item(self, serial: str) -> str:
        return f"(01){self.gtin}(21){serial}"

    def row(self, code: str, number: str, serial: str, at: str = "2026-03-13T10:00:00Z", **other: str) -> str:
        """A line of an export."""
        facts = {"text": "", "lot": self.lot, "expiry": self.expiry, "market": "DE", "gtin": self.gtin, **other}
        return ",".join((at, code, facts["text"], number, facts["gtin"], serial, facts["lot"], facts["expiry"], facts["market"], "New"))


def packs_of(home: Path, lot: str) -> Packs:
    """Read from the segments of a workspace, without the code that is tested."""
    files = [str(path) for path in home.glob("segments/*/observation.parquet")]
    with duckdb.connect() as db:
        db.execute("CREATE TABLE o AS SELECT * FROM read_parquet(?) WHERE level = 'unit' AND gtin IS NOT NULL", [files])
        gtin, expiry = db.execute("SELECT max(gtin), max(expiry) FROM o WHERE lot = ? AND step = 'verified'", [lot]).fetchone()

        def serials(condition: str) -> list[str]:
            rows = db.execute(f"SELECT DISTINCT serial FROM o WHERE gtin = ? AND {condition} ORDER BY 1", [gtin]).fetchall()
            return [serial for (serial,) in rows]

        line = serials(f"lot = '{lot}' AND step = 'commissioned' AND event IS NULL")
        hub = set(serials(f"lot = '{lot}' AND step = 'commissioned' AND event IS NOT NULL"))
        ended = {name: serials(f"step = '{name}'") for name in ("destroyed", "sampled", "inactivated")}
        twice = set(serials("step = 'verified' GROUP BY serial HAVING count(*) > 1"))
    out = {*ended["destroyed"], *ended["sampled"], *ended["inactivated"], *twice}
    good = [one for one in line if one in hub and one not in out]
    return Packs(gtin, lot, expiry, good, [one for one in line if one not in hub and one not in out], ended["destroyed"], ended["sampled"])


def export(path: Path, rows: Sequence[str], header: str = HEADER) -> Path:
    """An export as a file."""
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path
