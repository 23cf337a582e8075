"""A lake of many lots made straight by the writer of segments, for questions of size: healthy, but for one pack in ten thousand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from lotproof.lake.index import digests
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake, publish_segment
from lotproof.lake.writer import ObservationWriter

GTIN = "09506000134352"
LOT, CASE, STEP = 50_000, 50, 25_000
DAY = datetime(2026, 3, 2)
KINDS = {"numbers": [("allocated", False)], "printer": [("encoded", False)], "camera": [("verified", False)],
         "line": [("commissioned", False), ("aggregated", True)], "epcis-xml": [("commissioned", False), ("aggregated", True)]}  # fmt: skip
OBSERVATIONS_A_UNIT = 7


def write_lake(folder: Path, units: int, first: int = 0, tag: str = "") -> tuple[Lake, list[Source]]:
    """A lake with ``units`` packs in lots of 50,000: one source of each kind for each ten lots."""
    lake = Lake(folder)
    lake.prepare()
    sources = []
    for start in range(first, first + units, 10 * LOT):
        for kind, steps in KINDS.items():
            sha = hashlib.sha256(f"{kind}{start}{tag}".encode()).hexdigest()
            built = lake.scratch / sha
            built.mkdir()
            with ObservationWriter(built / "observation.parquet", sha) as writer:
                for table in _batches(kind, steps, start, min(start + 10 * LOT, first + units)):
                    writer.add(table)
            publish_segment(lake, sha, built)
            sources.append(Source(sha, f"{kind}-{start:09d}{tag}.csv", kind))
    return lake, sources


def add_shipped(lake: Lake, first: int, count: int) -> Source:
    """One source more: ``count`` packs from ``first`` on leave, ten thousand observations of one lot for example."""
    sha = hashlib.sha256(f"issues{first}{count}".encode()).hexdigest()
    built = lake.scratch / sha
    built.mkdir()
    with ObservationWriter(built / "observation.parquet", sha) as writer:
        writer.add(_table("issues", "shipped", False, list(range(first, first + count))))
    publish_segment(lake, sha, built)
    return Source(sha, f"issues-{first}.csv", "issues")


def _batches(kind: str, steps: list[tuple[str, bool]], start: int, end: int) -> Iterator[pa.Table]:
    for low in range(start, end, STEP):
        numbers = [n for n in range(low, min(low + STEP, end)) if kind != "epcis-xml" or n % 10_000]
        for step, inside in steps:
            yield _table(kind, step, inside, numbers)


def _table(kind: str, step: str, inside: bool, numbers: list[int]) -> pa.Table:
    keys = digests([f"(01){GTIN}(21){n:012d}" for n in numbers])
    lot = f"B{numbers[0] // LOT:05d}"
    columns: dict[str, object] = {
        "item": pa.array(keys, pa.binary(16)), "item_prefix": pa.array([int.from_bytes(key[:8], "big") >> 4 for key in keys], pa.int64()),
        "gtin": _word(GTIN, numbers), "serial": pa.array([f"{n:012d}" for n in numbers]), "level": _word("unit", numbers),
        "step": _word(step, numbers), "at_utc": pa.array([DAY + timedelta(milliseconds=120 * n) for n in numbers], pa.timestamp("us")),
        "ordinal": pa.array(numbers, pa.int64()), "position": pa.array(numbers, pa.int64()),
    }  # fmt: skip
    if not (kind == "epcis-xml" and inside):
        columns["lot"] = _word(lot, numbers)
    if inside:
        texts = [f"(00)3950600{n // CASE:011d}" for n in numbers]
        of = dict(zip(dict.fromkeys(texts), digests(dict.fromkeys(texts)), strict=True))
        columns |= {"parent": pa.array([of[text] for text in texts], pa.binary(16)), "parent_text": pa.array(texts)}
    if kind == "camera":
        columns |= {"device": _word("CAM-1", numbers), "grade": pa.array(np.full(len(numbers), 3.5))}
    return pa.table(columns)


def _word(word: str, numbers: list[int]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(numbers), np.int32)), pa.array([word]))
