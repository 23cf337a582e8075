"""An EPCIS document into the lake, batch by batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.epcis.batch import EventBatch, Unreadable, read_json, read_xml
from lotproof.epcis.count import count_events
from lotproof.intake.epcis_declared import declarations
from lotproof.intake.epcis_items import Spellings
from lotproof.intake.epcis_parts import parts, starts
from lotproof.intake.epcis_rows import bare, observations
from lotproof.intake.epcis_times import at_sql, times
from lotproof.intake.table_source import Context
from lotproof.intake.tally import Tally
from lotproof.lake.writer import ObservationWriter

_BARE = """
INSERT INTO out_record BY NAME
SELECT 'event' AS record, event_id AS key, $at AS started, event_time AS at_text, lot, type AS subject,
       concat_ws(' ', action, biz_step, disposition) AS category, error_reason AS text, "offset" AS position
FROM _events
"""
_DECLARED = """
INSERT INTO out_record BY NAME
SELECT 'error_declaration' AS record, event_id AS key, timezone('UTC', try_cast(error_time AS TIMESTAMPTZ)) AS started,
       error_time AS at_text, type AS subject, error_reason AS category, corrective_ids AS text, steps AS state, "offset" AS position
FROM _events
"""
"""``text`` lists the corrective events, ``state`` the steps that the event would have been and that it takes back."""
_DOUBTS = """
INSERT INTO out_time_doubt BY NAME
SELECT 'eventTime' AS column_name, count(*) AS rows, min(event_time) AS example,
       if(try_cast(event_time AS TIMESTAMP) IS NULL, 'no time', 'no zone') AS doubt, min("offset") AS position
FROM _events GROUP BY ALL
"""


def _moved(batch: EventBatch, by: int) -> EventBatch:
    """The batch with its offsets counted from the beginning of the file."""
    if not by:
        return batch
    at = batch.events.schema.get_field_index("offset")
    moved = pc.add(batch.events.column(at), pa.scalar(by, batch.events.schema.field(at).type))
    return replace(batch, events=batch.events.set_column(at, batch.events.schema.field(at), moved))


class EpcisSource:
    """Reads one EPCIS document; keeps the spellings of identifiers that it has met."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, context: Context, kind: str, writer: ObservationWriter) -> None:
        self.connection = connection
        self.context = context
        self.kind = kind
        self.writer = writer
        self.events = 0
        self.unreadable: list[Unreadable] = []
        self.spellings = Spellings()

    def read(self, path: Path) -> Tally:
        """Read the document; the tally holds for the event elements counted in its raw bytes."""
        reader = read_xml if self.kind == "epcis-xml" else read_json
        begins = starts(path) if self.kind == "epcis-xml" else [0]
        with path.open("rb") as stream:
            for begin, document in parts(stream, begins, path.stat().st_size):
                for part in reader(document):
                    if isinstance(part, EventBatch):
                        self._take(_moved(part, begin))
                    else:
                        self.unreadable.append(replace(part, offset=part.offset + begin))
        with path.open("rb") as stream:
            counted = sum(count_events(document) for _, document in parts(stream, begins, path.stat().st_size))
        return self._tally(counted)

    def _tally(self, counted: int) -> Tally:
        """Events counted in the raw bytes, independently of the reader, must be those stored or those in quarantine."""
        name = self.context.name
        tally = Tally(kind=self.kind, rows=max(counted, self.events), stored=self.events)
        tally.quarantined = tally.rows - tally.stored
        for part in self.unreadable:
            self._quarantine(part.reason, part.offset)
            tally.problems.append(f"{name}: {part.reason}")
        if tally.quarantined and not self.unreadable:
            reason = f"{tally.quarantined} of the {counted} event elements counted in the raw bytes were not understood by the reader"
            self._quarantine(reason, 0)
            tally.problems.append(f"{name}: {reason}; report this document, its events are not all in the lake.")
        if self.events > counted:
            tally.problems.append(f"{name}: {self.events} events were read, {counted} counted in the raw bytes; report this document.")
        return tally

    def _quarantine(self, reason: str, position: int) -> None:
        self.connection.execute("INSERT INTO out_quarantine BY NAME SELECT ? AS reason, ? AS position", [reason, position])

    def _take(self, batch: EventBatch) -> None:
        self.events += batch.events.num_rows
        zone = self.context.stated.zone or self.context.zone
        at_utc, recorded_at = times(self.connection, batch.events, zone)
        rows = observations(batch, at_utc, recorded_at, self.spellings)
        if rows.num_rows:
            self.writer.add(rows)
        if (without := bare(batch)).any():
            self._note(_BARE.replace("$at", at_sql(zone)), batch.events.filter(pa.array(without)))
        if (declared := declarations(batch.events)).num_rows:
            self._note(_DECLARED, declared)
        if at_utc.null_count:
            self._note(_DOUBTS, batch.events.filter(at_utc.is_null()))
        self.context.progress(self.events)

    def _note(self, statement: str, events: pa.Table) -> None:
        self.connection.register("_events", events)
        self.connection.execute(statement)
        self.connection.unregister("_events")
