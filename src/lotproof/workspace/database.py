"""Django set up for one workspace, its tables made."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

PATIENCE = 50
"""Tenths of a second that another process may take to make the file of the database."""


def use_database(home: Path) -> None:
    """Point Django at the workspace's database (DATABASE_URL, else SQLite in ``home``) and make missing tables."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotproof.project.settings")
    if not apps.ready:
        django.setup()
    _point(home)
    _reach()
    if _lacks_tables():
        with _alone(home):
            if _lacks_tables():  # another process may have made them meanwhile
                call_command("migrate", verbosity=0, interactive=False)


def _reach() -> None:
    """Connect. While another process makes the file and switches to its write-ahead log, SQLite refuses without waiting: wait here."""
    for attempt in range(PATIENCE):
        try:
            connections["default"].ensure_connection()
            return
        except OperationalError as error:
            if "locked" not in str(error) or attempt == PATIENCE - 1:
                raise
            time.sleep(0.1)


def _lacks_tables() -> bool:
    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Two processes that open a new workspace at once: one makes the tables, the other waits."""
    with (home / "opening.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _point(home: Path) -> None:
    """A process may open several workspaces one after another: the connection follows."""
    if os.environ.get("DATABASE_URL"):
        return
    wanted = str(home.resolve() / "ledger.sqlite3")
    current = connections["default"]
    if current.vendor == "sqlite":
        current.close()  # even for the same path: the folder may have been removed and made anew
        current.settings_dict["NAME"] = wanted
        settings.DATABASES["default"]["NAME"] = wanted


def close_database() -> None:
    """Close the connection, so that the files are free."""
    connections.close_all()
