"""All signatures over a partition: each lot's hypotheses, the best first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import duckdb

from lotproof.diagnosis.exposure import PACKS
from lotproof.diagnosis.facts import Facts, register_found
from lotproof.diagnosis.signatures import cases, identity, line, printing, stock, upload
from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis, ranked

Signature = Callable[[Facts], Iterator[Hypothesis]]
SIGNATURES: tuple[Signature, ...] = (
    *upload.SIGNATURES, *identity.SIGNATURES, *cases.SIGNATURES, *line.SIGNATURES, *printing.SIGNATURES, *stock.SIGNATURES,
)  # fmt: skip


def diagnose(connection: duckdb.DuckDBPyConnection, lots: Sequence[str], findings: Sequence[Finding]) -> list[Hypothesis]:
    """The hypotheses for every lot of a partition that has findings. ``connection`` holds the tables of ``rules.context``."""
    if not findings:
        return []
    register_found(connection, findings)
    connection.execute(PACKS)
    hypotheses: list[Hypothesis] = []
    for lot in sorted({found.lot for found in findings if found.lot}):
        facts = Facts(connection, lot, tuple(found for found in findings if found.lot == lot))
        hypotheses.extend(found for look in SIGNATURES for found in look(facts))
    return ranked(hypotheses)
