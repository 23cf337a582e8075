"""Partitions carried to workers that share no disk with us: their files go through an object store, named by their SHA-256."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from lotproof.lake.cut import Part
from lotproof.lake.objects import Store
from lotproof.lake.store import digest_of
from lotproof.rules.part import Job, PartResult, check_part


@dataclass(frozen=True)
class Afar:
    """A partition whose files lie in a store."""

    job: Job
    """The partition; its paths are those of the machine that cut it."""
    store: str
    """Address of the store."""
    rows: tuple[tuple[str, str], ...]
    """Name and SHA-256 of the files of its observations, in order."""
    side: tuple[tuple[str, str], ...]
    """Name and SHA-256 of the small tables."""


@contextmanager
def carried(jobs: Sequence[Job], url: str) -> Iterator[list[Afar]]:
    """Put the files of these partitions into a place of their own in the store while they are judged; they are removed at the end."""
    place = f"{url.rstrip('/')}/cut-{uuid.uuid4().hex}"  # two runs must not remove what the other needs
    store, put = Store(place), []
    digests: dict[Path, str] = {}

    def sent(path: Path) -> tuple[str, str]:
        if path not in digests:
            digests[path] = digest_of(path)
            if store.put(path, digests[path]):
                put.append(digests[path])
        return path.name, digests[path]

    try:
        yield [
            Afar(job, place, tuple(sent(path) for path in job.part.rows), tuple(sent(path) for path in sorted(job.part.side.iterdir())))
            for job in jobs
        ]
    finally:
        for digest in put:
            store.drop(digest)


def judge(afar: Afar) -> PartResult:
    """Fetch a partition, compare every file, judge it, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="lotproof-part-"))
    try:
        store = Store(afar.store)
        for name, digest in afar.side:
            store.get(digest, folder / "side" / name)
        rows = []
        for number, (name, digest) in enumerate(afar.rows):
            rows.append(folder / "rows" / f"{number:05d}-{name}")
            store.get(digest, rows[-1])
        part = Part(afar.job.part.lots, tuple(rows), folder / "side")
        return check_part(replace(afar.job, part=part, spill=folder / "spill"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
