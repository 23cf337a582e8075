"""Workspaces of earlier versions are taken over: tables are brought up to date, no entry changes, and the work goes on.

``earlier/`` holds them, each made by the code of its time (tools/keep_state.py); their keys are test keys.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from small_site import program

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

from ledger_databases import server  # noqa: F401

from lotproof.ledger import merkle
from lotproof.ledger.note import encode64

KEPT = sorted((Path(__file__).parent / "earlier").glob("*.tar.gz"))
FAST = [path for path in KEPT if "sqlite" in path.name or "-ledger-" in path.name]
PASSWORD = "correct horse battery"


@pytest.fixture
def earlier(request, tmp_path) -> Any:
    """The folder and the environment of a kept workspace, and the leaf hashes that its ledger had."""
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path, filter="fully_trusted")  # modes of keys have to stay
    home = tmp_path / "w"
    if "sqlite" in request.param.name:
        import sqlite3

        with sqlite3.connect(home / "ledger.sqlite3") as database:
            leaves = [row[0] for row in database.execute('SELECT leaf_hash FROM ledger_entry ORDER BY "index"')]
        return home, {}, leaves
    import psycopg

    url, name = request.getfixturevalue("server"), f"kept_{request.param.name.split('-')[2]}"
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    done = subprocess.run(
        ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", home / "database.sql", f"{url}/{name}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with psycopg.connect(f"{url}/{name}") as connection:
        leaves = [bytes(row[0]) for row in connection.execute('SELECT leaf_hash FROM ledger_entry ORDER BY "index"')]
    return home, {"DATABASE_URL": f"{url}/{name}"}, leaves


def both(test: Any) -> Any:
    """Over every kept state; those on PostgreSQL but the first take long."""
    marked = [pytest.param(path, marks=() if path in FAST else pytest.mark.slow, id=path.name[:-7]) for path in KEPT]
    return pytest.mark.parametrize("earlier", marked, indirect=True)(test)


def test_there_is_a_state_for_each_change_of_the_tables():
    """Whoever adds a migration keeps the state before it."""
    assert len(KEPT) == 8
    assert {path.name.rpartition("-")[2] for path in KEPT} == {"sqlite.tar.gz", "postgresql.tar.gz"}


@both
def test_it_is_taken_over_as_it_was(earlier):
    home, environment, leaves = earlier
    told = program("doctor", "--replay", "--json", "--workspace", home, environment=environment)
    assert told.returncode == 0, told.stdout + told.stderr
    root = encode64(merkle.root(leaves))
    assert f"The Merkle root over {len(leaves)} entries is {root}" in told.stdout, "taking over writes no entry and changes none"
    assert "1 sources and their segments are what the ledger says." in told.stdout


@pytest.mark.parametrize("earlier", [pytest.param(path, id=path.name[:-7]) for path in (KEPT[-1], KEPT[-2])], indirect=True)
def test_people_go_on_with_their_passwords(earlier):
    home, environment, leaves = earlier
    reading, writing = os.pipe()
    os.write(writing, f"{PASSWORD}\n".encode())
    os.close(writing)
    arguments = (
        "--by",
        "op-1",
        "--set",
        "title=Case 7 open",
        "--set",
        "severity=minor",
        "--password-fd",
        reading,
        "--now",
        "2026-11-25T08:00:00Z",
    )
    done = program("case", "open", *arguments, "--workspace", home, environment=environment, pass_fds=[reading])
    os.close(reading)
    assert done.returncode == 0, done.stderr
    told = json.loads(program("ledger", "status", "--json", "--workspace", home, environment=environment).stdout)
    assert told["size"] > len(leaves)
