"""How often the ranked suspects are right: `python -m benchmarks.suspects [SEEDS] [NULL_SEEDS] [INCIDENT_FOLDER]`.

Three measurements: real labelled incidents (used in place where they lie beside the checkout), made-up serialization incidents, and
made-up fortnights without any cause, where every supported suspect is a false one. A suspect is right where one of its names, the
aliases among them, is the cause and nothing else.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from lotproof.diagnosis.scan.cells import Cells, cells_of
from lotproof.diagnosis.scan.quiet import fit_quiet
from lotproof.diagnosis.scan.ranked import Scan, scan
from lotproof.diagnosis.scan.search import Settings, search
from lotproof.simulate.incidents import FIELDS, RATIOS, Incident, incident
from lotproof.stats.exact import share_interval

Places = NDArray[np.int64]
REAL = Path("/work/shared/vectors/rca/incidents")
WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
"""Weights of the support in the rank among which the held-out measurement chooses; 1 is the plain scan."""
FOLDS = (2, 5, 10)
"""Parts into which the real incidents are divided at random; the weight is fixed on all but one."""
DIVISIONS = 500
FIRST, FIRST_NULL = 1_000, 30_000
"""Seeds of incidents and of fortnights without a cause begin here: seeds below 100, and some from 10,000 and 20,000 on, were looked at
while the scan was written."""


@dataclass(frozen=True)
class Real:
    """A labelled incident."""

    cells: Cells
    """Minutes before it and its own minute."""
    minute: int
    """Its minute."""
    cause: frozenset
    """Field and values; labels of one field that name two values are one cause with both."""


def real_incidents(folder: Path) -> list[Real]:
    # BaseLoader: names such as 20200530_1_2 are texts, not integers
    entries = yaml.load((folder / "truth.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return [real(folder, entry) for entry in entries]


def real(folder: Path, entry: dict) -> Real:
    with (folder / f"{entry['data']}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    fields = [name for name in rows[0] if name not in ("min", "value", "cnt")]
    cells = cells_of(fields, [(int(row["min"]) // 60, tuple(row[name] for name in fields), float(row["cnt"]), float(row["value"])) for row in rows])
    causes = entry["cause"] if isinstance(entry["cause"], list) else [entry["cause"]]
    named = {field: tuple(sorted(cause[field] for cause in causes)) for field in causes[0]}
    return Real(cells, int(entry["timestamp"]) // 60, frozenset(named.items()))


def place(groups: Iterable[tuple], cause: frozenset) -> int:
    """Where the cause stands among the suspects, from 0; 99 where it is not named."""
    return next((at for at, names in enumerate(groups) if any(frozenset(name) == cause for name in names)), 99)


def place_of(one: Real, settings: Settings) -> int:
    cells = one.cells.where(one.cells.exposed > 0)
    before, now = cells.where(cells.bucket < one.minute), cells.where(cells.bucket == one.minute)
    baseline = fit_quiet(before)
    return place((found.names for found in search(now, baseline.expected(now), baseline.dispersion, settings)), one.cause)


def rates(places: list[int]) -> str:
    return f"{sum(at < 1 for at in places) / len(places):.3f} top-1, {sum(at < 3 for at in places) / len(places):.3f} top-3 (of {len(places)})"


def print_real(folder: Path) -> None:
    incidents = real_incidents(folder)
    places = {weight: [place_of(one, Settings(order=3, weight=weight)) for one in incidents] for weight in WEIGHTS}
    shipped = [place_of(one, Settings(order=3)) for one in incidents]
    print(f"real incidents, settings as shipped: even {rates(shipped[::2])}; odd {rates(shipped[1::2])}; all {rates(shipped)}")
    for name, tune, report in (("even", 0, 1), ("odd", 1, 0)):
        best = max(WEIGHTS, key=lambda weight: sum((at < 1) + (at < 3) for at in places[weight][tune::2]))
        print(f"  weight {best} fixed on the {name} half; the other half: {rates(places[best][report::2])}")
    for folds in FOLDS:
        print_left_out(np.array([places[weight] for weight in WEIGHTS]), folds)
    print(f"  the plain scan (weight 1), all: {rates(places[1.0])}")


def print_left_out(places: Places, folds: int) -> None:
    """Each incident is judged with the weight that was best on the incidents of the other parts; over many divisions into parts."""
    shares = np.array([left_out(places, np.array_split(np.random.default_rng(seed).permutation(places.shape[1]), folds)) for seed in range(DIVISIONS)])
    low, mean, high = np.quantile(shares, 0.05, axis=0), shares.mean(axis=0), np.quantile(shares, 0.95, axis=0)
    told = (f"{mean[at]:.3f} ({low[at]:.3f} to {high[at]:.3f}) {name}" for at, name in enumerate(("top-1", "top-3")))
    print(f"  weight fixed on {folds - 1} of {folds} parts, reported on the rest, every part once, {DIVISIONS} divisions: {', '.join(told)}")


def left_out(places: Places, parts: Sequence[Places]) -> tuple[float, float]:
    """Shares of incidents whose cause is first, and among the first three; ``places`` is weight by incident."""
    gains = (places < 1).astype(int) + (places < 3)
    found = np.empty(places.shape[1], dtype=int)
    for part in parts:
        others = np.setdiff1d(np.arange(places.shape[1]), part)
        found[part] = places[np.argmax(gains[:, others].sum(axis=1)), part]
    return float((found < 1).mean()), float((found < 3).mean())


def scanned(seed: int, ratio: float | None) -> tuple[Incident, Scan]:
    made = incident(seed, ratio)
    return made, scan(cells_of(FIELDS, made.rows), made.start, seed=seed)


def print_made_up(seeds: int) -> None:
    found: dict[float, list[tuple[int, bool, int, bool]]] = {ratio: [] for ratio in RATIOS}
    for seed in range(FIRST, FIRST + seeds):
        made, result = scanned(seed, None)
        cause = frozenset((field, (value,)) for field, value in made.cause)
        first = result.suspects[0] if result.suspects else None
        at = place((one.names for one in result.suspects), cause)
        # a cause that acts before any of its packs are made begins, for the data, with the first of them
        borne = [hour for hour, values, _, _ in made.rows if hour >= made.onset and all(values[FIELDS.index(f)] == v for f, v in made.cause)]
        within = first is not None and first.onset_interval[0] <= min(borne) <= first.onset_interval[1]
        found[made.ratio].append((at, first is not None and first.supported, abs((first.onset if first else 0) - min(borne)), within))
    for ratio, rows in found.items():
        if not rows:
            continue
        right = [row for row in rows if row[0] == 0]
        errors = sorted(row[2] for row in right)
        print(f"made-up incidents, ratio {ratio}: {rates([row[0] for row in rows])}; supported {sum(row[1] for row in rows) / len(rows):.3f}; "
              f"onset error in the median {errors[len(errors) // 2]} h, in its interval {sum(row[3] for row in right) / len(right):.2f}", flush=True)  # fmt: skip
    strong = [row[0] for ratio, rows in found.items() if ratio >= 2 for row in rows]
    print(f"  ratio 2 and more: {rates(strong)}; all: {rates([row[0] for rows in found.values() for row in rows])}")


def print_null(seeds: int) -> None:
    false = [seed for seed in range(FIRST_NULL, FIRST_NULL + seeds) if any(one.supported for one in scanned(seed, 1.0)[1].suspects[:1])]
    low, high = share_interval(len(false), seeds)
    print(f"without a cause: {len(false)} of {seeds} with a supported suspect ({len(false) / seeds:.1%}; 95 % interval {low:.1%} to {high:.1%})")


def main() -> None:
    """Print the three measurements."""
    given = sys.argv[1:]
    seeds, null = (int(given[at]) if len(given) > at else default for at, default in ((0, 200), (1, 300)))
    folder = Path(given[2]) if len(given) > 2 else REAL
    if folder.is_dir():
        print_real(folder)
    else:
        print(f"real incidents: {folder} is not here, so they were not measured; give their folder as the third argument.")
    if seeds:
        print_made_up(seeds)
    if null:
        print_null(null)


if __name__ == "__main__":
    main()
