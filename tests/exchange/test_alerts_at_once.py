"""The same export taken by two processes at once, on SQLite and on a real PostgreSQL server: each alert once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("ledger", "workspace")]

from alerts_kit import TAKEN, Packs, export
from ledger_databases import server  # noqa: F401
from small_site import PROGRAM

PACKS = Packs("09501101530003", "L1", "281231", [], [], [], [])


def environment(kind: str, request: Any) -> dict[str, str]:
    if kind == "sqlite":
        return {}
    import psycopg

    cluster = request.getfixturevalue("server")
    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS alerts_at_once")
        connection.execute("CREATE DATABASE alerts_at_once")
    return {"DATABASE_URL": f"{cluster}/alerts_at_once"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_export_that_two_take_at_once_is_taken_once(kind: str, request: Any, tmp_path: Path):
    env = {**os.environ, "LOTPROOF_WAIT": "60", **environment(kind, request)}
    home = str(tmp_path / "w")
    subprocess.run([str(PROGRAM), "init", home, "--now", TAKEN, "--actor", "x"], check=True, env=env, capture_output=True)
    path = export(tmp_path / "alerts.csv", [PACKS.row("A3", f"AL-{number}", f"SERIAL{number:08}") for number in range(200)])
    command = [str(PROGRAM), "alerts", "take", str(path), "--workspace", home, "--now", TAKEN, "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) for _ in range(2)]
    ends = [process.communicate(timeout=240) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    told = [json.loads(out) for out, _ in ends]
    assert sorted(len(one["new"]) for one in told) == [0, 200]
    assert sorted(one["known"] for one in told) == [0, 200]
    listed = subprocess.run(
        [str(PROGRAM), "alerts", "list", "--workspace", home, "--json"], check=True, env=env, capture_output=True, text=True
    )
    found = json.loads(listed.stdout)["alerts"]
    assert len(found) == 200
    assert {(one["class"], one["count"], one["clock"]["clock"]) for one in found} == {("suspicious", 1, "classify")}
    done = subprocess.run([str(PROGRAM), "doctor", "--replay", "--workspace", home], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, "Every list is the fold of the ledger." in done.stdout) == (0, True), done.stdout
