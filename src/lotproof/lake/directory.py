"""Which segments speak of an item, in a few reads however many segments a lake has.

A volume covers many segments: of each item that a segment speaks of, the first 32 bits and the number of the segment, sorted. The first
16 bits are the place in ``starts``, the others stand in ``lows``, the segment's number in ``whose``; four bytes an item and segment. New
segments are searched one by one until there are enough for a volume; volumes of like size are made into one, so that each segment is
read a few times in the life of a lake. Everything here is derived from the item indexes of the segments (`lake/index.py`).
"""

from __future__ import annotations

import json
import shutil
import uuid
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from lotproof.lake.index import HEADS, RUNS, view
from lotproof.lake.places import keep_places, places_file, read_places, stamp
from lotproof.lake.store import Lake

VERSION = 1
FEW = 8
"""Segments that are searched one by one, and volumes of like size that stand beside each other, at most."""
MOST = 1 << 16
"""Segments in a volume: their numbers have 16 bits."""
_BUCKETS = 1 << 16
_SLICE = 1 << 18
"""Entries sorted at once while a volume is made: 2 MB, which a processor holds in its cache."""
_NOBODY = 0xFFFFFFFF


@dataclass(frozen=True)
class Volume:
    """One volume on disk."""

    folder: Path
    """Where its files lie."""
    segments: tuple[str, ...]
    """Sources that it covers, by their number."""
    stamps: tuple[list[int], ...]
    """What each segment was like when it was covered."""
    entries: int
    """Items and segments in it."""


def volumes(lake: Lake) -> list[Volume]:
    """The volumes of a lake; what cannot be read counts as absent."""
    found = []
    for folder in sorted((lake.index / "volumes").glob("*.vol")):
        try:
            told = json.loads((folder / "about.json").read_bytes())
            if told["version"] == VERSION:
                found.append(Volume(folder, tuple(told["segments"]), tuple(told["stamps"]), told["entries"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


class Directory:
    """The directory of a lake as some sources need it, opened once for many questions."""

    def __init__(self, lake: Lake, sources: Iterable[str]) -> None:
        """Open the volumes; what they say of a segment holds only while the segment is as it was, so each is looked at once."""
        left, root = dict.fromkeys(sources), str(lake.segments)
        self._volumes: list[tuple[list[memoryview], list[str | None]]] = []
        for volume in volumes(lake):
            told = zip(volume.segments, volume.stamps, strict=True)
            sound = [sha if sha in left and stamp(f"{root}/{sha}") == mark else None for sha, mark in told]
            try:
                views = [view(volume.folder / name, form) for name, form in (("starts", "Q"), ("lows", "H"), ("whose", "H"))]
            except (OSError, ValueError):  # another process has just made it part of a larger one
                continue
            self._volumes.append((views, sound))
            for sha in filter(None, sound):
                left.pop(sha, None)
        # Documents, pictures without a code, empty files: a source without observations speaks of nothing, and no volume covers it.
        self._left = [sha for sha in left if (lake.segment(sha) / RUNS).exists()]

    @property
    def uncovered(self) -> int:
        """How many sources with observations no volume covers as they are."""
        return len(self._left)

    def speakers(self, keys: Collection[bytes]) -> Iterator[tuple[bytes, str]]:
        """Pairs of key and source whose segment may speak of it: by the volumes, and every source that none covers as it is."""
        for views, sound in self._volumes:
            for key in keys:
                yield from ((key, sha) for number in _named(views, key) if (sha := sound[number]) is not None)
        yield from ((key, sha) for sha in self._left for key in keys)


def _named(views: Sequence[memoryview], key: bytes) -> Iterator[int]:
    starts, lows, whose = views
    bucket, low = int.from_bytes(key[:2], "big"), int.from_bytes(key[2:4], "big")
    end = starts[bucket + 1]
    at = bisect_left(lows, low, starts[bucket], end)
    while at < end and lows[at] == low:
        yield whose[at]
        at += 1


def refresh(lake: Lake) -> int:
    """Bring the directory up to date with the segments; return how many were covered anew. The caller holds the lake for writing."""
    here = {folder.name: stamp(folder) for folder in sorted(lake.segments.glob("*")) if (folder / RUNS).exists()}
    for sha in here:
        if read_places(lake, sha) is None:
            keep_places(lake, sha)
    old = volumes(lake)
    fresh = sorted(set(here).difference(*(_sound(volume, here) for volume in old)))
    enough = len(fresh) >= FEW
    if enough:
        joined, old = _joined(lake, fresh, old, here)
        old += [_make(lake, joined[start : start + MOST], here) for start in range(0, len(joined), MOST)]
    _tidy(lake, here, old)
    return len(fresh) if enough else 0


def _sound(volume: Volume, here: Mapping[str, list[int]]) -> list[str]:
    """The segments that are as the volume says. One made anew since then is fresh; what the volume says of it is passed over."""
    return [sha for sha, told in zip(volume.segments, volume.stamps, strict=True) if here.get(sha) == told]


def _joined(
    lake: Lake, fresh: Sequence[str], old: Sequence[Volume], here: Mapping[str, list[int]]
) -> tuple[list[str], list[Volume]]:
    """Segments of the volume to make, and the volumes that stay: FEW of like size, or smaller ones than what comes, go into it."""
    joined, kept = list(fresh), list(old)
    size = sum((lake.segment(sha) / HEADS).stat().st_size // 4 for sha in fresh)
    while kept:
        like = [volume for volume in kept if volume.entries < FEW * size]
        gone = like if len(like) >= FEW - 1 else [volume for volume in like if volume.entries < size]
        if not gone:
            break
        joined += [sha for volume in gone for sha in _sound(volume, here)]
        size += sum(volume.entries for volume in gone)
        kept = [volume for volume in kept if volume not in gone]
    return joined, kept


def _make(lake: Lake, segments: Sequence[str], here: Mapping[str, list[int]]) -> Volume:
    """Write the volume of these segments under another name and put it in place."""
    built = lake.index / "volumes" / f"{uuid.uuid4().hex}.new"
    built.mkdir(parents=True)
    runs = [run for number, sha in enumerate(segments) for run in _runs(lake.segment(sha), number)]
    rows = sum(len(run) for _, run in runs)
    counts = np.zeros(_BUCKETS, np.int64)
    with (built / "lows").open("wb") as lows, (built / "whose").open("wb") as whose:
        for first, after in pairwise(np.linspace(0, _BUCKETS, max(1, -(-rows // _SLICE)) + 1).astype(int).tolist()):
            entries = _entries(runs, first << 16, after << 16)
            counts += np.bincount((entries >> np.uint64(32)).astype(np.int64), minlength=_BUCKETS)
            lows.write(((entries >> np.uint64(16)) & np.uint64(0xFFFF)).astype("<u2").tobytes())
            whose.write((entries & np.uint64(0xFFFF)).astype("<u2").tobytes())
        if not counts.any():  # an empty file cannot be mapped
            lows.write(b"\0\0")
            whose.write(b"\0\0")
    np.concatenate([[0], np.cumsum(counts)]).astype("<u8").tofile(built / "starts")
    made = Volume(built.with_suffix(".vol"), tuple(segments), tuple(here[sha] for sha in segments), int(counts.sum()))
    about = {"version": VERSION, "segments": made.segments, "stamps": made.stamps, "entries": made.entries}
    (built / "about.json").write_text(json.dumps(about))
    built.replace(made.folder)
    return made


def _runs(segment: Path, number: int) -> Iterator[tuple[int, np.ndarray]]:
    bounds = np.fromfile(segment / RUNS, "<i8").tolist()
    if bounds[-1]:
        heads = np.memmap(segment / HEADS, "<u4", mode="r")
        yield from ((number, heads[start:end]) for start, end in pairwise(bounds) if end > start)


def _entries(runs: Sequence[tuple[int, np.ndarray]], low: int, high: int) -> np.ndarray:
    """Head and number of segment, as one number each, of the heads from ``low`` to below ``high``: sorted, each once."""
    parts = []
    for number, run in runs:
        start, end = np.searchsorted(run, np.uint32(low)), np.searchsorted(run, np.uint32(min(high, _NOBODY)))
        parts.append((run[start:end].astype(np.uint64) << np.uint64(16)) | np.uint64(number))
    found = np.concatenate(parts) if parts else np.zeros(0, np.uint64)
    found.sort()
    return found[np.concatenate([[True], found[1:] != found[:-1]])] if len(found) else found


def _tidy(lake: Lake, here: Mapping[str, list[int]], kept: Sequence[Volume]) -> None:
    stay = {volume.folder for volume in kept}
    for folder in (lake.index / "volumes").glob("*"):
        if folder not in stay:
            shutil.rmtree(folder)
    for file in places_file(lake, "").glob("*"):
        if file.name not in here:
            file.unlink()
