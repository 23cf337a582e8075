"""Made-up incidents in counts: 14 days on 8 lines, hour by hour, with one cause that raises the rate of failures, or with none.

Eight attributes as a site has them: printers and cameras sit on lanes of lines (on single-lane lines they cannot be told from it),
operators change with the shift, lots and the firmware of cameras move with time. The rate of a cell is a product of an effect of each
value and varies by a quarter more than chance (QUALITY_METHODS 5.2). The same seed gives the same incident.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

FIELDS = ("line", "printer", "camera", "operator", "shift", "product", "lot", "firmware")
RATIOS = (1.5, 2.0, 3.0, 5.0)
DAYS, LINES, HOURS = 14, 8, 24
BASELINE_DAYS = 7
SINGLE = 0.7
"""Share of incidents whose cause is one value; the others are a pair of values."""
SPREAD = {"line": 0.25, "printer": 0.10, "camera": 0.10, "operator": 0.15, "shift": 0.10, "product": 0.30, "lot": 0.05, "firmware": 0.05}
"""Standard deviation of the logarithm of a value's effect in normal times."""
CELL_SPREAD = 0.25
"""Coefficient of variation of a cell's rate beyond chance."""
LEAST_EXPECTED = 40.0
"""Failures that the group of the cause would have had anyway between its onset and the end: less leaves nothing to find."""

Row = tuple[int, tuple[str, ...], float, float]
"""Hour, a value for each of FIELDS, packs, failures."""


@dataclass(frozen=True)
class Incident:
    """One made-up incident."""

    rows: tuple[Row, ...]
    """A row for each hour and lane that ran."""
    start: int
    """First hour after the baseline; no cause begins before it."""
    ratio: float
    """By how much the cause raises the rate; 1 where there is none."""
    cause: tuple[tuple[str, str], ...]
    """Field and value, one or two; empty where there is none."""
    onset: int
    """Hour from which on the cause acts."""


@dataclass(frozen=True)
class _Cell:
    hour: int
    values: tuple[str, ...]
    packs: int
    mean: float


def incident(seed: int, ratio: float | None = None) -> Incident:
    """The incident of a seed; its ratio is drawn from RATIOS where none is given, and 1 means that there is no cause."""
    rng = np.random.default_rng(seed)
    drawn = float(rng.choice(RATIOS))
    ratio = drawn if ratio is None else ratio
    cells = list(_site(rng))
    cause, onset = _cause(rng, cells) if ratio > 1 else ((), 0)
    rows = []
    for cell in cells:
        hit = ratio if cause and cell.hour >= onset and _bears(cell, cause) else 1.0
        mean = cell.mean * hit * rng.gamma(1 / CELL_SPREAD**2, CELL_SPREAD**2)
        rows.append((cell.hour, cell.values, float(cell.packs), float(min(rng.poisson(mean), cell.packs))))
    return Incident(tuple(rows), BASELINE_DAYS * HOURS, ratio, cause, onset)


def _bears(cell: _Cell, cause: tuple[tuple[str, str], ...]) -> bool:
    return all(cell.values[FIELDS.index(field)] == value for field, value in cause)


def _cause(rng: np.random.Generator, cells: list[_Cell]) -> tuple[tuple[tuple[str, str], ...], int]:
    """A value or a pair of them, and an hour after the baseline, drawn until enough would fail there anyway to be seen."""
    while True:
        onset = int(rng.integers(BASELINE_DAYS * HOURS, (DAYS - 1) * HOURS))
        fields = rng.choice(len(FIELDS), 1 if rng.random() < SINGLE else 2, replace=False)
        seen = [cell for cell in cells if cell.hour >= onset]
        one = seen[int(rng.integers(len(seen)))]
        cause = tuple((FIELDS[field], one.values[field]) for field in sorted(fields.tolist()))
        bearers = [cell for cell in seen if _bears(cell, cause)]
        if sum(cell.mean for cell in bearers) >= LEAST_EXPECTED and len(bearers) < 0.6 * len(seen):
            return cause, onset


def _site(rng: np.random.Generator) -> Iterator[_Cell]:
    """What ran in each hour on each lane, and how many failures it would have in the mean."""
    effects: dict[tuple[str, str], float] = {}

    def effect(field: str, value: str) -> float:
        return effects.setdefault((field, value), float(np.exp(rng.normal(0, SPREAD[field]))))

    roster = [rng.permutation(30)[: LINES * 3] for _ in range(DAYS)]
    rollout = rng.integers(0, DAYS * HOURS, (LINES * 2, 2))
    for line in range(LINES):
        lots = list(_lots(rng, line))
        lanes = 2 if line < LINES // 2 else 1
        for hour in range(DAYS * HOURS):
            product, lot = lots[hour]
            shift = (hour % HOURS + 2) // 8 % 3
            operator = f"OP{roster[hour // HOURS][line * 3 + shift]:02d}"
            idle = rng.random() < 0.08
            for lane in range(lanes):
                machine = line * 2 + lane
                version = 1 + int((rollout[machine] <= hour).sum())
                values = (f"L{line + 1}", f"P{machine + 1}", f"CAM{machine + 1}", operator, ("night", "early", "late")[shift],
                          product, lot, f"2.{version}")  # fmt: skip
                packs = int(rng.integers(1_200, 3_000))
                mean = packs * 0.004 * float(np.prod([effect(field, value) for field, value in zip(FIELDS, values, strict=True)]))
                if not idle:
                    yield _Cell(hour, values, packs, mean)


def _lots(rng: np.random.Generator, line: int) -> Iterator[tuple[str, str]]:
    """Product and lot of each hour: lots of 10 to 30 hours, of the three products that the line packs."""
    hour, number = 0, 0
    while hour < DAYS * HOURS:
        number += 1
        product = f"PR{(line + int(rng.integers(3))) % LINES + 1}"
        for _ in range(int(rng.integers(10, 31))):
            yield product, f"{line + 1}{number:03d}"
            hour += 1
