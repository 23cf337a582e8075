"""EPCIS 1.0 to 1.2 XML, 2.0 XML and 2.0 JSON-LD as a stream of event batches. A pure room: bytes in, tables out.

Start at `batch` (what comes out and the two readers) and `count` (the check that stands beside them).
"""
