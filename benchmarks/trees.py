"""Fault trees: probability and cut sets of every tree in a folder, CPU and wall seconds each; and the time that drawings take.

    python -m benchmarks trees [python|oxidd] [FOLDER]

Each tree has a process of its own, so that its peak memory is its own. Expected values (expected.csv beside the folder) are compared
where they are. Trees without a known result are left out unless named there.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

TREES = Path("/work/shared/vectors/fta/trees")
OPEN = {"das9701", "nus9601"}
"""Trees that nobody has solved exactly, as far as we know."""
DRAWN, ROUNDS = ("chinese", "das9202", "das9206"), 20


def main(asked: list[str]) -> None:
    """Print the table."""
    engine = asked[0] if asked else "python"
    folder = Path(asked[1]) if len(asked) > 1 else TREES
    verified = _verified(folder.parent / "expected.csv") | _verified(TREES.parent / "expected.csv")
    print(f"{'tree':<12}{'probability':>20}{'cut sets':>16}{'CPU-s':>8}{'wall s':>8}{'MB':>7}  as verified")
    rows = []
    for path in sorted(folder.glob("*.xml")):
        if path.stem in OPEN:
            continue
        done = subprocess.run([sys.executable, "-m", "benchmarks.trees", engine, str(path)], capture_output=True, text=True, check=True)
        row = json.loads(done.stdout)
        rows.append(row)
        same = ""
        if path.stem in verified:
            chance, count = verified[path.stem]
            same = "yes" if abs(row["probability"] - chance) <= 1e-9 * chance and row["count"] == count else "NO"
        print(f"{path.stem:<12}{row['probability']:>20.12g}{row['count']:>16,}{row['cpu']:>8.2f}{row['wall']:>8.2f}{row['peak']:>7.0f}  {same}", flush=True)
    print(f"{len(rows)} trees; {sum(row['cpu'] <= 1 for row in rows)} within 1 CPU-s; longest {max(row['cpu'] for row in rows):.1f} CPU-s")
    for name in DRAWN:
        path = folder / f"{name}.xml"
        if path.exists():
            print(f"drawing of {name}: {_drawing(path):.2f} ms CPU")


def _verified(path: Path) -> dict[str, tuple[float, int]]:
    if not path.exists():
        return {}
    with open(path, newline="") as file:
        return {row["tree"]: (float(row["p_verified"]), int(row["mcs_verified"])) for row in csv.DictReader(file) if row["mcs_verified"]}


def _drawing(path: Path) -> float:
    from lotproof.faulttree.mef_read import read_mef
    from lotproof.faulttree.picture import picture

    tree = read_mef(path.read_bytes())
    picture(tree)
    began = time.process_time()
    for _ in range(ROUNDS):
        picture(tree)
    return (time.process_time() - began) / ROUNDS * 1000


def one(engine: str, path: Path) -> None:
    """One tree, in this process; the time is from the bytes of the file to the number of cut sets by order."""
    from lotproof.faulttree.analyse import engine_of, event_probabilities, reached_events
    from lotproof.faulttree.graph import graph_of
    from lotproof.faulttree.measure import cuts, probability
    from lotproof.faulttree.mef_read import read_mef
    from lotproof.faulttree.solve import solved

    data = path.read_bytes()
    cpu, wall = time.process_time(), time.monotonic()
    tree = read_mef(data)
    names = reached_events(tree)
    found = solved(graph_of(tree, {name: at for at, name in enumerate(names, 1)}), lambda: None, engine_of(engine))
    chance, count = probability(found, event_probabilities(tree, names)[0]), cuts(found, lambda: None).count
    spent = {"cpu": time.process_time() - cpu, "wall": time.monotonic() - wall}
    print(json.dumps({"probability": chance, "count": count, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **spent}))


if __name__ == "__main__":
    one(sys.argv[1], Path(sys.argv[2]))
