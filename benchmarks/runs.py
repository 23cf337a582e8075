"""One benchmark a call: `python -m benchmarks.runs NAME FOLDER` prints its rows as JSON."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.documents import write_xml

SIZE = int(float(os.environ.get("LOTPROOF_BENCH_MB", "100")) * 1_000_000)
ROWS = int(float(os.environ.get("LOTPROOF_BENCH_ROWS", "1e6")))
TRACED = int(float(os.environ.get("LOTPROOF_BENCH_OBSERVATIONS", "10e6")))


def peak() -> float:
    """Peak memory of this process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sha_seconds(paths: list[Path]) -> float:
    """CPU-seconds of SHA-256 over the same bytes in the same process."""
    began = time.process_time()
    for path in paths:
        with path.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")
    return time.process_time() - began


def row(what: str, cpu: float, count: int = 0, sha: float = 0.0, memory: float | None = None) -> dict[str, object]:
    return {"what": what, "cpu": cpu, "rate": count / cpu if count else 0, "ratio": cpu / sha if sha else 0, "peak": memory or peak()}


def intake_one(path: Path, count: int, folder: Path) -> list[dict[str, object]]:
    from lotproof.intake.folder import Delivery, intake
    from lotproof.lake.store import Lake

    # what Python and DuckDB load on first use is start-up, not reading
    (folder / "first").mkdir()
    write_xml(folder / "first" / "first.xml", 20_000, 1)
    intake(Delivery(folder / "first"), Lake(folder / "warm"))
    began = time.process_time()
    receipt = intake(Delivery(path), Lake(folder / "lake"))[0]
    cpu = time.process_time() - began
    memory = peak()
    assert receipt.observations == count and not receipt.quarantined, receipt
    return [row(f"intake of {path.stat().st_size / 1e6:.0f} MB", cpu, count, sha_seconds([path]), memory)]


def epcis(folder: Path, form: str, each: int) -> list[dict[str, object]]:
    """Written by another process: what it took to write is none of the intake's memory."""
    path = folder / f"document.{form}"
    writer = "write_xml" if form == "xml" else "write_json"
    code = f"from benchmarks.documents import *; from pathlib import Path; print({writer}(Path({str(path)!r}), {SIZE}, {each}))"
    count = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    return intake_one(path, count, folder)


def build_lot(folder: Path) -> list[dict[str, object]]:
    """`lotproof build` on one lot of 100,000 units, all sources, as a process of its own."""
    program = [str(Path(sys.executable).with_name("lotproof"))]
    subprocess.run([*program, "simulate", str(folder / "site"), "--units", "100000", "--fault", "truncated_upload"], check=True, capture_output=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [*program, "build", str(folder / "site" / "extract"), "-o", str(folder / "EP"), "--workspace", str(folder / "ws"), "--json"]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sha = sha_seconds([path for path in (folder / "site" / "extract").rglob("*") if path.is_file()])
    return [row("build, 100,000 units", cpu, 100_000, sha, after.ru_maxrss / 1024)]


def trace_many(folder: Path) -> list[dict[str, object]]:
    """One item in a lake of 10 million observations, own work without start-up, the best and the worst of five."""
    from lotproof.gs1.item import Item
    from lotproof.intake.folder import Delivery, intake
    from lotproof.lake.directory import refresh
    from lotproof.lake.resolve import Source
    from lotproof.lake.store import Lake
    from lotproof.workspace.trace import trace

    lake, files, number = Lake(folder / "lake"), max(1, TRACED // 500_000), 0
    (folder / "in").mkdir()
    for name in range(files):
        number += write_xml(folder / "in" / f"{name}.xml", 28_000_000, 500, number)
    receipts = intake(Delivery(folder / "in"), lake)
    refresh(lake)
    sources = [Source(r.sha256, r.name, r.kind) for r in receipts]
    took = []
    for item in (0, number // 3, number // 2, number - 1, number + 5):
        began = time.process_time()
        life = trace(lake, sources, Item(gtin="09506000134352", serial=f"{item:012d}"), folder / "none", folder / "spill")
        took.append(time.process_time() - began)
        assert len(life.steps) == (item < number), life
    return [row(f"trace among {number / 1e6:.1f} million, best", min(took)), row("the same, worst of five", max(took))]


def many_lots(folder: Path) -> list[dict[str, object]]:
    """Rules over 4 and over 16 lots of 20,000 units: memory must not grow with the number of lots."""
    from lotproof.intake.folder import Delivery, intake
    from lotproof.lake.resolve import Source
    from lotproof.lake.store import Lake
    from lotproof.rules.check import check
    from lotproof.simulate import SiteSpec, iter_files

    rows = []
    for lots in (4, 16):
        site = folder / f"site{lots}"
        for name, pieces in iter_files(SiteSpec(seed=7, units=20_000, lots=lots, neighbours=0)):
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            with (site / name).open("wb") as stream:
                stream.writelines(pieces)
        lake = Lake(folder / f"lake{lots}")
        receipts = intake(Delivery(site), lake)
        began = time.process_time()
        outcome = check(lake, [Source(r.sha256, r.name, r.kind) for r in receipts if r.segment], folder / "spill")
        rows.append(row(f"rules over {lots} lots", time.process_time() - began, outcome.observations))
    return rows


def incremental(folder: Path) -> list[dict[str, object]]:
    """Ten thousand new observations of one lot, after everything was judged once; the same findings as a full run is a test's matter."""
    from benchmarks.lake import OBSERVATIONS_A_UNIT, add_shipped, write_lake

    lake, sources = write_lake(folder / "lake", TRACED // OBSERVATIONS_A_UNIT)
    # The site knew goods issues before: a new kind of source would concern every lot.
    sources.append(add_shipped(lake, 0, 100))
    return [*judge(folder, lake, sources, "all lots"), *judge(folder, lake, [*sources, add_shipped(lake, 260_000, 10_000)], "10,000 more")]


def judge(folder: Path, lake: object, sources: list[object], what: str) -> list[dict[str, object]]:
    from lotproof.diagnosis.diagnose import diagnose
    from lotproof.diagnosis.scope import look_around, scope
    from lotproof.rules.check import check
    from lotproof.workspace.recall import FileMemory

    memory, began, cpu = FileMemory(folder / "memory"), time.monotonic(), time.process_time()
    outcome = check(lake, sources, folder / "spill", explain=diagnose, look=look_around, reach=scope, memory=memory)  # type: ignore[arg-type]
    took, lots = time.process_time() - cpu, len(set(memory.judged))
    print(f"{what}: {outcome.observations:,} observations, {lots} lots judged, {len(outcome.findings)} findings, {time.monotonic() - began:.0f} s", file=sys.stderr)
    return [row(f"check, {what}, {lots} lots judged", took, outcome.observations)]


def text(folder: Path, kind: str) -> list[dict[str, object]]:
    """Intake of a delimited text of a kind, written by another process; the rate is in rows."""
    from lotproof.intake.folder import Delivery, intake
    from lotproof.lake.store import Lake

    path = folder / f"{kind}.csv"
    for target, count in ((path, ROWS), (folder / "first.csv", 20)):
        code = f"from benchmarks.tables import write; from pathlib import Path; write(Path({str(target)!r}), {kind!r}, {count})"
        subprocess.run([sys.executable, "-c", code], check=True)
    intake(Delivery(folder / "first.csv", zone="Europe/Berlin"), Lake(folder / "warm"))
    began = time.process_time()
    receipt = intake(Delivery(path, zone="Europe/Berlin"), Lake(folder / "lake"))[0]
    cpu = time.process_time() - began
    memory = peak()
    assert receipt.kind == kind and receipt.stored == ROWS and not receipt.problems, receipt
    return [row(f"{ROWS / 1e6:.1f} million rows, {path.stat().st_size / 1e6:.0f} MB", cpu, ROWS, sha_seconds([path]), memory)]


def two_processes(folder: Path) -> list[dict[str, object]]:
    """Intake of two files a kind in one process and in two: wall time, and the CPU-seconds of the busiest process.

    The latter is the wall time on a machine that has a core for each process and nothing else to do; it can be told on a busy one too.
    """
    from benchmarks.busiest import Watch
    from benchmarks.tables import KINDS, write
    from lotproof.intake.folder import Delivery, intake
    from lotproof.lake.store import Lake

    (folder / "in").mkdir()
    # a row more in the second, so that it is no copy of the first
    count = sum(write(folder / "in" / f"{more}-{kind}.csv", kind, ROWS // 2 + more) for more in (0, 1) for kind in KINDS)
    rows = []
    for jobs in (1, 2):
        with Watch() as watch:
            receipts = intake(Delivery(folder / "in", zone="Europe/Berlin", jobs=jobs), Lake(folder / f"lake{jobs}"))
        assert sum(receipt.stored for receipt in receipts) == count, receipts
        what = f"{jobs} process" + "es" * (jobs - 1)
        rows.append(row(f"wall, {what}", watch.wall, count))
        rows.append(row(f"CPU of the busiest, {what}", watch.busiest, count))
        rows.append(row(f"CPU of all, {what}", watch.all, count))
        if jobs > 1:
            rows.append(row("CPU of the one that starts them", watch.own, count))
    return rows


def charts(_folder: Path) -> list[dict[str, object]]:
    from benchmarks.charts import measured

    return [row(what, cpu, count) for what, cpu, count in measured()]


RUNS = {
    **{f"text_{kind}": functools.partial(text, kind=kind) for kind in ("numbers", "printer", "issues", "line", "camera")},
    "text_processes": two_processes,
    "charts": charts,
    "incremental": incremental,
    "epcis_one_xml": lambda folder: epcis(folder, "xml", 1),
    "epcis_list_xml": lambda folder: epcis(folder, "xml", 500),
    "epcis_one_json": lambda folder: epcis(folder, "jsonld", 1),
    "epcis_list_json": lambda folder: epcis(folder, "jsonld", 500),
    "build_lot": build_lot,
    "trace": trace_many,
    "many_lots": many_lots,
}

if __name__ == "__main__":
    print(json.dumps(RUNS[sys.argv[1]](Path(sys.argv[2]))))
