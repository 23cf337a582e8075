"""EPCIS documents of a given size for the benchmarks."""

from __future__ import annotations

import json
from pathlib import Path

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" '
    'xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="1.2" creationDate="2026-03-09T09:32:15.612Z"><EPCISBody><EventList>\n'
)
TAIL = "</EventList></EPCISBody></epcis:EPCISDocument>\n"


def write_xml(path: Path, size: int, each: int, first: int = 0) -> int:
    """Commissioning events with ``each`` EPCs until the file has ``size`` bytes; returns the EPCs written."""
    number = first
    with path.open("w", encoding="ascii") as stream:
        stream.write(HEAD)
        while stream.tell() < size:
            block = []
            for _ in range(max(1, 2000 // each)):
                epcs = "".join(f"<epc>urn:epc:id:sgtin:9506000.013435.{number + n:012d}</epc>" for n in range(each))
                number += each
                block.append(
                    f"<ObjectEvent><eventTime>2026-03-09T05:44:{number % 60:02d}.858Z</eventTime><recordTime>2026-03-09T09:30:48.612Z</recordTime>"
                    f"<eventTimeZoneOffset>+01:00</eventTimeZoneOffset><epcList>{epcs}</epcList><action>ADD</action>"
                    "<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><disposition>urn:epcglobal:cbv:disp:active</disposition>"
                    "<readPoint><id>urn:epc:id:sgln:9506000.00000.0</id></readPoint><extension><ilmd><cbvmda:lotNumber>B1</cbvmda:lotNumber>"
                    "<cbvmda:itemExpirationDate>2028-09-30</cbvmda:itemExpirationDate></ilmd></extension></ObjectEvent>\n"
                )
            stream.write("".join(block))
        stream.write(TAIL)
    return number - first


def write_json(path: Path, size: int, each: int) -> int:
    """The same as EPCIS 2.0 JSON-LD."""
    number = 0
    with path.open("w", encoding="ascii") as stream:
        stream.write(
            '{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument", '
            '"schemaVersion": "2.0", "creationDate": "2026-03-09T09:32:15.612Z", "epcisBody": {"eventList": [\n'
        )
        while stream.tell() < size:
            event = {
                "type": "ObjectEvent", "eventTime": f"2026-03-09T05:44:{number % 60:02d}.858Z", "eventTimeZoneOffset": "+01:00",
                "epcList": [f"https://id.gs1.org/01/09506000134352/21/{number + n:012d}" for n in range(each)], "action": "ADD",
                "bizStep": "commissioning", "disposition": "active", "readPoint": {"id": "urn:epc:id:sgln:9506000.00000.0"},
                "ilmd": {"cbvmda:lotNumber": "B1", "cbvmda:itemExpirationDate": "2028-09-30"},
            }  # fmt: skip
            stream.write((",\n" if number else "") + json.dumps(event))
            number += each
        stream.write("]}}\n")
    return number
