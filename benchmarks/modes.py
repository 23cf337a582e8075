"""Every failure mode over ten sites, and pairs of them: are the findings exact, is the diagnosis right.

`python -m benchmarks modes [--seeds 1,2,3] [--pairs 60] [--units 1200] [--jobs 2] [FAULT | FAULT+FAULT | clean ...]`
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from multiprocessing import Pool
from random import Random

from benchmarks.scored import Cause, Score, scored
from lotproof.simulate import FAULTS, SiteSpec, SpecError, truth_of
from lotproof.simulate.causes import BEGINNINGS, UNSEEN

SEEDS = "1,2,3,5,8,13,21,34,55,89"
SPELLED_OUT = ("character_transform_zeros", "character_transform_lower", "character_transform_yz")
Job = tuple[tuple[str, ...], int, int]


def main(arguments: list[str]) -> None:
    """Print the matrix of single faults, then that of pairs, each with its percentages."""
    options = _options(arguments)
    os.environ.setdefault("LOTPROOF_THREADS", "1")
    seeds = [int(seed) for seed in options.seeds.split(",")]
    chosen = [() if name == "clean" else tuple(name.split("+")) for name in options.fault]
    singles = chosen or [(), *((name,) for name in FAULTS)]
    jobs: list[Job] = [(faults, seed, options.units) for faults in singles for seed in seeds]
    with Pool(options.jobs) as pool:
        _print("single faults", pool.imap_unordered(_one, jobs))
        if options.pairs and not chosen:
            _print(f"pairs, a sample of {options.pairs}", pool.imap_unordered(_one, pairs(options.pairs, options.units)))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks modes", description=__doc__)
    parser.add_argument("fault", nargs="*", help="clean, a fault, or faults joined by +; all single faults by default")
    parser.add_argument("--seeds", default=SEEDS)
    parser.add_argument("--pairs", type=int, default=60, help="how many pairs to draw, 0 for none")
    parser.add_argument("--units", type=int, default=1200)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args(arguments)


def _one(job: Job) -> Score:
    return scored(*job)


def pairs(count: int, units: int, seed: int = 1) -> list[Job]:
    """A random sample of pairs of faults with a mode that fit into one lot, each with a seed of its own."""
    rng = Random(seed)
    every = [pair for pair in combinations([name for name in FAULTS if name in BEGINNINGS], 2) if _fits(pair, 1, units)]
    sample = rng.sample(every, min(count, len(every)))
    return [(pair, next(s for s in range(100 + n, 200 + n) if _fits(pair, s, units)), units) for n, pair in enumerate(sample)]


def _fits(faults: tuple[str, ...], seed: int, units: int) -> bool:
    try:
        truth_of(SiteSpec(seed=seed, units=units, faults=faults))
    except SpecError:
        return False
    return True


def _print(title: str, scores: Iterable[Score]) -> None:
    rows: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        name = "+".join(score.faults) or "clean"
        rows[name].append(score)
        for problem in score.wrong:
            print(f"  {name} #{score.seed}: {problem}", flush=True)
        if not score.ranked:
            print(f"  {name} #{score.seed}: diagnosis {', '.join(score.modes[:4]) or 'none'}", flush=True)
        for cause in score.causes:
            if cause.rank and (cause.suspect is False or not cause.six_m or (cause.started is not True and cause.mode not in UNSEEN)):
                print(f"  {name} #{score.seed}: {cause.mode} {_doubts(cause)}", flush=True)
    print(f"\n{title:<58}{'sites':>6}{'findings':>10}{'at the top':>12}{'began':>8}{'suspect':>9}{'6M':>6}")
    for name, group in rows.items():
        print(_row(name, group))
    print(_row("all", [score for group in rows.values() for score in group]), flush=True)


def _doubts(cause: Cause) -> str:
    began = "says no beginning" if cause.off is None else f"begins {cause.off:+.1f} minutes off"
    return "; ".join([began, *(["wrong suspect"] if cause.suspect is False else []), *([] if cause.six_m else ["wrong 6M class"])])


def _row(name: str, group: list[Score]) -> str:
    causes = [cause for score in group for cause in score.causes]
    began = [cause.started is True for cause in causes if cause.mode not in UNSEEN]
    suspects = [cause.suspect for cause in causes if cause.suspect is not None]
    return (f"{name:<58}{len(group):>6}{_share([s.right for s in group]):>10}{_share([s.ranked for s in group]):>12}{_share(began):>8}"
            f"{_share(suspects):>9}{_share([cause.six_m for cause in causes]):>6}")  # fmt: skip


def _share(hits: list[bool]) -> str:
    return f"{100 * sum(hits) / len(hits):.0f} %" if hits else "-"
