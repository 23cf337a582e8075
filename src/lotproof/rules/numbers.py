"""Every number that an outcome states, with its name and the list behind it: written into the ledger, recomputed by strangers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from lotproof.rules.check import Outcome


@dataclass(frozen=True)
class Statement:
    """One number that a report states, bound to the entry that holds it."""

    id: str
    """Identifier, such as finding/SN-01/LOT/GTIN."""
    text: str
    """What the number is."""
    value: int
    """The number."""
    list: str
    """Path of the list behind it, below data/."""
    index: int
    """Ledger index of the entry that holds it."""


def numbers(outcome: Outcome) -> Iterator[tuple[str, str, int, str]]:
    """(identifier, what it is, value, path of its list below data/) of each count of findings and lot equations."""
    for found in outcome.findings:
        name = statement_id("finding", found.code, found.lot, found.gtin)
        yield name, f"{found.code} in lot {found.lot or '(none)'}: count", found.count, finding_list(found.code, found.lot, found.gtin)
    for balance in outcome.balances:
        for key, value in balance.counts.items():
            path = f"reconciliation/{safe(balance.lot)}/{key}.csv" if key != "received" and "variance" not in key else "reconciliation.json"
            yield statement_id("lot", balance.lot, key), f"lot {balance.lot}: {key.replace('_', ' ')}", value, path


def finding_list(code: str, lot: str, gtin: str) -> str:
    """Path of the CSV with the rows of a finding, below data/."""
    return f"findings/{code}-{safe(lot) or 'site'}" + (f"-{safe(gtin)}" if gtin else "") + ".csv"


def statement_id(*parts: str) -> str:
    """An identifier made of ASCII parts; anything else is written as its code point."""
    return "/".join("".join(c if " " < c < "\x7f" and c != "/" else f"u{ord(c):04x}" for c in part) or "-" for part in parts)


def safe(text: str) -> str:
    """A text as part of a file name on any system; different texts give different names."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else f"~{ord(c):x}" for c in text)
    if kept.startswith(".") or kept.endswith("."):  # hidden, or dropped by Windows
        kept = kept.replace(".", "~2e")
    return kept if len(kept) <= 80 else kept[:60] + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
