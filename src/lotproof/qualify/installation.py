"""IQ: what is installed, where, with which settings. Reads the site's own workspace and changes nothing in it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lotproof.ledger import store
from lotproof.qualify.check import Check, NotHere, NotSo, ensure
from lotproof.qualify.packages import compare, editable, needed, unmet
from lotproof.quality.times import moment
from lotproof.workspace.doctor import examine
from lotproof.workspace.place import Workspace

ROOM = 1_000_000_000
"""Bytes that have to be free."""
SKEW = 300
"""Seconds that the last entry of the ledger may lie after the clock."""


@dataclass(frozen=True)
class Installed:
    """What is looked at."""

    workspace: Workspace
    """The site's workspace."""
    time: str
    """What the clock says, UTC."""


def _versions(_site: Installed) -> str:
    lacks = unmet("lotproof")
    ensure(not lacks, f"{'; '.join(lacks)}. Install lotproof again with its dependencies.")
    names = ("lotproof", "django", "duckdb", "cryptography", "argon2-cffi", "pyarrow", "typst", "granian", "psycopg")
    told = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return f"Python {platform.python_version()} on {platform.platform()}; {told}."


def _own_files(_site: Installed) -> str:
    own = importlib.metadata.distribution("lotproof")
    if editable(own):
        raise NotSo("Lotproof runs from a source tree (pip install -e), whose files no RECORD lists: install the wheel, then qualify.")
    compared = compare(own)
    ensure(not compared.wrong, f"{len(compared.wrong)} files are not those of the wheel: {', '.join(compared.wrong[:10])}.")
    return f"{compared.files} files are those of the wheel {own.version}."


def _other_files(_site: Installed) -> str:
    found = {name: one for name, one in needed("lotproof").items() if one is not None and name != "lotproof"}
    compared = {name: compare(one) for name, one in found.items()}
    wrong = [f"{name}: {file}" for name, one in compared.items() for file in one.wrong]
    ensure(not wrong, f"{len(wrong)} files are not those of their wheels: {', '.join(wrong[:10])}.")
    return f"{sum(one.files for one in compared.values())} files of {len(found)} packages are those of their wheels."


def _tables(_site: Installed) -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    ensure(not plan, f"These migrations are not applied: {', '.join(map(str, (one for one, _ in plan)))}.")
    applied = sorted(f"{app}.{name}" for app, name in executor.loader.applied_migrations)
    return f"{len(connection.introspection.table_names())} tables; applied: {', '.join(applied)}."


TRIGGERS = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'",
        {"ledger_entry_no_update", "ledger_entry_no_delete"},
    ),
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger_entry'::regclass AND NOT tgisinternal AND tgenabled <> 'D'",
        {"ledger_entry_append_only", "ledger_entry_no_truncate"},
    ),
}
"""Database -> how it is asked for the triggers of the ledger, and which it has to have."""


def _triggers(_site: Installed) -> str:
    statement, wanted = TRIGGERS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = {str(name) for (name,) in cursor.fetchall()}
    ensure(wanted <= found, f"The ledger lacks {', '.join(sorted(wanted - found))}; entries could be changed. Restore the database.")
    return f"The ledger has {', '.join(sorted(wanted))}."


def _key(site: Installed) -> str:
    introduced = [body["vkey"] for body in store.bodies("key", "log")]
    ensure(introduced[-1:] == [site.workspace.key.vkey], "The key of the workspace is not the last one that the ledger introduced.")
    return f"The log is {site.workspace.origin}, its key {site.workspace.key.vkey}, the {len(introduced)}. of this log."


def _clock(site: Installed) -> str:
    now, last = moment(site.time), _last_time()
    ensure(
        last is None or moment(last) - now <= timedelta(seconds=SKEW),
        f"The clock says {site.time}, the last entry of the ledger {last}: one of them is wrong.",
    )
    offset = ZoneInfo("Europe/Berlin").utcoffset(moment("2026-07-01T12:00:00Z").replace(tzinfo=None))
    ensure(offset == timedelta(hours=2), "The time zones of this machine are wrong: Berlin is not two hours ahead in July.")
    return f"The clock says {site.time}, the last entry is of {last or 'none'}; {_synchronised()}."


def _last_time() -> str | None:
    from lotproof.ledger.entry import parse_entry

    data = store.table().order_by("-index").values_list("data", flat=True).first()
    return parse_entry(bytes(data)).time if data is not None else None


def _synchronised() -> str:
    """What the system says of its synchronisation; many machines have no way to say."""
    program = shutil.which("timedatectl")
    if program is None:
        return "this system does not say whether it is synchronised: state how in the report"
    done = subprocess.run([program, "show", "-p", "NTPSynchronized", "--value"], capture_output=True, text=True, timeout=20, check=False)
    return {"yes": "it is synchronised (NTP)", "no": "it is NOT synchronised (NTP)"}.get(
        done.stdout.strip(), "this system does not say whether it is synchronised: state how in the report"
    )


def _rights(site: Installed) -> str:
    root = site.workspace.root
    private = [path for path in (root / "keys").iterdir() if path.suffix in (".pem", ".json", ".key")]
    shown = [f"{path.name} {stat.filemode(path.stat().st_mode)}" for path in (root / "keys", *sorted(private))]
    open_to = [path.name for path in (root / "keys", *private) if path.stat().st_mode & 0o077]
    ensure(not open_to, f"Others can read {', '.join(open_to)} ({', '.join(shown)}): chmod go= them, and think of giving new keys.")
    ensure(not root.stat().st_mode & stat.S_IWOTH, f"Everybody may write into {root}: chmod o-w it.")
    return f"{', '.join(shown)}; owner {root.stat().st_uid}, this process {os.geteuid()}."


def _disk(site: Installed) -> str:
    free = shutil.disk_usage(site.workspace.root).free
    with tempfile.TemporaryFile(dir=site.workspace.root) as file:
        file.write(b"lotproof")
        file.flush()
        os.fsync(file.fileno())
    ensure(free >= ROOM, f"{free / 1e9:.1f} GB are free at {site.workspace.root}; at least {ROOM / 1e9:.0f} are needed.")
    return f"{free / 1e9:.1f} GB are free at {site.workspace.root}; what is written there is forced to the disk."


WANTED = {
    "sqlite": {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"},
    "postgresql": {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8"},
}
"""Database -> its settings without which an acknowledged entry could be lost."""


def _database(_site: Installed) -> str:
    asked = "PRAGMA" if connection.vendor == "sqlite" else "SHOW"
    found = {}
    with connection.cursor() as cursor:
        for name in WANTED[connection.vendor]:
            cursor.execute(f"{asked} {name}")
            found[name] = str(cursor.fetchone()[0])
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check")
            ensure(cursor.fetchone()[0] == "ok", "SQLite's quick_check finds the file damaged; restore it from the backup.")
    told = ", ".join(f"{name}={value}" for name, value in found.items())
    ensure(found == WANTED[connection.vendor], f"{told}; an entry that was acknowledged could be lost when the power fails.")
    return f"{connection.vendor} {'.'.join(map(str, connection.get_database_version()))}: {told}."


def _sound(site: Installed) -> str:
    bad = [check.sentence for check in examine(site.workspace) if not check.ok]
    ensure(not bad, " ".join(bad))
    return " ".join(check.sentence for check in examine(site.workspace))


def _typst(_site: Installed) -> str:
    import typst

    text = b"#set document(title: [Qualification], date: datetime(year: 2026, month: 1, day: 1))\n= Qualification"
    made = typst.compile(text, pdf_standards=["a-2a"])
    ensure(bytes(made)[:5] == b"%PDF-", "typst made something that is no PDF.")
    return f"typst made a PDF/A-2a of {len(bytes(made))} bytes."


def _openssl(_site: Installed) -> str:
    program = shutil.which("openssl")
    if program is None:
        raise NotHere(
            "There is no openssl here: only verify.py of a pack asks for it, for certificates and passkeys; lotproof verify does not."
        )
    told = subprocess.run([program, "version"], capture_output=True, text=True, timeout=20, check=False).stdout.strip()
    ensure(told.startswith("OpenSSL 3"), f"{told}: verify.py of a pack needs OpenSSL 3.")
    return told


def _check(number: int, what: str, expected: str, shows: tuple[str, ...], look: Callable[[Installed], str]) -> Check[Installed]:
    return Check(f"IQ-{number:02d}", what, expected, shows, look)


CHECKS = (
    _check(1, "Versions", "Every package is there in a version that Lotproof asks for", ("P11-10a", "A11-4", "A11-10"), _versions),
    _check(2, "Files of Lotproof", "Each is the one of the wheel, by SHA-256", ("P11-10a", "P11-10k", "A11-10"), _own_files),
    _check(3, "Files of the other packages", "Each is the one of its wheel, by SHA-256", ("P11-10a", "A11-10"), _other_files),
    _check(4, "Tables", "Every migration is applied", ("A11-4", "A11-10"), _tables),
    _check(5, "Triggers of the ledger", "The database refuses to change or remove entries", ("P11-10e", "A11-9"), _triggers),
    _check(6, "Key of the log", "The one that the ledger introduced last", ("P11-10a", "P11-70"), _key),
    _check(7, "Clock and time zones", "Not before the last entry; zones are known", ("P11-10e", "A11-14", "D2-ALCOA"), _clock),
    _check(8, "Rights of the folders", "Keys are their owner's alone", ("P11-10d", "A11-12"), _rights),
    _check(9, "Disk", "Room, and writing that is forced to it", ("P11-10c", "A11-7"), _disk),
    _check(10, "Settings of the database", "What was acknowledged survives a power cut", ("P11-10c", "A11-7"), _database),
    _check(11, "The record itself", "Chain, tree, originals and segments are what the ledger says", ("P11-10a", "A11-7", "A11-17"), _sound),
    _check(12, "Report writer", "Makes a PDF/A", ("P11-10b", "A11-8"), _typst),
    _check(13, "openssl", "Version 3, for verify.py of packs", ("SEED-9",), _openssl),
)
"""What is looked at, in order."""
