"""An EPCIS document into the tables of the lake, batch by batch."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from lotproof.epcis.batch import EventBatch, Unreadable, read_json, read_xml
from lotproof.epcis.count import count_events
from lotproof.gs1.reading import UnreadableIdentifier, read
from lotproof.gs1.urn import sgtin_to_gtin
from lotproof.intake.epcis_steps import step_of
from lotproof.intake.table_source import Context, Tally

_PARTS = pa.schema([(name, pa.string()) for name in ("epc", "gtin", "serial", "sscc", "lot", "transform")])
_CLASSES = pa.schema([("class", pa.string()), ("gtin", pa.string())])
_STEPS = pa.schema([(n, pa.string()) for n in ("type", "action", "biz_step", "disposition", "role", "step")] + [("erroneous", pa.bool_())])


class EpcisSource:
    """Reads one EPCIS document; keeps the translations of identifiers and steps that it has met."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, context: Context, kind: str) -> None:
        self.connection = connection
        self.context = context
        self.kind = kind
        self.events = 0
        self.unreadable: list[Unreadable] = []
        for table, schema in (("epc_part", _PARTS), ("epc_class", _CLASSES), ("epc_step", _STEPS)):
            connection.register("_shape", schema.empty_table())
            connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM _shape")
            connection.unregister("_shape")

    def read(self, path: Path) -> Tally:
        """Read the document; the tally holds for the event elements counted in its raw bytes."""
        reader = read_xml if self.kind == "epcis-xml" else read_json
        with path.open("rb") as stream:
            for part in reader(stream):
                if isinstance(part, EventBatch):
                    self._take(part)
                else:
                    self.unreadable.append(part)
        with path.open("rb") as stream:
            counted = count_events(stream)
        return self._tally(counted)

    def _tally(self, counted: int) -> Tally:
        tally = Tally(kind=self.kind, rows=max(counted, self.events), stored=self.events)
        tally.quarantined = tally.rows - tally.stored
        for part in self.unreadable:
            self.connection.execute(
                "INSERT INTO out_quarantine BY NAME SELECT ? AS reason, ? AS position", [part.reason, part.offset]
            )
            tally.problems.append(f"{self.context.name}: {part.reason}")
        if tally.quarantined and not self.unreadable:
            reason = f"{tally.quarantined} of the {counted} event elements counted in the raw bytes were not understood by the reader"
            self.connection.execute("INSERT INTO out_quarantine BY NAME SELECT ? AS reason, 0 AS position", [reason])
            tally.problems.append(f"{self.context.name}: {reason}; report this document, its events are not all in the lake.")
        if self.events > counted:
            tally.problems.append(
                f"{self.context.name}: {self.events} events were read where {counted} were counted in the raw bytes; report this document."
            )
        return tally

    def _take(self, batch: EventBatch) -> None:
        self.events += batch.events.num_rows
        connection = self.connection
        for name in ("events", "epcs", "links"):
            connection.register(f"_{name}", getattr(batch, name))
        self._learn_classes()
        self._learn_parts()
        self._learn_steps()
        connection.execute(_INSERT_ITEMS.replace("$zone", self._naive_zone()))
        connection.execute(_INSERT_PARENTS.replace("$zone", self._naive_zone()))
        connection.execute(_INSERT_EVENTS.replace("$zone", self._naive_zone()))
        self._doubt_times()
        for name in ("events", "epcs", "links"):
            connection.unregister(f"_{name}")
        self.context.progress(self.events)

    def _naive_zone(self) -> str:
        zone = self.context.stated.zone or self.context.zone
        return f"timezone('UTC', timezone('{zone}', try_cast(event_time AS TIMESTAMP)))" if zone else "NULL::TIMESTAMP"

    def _learn_classes(self) -> None:
        """SGTIN classes (prefix and item reference) are few: their check digits are computed once each."""
        rows = self.connection.execute(
            r"""SELECT DISTINCT regexp_extract(epc, '^urn:epc:id:sgtin:(\d+\.\d+)\.', 1) AS class FROM _epcs
                WHERE epc LIKE 'urn:epc:id:sgtin:%' EXCEPT SELECT class FROM epc_class"""
        ).fetchall()
        found = []
        for (name,) in rows:
            prefix, _, reference = name.partition(".")
            if len(prefix) + len(reference) == 13:
                found.append({"class": name, "gtin": sgtin_to_gtin(prefix, reference)})
        self._append("epc_class", found, _CLASSES)

    def _learn_parts(self) -> None:
        """Identifiers of every other spelling go through gs1 once per distinct text."""
        rows = self.connection.execute(
            r"""SELECT DISTINCT epc FROM (
                  SELECT epc FROM _epcs WHERE NOT (epc LIKE 'https://id.gs1.org/01/%' AND regexp_matches(epc, ?))
                    AND (epc NOT LIKE 'urn:epc:id:sgtin:%' OR epc LIKE '%\%%' ESCAPE '\'
                         OR regexp_extract(epc, '^urn:epc:id:sgtin:(\d+\.\d+)\.', 1) NOT IN (SELECT class FROM epc_class))
                  UNION ALL SELECT parent FROM _events WHERE parent IS NOT NULL)
                EXCEPT SELECT epc FROM epc_part""",
            [_PLAIN_LINK],
        ).fetchall()
        self._append("epc_part", [_parts(text) for (text,) in rows], _PARTS)

    def _learn_steps(self) -> None:
        rows = self.connection.execute(
            """SELECT DISTINCT e.type, coalesce(e.action, ''), coalesce(e.biz_step, ''), coalesce(e.disposition, ''),
                      coalesce(x.role, 'parent'), e.error_reason IS NOT NULL OR e.error_time IS NOT NULL
               FROM _events e LEFT JOIN _epcs x USING (seq)
               EXCEPT SELECT type, action, biz_step, disposition, role, erroneous FROM epc_step"""
        ).fetchall()
        steps = [
            {"type": kind, "action": action, "biz_step": biz, "disposition": disposition, "role": role, "erroneous": wrong,
             "step": step_of(kind, action or None, biz or None, disposition or None, role, wrong)}
            for kind, action, biz, disposition, role, wrong in rows
        ]  # fmt: skip
        self._append("epc_step", steps, _STEPS)

    def _append(self, table: str, rows: list[dict[str, object]], schema: pa.Schema) -> None:
        if rows:
            self.connection.register("_new", pa.Table.from_pylist(rows, schema=schema))
            self.connection.execute(f"INSERT INTO {table} SELECT * FROM _new")
            self.connection.unregister("_new")

    def _doubt_times(self) -> None:
        self.connection.execute(
            rf"""INSERT INTO out_time_doubt BY NAME
                SELECT 'eventTime' AS column_name, count(*) AS rows, min(event_time) AS example,
                       if(try_cast(event_time AS TIMESTAMP) IS NULL, 'no time', 'no zone') AS doubt, min("offset") AS position
                FROM (SELECT *, {_AT.replace("$zone", self._naive_zone())} AS at_utc FROM _events)
                WHERE at_utc IS NULL GROUP BY ALL"""
        )


_PLAIN_LINK = r"^https://id\.gs1\.org/01/\d{14}/21/[^/?#%]+$"

_AT = r"""coalesce(
    if(event_time LIKE '%Z' OR regexp_matches(event_time, '[+-]\d\d:?\d\d$'), timezone('UTC', try_cast(event_time AS TIMESTAMPTZ)), NULL),
    if(zone_offset IS NULL OR regexp_matches(event_time, '(Z|[+-]\d\d:?\d\d)$'), NULL,
       timezone('UTC', try_cast(event_time || zone_offset AS TIMESTAMPTZ))),
    $zone)"""

_STAMP = f"""{_AT} AS at_utc, event_time AS at_text, e.zone_offset,
    timezone('UTC', try_cast(record_time AS TIMESTAMPTZ)) AS recorded_at,
    coalesce(e.read_point, e.biz_location) AS place, e.disposition AS result, e.event_id AS event, e.seq AS ordinal,
    e."offset" AS position"""

_STEP_JOIN = """JOIN epc_step s ON s.type = e.type AND s.action = coalesce(e.action, '') AND s.biz_step = coalesce(e.biz_step, '')
    AND s.disposition = coalesce(e.disposition, '') AND s.erroneous = (e.error_reason IS NOT NULL OR e.error_time IS NOT NULL)"""

_LINK = "(SELECT seq, string_agg(type || ' ' || value, ' ' ORDER BY type, value) AS reference FROM _links GROUP BY seq)"

_INSERT_ITEMS = rf"""
INSERT INTO out_observation BY NAME
SELECT coalesce(p.gtin, c.gtin, if(l, x.epc[23:36], NULL)) AS gtin,
       CASE WHEN p.epc IS NOT NULL THEN coalesce(p.serial, if(p.sscc IS NULL, x.epc, NULL))
            WHEN l THEN x.epc[41:] ELSE x.epc[length(c.class) + 19:] END AS serial,
       p.sscc, CASE WHEN p.sscc IS NOT NULL THEN 'container' WHEN coalesce(p.gtin, c.gtin, if(l, 'x', NULL)) IS NULL THEN 'other'
                    ELSE 'unit' END AS level,
       s.step, {_STAMP},
       if(pp.epc IS NULL, NULL, coalesce(item_text(pp.gtin, pp.serial, pp.sscc), '(21)' || pp.epc)) AS parent_text,
       if(p.sscc IS NULL AND x.role <> 'input', coalesce(e.lot, p.lot), NULL) AS lot, if(p.sscc IS NULL, e.expiry, NULL) AS expiry,
       coalesce(e.error_reason, e.biz_step) AS reason, k.reference, p.transform
FROM (SELECT *, epc LIKE 'https://id.gs1.org/01/%' AND regexp_matches(epc, '{_PLAIN_LINK}') AS l,
             if(epc LIKE 'urn:epc:id:sgtin:%', regexp_extract(epc, '^urn:epc:id:sgtin:(\d+\.\d+)\.', 1), NULL) AS class FROM _epcs) x
JOIN _events e USING (seq)
{_STEP_JOIN} AND s.role = x.role
LEFT JOIN epc_class c ON c.class = x.class
LEFT JOIN epc_part p ON p.epc = x.epc
LEFT JOIN epc_part pp ON pp.epc = e.parent
LEFT JOIN {_LINK} k ON k.seq = e.seq
"""

_INSERT_PARENTS = f"""
INSERT INTO out_observation BY NAME
SELECT p.gtin, coalesce(p.serial, if(p.sscc IS NULL, p.epc, NULL)) AS serial, p.sscc,
       if(p.sscc IS NULL, if(p.gtin IS NULL, 'other', 'unit'), 'container') AS level,
       CASE s.step WHEN 'disaggregated' THEN 'emptied' WHEN 'voided' THEN 'voided'
                   WHEN 'shipped' THEN 'shipped' WHEN 'received' THEN 'received' ELSE 'observed' END AS step,
       {_STAMP}, coalesce(e.error_reason, e.biz_step) AS reason, k.reference, p.transform
FROM _events e JOIN epc_part p ON p.epc = e.parent
{_STEP_JOIN} AND s.role = 'parent'
LEFT JOIN {_LINK} k ON k.seq = e.seq
WHERE e.seq NOT IN (SELECT seq FROM _epcs)
"""

_INSERT_EVENTS = f"""
INSERT INTO out_record BY NAME
SELECT 'event' AS record, e.event_id AS key, {_AT} AS started, event_time AS at_text, e.lot, e.type AS subject,
       concat_ws(' ', e.action, e.biz_step, e.disposition) AS category, e.error_reason AS text, e."offset" AS position
FROM _events e WHERE e.parent IS NULL AND e.seq NOT IN (SELECT seq FROM _epcs)
"""


def _parts(text: str) -> dict[str, object]:
    try:
        found = read(text)
    except UnreadableIdentifier:
        return {"epc": text}
    return {"epc": text, "gtin": found.gtin, "serial": found.serial, "sscc": found.sscc, "lot": found.lot,
            "transform": " ".join(t for t in found.transforms if t not in ("urn", "digital_link")) or None}  # fmt: skip
