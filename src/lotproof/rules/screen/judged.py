"""The packs of each batch and which of them are ordinary, kept in files, since they are asked for more than once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lotproof.lake.columns import ColumnFile, ColumnWriter
from lotproof.rules.screen.bunch import bunches
from lotproof.rules.screen.kernel import Allowed, Out, Packs, plain
from lotproof.rules.screen.segments import Batch

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Judged:
    """The packs of a batch."""

    batch: Batch
    """Their rows."""
    packs: Packs
    """All of them."""
    which: np.ndarray
    """Numbers of those that are ordinary by themselves."""
    gtin: np.ndarray
    """Trade item of each pack."""
    day: np.ndarray
    """Expiry day of each pack, 0 for none."""


def packs_of_batch(folder: Path, number: int, batch: Batch) -> Packs:
    """The packs of this batch; brought together once, until `forget`."""
    kept = folder / f"packs_{number:05d}"
    rows = bunches(batch)
    if kept.exists():
        found = _read(kept)
        return Packs(rows, batch.first, (found["comp"], {number: found.get(f"place{number}") for number in rows}, found["high"]))
    packs = Packs(rows, batch.first)
    places = {f"place{number}": place for number, place in packs.place.items() if place is not None}
    _write(kept, {"comp": packs.comp, "high": packs.high, **places})
    return packs


def forget(folder: Path) -> None:
    """Forget what was brought together of batches that are others now."""
    for kept in folder.glob("packs_*"):
        kept.unlink()


def judged_of(folder: Path, number: int, batch: Batch, allowed: Allowed, out: Out) -> Judged:
    """The packs of this batch, judged once."""
    packs = packs_of_batch(folder, number, batch)
    kept = folder / f"judged_{number:05d}"
    if not kept.exists():
        _write(kept, dict(zip(("which", "gtin", "day"), plain(packs, allowed, out), strict=True)))
    found = _read(kept)
    return Judged(batch, packs, found["which"], found["gtin"], found["day"])


def _write(path: Path, arrays: Arrays) -> None:
    with ColumnWriter(path) as out:
        out.finish({name: [len(array), out.add(array)] for name, array in arrays.items()})


def _read(path: Path) -> Arrays:
    file = ColumnFile(path)
    return {name: file.read(told, 0, count) for name, (count, told) in file.directory.items()}
