"""OQ of the ledger: nothing is changed, nothing is lost, lists are what it says, and a copy of the workspace is the workspace."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.db import Error, connection, transaction

from lotproof.jobs import queue
from lotproof.ledger import store
from lotproof.ledger.note import encode64
from lotproof.qualify.check import Check, NotHere, ensure, refusal_of
from lotproof.qualify.scratch import ACTOR, Scratch
from lotproof.quality.replay import replay
from lotproof.quality.shell import load, table
from lotproof.workspace.backup import back_up
from lotproof.workspace.logbook import take_checkpoint


def _append_only(scratch: Scratch) -> str:
    assert scratch.workspace
    before = store.root()
    told = []
    for statement in ("UPDATE ledger_entry SET seq = 9", "DELETE FROM ledger_entry"):

        def act(statement: str = statement) -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

        told.append(refusal_of(act, Error).splitlines()[0])
    ensure(store.root() == before, "The root of the log is another one now.")
    return "; ".join(told)


def _sound(scratch: Scratch) -> str:
    scratch.opened()
    problems = store.problems()
    ensure(not problems, " ".join(problems[:5]))
    return f"{store.size()} entries without a gap, each linked to the one before in its stream; root {encode64(store.root())}."


def _grows(scratch: Scratch) -> str:
    head, _ = take_checkpoint(scratch.workspace)
    scratch.opened()
    later = store.root_at([head.size])[head.size]
    ensure(later == head.root and store.size() > head.size, "The log of now does not contain the one that was signed.")
    return f"The signed head over {head.size} entries is contained in the log of {store.size()}."


ALTER = """
UPDATE ledger_entry SET data = CAST(replace(CAST(data AS TEXT), 'units', 'boxes') AS BLOB)
WHERE "index" = (SELECT max("index") FROM ledger_entry WHERE CAST(data AS TEXT) LIKE '%units%')
"""


def _backup(scratch: Scratch, target: Path) -> None:
    """The database as it is now; closed, so that nothing of the copy stays in a log beside it."""
    with (
        contextlib.closing(sqlite3.connect(scratch.home / "ledger.sqlite3")) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)


def _altered(scratch: Scratch) -> str:
    """An owner of the database can drop the triggers; then it shows."""
    if connection.vendor != "sqlite":
        raise NotHere("Shown on SQLite alone: the owner of a database server is asked to drop no triggers for a test.")
    copy = scratch.folder / "altered.sqlite3"
    _backup(scratch, copy)
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as owner:
        owner.execute("DROP TRIGGER ledger_entry_no_update")
        owner.execute(ALTER)
    home = scratch.folder / "altered"
    shutil.copytree(scratch.home, home, ignore=shutil.ignore_patterns("ledger.sqlite3*"))
    shutil.move(copy, home / "ledger.sqlite3")
    code, told = _program("doctor", "--workspace", str(home))
    ensure(code == 1 and "its bytes are not those whose leaf hash was stored" in told, f"doctor ended with {code}: {told[:500]}")
    return next(line for line in told.splitlines() if "leaf hash" in line)[:300]


def _program(*arguments: str) -> tuple[int, str]:
    """A command in a process of its own: exit code, and what it says."""
    command = [sys.executable, "-c", "from lotproof.cli.main import main; main()", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "LOTPROOF_HOME")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)
    return done.returncode, done.stdout + done.stderr


def _replayed(scratch: Scratch) -> str:
    scratch.contained()
    ensure(replay() == [], " ".join(replay()[:5]))
    return f"{table('CaseRow').count()} incidents and their clocks, holds and actions are the fold of the ledger."


def _changed_row(scratch: Scratch) -> str:
    number = scratch.opened()
    table("CaseRow").filter(number=number).update(state="closed")
    found = replay(mend=True)
    ensure(any(number in one for one in found), f"Nothing was found: {found}")
    ensure(replay() == [], "It was found, and not put right.")
    return f"{found[0]} It was put right from the ledger."


def _exported(scratch: Scratch) -> str:
    """The list by the way that people take: the page's own download, signed in."""
    from django.conf import settings
    from django.test import Client

    number = scratch.opened(title='=1+1, "quoted"; and\nlines')
    os.environ["LOTPROOF_HOME"] = str(scratch.home)
    settings.ALLOWED_HOSTS = ["localhost"]
    client = Client(SERVER_NAME="localhost")
    came = client.post("/sign-in", {"user": "oq-reader", "password": scratch.password})
    ensure(came.status_code == 302, f"The reader was not let in: {came.status_code}.")
    data = client.get("/incidents.json").json()["incidents"]
    rows = list(csv.DictReader(io.StringIO(client.get("/incidents.csv").content.decode())))
    held = list(table("CaseRow").values("number", "title", "state", "lots"))
    ensure([one["number"] for one in data] == [one["number"] for one in held], "JSON lacks incidents.")
    ensure([one["number"] for one in rows] == [one["number"] for one in held], "CSV lacks incidents.")
    record = client.get(f"/incidents/{number}/record.json").json()
    ensure([one["entry"] for one in record["acts"]] == [one.index for one in load(number).acts], "The record as JSON lacks acts.")
    shown = next(one["title"] for one in rows if one["number"] == number)
    ensure(shown == "'" + load(number).title, f"A spreadsheet would run {shown!r}.")
    return f"{len(rows)} incidents as CSV and JSON, each that the record has; a title that looks like a formula is text."


def _copied(scratch: Scratch) -> str:
    """By the command that the site uses, and back."""
    if connection.vendor != "sqlite":
        raise NotHere("On a database server a restore wants an empty database of its own: try lotproof backup and restore there.")
    made = back_up(scratch.workspace, scratch.folder / "backup.tar", scratch.now, lambda _what, _done, _of: None)
    code, told = _program("restore", str(made.path), str(scratch.folder / "restored"))
    ensure(code == 0, f"The backup was not restored: {told[:500]}")
    code, told = _program("doctor", "--replay", "--workspace", str(scratch.folder / "restored"))
    ensure(code == 0, f"The restored workspace does not pass: {told[:500]}")
    return f"{made.files} files and {made.entries} entries with the root {made.root}; restored elsewhere, every check passes."


def _jobs(scratch: Scratch) -> str:
    assert scratch.workspace
    first = queue.put("oq", {"a": 1}, ACTOR, scratch.now, key="oq:1")
    again = queue.put("oq", {"a": 1}, ACTOR, scratch.now, key="oq:1")
    ensure(first.pk == again.pk, "The same key gave two jobs.")
    taken = queue.take("first-worker", scratch.now)
    ensure(taken is not None and taken.pk == first.pk, "The job was not given to a worker.")
    ensure(queue.take("second-worker", scratch.now) is None, "Two workers got one job.")
    scratch.wait(10)
    ensure(queue.take("second-worker", scratch.now) is not None, "A job whose worker fell silent was not taken up again.")
    queue.end(first.pk, {})
    return "One job for one key, one worker at a time, taken up again when its worker fell silent."


def _check(number: int, what: str, expected: str, shows: tuple[str, ...], look: Callable[[Scratch], str]) -> Check[Scratch]:
    return Check(f"OQ-{number:02d}", what, expected, shows, look)


CHECKS = (
    _check(
        20,
        "Entries of the ledger are changed and removed in the database",
        "Both are refused",
        ("P11-10e", "A11-9", "P11-10c"),
        _append_only,
    ),
    _check(21, "The chain of the ledger", "No gap, each entry linked to the one before", ("P11-10a", "P11-10e"), _sound),
    _check(22, "A signed head of the log, and entries after it", "The later log contains the earlier one", ("P11-10e", "P11-70"), _grows),
    _check(23, "Somebody changes an entry after dropping the triggers", "doctor finds the entry", ("P11-10a", "A11-7"), _altered),
    _check(24, "Every list of the desk is made anew from the ledger", "They are equal", ("P11-10a", "A11-7"), _replayed),
    _check(25, "A row of a list is changed in the database", "Found, and put right from the ledger", ("P11-10a", "A11-7"), _changed_row),
    _check(
        26,
        "Lists and a record as CSV and JSON",
        "Complete and equal to the record; no formula runs",
        ("P11-10b", "A11-8", "ASVS-V5"),
        _exported,
    ),
    _check(
        27, "Backup and restore", "The restored workspace passes every check, with the same root", ("A11-7", "A11-16", "P11-10c"), _copied
    ),
    _check(28, "Work outside requests", "Done once; taken up again when a worker dies", ("A11-16",), _jobs),
)
"""What is done, in order."""
