"""A site of any size straight as segments of a lake, for measuring the rules without generation and intake.

Lots of 50,000 packs, 24 in a case, 40 cases on a pallet. Each pack is printed, read by a camera, commissioned and packed at the
line, and commissioned and packed in the hub: six observations of a pack, those of cases and pallets beside. One pack in two
hundred is an ordinary reject, one in ten thousand bears a fault: missing in the hub, printed twice, in two cases, with another
lot in the hub, refused by the camera and packed, extra in the hub.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from lotproof.intake.segments import write_segments
from lotproof.lake.engine import connect
from lotproof.lake.index import write_index
from lotproof.lake.packs import write_packs
from lotproof.lake.resolve import Source
from lotproof.lake.schema import TABLES
from lotproof.lake.store import Lake, publish_segment

LOT = 50_000
CHUNK = 20
"""Lots a source file."""

_UNITS = """
CREATE OR REPLACE TABLE u AS
SELECT l, i, 'L' || lpad(l::VARCHAR, 6, '0') AS lot, '09521234000013' AS gtin, '44' || lpad(l::VARCHAR, 6, '0') AS order_no,
       substr(md5((l * 100000 + i)::VARCHAR), 1, 14) || lpad((l % 10000)::VARCHAR, 4, '0') AS serial,
       TIMESTAMP '2026-01-05 06:00:00' + INTERVAL (l * 12000 + i // 5 + if(i > 20000, 900, 0)) SECOND AS ts,
       if(i % 200 = 7, 1, 0) AS refused, if(i % 10000 = 11, (l * 5 + i // 10000) % 6 + 1, 0) AS fault,
       'C' || ((i // 24) % 2) AS camera, 'P' || (i % 2) AS printer
FROM range($first, $last) t(l), range($lot) v(i);
CREATE OR REPLACE TABLE packed AS
SELECT *, (row_number() OVER (PARTITION BY l ORDER BY i) - 1) // 24 AS case_no FROM u WHERE refused = 0 OR fault = 5;
CREATE OR REPLACE TABLE cases AS
SELECT l, lot, gtin, case_no, case_no // 40 AS pallet_no, '0952123' || lpad((l * 10000 + case_no)::VARCHAR, 11, '0') AS sscc, max(ts) AS ts, count(*) AS n
FROM packed GROUP BY l, lot, gtin, case_no;
CREATE OR REPLACE TABLE pallets AS
SELECT l, lot, gtin, pallet_no, '1952123' || lpad((l * 100 + pallet_no)::VARCHAR, 11, '0') AS sscc, max(ts) AS ts, count(*) AS n
FROM cases GROUP BY l, lot, gtin, pallet_no;
CREATE OR REPLACE TABLE inbox AS
SELECT p.*, c.sscc AS box, '(00)' || c.sscc AS box_text, c.ts AS box_ts FROM packed p JOIN cases c USING (l, case_no);
CREATE OR REPLACE TABLE onpallet AS SELECT c.*, p.sscc AS pallet, '(00)' || p.sscc AS pallet_text, p.ts AS pallet_ts FROM cases c JOIN pallets p USING (l, pallet_no);
"""

_UNIT = "gtin, serial, 'unit' AS level"
_SOURCES = {
    "printer": f"""SELECT {_UNIT}, 'encoded' AS step, ts AS at_utc, lot, order_no, printer AS device, i::VARCHAR AS counter FROM u
        UNION ALL BY NAME SELECT {_UNIT}, 'encoded' AS step, ts + INTERVAL 90 SECOND AS at_utc, lot, order_no, printer AS device, 'r' || i AS counter FROM u WHERE fault = 2""",
    "camera": f"""SELECT {_UNIT}, if(refused = 1, 'rejected', 'verified') AS step, ts + INTERVAL 1 SECOND AS at_utc, lot, '2028-06-30' AS expiry, camera AS device,
        'OP' || (i // 12000) AS actor, if(refused = 1, 'FAIL', 'PASS') AS result, 2.5 + (i % 16) / 10 AS grade, 'img' || i AS image FROM u
        UNION ALL BY NAME SELECT {_UNIT}, 'verified' AS step, ts + INTERVAL 91 SECOND AS at_utc, lot, '2028-06-30' AS expiry, camera AS device, 'OP9' AS actor,
        'PASS' AS result, 3.0 AS grade, 'again' || i AS image FROM u WHERE fault = 2""",
    "line": f"""SELECT {_UNIT}, if(refused = 1 AND fault <> 5, 'label_scrapped', 'commissioned') AS step, ts + INTERVAL 2 SECOND AS at_utc, lot, '2028-06-30' AS expiry, order_no FROM u
        UNION ALL BY NAME SELECT {_UNIT}, 'aggregated' AS step, box_ts + INTERVAL 10 SECOND AS at_utc, box_text AS parent_text, lot, order_no FROM inbox
        UNION ALL BY NAME SELECT sscc, 'case' AS level, 'commissioned' AS step, ts + INTERVAL 10 SECOND AS at_utc, lot, n::DOUBLE AS quantity, n < 24 AS partial FROM cases
        UNION ALL BY NAME SELECT sscc, 'pallet' AS level, 'commissioned' AS step, ts + INTERVAL 60 SECOND AS at_utc, lot, n::DOUBLE AS quantity, n < 40 AS partial FROM pallets
        UNION ALL BY NAME SELECT sscc, 'case' AS level, 'aggregated' AS step, pallet_ts + INTERVAL 60 SECOND AS at_utc, pallet_text AS parent_text, lot FROM onpallet""",
    "epcis": f"""SELECT {_UNIT}, 'commissioned' AS step, ts + INTERVAL 2 SECOND AS at_utc, TIMESTAMP '2026-01-05 20:00:00' + INTERVAL (l * 12000) SECOND AS recorded_at,
        if(fault = 4, 'WRONG' || lot, lot) AS lot, '2028-06-30' AS expiry, 'urn:ev:c' || l || '-' || i // 500 AS event FROM inbox WHERE fault <> 1
        UNION ALL BY NAME SELECT gtin, 'X' || serial AS serial, 'unit' AS level, 'commissioned' AS step, ts + INTERVAL 2 SECOND AS at_utc, lot, '2028-06-30' AS expiry,
        'urn:ev:c' || l || '-' || i // 500 AS event FROM inbox WHERE fault = 6
        UNION ALL BY NAME SELECT {_UNIT}, 'aggregated' AS step, box_ts + INTERVAL 10 SECOND AS at_utc, TIMESTAMP '2026-01-05 20:00:00' + INTERVAL (l * 12000) SECOND AS recorded_at,
        box_text AS parent_text, 'urn:ev:a' || l || '-' || box AS event FROM inbox WHERE fault <> 1
        UNION ALL BY NAME SELECT i.gtin, i.serial, 'unit' AS level, 'aggregated' AS step, i.box_ts + INTERVAL 4000 SECOND AS at_utc, '(00)' || c.sscc AS parent_text,
        'urn:ev:b' || i.l AS event FROM inbox i JOIN cases c ON c.l = i.l AND c.case_no = i.case_no + 1 WHERE i.fault = 3
        UNION ALL BY NAME SELECT sscc, 'container' AS level, 'commissioned' AS step, ts + INTERVAL 10 SECOND AS at_utc, 'urn:ev:k' || l || '-' || case_no // 500 AS event FROM cases
        UNION ALL BY NAME SELECT sscc, 'container' AS level, 'commissioned' AS step, ts + INTERVAL 60 SECOND AS at_utc, 'urn:ev:p' || l AS event FROM pallets
        UNION ALL BY NAME SELECT sscc, 'container' AS level, 'aggregated' AS step, pallet_ts + INTERVAL 60 SECOND AS at_utc, pallet_text AS parent_text,
        'urn:ev:q' || l || '-' || pallet AS event FROM onpallet""",
}

_ORDERS = """SELECT DISTINCT order_no, lot, gtin, '2028-06-30' AS expiry, 50000::DOUBLE AS planned, 24::DOUBLE AS units_per_case, 40::DOUBLE AS cases_per_pallet,
    l AS position FROM u"""


def write_site(folder: Path, units: int) -> tuple[Lake, list[Source]]:
    """Write the segments of a site of about ``units`` packs; return its lake and sources."""
    lake = Lake(folder)
    lake.prepare()
    lots = max(1, units // LOT)
    sources: list[Source] = []
    connection = connect(folder / "spill", memory="6GB")
    for first in range(0, lots, CHUNK):
        last = min(lots, first + CHUNK)
        for statement in _UNITS.split(";\n"):
            if statement.strip():
                connection.execute(statement.replace("$first", str(first)).replace("$last", str(last)).replace("$lot", str(LOT)))
        for kind, select in _SOURCES.items():
            sources.append(_segment(connection, lake, "observation", kind, first, select))
        sources.append(_segment(connection, lake, "order_master", "orders", first, _ORDERS))
    connection.close()
    return lake, sources


def _segment(connection: duckdb.DuckDBPyConnection, lake: Lake, table: str, kind: str, first: int, select: str) -> Source:
    name = f"{kind}_{first:06d}"
    sha = hashlib.sha256(name.encode()).hexdigest()
    for each, columns in TABLES.items():
        connection.execute(f"CREATE OR REPLACE TABLE out_{each} ({', '.join(f'{column} {form}' for column, form in columns.items())})")
    number = "" if table == "order_master" else ", row_number() OVER () AS position, row_number() OVER () AS ordinal"
    connection.execute(f"INSERT INTO out_{table} BY NAME SELECT *{number} FROM ({select})")
    built, _ = write_segments(connection, lake, sha)
    write_index(built)
    write_packs(built)
    publish_segment(lake, sha, built)
    return Source(sha, name, kind)


if __name__ == "__main__":
    import pickle
    import sys

    where, count = Path(sys.argv[1]), int(float(sys.argv[2]))
    made = write_site(where, count)
    (where / "sources.pkl").write_bytes(pickle.dumps(made[1]))
