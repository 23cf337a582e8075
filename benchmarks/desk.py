"""The desk on a large record: a workspace with thousands of incidents and a million entries, the time of every page, many people at once.

    python -m benchmarks.desk make FOLDER [--cases N] [--entries N] [--lake FOLDER]    (DATABASE_URL for PostgreSQL)
    python -m benchmarks.desk pages FOLDER [--only TEXT]
    python -m benchmarks.desk crowd FOLDER [--people N] [--seconds N]

Incidents are copies of some that were acted through the desk: their entries get the number, places and leaves of the copy, signatures the
digests of what they sign, so that `lotproof doctor --replay` finds nothing. LAKE is one that benchmarks/scale.py made.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time as passing
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

PASSWORD, NOW = "packs and pallets 42", "2026-11-23T08:00:00Z"
PEOPLE = [(f"p-{n:02d}", ("operator", "investigator", "QA approver", "investigator", "regulatory")[n % 5]) for n in range(60)]
DEPTHS = [("closed", 90), ("opened", 2), ("contained", 2), ("approved", 2), ("acting", 2), ("checking", 2)]
"""How far incidents are, and how many of a hundred."""


def workspace_of(home: Path, create: bool = True) -> Any:
    os.environ["LOTPROOF_HOME"] = str(home)
    from lotproof.workspace.place import open_workspace

    return open_workspace(home, NOW, "benchmark", create=create)


# --- making -------------------------------------------------------------------------------------------------------------------------


class Writer:
    """Appends entries in bulk, as store.append would one by one."""

    def __init__(self) -> None:
        from lotproof.ledger import store
        from lotproof.ledger.entry import Head

        self.heads: dict[str, Head] = dict(store.heads())
        self.index, self.rows = store.size(), []

    def add(self, kind: str, stream: str, time: str, actor: str, body: Any) -> tuple[int, bytes]:
        from lotproof.ledger import merkle, store
        from lotproof.ledger.entry import Head, make_entry
        from lotproof.ledger.note import encode64

        head = self.heads.get(stream)
        data = make_entry(kind, stream, head.seq + 1 if head else 1, head.leaf if head else None, time, actor, body)
        leaf = merkle.leaf_hash(data)
        self.heads[stream] = Head(head.seq + 1 if head else 1, encode64(leaf))
        self.rows.append(store.table().model(index=self.index, leaf_hash=leaf, data=data, kind=kind, stream=stream, seq=self.heads[stream].seq))
        self.index += 1
        if len(self.rows) >= 20_000:
            self.flush()
        return self.index - 1, data

    def flush(self) -> None:
        from django.db import transaction

        from lotproof.ledger import store

        with transaction.atomic():
            store.lock()
            store.table().bulk_create(self.rows, batch_size=2_000)
        self.rows = []


def templates(workspace: Any) -> dict[str, list[tuple[int, Any]]]:
    """An incident of each depth, acted through the desk: its entries with their index."""
    sys.path[:0] = [str(Path(__file__).parent.parent / "tests" / "quality")]
    import case_kit

    from lotproof.ledger import store
    from lotproof.ledger.entry import parse_entry
    from lotproof.workspace.credentials import enrol

    for user, (name, role) in case_kit.PEOPLE.items():
        enrol(workspace, user, name, role, "Europe/Brussels", case_kit.PASSWORD, None, NOW, "benchmark")
    floor, found = case_kit.Floor(workspace), {}
    for depth, _ in DEPTHS:
        number = getattr(floor, "checking" if depth == "closed" else depth)()
        for what in ("The belt ran on.", "Codes unreadable from 14:02.", "Shift changed.") * 6:
            floor.do(number, "op-1", "observation", stream="machine", what=what)
        if depth == "closed":
            since = floor.now
            floor.do(number, "inv-1", "effectiveness", events=1, opportunities=1000, since=since, side_effects=0)
            floor.do(number, "qa-2", "trail-review", result="in order", why="All entries read.")
            floor.do(number, "qa-2", "close")
        rows = store.table().filter(stream=number).order_by("seq").values_list("index", "data")
        found[depth] = [(index, parse_entry(bytes(data))) for index, data in rows]
    return found


def copied(writer: Writer, number: str, title: str, lot: str, template: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Write the entries of an incident as another one's."""
    from lotproof.ledger.entry import parse_entry
    from lotproof.ledger.esign import Act, esign_body
    from lotproof.quality.register import ACTS

    places: dict[int, tuple[int, bytes]] = {}
    made = []
    for index, entry in template:
        body = dict(entry.body)
        if entry.kind == "esign":
            auth, shown = body["auth"], body["manifestation"]
            place, data = places[body["signs"]["index"]]
            act = Act(shown["printed_name"], shown["meaning"], shown["tz"], body["signer"]["user_id"], body["signer"]["role"],
                      tuple(auth["components"]), auth["session"], auth["first_in_session"])  # fmt: skip
            body = esign_body(place, data, act, entry.time)
        else:
            for field in ACTS[body["act"]].fields if body["act"] in ACTS else ():
                if field.name in body and field.kind in ("entry", "entries"):
                    old = body[field.name]
                    body[field.name] = places[old][0] if field.kind == "entry" else [places[one][0] for one in old]
            if body.get("act") == "open":
                body |= {"title": title, "lots": [lot]}
        places[index] = writer.add(entry.kind, number, entry.time, str(entry.actor), body)
        made.append((places[index][0], parse_entry(places[index][1])))
    return made


def make(home: Path, cases: int, entries: int, lake: Path | None) -> None:
    """Make it."""
    from lotproof.ledger import store
    from lotproof.quality.fold import fold
    from lotproof.quality.projection import rows_of
    from lotproof.quality.shell import table

    begun, workspace = passing.monotonic(), workspace_of(home)
    if store.size() > 1:
        sys.exit(f"{home} holds a ledger already; name a new folder, or another database.")
    enrol_all(workspace)
    found, chance, writer = templates(workspace), random.Random(7), Writer()
    first = int(table("CaseRow").order_by("-number").values_list("number", flat=True).first()[-4:]) + 1
    rows: dict[str, list[Any]] = defaultdict(list)
    depths = [depth for depth, share in DEPTHS for _ in range(share)]
    for n in range(first, cases + 1):
        number, lot = f"INC-2026-{n:04d}", f"L{n % 33:06d}"
        case = fold(number, copied(writer, number, f"{n % 96 + 1} units shipped, not received, shipment {n}", lot, found[chance.choice(depths)]))
        for name, lines in rows_of(case).items():
            rows[name] += [table(name).model(**line) for line in lines]
        if n % 500 == 0:
            print(f"{n} incidents, {writer.index} entries, {passing.monotonic() - begun:.0f} s", flush=True)
    for name, lines in rows.items():
        table(name).bulk_create(lines, batch_size=2_000)
    others(writer, entries, chance)
    writer.flush()
    if lake:
        adopt(workspace, lake)
    print(f"{store.size()} entries, {table('CaseRow').count()} incidents in {passing.monotonic() - begun:.0f} s")


def enrol_all(workspace: Any) -> None:
    from lotproof.workspace.credentials import enrol

    for user, role in PEOPLE:
        enrol(workspace, user, f"Person {user}", role, "Europe/Brussels", PASSWORD, None, NOW, "benchmark")


def others(writer: Writer, entries: int, chance: random.Random) -> None:
    """Signals with their triage, failed attempts to sign, procedures, and numbers of runs for the rest."""
    from lotproof.quality.signal_shell import take_signals
    from lotproof.quality.signals import Raised

    writer.flush()
    codes = ("SN-01", "AGG-02", "RPT-03", "QTY-01", "PHY-04")
    take_signals([Raised(f"finding:{code}:L{n:06d}", "finding", "major", f"{n} of {code}", code, f"L{n:06d}", n + 1) for n in range(400) for code in codes], NOW, "benchmark", full=False)
    procedures()
    more = Writer()
    writer.heads, writer.index = more.heads, more.index
    for n in itertools.count():
        if writer.index >= entries:
            break
        if n % 5_000 == 0:
            writer.add("audit", "people", NOW, PEOPLE[n // 5_000 % 60][0], {"type": "sign-failed", "user_id": PEOPLE[n // 5_000 % 60][0], "attempt": 1})
        body = {"type": "number", "run": n // 100, "name": f"L{n % 33:06d}/good", "value": chance.randrange(50_000), "unit": "packs", "rule": "RPT-03@1"}
        writer.add("audit", "runs", NOW, "lotproof check", body)


def procedures() -> None:
    from lotproof.quality.shell import Desk, open_record, perform
    from lotproof.workspace.people import active

    workspace = workspace_of(Path(os.environ["LOTPROOF_HOME"]), create=False)
    desk = Desk(workspace, active("p-01"), lambda: NOW, "benchmark")
    for n in range(40):
        number = open_record(desk, "procedure", {"title": f"SOP-PK-{n:03d}", "version": "3", "months": "12"}).number
        people = [f"O-{one}" for one in range(60)]
        perform(desk, number, "training-need", {"people": people, "due": "2026-12-01"})
        perform(desk, number, "training", {"people": people[: 60 - n], "version": "3", "day": "2026-10-01", "way": "classroom"})


def adopt(workspace: Any, lake: Path) -> None:
    """The segments of a made-up site become sources of the workspace, and the rules run over them."""
    import pickle

    from lotproof.intake.receipt import Receipt
    from lotproof.lake.directory import refresh
    from lotproof.ledger import store
    from lotproof.workspace.job import check_workspace
    from lotproof.workspace.sources import _body

    shutil.copytree(lake / "segments", workspace.root / "segments", copy_function=os.link, dirs_exist_ok=True)
    for source in pickle.loads((lake / "sources.pkl").read_bytes()):
        files = {path.name: "0" * 64 for path in (lake / "segments" / source.sha256).iterdir()}
        receipt = Receipt(f"{source.name}.csv", source.sha256, 1, source.kind, segment=files)
        store.append("file", "intake", NOW, "benchmark", _body(receipt, "0" * 64, NOW))
    for n in range(2_000):  # documents without rows: pictures, reports
        receipt = Receipt(f"reports/batch-{n:05d}.pdf", f"{n:064x}", 1, "document")
        store.append("file", "intake", NOW, "benchmark", _body(receipt, "0" * 64, NOW))
    refresh(workspace.lake)
    check_workspace(workspace.root, NOW, "benchmark", None, lambda *_: None)


# --- asking -------------------------------------------------------------------------------------------------------------------------


class Browser:
    """One person's session over one connection."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.token = port, {}, ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method: str, address: str, form: dict[str, str] | None = None) -> tuple[int, float, bytes]:
        """Status, milliseconds that the server says it took, body."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({**form, "csrfmiddlewaretoken": self.token}) if form is not None else None
        for attempt in (1, 2):
            try:
                self.connection.request(method, address, body, headers)
                answer = self.connection.getresponse()
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()  # kept alive too long: that is no error of the server
                if attempt == 2 or method == "POST":
                    raise
        content = answer.read()
        for one in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = one.partition("=")
            self.cookies[name] = rest.split(";")[0]
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', content)
        self.token = found[1].decode() if found else self.token
        took = re.search(r"dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
        return answer.status, float(took[1]) if took else float("nan"), content

    def sign_in(self, user: str) -> None:
        self.ask("GET", "/sign-in")
        status, _, body = self.ask("POST", "/sign-in", {"user": user, "password": PASSWORD})
        assert status == 302, body.decode()[:2000]
        self.ask("GET", "/")


class Served:
    """lotproof serve on a free port."""

    def __init__(self, home: Path, workers: int = 1) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-c", "from lotproof.cli.main import main; main()", "serve", "--port", str(self.port), "--workspace", str(home), "--workers", str(workers)]
        self.log = (home / "benchmark.log").open("wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, start_new_session=True)

    def __enter__(self) -> Served:
        for _ in range(600):
            try:
                if Browser(self.port).ask("GET", "/alive")[0] == 200:
                    return self
            except OSError:
                passing.sleep(0.1)
        raise SystemExit("The server did not answer; see benchmark.log in the workspace.")

    def __exit__(self, *_error: object) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(60)


def addresses(browser: Browser) -> Iterator[str]:
    """Every page, list and document of the desk, on a large record of each kind."""
    open_ones = re.findall(r"INC-\d{4}-\d{4,}", browser.ask("GET", "/incidents/?state=acting")[2].decode())
    running, closed = open_ones[0], re.findall(r"INC-\d{4}-\d{4,}", browser.ask("GET", "/incidents/?state=closed")[2].decode())[0]
    yield from ("/", "/signals/", "/signals/?state=", "/incidents/", "/incidents/?state=running", "/incidents/?q=shipment+77", "/incidents/?page=150")
    for number in (running, closed):
        yield from (f"/incidents/{number}/", f"/incidents/{number}/record.json")
    yield from (f"/incidents/{running}/do/observation", f"/incidents/{running}/do/action-done", f"/incidents/{running}/worksheets/fda-3911", f"/incidents/{running}/data/")
    yield from ("/incidents/open", "/actions/", "/actions/?all=1", "/holds/", "/alarms/", "/procedures/", "/procedures/PRO-2026-0001/", "/audits/", "/verify/", "/kpis/")
    yield from ("/readiness/", "/readiness/plan", "/readiness/plan.csv", "/files/", "/files/?q=batch-01999", "/work/", "/trail/", "/trail/?before=400000")
    yield from ("/lots/L000007/", "/lots/L000007/RPT-03/", f"/find?q={running}", "/find?q=shipment+77", "/find?q=L000007", f"/find?q={quote('(00)095212300000700003')}")
    yield from ("/incidents.csv", "/incidents.json", "/actions.csv", "/signals.csv", "/training.csv", "/ready", "/metrics", "/sign-in")


def pages(home: Path, only: str, rounds: int = 5) -> None:
    """Each page some times; the middle of what the server says it took."""
    with Served(home) as served:
        browser = Browser(served.port)
        browser.sign_in("p-02")
        for address in dict.fromkeys(addresses(browser)):
            if only in address:
                asked = [browser.ask("GET", address) for _ in range(rounds)]
                times = [took for _, took, _ in asked]
                slow = "  <-- over 200 ms" if statistics.median(times) > 200 else ""
                print(f"{asked[0][0]} {statistics.median(times):8.1f} ms (first {times[0]:8.1f}) {len(asked[0][2]) / 1000:9.1f} kB  {address}{slow}", flush=True)


def crowd(home: Path, count: int, seconds: float) -> None:
    """People at once: four pages to an act, each with a second to read."""
    with Served(home, 2 if os.environ.get("DATABASE_URL") else 1) as served:
        browsers = [Browser(served.port) for _ in range(count)]
        for browser, (user, _) in zip(browsers, PEOPLE, strict=False):
            browser.sign_in(user)
        numbers = re.findall(r"INC-\d{4}-\d{4,}", browsers[0].ask("GET", "/incidents/?state=running")[2].decode())
        told: list[tuple[str, int, float]] = []
        until = passing.monotonic() + seconds
        threads = [threading.Thread(target=_walk, args=(browser, sorted(set(numbers)), n, until, told)) for n, browser in enumerate(browsers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    _summary(told, count, seconds)


def _walk(browser: Browser, numbers: list[str], seed: int, until: float, told: list[tuple[str, int, float]]) -> None:
    chance = random.Random(seed)
    while passing.monotonic() < until:
        number = chance.choice(numbers)
        for address in ("/", "/incidents/?state=running", f"/incidents/{number}/", f"/incidents/{number}/do/observation"):
            told.append(_timed(browser, "GET", address))
            passing.sleep(chance.uniform(0.3, 1.7))
        told.append(_timed(browser, "POST", f"/incidents/{number}/do/observation", {"stream": "people", "what": f"Seen by {seed}.", "event_time": ""}))


def _timed(browser: Browser, method: str, address: str, form: dict[str, str] | None = None) -> tuple[str, int, float]:
    begun = passing.monotonic()
    try:
        status = browser.ask(method, address, form)[0]
    except OSError as error:
        status, _ = 0, print(f"{method} {address}: {error}")
    name = re.sub(r"INC-\d+-\d+", "…", address)
    return f"{method} {name}", status, 1000 * (passing.monotonic() - begun)


def _summary(told: list[tuple[str, int, float]], count: int, seconds: float) -> None:
    roles = {403, 409}  # regulatory may not observe: the desk says so, and that is no error
    errors = [one for one in told if not (200 <= one[1] < 400 or one[1] in roles)]
    print(f"{count} people, {seconds:.0f} s: {len(told)} requests, {len(told) / seconds:.1f} a second, {len(errors)} errors")
    for name in sorted({one[0] for one in told}):
        times = sorted(took for other, _, took in told if other == name)
        statuses = sorted({status for other, status, _ in told if other == name})
        print(f"  {name:<45} {len(times):>6} times, middle {statistics.median(times):7.0f} ms, 95 % within {times[int(0.95 * len(times))]:7.0f} ms, {statuses}")
    for one in errors[:10]:
        print(f"  error: {json.dumps(one)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("make", "pages", "crowd"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    if asked.what == "make":
        make(asked.folder, asked.cases, asked.entries, asked.lake)
    elif asked.what == "pages":
        pages(asked.folder, asked.only)
    else:
        crowd(asked.folder, asked.people, asked.seconds)


if __name__ == "__main__":
    main()
