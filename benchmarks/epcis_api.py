"""Capture over HTTP against `lotproof add` of the same document, in one run; peak memory; one item's query.

    python benchmarks/epcis_api.py DOCUMENT [EPC]     # an EPCIS document in JSON or XML; an EPC in it to ask for

The document goes into two new workspaces beside it. Prints seconds, MB/s and peak resident memory of the server and of the worker.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

sys.path.append(str(Path(__file__).parents[1] / "tests" / "api"))

from api_site import LOTPROOF, Site, environment


def peak(process: int) -> int:
    """Peak resident memory of a process in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0


def children(process: int) -> list[int]:
    found = [int(one) for task in Path(f"/proc/{process}/task").glob("*") for one in (task / "children").read_text().split()]
    return [*found, *(deeper for one in found for deeper in children(one))]


class Watch(threading.Thread):
    """The greatest peak of each kind of process while it lives."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root, self.peaks, self.over = root, {"server": 0, "worker": 0}, False

    def run(self) -> None:
        while not self.over:
            for process in [self.root, *children(self.root)]:
                try:
                    kind = "worker" if b"\0work\0" in Path(f"/proc/{process}/cmdline").read_bytes() else "server"
                    self.peaks[kind] = max(self.peaks[kind], peak(process))
                except OSError:
                    continue
            time.sleep(0.2)


def post(site: Site, document: Path, kind: str) -> str:
    command = [
        "curl",
        "-sS",
        "-i",
        "-X",
        "POST",
        f"http://127.0.0.1:{site.port}/epcis/capture",
        "-T",
        str(document),
        "-H",
        f"Content-Type: {kind}",
    ]
    done = subprocess.run(
        [*command, "-H", "Authorization: Bearer key-for-all-of-it-0001", "-H", "Expect:"], capture_output=True, text=True, check=True
    )
    assert " 202 " in done.stdout.splitlines()[0], done.stdout
    return next(line.split("/epcis")[1].strip() for line in done.stdout.splitlines() if line.lower().startswith("location:"))


def main() -> None:
    document, megabytes = Path(sys.argv[1]), Path(sys.argv[1]).stat().st_size / 1e6
    kind = "application/xml" if document.open("rb").read(200).lstrip().startswith(b"<") else "application/ld+json"
    home = Path(tempfile.mkdtemp(prefix="epcis-api-", dir=document.parent))
    result: dict[str, object] = {"MB": round(megabytes)}
    try:
        site = Site(home / "captured")
        site.start()
        assert site.process
        watch = Watch(site.process.pid)
        watch.start()
        began = time.monotonic()
        path = post(site, document, kind)
        result["accepted after s"] = round(time.monotonic() - began, 1)
        while (job := site.call(path).json)["running"]:
            time.sleep(0.2)
        captured = time.monotonic() - began
        watch.over = True
        assert job["success"], job
        result |= {"captured after s": round(captured, 1), "MB/s": round(megabytes / captured, 1), "peak MB": watch.peaks}
        for epc in sys.argv[2:]:
            times = []
            for _ in range(10):
                began = time.monotonic()
                found = site.call(f"/events?MATCH_epc={quote(epc, safe='')}").events
                times.append(time.monotonic() - began)
            result |= {"events of the item": len(found), "ms for one item (median of 10)": round(sorted(times)[5] * 1000, 1)}
        site.stop()
        subprocess.run([*LOTPROOF, "init", str(home / "added")], env=environment(), check=True, capture_output=True)
        began = time.monotonic()
        subprocess.run(
            [*LOTPROOF, "add", str(document), "--workspace", str(home / "added")], env=environment(), check=True, capture_output=True
        )
        added = time.monotonic() - began
        result |= {"lotproof add s": round(added, 1), "capture as fast as add by": f"{added / captured:.0%}"}
        print(json.dumps(result, indent=1))
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
