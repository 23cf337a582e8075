"""Failures that lie close together in several places of one lot."""

from __future__ import annotations

import duckdb
import pytest

from lotproof.diagnosis.facts import Facts
from lotproof.diagnosis.signatures.printing import _clusters, clustered


def facts(*failed: tuple[int, int, int], reads: int = 4_000) -> Facts:
    """A lot read once a second; of each (first, count, every) that many fail from the first on, one in ``every``."""
    connection = duckdb.connect()
    connection.execute(
        """CREATE TABLE obs AS SELECT 'L1' AS lot, 'camera' AS kind, 'unit' AS level, 'verified' AS step, n AS subject, n AS position, 3.0::DOUBLE AS grade,
                  'K1' AS device, TIMESTAMP '2026-03-02 08:00:00' + INTERVAL (n) SECOND AS at_utc FROM range(?) t(n)""", [reads])  # fmt: skip
    for first, count, every in failed:
        connection.execute(
            "UPDATE obs SET step = 'rejected' WHERE position BETWEEN ? AND ? AND (position - ?) % ? = 0", [first, first + (count - 1) * every, first, every])  # fmt: skip
    connection.execute("CREATE TABLE found (code VARCHAR, lot VARCHAR, severity VARCHAR, item VARCHAR, subject BIGINT)")
    return Facts(connection, "L1", ())


@pytest.fixture(autouse=True)
def no_suspect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which device it was is another matter (test_suspect.py)."""
    monkeypatch.setattr("lotproof.diagnosis.signatures.printing._culprit", lambda _facts, _piece: None)


def test_both_pieces_are_named_the_denser_first() -> None:
    (found,) = clustered(facts((500, 12, 2), (3_000, 20, 1)))
    assert found.started_at == "2026-03-02T08:50:00.000Z"
    assert found.supports == ("12 failed close together from 08:08:20 to 08:08:42 as well",)


def test_one_piece_alone_has_no_other_beside_it() -> None:
    (found,) = clustered(facts((3_000, 20, 1)))
    assert found.supports == ()


def test_failures_spread_over_the_lot_are_no_second_piece() -> None:
    (found,) = clustered(facts((10, 18, 160), (3_000, 20, 1)))
    assert found.supports == ()


def test_four_together_are_no_piece() -> None:
    assert _clusters(facts((500, 4, 1)), "failed") == []
