"""Kill a process that takes a drop folder in, at many moments; after each, let another end it and say what is there.

    python drop_killed.py WORKSPACE FOLDER [taken] [moved]

WORKSPACE is copied for each; FOLDER is for scratch.
Without points it kills at every rename and removal that a round makes. Each kill is SIGKILL to a forked process, so that nothing of it can
tidy up. Prints a line of JSON for each.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotproof.project.settings")

sys.path += [str(Path(__file__).parent)]

from drop_kit import Site, delivered, noted, rows, source_paths, table

from lotproof.exchange.drop import take
from lotproof.exchange.drop.local import LocalSpot
from lotproof.workspace import sources

CHANGES = ("os.rename", "os.remove", "os.rmdir")


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(owner: object, name: str) -> Callable[[], None]:
    """Makes a function the last one of the process."""

    def arm() -> None:
        real = getattr(owner, name)

        def deadly(*given: object, **more: object) -> None:
            real(*given, **more)
            die()

        setattr(owner, name, deadly)

    return arm


def at_change(number: int) -> Callable[[], None]:
    """Dies before the change of the disk of this number."""

    def arm() -> None:
        count = 0

        def hook(event: str, _given: object) -> None:
            nonlocal count
            if event in CHANGES:
                count += 1
                if count == number:
                    die()

        sys.addaudithook(hook)

    return arm


def forked(work: Callable[[], None]) -> int:
    """How a process ended that did the work."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def listing(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def prepared(home: Path, arm: Callable[[], None]) -> Callable[[], None]:
    def work() -> None:
        site = Site(home / "w")
        site.places(table("folder", {"name": "line2", "path": str(home / "in"), "still_seconds": 0}))
        arm()
        site.round()

    return work


def ended(home: Path, killed: int) -> Callable[[], None]:
    """Another process comes, and says what there is."""

    def work() -> None:
        site = Site(home / "w")
        site.wait(3600)
        came = site.round().came
        came += site.round(wait=60).came
        receipts = [json.loads(path.read_text())["sentence"] for path in (home / "in").rglob("*.receipt.json")]
        found = {
            "killed": killed, "files": listing(home / "in"), "sources": sorted(source_paths()), "deliveries": len(delivered()),
            "noted": [body["name"] for body in noted()], "sentences": receipts, "left": [str(path) for path in site.waits()],
        }  # fmt: skip
        print(json.dumps(found), flush=True)

    return work


def fill(home: Path, template: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(template, home / "w")
    (home / "in").mkdir()
    (home / "in" / "a.csv").write_bytes(rows(1, 2))
    (home / "in" / "b.csv").write_bytes(rows(3))
    (home / "in" / "c.bin").write_bytes(bytes(range(256)) * 9)


def main(template: Path, folder: Path, points: list[str]) -> None:
    django.setup()  # once, for all that are forked
    named = {"taken": after(sources, "take_in"), "moved": after(LocalSpot, "put_away")}
    # Beside the changes of the disk: right after the source is in the ledger, and after an entry about what came.
    arms = [named[point] for point in points] or [*named.values(), after(take, "_note")]
    number = 0
    while True:
        arm = arms.pop(0) if arms else at_change(number := number + 1)
        home = folder / "run"
        fill(home, template)
        killed = forked(prepared(home, arm))
        if killed == 0:
            break  # a round makes no more changes than that
        assert forked(ended(home, killed)) == 0
        if points and not arms:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
