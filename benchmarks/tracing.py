"""A site of hundreds of millions of observations for `trace`: packs, cases, pallets and their shipment, written by the writer of segments.

Seven observations a pack (allocated, printed, read, commissioned and packed at the line, both again at the hub), five of a case, six of
a pallet; a source of each kind for each ``SOURCE`` packs, as exports of a lot or a day are.

`python -m benchmarks.tracing FOLDER UNITS`; 57e6 units are 405 million observations and 20 GB.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from lotproof.gs1.item import Item
from lotproof.lake.directory import refresh
from lotproof.lake.index import digests
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake, publish_segment
from lotproof.lake.writer import ObservationWriter
from lotproof.workspace.trace import trace

GTIN = "09506000134352"
LOT, CASE, PALLET = 50_000, 50, 2_000
SOURCE = 1_000_000
BATCH = 100_000
START = np.datetime64("2026-03-02T06:00:00", "us")
UNIT_STEPS = (("numbers", "allocated"), ("printer", "encoded"), ("camera", "verified"), ("line", "commissioned"), ("epcis-xml", "commissioned"))
KINDS = (*(kind for kind, _ in UNIT_STEPS), "issues")


def write_traced(folder: Path, units: int) -> tuple[Lake, list[Source]]:
    """A lake of ``units`` packs (a multiple of PALLET) and its sources."""
    lake = Lake(folder)
    lake.prepare()
    return lake, [source for start in range(0, units, SOURCE) for source in _sources(lake, start, min(start + SOURCE, units))]


def unit_text(number: int) -> str:
    """The pack with this number."""
    return f"(01){GTIN}(21){_serial(number)}"


def _serial(number: int) -> str:
    return f"{number:010d}{(number * 7_919) % 99_991:05d}"


def _case(number: int) -> str:
    return f"0950600{number:011d}"


def _pallet(number: int) -> str:
    return f"1950600{number:011d}"


def _sources(lake: Lake, start: int, end: int) -> list[Source]:
    named = {kind: (hashlib.sha256(f"{kind}{start}".encode()).hexdigest(), f"{kind}-{start:09d}") for kind in KINDS}
    folders = {kind: lake.scratch / sha for kind, (sha, _) in named.items()}
    writers = {}
    for kind, folder in folders.items():
        folder.mkdir()
        writers[kind] = ObservationWriter(folder / "observation.parquet", named[kind][0], 1 << 17, by_time=True)
    for low in range(start, end, BATCH):
        _batch(writers, np.arange(low, min(low + BATCH, end)))
    for kind, writer in writers.items():
        writer.close()
        publish_segment(lake, named[kind][0], folders[kind])
    return [Source(sha, name, kind) for kind, (sha, name) in named.items()]


def _batch(writers: dict[str, ObservationWriter], numbers: np.ndarray) -> None:
    serials = [_serial(n) for n in numbers.tolist()]
    units = _named(digests([f"(01){GTIN}(21){serial}" for serial in serials]), "unit", numbers, gtin=_word(GTIN, numbers), serial=pa.array(serials))
    cases = np.unique(numbers // CASE)
    pallets = np.unique(numbers // PALLET)
    boxes, loads = [_case(n) for n in cases.tolist()], [_pallet(n) for n in pallets.tolist()]
    case_rows = _named(digests([f"(00){text}" for text in boxes]), "case", cases, sscc=pa.array(boxes))
    pallet_rows = _named(digests([f"(00){text}" for text in loads]), "pallet", pallets, sscc=pa.array(loads))
    lots = {"lot": pa.DictionaryArray.from_arrays(pa.array((numbers // LOT - numbers[0] // LOT).astype(np.int32)),
                                                  pa.array([f"B{n:05d}" for n in range(numbers[0] // LOT, numbers[-1] // LOT + 1)]))}  # fmt: skip
    for kind, step in UNIT_STEPS:
        more = {"device": _word("CAM-1", numbers), "image": pa.array([f"i{n}.png" for n in numbers])} if kind == "camera" else {}
        _add(writers[kind], units, step, numbers, 0, **lots, **more)
    for kind in ("line", "epcis-xml"):
        _add(writers[kind], units, "aggregated", numbers, 60, **_inside(boxes, numbers // CASE - cases[0]))
        _add(writers[kind], case_rows, "commissioned", cases * CASE, 60)
        _add(writers[kind], case_rows, "aggregated", cases * CASE, 600, **_inside(loads, cases * CASE // PALLET - pallets[0]))
        _add(writers[kind], pallet_rows, "commissioned", pallets * PALLET, 600)
    _add(writers["issues"], case_rows, "shipped", cases * CASE, 86_400, reference=_word("DN-1", cases))
    for step, after in (("shipped", 86_400), ("received", 172_800)):
        _add(writers["issues"], pallet_rows, step, pallets * PALLET, after, reference=_word("DN-1", pallets))


def _add(writer: ObservationWriter, named: dict[str, pa.Array], step: str, numbers: np.ndarray, after: int, **more: pa.Array) -> None:
    at = START + (numbers * 120_000 + after * 1_000_000).astype("timedelta64[us]")
    place = pa.array(numbers + after)
    writer.add(pa.table({**named, "step": _word(step, numbers), "at_utc": pa.array(at), "ordinal": place, "position": place, **more}))


def _named(keys: list[bytes], level: str, numbers: np.ndarray, **names: pa.Array) -> dict[str, pa.Array]:
    prefix = np.frombuffer(b"".join(keys), ">u8")[::2] >> np.uint64(4)
    return {"item": pa.array(keys, pa.binary(16)), "item_prefix": pa.array(prefix.astype(np.int64)), "level": _word(level, numbers), **names}


def _inside(containers: list[str], which: np.ndarray) -> dict[str, pa.Array]:
    texts = [f"(00){text}" for text in containers]
    keys = digests(texts)
    index = which.tolist()
    return {"parent": pa.array([keys[n] for n in index], pa.binary(16)),
            "parent_text": pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32)), pa.array(texts))}  # fmt: skip


def _word(word: str, numbers: np.ndarray) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(numbers), np.int32)), pa.array([word]))


def measure(lake: Lake, sources: list[Source], units: int, count: int = 20) -> dict[str, list[float]]:
    """CPU milliseconds of `trace` for ``count`` packs each: not in the page cache, read once before, and one slip away from a known one."""
    found: dict[str, list[float]] = {"cold": [], "warm": [], "unknown": []}
    forget(lake)
    for number in range(units // (2 * count), units, units // count):
        item = Item(gtin=GTIN, serial=_serial(number))
        slip = Item(gtin=GTIN, serial=_serial(number)[:-1] + "X")
        for name, asked in (("cold", item), ("warm", item), ("unknown", slip)):
            began = time.process_time()
            life = trace(lake, sources, asked, lake.root / "none", lake.root / "spill")
            found[name].append(1000 * (time.process_time() - began))
            assert len(life.near) > 0 if asked is slip else (len(life.steps), len(life.containers)) == (7, 4), life
    return found


def forget(lake: Lake) -> None:
    """Ask the system to drop the pages of the lake's files, so that they are read from disk again."""
    for path in lake.root.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main(folder: Path, units: int) -> None:
    """Write a lake (or take the one that is there), bring its directory up to date, and print what tracing costs."""
    if not (folder / "sources.pkl").exists():
        (folder / "sources.pkl").write_bytes(pickle.dumps(write_traced(folder, units)[1]))
    lake, sources = Lake(folder), pickle.loads((folder / "sources.pkl").read_bytes())
    began = time.process_time()
    covered = refresh(lake)
    print(f"directory of {covered} segments: {time.process_time() - began:.1f} CPU-s")
    for name, took in measure(lake, sources, units).items():
        print(f"{name:<8} {min(took):6.1f} to {max(took):6.1f} ms, median {statistics.median(took):.1f} of {len(took)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(float(sys.argv[2])))
