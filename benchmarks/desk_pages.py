"""The desk under load: server time of every page with many incidents and entries, and people at once. python -m benchmarks.desk_pages WORKSPACE

    make   fills a new workspace: --cases, --entries; --lake takes segments and originals of a folder that benchmarks/scale.py made
    pages  server time of each page, the median and the worst of several visits, on SQLite or DATABASE_URL
    crowd  people who read and act at the same time, for some seconds; errors, pages a second, the 95th percentile
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import shutil
import statistics
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

NOW = "2026-11-23T08:00:00Z"
PASSWORD = "packs and pallets 42"
USERS = {"inv.demo": "investigator", "qa.demo": "QA approver", "reg.demo": "regulatory", "op.demo": "operator"}
BATCH = 20_000


class Log:
    """Entries made in memory and written in batches: the same bytes that the store's own functions write one by one."""

    def __init__(self) -> None:
        from lotproof.ledger import store

        self.rows, self.index, self.heads = store.table(), store.size(), {}
        self.waiting: list[Any] = []

    def add(self, kind: str, stream: str, at: str, actor: str, body: Any) -> int:
        from lotproof.ledger.entry import make_entry
        from lotproof.ledger.merkle import leaf_hash
        from lotproof.ledger.note import encode64

        seq, prev = self.heads.get(stream, (0, None))
        data = make_entry(kind, stream, seq + 1, prev, at, actor, body)
        leaf = leaf_hash(data)
        self.heads[stream] = (seq + 1, encode64(leaf))
        self.waiting.append(self.rows.model(index=self.index, leaf_hash=leaf, data=data, kind=kind, stream=stream, seq=seq + 1))
        self.index += 1
        if len(self.waiting) >= BATCH:
            self.write()
        return self.index - 1

    def write(self) -> None:
        self.rows.bulk_create(self.waiting)
        self.waiting.clear()


def incident(log: Log, number: int, entries: int) -> str:
    """One incident of so many entries; nine of ten are closed."""
    name = f"INC-2026-{number:04d}"
    day = f"2026-{1 + number * 10 // 10001:02d}-{1 + number % 28:02d}"
    at = f"{day}T08:{number % 60:02d}:00Z"
    facts = {"title": f"{number % 97} units shipped, not received, lot L{number % 500:06d}", "severity": ("critical", "major", "minor")[number % 3]}
    log.add("audit", name, at, "op.demo", {"act": "open", "as": "operator", **facts, "lots": [f"L{number % 500:06d}"], "codes": ["RPT-03"]})
    steps = ("stop-line", "isolate", "notify", "document", "review-logs")
    for step in steps:
        held = {"held": [f"C-{number}-{place}" for place in range(3)]} if step == "isolate" and number % 10 == 0 else {}
        log.add("audit", name, at, "op.demo", {"act": "containment-step", "as": "operator", "step": step, "what": "Done.", **held})
    _signed(log, name, at, "inv.demo", {"act": "contain", "as": "investigator"})
    _signed(log, name, at, "reg.demo", {"act": "gate", "as": "regulatory", "decision": "clerical exception", "market": "EU", "why": "x"})
    for place in range(max(0, entries - 12)):
        log.add("audit", name, at, "inv.demo", {"act": "observation", "as": "investigator", "stream": "data", "what": f"Seen {place}."})
    if number % 10:
        _signed(log, name, at, "qa.demo", {"act": "close", "as": "QA approver"})
    return name


def _signed(log: Log, stream: str, at: str, who: str, body: dict[str, Any]) -> None:
    index = log.add("audit", stream, at, who, body)
    log.add("esign", stream, at, who, {"signs": {"index": index}, "signer": {"user_id": who}, "meaning": "x"})


def make(home: Path, cases: int, entries: int, lake: Path | None) -> None:
    """Fill a workspace."""
    from lotproof.quality.shell import load, project, table
    from lotproof.workspace.credentials import enrol
    from lotproof.workspace.place import open_workspace

    workspace = open_workspace(home, NOW, "benchmark")
    for user, role in USERS.items():
        enrol(workspace, user, user, role, "UTC", PASSWORD, None, NOW, "benchmark")
    log = Log()
    if lake:
        _lake(log, home, lake)
    began = time.time()
    numbers = [incident(log, number, entries // cases) for number in range(1, cases + 1)]
    for number in range(1, 5001):
        facts = {"key": f"finding:AGG-01:L{number:06d}", "origin": "finding", "severity": "major", "sentence": f"Lot L{number:06d}: items missing",
                 "code": "AGG-01", "lot": f"L{number:06d}", "count": number}  # fmt: skip
        log.add("audit", "signals", NOW, "benchmark", {"act": "signal", "signal": f"SIG-2026-{number:04d}", **facts})
    log.write()
    print(f"{log.index:,} entries in {time.time() - began:.0f} s", flush=True)
    for place, number in enumerate(numbers):
        project(load(number))
        if place % 1000 == 999:
            print(f"{place + 1:,} incidents projected, {time.time() - began:.0f} s", flush=True)
    table("SignalRow").bulk_create([
        table("SignalRow").model(number=f"SIG-2026-{n:04d}", key=f"finding:AGG-01:L{n:06d}", origin="finding", code="AGG-01", lot=f"L{n:06d}",
                                 severity="major", sentence=f"Lot L{n:06d}: items missing", count=n, raised=NOW, state="new", case="", why="")
        for n in range(1, 5001)
    ])  # fmt: skip


def _lake(log: Log, home: Path, lake: Path) -> None:
    for name in ("segments", "originals"):
        shutil.rmtree(home / name, ignore_errors=True)
        shutil.copytree(lake / name, home / name, copy_function=os.link)
    with (lake / "sources.pkl").open("rb") as file:
        for source in pickle.load(file):
            receipt = {"name": source.name, "sha256": source.sha256, "size": 1, "kind": source.kind, "rows": 1, "stored": 1}
            body = {"type": "source", "path": source.name, "size": 1, "sha256": source.sha256, "received": NOW, "kind": source.kind,
                    "reading": "x", "receipt": receipt, "segment": {"observation.parquet": source.sha256}}  # fmt: skip
            log.add("file", "intake", NOW, "benchmark", body)


def addresses(cases: int) -> list[str]:
    """Pages as people open them."""
    middle = f"INC-2026-{cases // 2:04d}"
    return ["/", "/signals/", "/signals/?state=&page=50", "/incidents/", "/incidents/?page=150", "/incidents/?q=units", f"/incidents/{middle}/",
            f"/incidents/{middle}/do/observation", f"/incidents/{middle}/data", f"/incidents/{middle}/worksheets/fda-3911", "/actions/", "/holds/",
            "/alarms/", "/procedures/", "/audits/", "/kpis/", "/readiness/", "/readiness/plan", "/files/", "/work/", "/trail/", "/trail/?before=500000",
            "/verify/", "/scanner/", f"/find?q={middle}", "/find?q=L000123", "/find?q=(01)09529502008983(21)NEVERMADE", "/lots/L000001/",
            "/incidents.json", "/signals.csv"]  # fmt: skip


def _client(user: str) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    answer = client.post("/sign-in", {"user": user, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def pages(home: Path, cases: int, visits: int) -> dict[str, Any]:
    """Milliseconds of each page in this process: view, database and template, without the network."""
    _ready(home)
    client, found = _client("qa.demo"), {}
    for address in addresses(cases):
        times = []
        for _ in range(visits):
            began = time.perf_counter()
            answer = client.get(address)
            times.append(1000 * (time.perf_counter() - began))
        found[address] = {"status": answer.status_code, "median_ms": round(statistics.median(times)), "worst_ms": round(max(times))}
        print(f"{found[address]['median_ms']:>6} ms  {found[address]['worst_ms']:>6} ms  {answer.status_code}  {address}", flush=True)
    return found


def crowd(address: str, cases: int, people: int, seconds: float) -> dict[str, Any]:
    """People of a served desk at once: three pages and an observation, over and over."""
    stop, times, troubles, lock = time.time() + seconds, [], defaultdict(int), threading.Lock()
    threads = [threading.Thread(target=_person, args=(address, cases, place, stop, times, troubles, lock)) for place in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ordered = sorted(times)
    return {"people": people, "requests": len(times), "a_second": round(len(times) / seconds, 1), "errors": dict(troubles),
            "median_ms": round(1000 * ordered[len(ordered) // 2]), "p95_ms": round(1000 * ordered[int(len(ordered) * 0.95)])}  # fmt: skip


def _person(address: str, cases: int, place: int, stop: float, times: list[float], troubles: dict[str, int], lock: Any) -> None:
    import http.cookiejar
    import re
    import urllib.parse
    import urllib.request

    rng = random.Random(place)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def ask(path: str, data: dict[str, str] | None = None) -> str:
        began = time.perf_counter()
        try:
            body = urllib.parse.urlencode(data).encode() if data else None
            with opener.open(address + path, body, timeout=60) as answer:
                text = answer.read().decode()
            with lock:
                times.append(time.perf_counter() - began)
            return text
        except Exception as error:
            with lock:
                troubles[f"{type(error).__name__} {getattr(error, 'code', '')} {path.split('?')[0]}"] += 1
            return ""

    def token(text: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        return found[1] if found else ""

    ask("/sign-in", {"user": list(USERS)[place % len(USERS)], "password": PASSWORD, "csrfmiddlewaretoken": token(ask("/sign-in"))})
    while time.time() < stop:
        number = f"INC-2026-{10 * rng.randint(1, cases // 10):04d}"
        for path in ("/", "/incidents/", f"/incidents/{number}/"):
            ask(path)
            time.sleep(rng.random())
        form = ask(f"/incidents/{number}/do/observation")
        ask(f"/incidents/{number}/do/observation", {"stream": "data", "what": f"Person {place}.", "csrfmiddlewaretoken": token(form)})


def _ready(home: Path) -> None:
    os.environ["LOTPROOF_HOME"] = str(home.resolve())
    from lotproof.workspace.place import open_workspace

    open_workspace(home, NOW, "benchmark", create=False)


def main() -> None:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("make", "pages", "crowd"))
    parser.add_argument("home", type=Path)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotproof.project.settings")
    if asked.what == "make":
        make(asked.home, asked.cases, asked.entries, asked.lake)
    elif asked.what == "pages":
        json.dump(pages(asked.home, asked.cases, asked.visits), sys.stdout, indent=1)
    else:
        json.dump(crowd(asked.address, asked.cases, asked.people, asked.seconds), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
