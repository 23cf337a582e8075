"""What tests do with a ledger in a process of its own, so that DATABASE_URL decides where it lies.

Called as: ledger_worker.py HOME ACTS, the acts a JSON list of [name, argument, ...]; prints the list of their answers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TIME = "2026-11-22T09:00:00Z"


def append(stream: str, count: int) -> Any:
    from lotproof.ledger import store

    return [store.append("record", stream, TIME, "worker", {"n": n}).index for n in range(count)]


def append_aloud(stream: str, count: int) -> Any:
    """Append, and say of each entry where it went only once it is acknowledged."""
    from lotproof.ledger import store

    for n in range(count):
        made = store.append("record", stream, TIME, "worker", {"n": n, "filler": "x" * 300})
        print(made.index, made.leaf, flush=True)
    return None


def leaves() -> Any:
    """The leaf of each entry, in order, as `append` names it."""
    from lotproof.ledger import store
    from lotproof.ledger.note import encode64

    return [encode64(leaf) for leaf in store.leaves()]


def look() -> Any:
    from lotproof.ledger import store
    from lotproof.ledger.entry import parse_entry

    parsed = [parse_entry(data) for data in store.entries()]
    heads = {name: head.seq for name, head in store.heads().items()}
    seqs = {name: [e.seq for e in parsed if e.stream == name] for name in heads}
    return {"size": store.size(), "problems": store.problems(), "heads": heads, "seqs": seqs, "root": store.root().hex(),
            "bodies": [e.body for e in parsed]}  # fmt: skip


def look_problems() -> Any:
    from lotproof.ledger import store

    return store.problems()


def execute(*statements: str) -> Any:
    """Statements as an owner of the database may send them; what each was answered."""
    from django.db import Error, connection, transaction

    answers = []
    for statement in statements:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
            answers.append("")
        except Error as error:
            answers.append(str(error))
    return answers


def refuse() -> Any:
    """Entries that cannot be written, and the log after them."""
    from lotproof.ledger import store
    from lotproof.ledger.entry import EntryError

    told = []
    for kind, body in (("nonsense", {}), ("record", {"x": 1.5}), ("record", {"x": "y" * 70_000})):
        try:
            store.append(kind, "s", TIME, "worker", body)
        except EntryError as error:
            told.append(str(error))
    return {"told": told, "size": store.size()}


def migrations() -> Any:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    # exits with 1 where a model says what no migration does
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    applied = [name for app, name in MigrationRecorder(connection).applied_migrations() if app == "ledger"]
    return {"applied": applied, "vendor": connection.vendor}


if __name__ == "__main__":
    from lotproof.workspace.database import use_database

    home = Path(sys.argv[1])
    home.mkdir(parents=True, exist_ok=True)
    use_database(home)
    print(json.dumps([globals()[name](*arguments) for name, *arguments in json.loads(sys.argv[2])]))
