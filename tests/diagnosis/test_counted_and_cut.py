"""What the shelves say where no partner does, and a replay of most of a lot that a power failure explains."""

from __future__ import annotations

import duckdb
import pytest

from lotproof.diagnosis.facts import Facts
from lotproof.diagnosis.signatures.stock import counted_instead
from lotproof.diagnosis.signatures.upload import twice
from lotproof.rules.finding import Finding


def finding(code: str, severity: str) -> Finding:
    return Finding(code, severity, "L1", "", 1, (), "", "")


def shelves(there: int, lacking: int, others: int = 0) -> Facts:
    """So many cases left and were counted, so many did neither, and of so many the count was wrong."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE found (code VARCHAR, lot VARCHAR, severity VARCHAR, item VARCHAR, subject BIGINT)")
    connection.execute("INSERT INTO found SELECT 'QTY-03', 'L1', 'major', n::VARCHAR, n FROM range(?) t(n)", [there + lacking + others])
    connection.execute("CREATE TABLE gone AS SELECT n AS subject, TIMESTAMP '2026-03-04 10:00:00' + INTERVAL (n) MINUTE AS sent_at FROM range(?) t(n)", [there])
    connection.execute("CREATE TABLE obs AS SELECT 'inventory' AS kind, 'counted' AS step, n AS subject FROM range(?) t(n) WHERE n < ? OR n >= ?",
                       [there + lacking + others, there, there + lacking])  # fmt: skip
    return Facts(connection, "L1", (finding("QTY-03", "major"),))


def test_as_many_cases_there_as_lack_were_picked_one_for_the_other() -> None:
    (found,) = counted_instead(shelves(3, 3))
    assert (found.mode, found.six_m, found.started_at) == ("pick_scanned_not_picked", "MAN", "2026-03-04T10:00:00.000Z")


@pytest.mark.parametrize(("there", "lacking", "others"), [(3, 2, 0), (0, 0, 4), (3, 3, 1)])
def test_anything_else_that_was_counted_wrong_is_no_pick(there: int, lacking: int, others: int) -> None:
    assert list(counted_instead(shelves(there, lacking, others))) == []


def sent(stop: int | None, text: str = "Power failure, line server restarted") -> Facts:
    """A lot of 100 packs, one a minute; the events of the first 70 are there twice; the line stopped in this minute."""
    connection = duckdb.connect()
    connection.execute("""
CREATE TABLE hub_event AS SELECT n AS subject, 'L1' AS lot, 'commissioned' AS step, TIMESTAMP '2026-03-02 08:00:00' + INTERVAL (n) MINUTE AS at_utc FROM range(100) t(n)
""")
    connection.execute("""
CREATE TABLE obs AS SELECT h.*, 'hub' AS kind, NULL::BIGINT AS parent, f.file::VARCHAR AS source, NULL::TIMESTAMP AS recorded_at, 'e' || h.subject AS event
FROM hub_event h JOIN range(2) f(file) ON f.file = 0 OR h.subject < 70
""")
    connection.execute("CREATE TABLE found AS SELECT 'SN-04' AS code, 'L1' AS lot, 'minor' AS severity, n::VARCHAR AS item, n AS subject FROM range(70) t(n)")
    connection.execute("CREATE TABLE record (record VARCHAR, started TIMESTAMP, text VARCHAR)")
    if stop is not None:
        connection.execute("INSERT INTO record VALUES ('downtime', TIMESTAMP '2026-03-02 08:00:00' + INTERVAL (?) MINUTE, ?)", [stop, text])
    return Facts(connection, "L1", (finding("SN-04", "minor"),))


def test_most_of_a_lot_twice_is_a_replay_where_the_power_failed_right_behind_it() -> None:
    (found,) = twice(sent(70))
    assert (found.mode, found.started_at) == ("replay_power_loss", "2026-03-02T09:10:00.000Z")


@pytest.mark.parametrize("facts", [sent(None), sent(20), sent(70, "Leaflet magazine empty")])
def test_without_that_it_is_a_file_delivered_again(facts: Facts) -> None:
    (found,) = twice(facts)
    assert found.mode == "duplicate_delivery"
