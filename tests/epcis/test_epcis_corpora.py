"""Documents that nobody here wrote: every event is read, by both paths alike, and the count in the raw bytes holds."""

import io
import os
from pathlib import Path

import pytest
from epcis_documents import reading

from lotproof.epcis.count import count_events
from lotproof.epcis.sniff import sniff

SHARED = Path(os.environ.get("LOTPROOF_SHARED", Path(__file__).resolve().parents[3] / "shared"))
FILES = sorted(
    path
    for folder in ("corpora", "lots")
    for path in (SHARED / folder).glob("**/*")
    if path.suffix in (".xml", ".json", ".jsonld") and path.is_file()
)
KNOWN = [path for path in FILES if sniff(path.read_bytes()[:65_536])]


@pytest.mark.skipif(not KNOWN, reason="the shared corpora are not on this machine")
def test_the_corpora_hold_epcis_documents_of_both_formats():
    assert {sniff(path.read_bytes()[:65_536]) for path in KNOWN} == {"epcis-xml", "epcis-json"}


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.name)
def test_no_event_of_a_real_document_is_lost(path):
    data = path.read_bytes()
    bulk, tolerant = reading(data), reading(data, bulk=False)
    assert bulk == tolerant
    assert count_events(io.BytesIO(data)) == len(bulk.events) + len(bulk.unreadable)
    for event in bulk.events:
        tag = data[event["offset"] : event["offset"] + 80]
        assert tag.startswith(b"{") or event["type"].encode() in tag.split(b">")[0]
