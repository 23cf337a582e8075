"""The rules over a whole site beside what else people would take: one question asked of DuckDB, pandas and PostgreSQL.

The question of the peers is one of those that the rules answer: how often printer, camera, line and hub have each pack, and which
packs they do not have alike. `python -m benchmarks.peers FOLDER UNITS` makes the site (if it is not there) and prints a table.
"""

from __future__ import annotations

import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.scale import write_site

STEPS = {"printer": "encoded", "camera": "verified", "line": "commissioned", "epcis": "commissioned"}
WEIGHTS = {"printer": 1, "camera": 1 << 8, "line": 1 << 16, "epcis": 1 << 24}
ALIKE = sum(WEIGHTS.values())


def files(folder: Path) -> dict[str, list[str]]:
    """Segments of the four sources."""
    sources = pickle.loads((folder / "sources.pkl").read_bytes())
    found: dict[str, list[str]] = {}
    for source in sources:
        if source.kind in STEPS:
            found.setdefault(source.kind, []).append(str(folder / "segments" / source.sha256 / "observation.parquet"))
    return found


def rules(folder: Path) -> int:
    from lotproof.lake.store import Lake
    from lotproof.rules.check import check
    from lotproof.rules.screen.apart import Apart

    work = Path(tempfile.mkdtemp(dir=folder))
    try:
        sources = pickle.loads((folder / "sources.pkl").read_bytes())
        return len(check(Lake(folder), sources, work / "spill", apart=Apart(Lake(folder), work / "apart")).findings)
    finally:
        shutil.rmtree(work)


def union(folder: Path) -> str:
    """One row a sighting: item and weight of its source."""
    return " UNION ALL ".join(
        f"SELECT item_prefix, {WEIGHTS[kind]} AS w FROM read_parquet({paths}) WHERE level = 'unit' AND step = '{STEPS[kind]}'"
        for kind, paths in files(folder).items()
    )


def duckdb_global(folder: Path) -> int:
    from lotproof.lake.engine import connect

    connection = connect(folder / "spill", memory="8GB")
    query = f"SELECT count(*) FROM (SELECT item_prefix FROM ({union(folder)}) GROUP BY item_prefix HAVING sum(w) <> {ALIKE})"
    (count,) = connection.execute(query).fetchone() or (0,)
    return int(count)


def pandas_global(folder: Path) -> int:
    import pandas
    import pyarrow.parquet as pq

    pieces = []
    for kind, paths in files(folder).items():
        for path in paths:
            table = pq.read_table(path, columns=["item_prefix"], filters=[("level", "=", "unit"), ("step", "=", STEPS[kind])])
            pieces.append(table.to_pandas().assign(w=WEIGHTS[kind]))
    sums = pandas.concat(pieces, ignore_index=True).groupby("item_prefix")["w"].sum()
    return int((sums != ALIKE).sum())


def postgres(folder: Path) -> int:
    """In a cluster of its own, loading aside; the CPU is that of the server's processes."""
    import psycopg

    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    home = Path(tempfile.mkdtemp(prefix="lotproof-pg-"))
    shutil.chown(home, "postgres")
    run: Callable[[Sequence[str]], object] = lambda words: subprocess.run(  # noqa: E731
        ["runuser", "-u", "postgres", "--", *words], check=True, capture_output=True
    )
    run([str(binaries / "initdb"), "-D", str(home / "data"), "-A", "trust"])
    run([str(binaries / "pg_ctl"), "-D", str(home / "data"), "-w", "-o", f"-k {home} -h '' -c work_mem=1GB -c max_wal_size=8GB", "start", "-l", str(home / "log")])
    try:
        with psycopg.connect(host=str(home), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE UNLOGGED TABLE seen (item bigint, w integer)")
            _load(connection, folder)
            connection.execute("ANALYZE seen")
            began = time.time()
            found = connection.execute(f"SELECT count(*) FROM (SELECT item FROM seen GROUP BY item HAVING sum(w) <> {ALIKE}) x").fetchone()
            print(f"postgresql, question alone: {time.time() - began:.1f} s wall", file=sys.stderr)
            return int(found[0]) if found else 0
    finally:
        run([str(binaries / "pg_ctl"), "-D", str(home / "data"), "-w", "-m", "immediate", "stop"])
        shutil.rmtree(home, ignore_errors=True)


def _load(connection: object, folder: Path) -> None:
    from lotproof.lake.engine import connect

    engine = connect(folder / "spill")
    with connection.cursor() as cursor, cursor.copy("COPY seen FROM STDIN") as copy:  # type: ignore[attr-defined]
        reader = engine.execute(union(folder)).to_arrow_reader(200_000)
        for batch in reader:
            columns = [column.to_pylist() for column in batch.columns]
            copy.write("".join(f"{item}\t{weight}\n" for item, weight in zip(*columns, strict=True)))


PEERS = {"rules": rules, "duckdb": duckdb_global, "pandas": pandas_global, "postgresql": postgres}


def main() -> None:
    """Print a table; each peer in a process of its own, so that its memory is its own."""
    folder, units = Path(sys.argv[1]), int(float(sys.argv[2]))
    if len(sys.argv) > 3:
        began, wall = time.process_time(), time.time()
        found = PEERS[sys.argv[3]](folder)
        cpu = time.process_time() - began
        print(f"{sys.argv[3]:<12}{cpu:>9.1f}{time.time() - wall:>9.1f}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>9.0f}{found:>10}")
        return
    if not (folder / "sources.pkl").exists():
        _, sources = write_site(folder, units)
        (folder / "sources.pkl").write_bytes(pickle.dumps(sources))
    print(f"{'':<12}{'CPU-s':>9}{'wall s':>9}{'MB':>9}{'found':>10}", flush=True)
    for name in PEERS:
        subprocess.run([sys.executable, "-m", "benchmarks.peers", str(folder), str(units), name], check=False)


if __name__ == "__main__":
    main()
