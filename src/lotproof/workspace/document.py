"""The JSON document of build and check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lotproof.intake.receipt import Receipt
from lotproof.rules.check import Outcome


def document(receipts: Sequence[Receipt], outcome: Outcome, pack: str, root: str) -> dict[str, Any]:
    """Sources, findings, reconciliation, diagnosis, suspects, scope, limits of the run, pack and root."""
    return {
        "sources": [receipt.as_json() for receipt in receipts],
        "findings": [found.as_json() for found in outcome.findings],
        "reconciliation": {balance.lot: balance.counts for balance in outcome.balances},
        "matrix": {balance.lot: list(balance.matrix) for balance in outcome.balances},
        "diagnosis": [found.as_json() for found in outcome.diagnosis],
        "suspects": [one.as_json() for one in outcome.suspects],
        "scope": [search.as_json() for search in outcome.scope],
        "limits": list(outcome.limits),
        "pack": pack,
        "root": root,
    }
