"""One item's events over HTTP in a workspace of EPCIS documents that hold hundreds of millions of observations.

    python -m benchmarks.epcis_items FOLDER OBSERVATIONS     # 1e8: some 7 GB, made once and used again

Each pack is commissioned and then packed into its case, at the hub, in documents of a million packs; cases of a hundred. The workspace is
filled by `lotproof add`, the index of events by the worker's job, and the items are asked for over HTTP, each for the first time.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

sys.path.append(str(Path(__file__).parents[1] / "tests" / "api"))

from api_site import KEYS, LOTPROOF, SCOPES, Site, environment

CASE, DOCUMENT = 100, 1_000_000
ASKED = 200
"""Items that are asked for."""


def urn(number: int) -> str:
    """The pack with this number."""
    return f"urn:epc:id:sgtin:9529502.000629.{number:09d}"


def document(first: int, packs: int) -> Iterator[str]:
    """A document in JSON-LD, event by event."""
    yield '{"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"], "type": "EPCISDocument", "schemaVersion": "2.0", '
    yield '"creationDate": "2026-03-09T11:00:00Z", "epcisBody": {"eventList": ['
    for start in range(first, first + packs, CASE):
        epcs = json.dumps([urn(number) for number in range(start, start + CASE)])
        at = f"2026-03-{1 + start // DOCUMENT % 28:02d}T{start // 50_000 % 20:02d}:{start // 1000 % 50:02d}"
        both = (
            f'"eventTimeZoneOffset": "+01:00", "action": "ADD", "bizLocation": {{"id": "urn:epc:id:sgln:9529502.00001.{start // 50_000}"}}'
        )
        yield "," if start > first else ""
        yield f'{{"type": "ObjectEvent", "eventTime": "{at}:00Z", {both}, "bizStep": "commissioning", "epcList": {epcs}}},'
        yield f'{{"type": "AggregationEvent", "eventTime": "{at}:30Z", {both}, "bizStep": "packing", '
        yield f'"parentID": "urn:epc:id:sscc:9529502.{start // CASE:010d}", "childEPCs": {epcs}}}'
    yield "]}}"


def filled(folder: Path, observations: int) -> Path:
    """A workspace with as many observations, made where it is not there."""
    home = folder / "workspace"
    if (folder / "done").exists():
        return home
    folder.mkdir(parents=True, exist_ok=True)
    lotproof("init", str(home))
    for name, key in KEYS.items():
        lotproof(
            "api-key", "add", name, *(word for scope in SCOPES[name] for word in ("--scope", scope)), "--key", key, "--workspace", str(home)
        )
    for first in range(0, observations // 2, DOCUMENT):
        path = folder / f"hub-{first:010d}.jsonld"
        with path.open("w") as stream:
            stream.writelines(document(first, min(DOCUMENT, observations // 2 - first)))
        lotproof("add", str(path), "--workspace", str(home))
        path.unlink()
        print(f"{first + DOCUMENT:,} packs", flush=True)
    (folder / "done").touch()
    return home


def lotproof(*words: str) -> None:
    subprocess.run([*LOTPROOF, *words], check=True, capture_output=True, env=environment())


def main() -> None:
    folder, observations = Path(sys.argv[1]), int(float(sys.argv[2]))
    site = Site(filled(folder, observations))
    site.start()
    chosen = random.Random(7)
    times = []
    while not events_of(site, observations // 2 - 1):  # the worker makes the index of events
        time.sleep(5)
    for number in (chosen.randrange(observations // 2) for _ in range(ASKED)):
        began = time.monotonic()
        found = events_of(site, number)
        times.append(1000 * (time.monotonic() - began))
        assert len(found) == 2, (urn(number), len(found))
    site.stop()
    times.sort()
    share = {name: round(times[int(ASKED * part) - 1], 1) for name, part in (("median", 0.5), ("95 %", 0.95), ("slowest", 1))}
    print(json.dumps({"observations": observations, "items asked for": ASKED, "ms": share, "mean ms": round(statistics.fmean(times), 1)}))


def events_of(site: Site, number: int) -> list[dict[str, object]]:
    """The events of a pack."""
    return site.call(f"/events?MATCH_anyEPC={quote(urn(number), safe='')}").events


if __name__ == "__main__":
    main()
