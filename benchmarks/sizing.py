"""What a site needs at 1, 10 and 100 billion observations, from figures measured here.

    python -m benchmarks.sizing measure FOLDER [PACKS PACKS]   measure, and keep the figures in benchmarks/sizing.json
    python -m benchmarks.sizing page > docs/sizing.md          the page, from the kept figures alone

A test holds that the page is what the figures give.
"""

from __future__ import annotations

import json
import os
import pickle
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("sizing.json")
ROWS = 200_000
"""Rows of the text whose intake is measured; the line controller's gives two observations a row."""
SCALES = (10**9, 10**10, 10**11)
NIGHT = 8
"""Hours in which a check of everything should end."""


def measure(folder: Path, packs: list[int]) -> dict[str, Any]:
    """Make sites of these sizes and one text, and measure each in a process of its own."""
    found: dict[str, Any] = {
        "when": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} beside it",
        "intake": _alone("intake", folder, ROWS),
        "sites": [],
    }
    for count in packs:
        site = folder / f"site-{count}"
        subprocess.run([sys.executable, "-m", "benchmarks.scale", str(site), str(count)], check=True)
        sources = pickle.loads((site / "sources.pkl").read_bytes())
        sizes: dict[str, int] = {}
        for source in sources:
            for file in (site / "segments" / source.sha256).iterdir():
                sizes[file.name] = sizes.get(file.name, 0) + file.stat().st_size
        found["sites"].append({"packs": count, "bytes": sizes, **_alone("check", site, 0)})
    return found


def _alone(what: str, folder: Path, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.sizing", f"only-{what}", str(folder), str(count)]
    return json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LOTPROOF_THREADS": "1"}).stdout
    )


def only_intake(folder: Path, count: int) -> dict[str, Any]:
    """CPU-seconds and bytes of taking in a line controller's export."""
    from benchmarks.runs import peak
    from benchmarks.tables import write
    from lotproof.intake.folder import Delivery, intake
    from lotproof.lake.store import Lake

    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "line.csv", "line", count)
    began = time.process_time()
    receipt = intake(Delivery(folder / "line.csv", zone="Europe/Berlin"), Lake(folder / "lake"))[0]
    cpu = time.process_time() - began
    return {
        "observations": receipt.observations,
        "cpu": round(cpu, 2),
        "original_bytes": (folder / "line.csv").stat().st_size,
        "peak_mb": round(peak()),
    }


def only_check(folder: Path, _count: int) -> dict[str, Any]:
    """CPU-seconds and peak of the full set of rules over a site, ordinary packs set aside."""
    import tempfile

    from benchmarks.runs import peak
    from lotproof.lake.store import Lake
    from lotproof.rules.check import check
    from lotproof.rules.screen.apart import Apart

    sources = pickle.loads((folder / "sources.pkl").read_bytes())
    with tempfile.TemporaryDirectory(dir=folder) as work:
        began, wall = time.process_time(), time.monotonic()
        outcome = check(Lake(folder), sources, Path(work) / "spill", apart=Apart(Lake(folder), Path(work) / "apart"))
        cpu, wall = time.process_time() - began, time.monotonic() - wall
    return {
        "observations": outcome.observations,
        "findings": len(outcome.findings),
        "cpu": round(cpu, 2),
        "wall": round(wall, 1),
        "peak_mb": round(peak()),
    }


def page(kept: dict[str, Any]) -> str:
    """docs/sizing.md."""
    intake, sites = kept["intake"], kept["sites"]
    small, large = sites[0], sites[-1]
    intake_us = 1e6 * intake["cpu"] / intake["observations"]
    # From the smaller to the larger site: what a further observation costs, without what every run costs once.
    check_us = 1e6 * (large["cpu"] - small["cpu"]) / (large["observations"] - small["observations"])
    segment = sum(large["bytes"].values()) / large["observations"]
    original = intake["original_bytes"] / intake["observations"]
    lines = [
        "# Sizing",
        "",
        "Made by `python -m benchmarks.sizing page` from the figures in `benchmarks/sizing.json`; none is typed in. Measure on your machine:",
        "`python -m benchmarks.sizing measure FOLDER`.",
        "",
        "## Measured",
        "",
        f"On {kept['when']}: {kept['machine']}. One thread; CPU-seconds, one run each, so take them as an order of size.",
        "",
        "| what | observations | CPU-s | CPU-microseconds an observation | peak |",
        "|---|---|---|---|---|",
        f"| intake of a line controller's export | {intake['observations']:,} | {intake['cpu']} | {intake_us:.1f} | {intake['peak_mb']} MB |",
        *(
            f"| full check, ordinary packs set aside, {site['packs']:,} packs | {site['observations']:,} | {site['cpu']} | "
            f"{1e6 * site['cpu'] / site['observations']:.2f} | {site['peak_mb']} MB |"
            for site in sites
        ),
        f"| the same, what a further observation costs | {large['observations'] - small['observations']:,} | "
        f"{large['cpu'] - small['cpu']:.2f} | {check_us:.2f} | |",
        "",
        f"An observation takes {segment:.0f} bytes in segments ("
        + ", ".join(
            f"{name} {size / large['observations']:.0f}"
            for name, size in sorted(large["bytes"].items(), key=lambda one: -one[1])
            if size > 0.5 * large["observations"]
        )
        + f") and {original:.0f} bytes in that original.",
        "",
        "## What a plan needs",
        "",
        "Computed from these figures, **not run** at these sizes: linear in observations, originals as this text, everything checked at once in",
        f"one night of {NIGHT} hours on cores like this one. Daily work is far less: what has not changed is not judged again.",
        "",
        "| | " + " | ".join(_billions(scale) for scale in SCALES) + " |",
        "|---|" + "---|" * len(SCALES),
    ]
    needs = [_needs(scale, intake_us, check_us, segment, original) for scale in SCALES]
    lines += [f"| {what} | " + " | ".join(need[what] for need in needs) + " |" for what in needs[0]]
    lines += [
        "",
        f"- Memory is not computed: the peak grew from {small['peak_mb']} to {large['peak_mb']} MB between the two sites, and what it is at these sizes",
        "  was not measured. `LOTPROOF_MEMORY` bounds the engine's part; the rest is the interpreter and what lies outside the engine.",
        "- Segments and originals are kept for as long as the record is; the mirror in an object store takes the same again.",
        "- The cores take all of it as if it could be shared out. Resolving and cutting a site into lots is done by one machine; only judging the",
        "  lots is shared by processes or Spark's workers. At the largest size divide by site or year into workspaces of their own.",
        "- The ledger grows by acts and sources, not by observations: some kilobytes each.",
        "- The rates of other sources are in [benchmarks.md](benchmarks.md).",
    ]
    return "\n".join(lines) + "\n"


def _billions(scale: int) -> str:
    return f"{scale // 10**9} billion"


def _needs(scale: int, intake_us: float, check_us: float, segment: float, original: float) -> dict[str, str]:
    check_hours, intake_hours = scale * check_us / 3.6e9, scale * intake_us / 3.6e9
    cores = max(1, -(-check_hours // NIGHT))
    return {
        "segments": _size(scale * segment),
        "originals": _size(scale * original),
        "intake of all, once": f"{intake_hours:,.1f} core-hours",
        "a check of all": f"{check_hours:,.1f} core-hours",
        "cores for it in a night": f"{cores:,.0f}",
    }


def _size(size: float) -> str:
    return f"{size / 1e12:,.1f} TB" if size >= 1e12 else f"{size / 1e9:,.0f} GB"


if __name__ == "__main__":
    if sys.argv[1] == "measure":
        counts = [int(text) for text in sys.argv[3:]] or [200_000, 800_000]
        KEPT.write_text(json.dumps(measure(Path(sys.argv[2]), counts), indent=1) + "\n")
    elif sys.argv[1] == "page":
        sys.stdout.write(page(json.loads(KEPT.read_text())))
    else:
        task = {"only-intake": only_intake, "only-check": only_check}[sys.argv[1]]
        print(json.dumps(task(Path(sys.argv[2]), int(sys.argv[3]))))
