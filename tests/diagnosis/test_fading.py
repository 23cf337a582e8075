"""Codes that fade until they cannot be read at all: no read has a grade that would be too low."""

from __future__ import annotations

import duckdb
import pytest

from lotproof.diagnosis.facts import Facts
from lotproof.diagnosis.signatures.printing import clustered, degradation


def facts(grade: str, unread: str) -> Facts:
    """A lot of 2,000 reads, one a second by two cameras in turn; of K2, read number ``n`` has ``grade`` and is not read where ``unread`` holds."""
    connection = duckdb.connect()
    connection.execute(f"""
CREATE TABLE obs AS SELECT 'L1' AS lot, 'camera' AS kind, 'unit' AS level, if(bad, 'no_read', 'verified') AS step, n AS subject, n AS position,
       if(bad, NULL, if(two, {grade}, 3.3))::DOUBLE AS grade, if(two, 'K2', 'K1') AS device, TIMESTAMP '2026-03-02 08:00:00' + INTERVAL (n) SECOND AS at_utc
FROM (SELECT n, n % 2 = 1 AS two, n % 2 = 1 AND ({unread}) AS bad FROM range(2000) t(n))
""")
    connection.execute("CREATE TABLE found (code VARCHAR, lot VARCHAR, severity VARCHAR, item VARCHAR, subject BIGINT)")
    return Facts(connection, "L1", ())


@pytest.fixture(autouse=True)
def no_suspect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which device it was is another matter (test_suspect.py)."""
    monkeypatch.setattr("lotproof.diagnosis.signatures.printing._culprit", lambda _facts, _piece: None)
    monkeypatch.setattr("lotproof.diagnosis.signatures.printing.suspect_of", lambda *_: None)


FADES = "if(n < 900, 3.3, greatest(1.7, 3.3 - (n - 900) * 0.004))"
UNREAD = "n BETWEEN 1320 AND 1420 AND n % 4 = 1"


def test_codes_that_fade_until_they_are_not_read_are_a_fading_head_and_began_where_they_faded() -> None:
    (found,) = degradation(facts(FADES, UNREAD))
    assert found.supports == ("the grades fell bit by bit before",)
    assert "2026-03-02T08:14:30" < str(found.started_at) < "2026-03-02T08:15:30"
    (other,) = clustered(facts(FADES, UNREAD))
    assert other.confidence < found.confidence and other.against == ("grades fell bit by bit before",)


def test_codes_that_are_not_read_all_at_once_are_no_fading_head() -> None:
    assert list(degradation(facts("3.3", UNREAD))) == []
    (found,) = clustered(facts("3.3", UNREAD))
    assert found.against == ()
