"""The space-time scan: which group of cells, from which onset on, failed most beyond expectation.

A group of cells with O failures where E were expected has the log-likelihood ratio O ln(O/E) - (O - E). Divided by the dispersion, less
the price of naming one group among its like (ln of their number), it is the *support*. Groups of the same cells are one candidate.

What is named first is the group with the greatest support that also *is* the excess, no more and no less: its failures and the excess
of all cells are compared as two sets (Dice: 2 x excess in the group / (excess of all + failures of the group)). A wider group is
diluted by failures that were expected, a narrower one leaves excess outside. The rank is the weighted geometric mean of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lotproof.diagnosis.scan.cells import UNKNOWN, Cells
from lotproof.diagnosis.scan.cuboids import Cuboid, Floats, Ints, cuboids, fingerprints

Group = tuple[tuple[str, tuple[str, ...]], ...]
"""Field and its values (more than one: any of them), for each field that the group names."""


@dataclass(frozen=True)
class Settings:
    """What the scan looks at, and how it ranks."""

    order: int = 2
    """Up to how many fields a group may name."""
    weight: float = 0.3
    """Weight of the support in the rank; the rest is that of the overlap with the excess. Fixed on half of the labelled incidents."""
    part: float = 0.2
    """Two values of a field are taken together where each has at least this share of their excess."""
    paired: int = 6
    """How many values of a field, the best first, are tried in twos."""
    least: float = 3.0
    """Failures that a group must have."""
    simpler: float = 1.0
    """The rank is multiplied by this for each field that a group names beyond the first: the longer name must be the better one."""
    kept: int = 60
    """Candidates kept of each search."""


@dataclass(frozen=True)
class Candidate:
    """One group from one onset on, with all that cannot be told apart from it."""

    names: tuple[Group, ...]
    """The group, then its aliases: other names of the same cells, those with the fewest fields first."""
    onset: int
    """The bucket from which on it is counted."""
    failed: float
    """Failures in it."""
    expected: float
    """Failures that were to be expected."""
    exposed: float
    """Its exposures."""
    support: float
    """Log-likelihood ratio over the dispersion, less its price."""
    judged: float
    """The support by which chance judges it: its own; of two values taken together that of the weaker one, for the best two of many
    are always stronger together than the best one."""
    rank: float
    """0 to 1: what it is ranked by within its search."""
    cells: Ints
    """Its cells."""


@dataclass(frozen=True)
class _Entry:
    group: Group
    onset: int
    failed: float
    expected: float
    support: float
    judged: float
    cells: Ints
    mask: int


def support(failed: Floats, expected: Floats, dispersion: float, price: float, least: float) -> Floats:
    """Log-likelihood ratio over the dispersion less the price; minus infinity where there is no excess or too few failures."""
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = failed * np.log(failed / expected) - (failed - expected)
    return np.where((failed > expected) & (failed >= least), gain / dispersion - price, -np.inf)


def search(cells: Cells, expected: Floats, dispersion: float, settings: Settings) -> list[Candidate]:
    """The candidates of these cells, the first-ranked first. ``expected`` has a value for each cell."""
    prints = fingerprints(cells)
    entries: list[_Entry] = []
    for cuboid in cuboids(cells, settings.order):
        found = list(_best(cells, cuboid, expected, dispersion, settings, prints))
        entries.extend(found)
        if len(cuboid.fields) == 1:
            entries.extend(_twos(cells, cuboid.fields[0], found, expected, dispersion, settings, prints))
    entries.sort(key=lambda entry: (-entry.support, len(entry.group), entry.group))
    return _ranked(cells, expected, _collapsed(entries)[: settings.kept], settings)


def strongest(cells: Cells, expected: Floats, dispersion: float, settings: Settings, tables: Floats) -> Floats:
    """The greatest support of a group in each of many tables of failures (cells by tables)."""
    best = np.full(tables.shape[1], -np.inf)
    for cuboid in cuboids(cells, settings.order):
        of_expected = np.asarray(cuboid.sums(expected))[:, None]
        found = support(np.asarray(cuboid.sums(tables)), of_expected, dispersion, float(np.log(cuboid.groups)), settings.least)
        best = np.maximum(best, found.max(axis=0))
    return best


def _best(
    cells: Cells, cuboid: Cuboid, expected: Floats, dispersion: float, settings: Settings, prints: NDArray[np.uint64]
) -> Iterator[_Entry]:
    """For each group its best onset, of the groups that have any support."""
    failed, of_expected, masks = (np.asarray(cuboid.sums(values)) for values in (cells.failed, expected, prints))
    found = support(failed, of_expected, dispersion, float(np.log(cuboid.groups)), settings.least)
    tops = np.maximum.reduceat(found, cuboid.starts)
    chosen = np.argsort(-tops, kind="stable")[: settings.kept]
    for group in chosen[tops[chosen] > 0].tolist():
        last = cuboid.starts[group + 1] if group + 1 < cuboid.groups else len(found)
        end = int(cuboid.starts[group] + np.argmax(found[cuboid.starts[group] : last]))
        name = tuple(
            (cells.fields[field], (cells.levels[field][code],)) for field, code in zip(cuboid.fields, cuboid.codes[group], strict=True)
        )
        yield _Entry(name, int(cuboid.onset[end]), float(failed[end]), float(of_expected[end]), float(found[end]), float(found[end]),
                     cuboid.cells_of(end), int(masks[end]))  # fmt: skip


def _twos(
    cells: Cells, field: int, singles: Sequence[_Entry], expected: Floats, dispersion: float, settings: Settings, prints: NDArray[np.uint64]
) -> Iterator[_Entry]:
    """Two values of one field together, where each bears a good part of their excess and they do not fill the field."""
    levels = [level for level in cells.levels[field] if level != UNKNOWN]
    if len(levels) < 3:
        return
    price = float(np.log(len(levels) * (len(levels) - 1) / 2))
    name = cells.fields[field]
    for one, other in combinations(sorted(singles, key=lambda entry: -entry.support)[: settings.paired], 2):
        onset = min(one.onset, other.onset)
        values = tuple(sorted((one.group[0][1][0], other.group[0][1][0])))
        picked = np.flatnonzero(np.isin(cells.codes[:, field], [cells.levels[field].index(value) for value in values]) & (cells.bucket >= onset))
        parts = [one.failed - one.expected, other.failed - other.expected]
        failed, of_expected = float(cells.failed[picked].sum()), float(expected[picked].sum())
        gain = float(support(np.array(failed), np.array(of_expected), dispersion, price, settings.least))
        if min(parts) >= settings.part * sum(parts) and gain > 0:
            yield _Entry(((name, values),), onset, failed, of_expected, gain, min(one.support, other.support), picked, int(prints[picked].sum()))


def _collapsed(entries: Sequence[_Entry]) -> list[tuple[_Entry, tuple[Group, ...]]]:
    """Entries of the same cells as one, the simplest name first; ``entries`` come by falling support."""
    classes: dict[int, list[_Entry]] = {}
    for entry in entries:
        classes.setdefault(entry.mask, []).append(entry)
    simplest = [sorted(found, key=lambda entry: (len(entry.group), len(entry.group[0][1]), entry.group)) for found in classes.values()]
    return [(found[0], tuple(entry.group for entry in found)) for found in simplest]


def _ranked(
    cells: Cells, expected: Floats, classes: Sequence[tuple[_Entry, tuple[Group, ...]]], settings: Settings
) -> list[Candidate]:
    if not classes:
        return []
    top = max(entry.support for entry, _ in classes)
    made = []
    for entry, names in classes:
        since = cells.bucket >= entry.onset
        excess = entry.failed - entry.expected
        everywhere = max(float(cells.failed[since].sum() - expected[since].sum()), excess)
        overlap = 2 * excess / (everywhere + entry.failed)
        rank = (entry.support / top) ** settings.weight * overlap ** (1 - settings.weight) * settings.simpler ** (len(entry.group) - 1)
        exposed = float(cells.exposed[entry.cells].sum())
        made.append(Candidate(names, entry.onset, entry.failed, entry.expected, exposed, entry.support, entry.judged, rank, entry.cells))
    return sorted(made, key=lambda found: (-found.rank, len(found.names[0]), found.names[0]))
