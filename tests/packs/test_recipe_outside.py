"""The recipe for certificate and timestamps in README.txt and verify.sh, run as they stand in the pack."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from sealed_pack import Kit
from synthetic_pack import KEY, change


def recipe(pack: Path) -> str:
    text = (pack / "README.txt").read_text()
    after = text.split("run with `sh -e` here:\n")[1].split("\nEach must say")[0]
    return "".join(re.findall(r"(?:    [^\n]*)?\n", after))


def run_recipe(pack: Path, ca: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CA": str(ca)}
    return subprocess.run(["sh", "-e", "-c", recipe(pack)], cwd=pack, env=environment, capture_output=True, text=True, check=False)


def run_script(pack: Path, *arguments: object) -> int:
    return subprocess.run(["sh", str(pack / "verify/verify.sh"), *map(str, arguments)], capture_output=True, check=False).returncode


def test_the_recipe_holds_for_an_honest_pack(kit: Kit):
    done = run_recipe(kit.honest, kit.authority.ca)
    assert done.returncode == 0, done.stderr
    assert "Time stamp:" in done.stdout and done.stdout.count("Verification: OK") == 2


@pytest.mark.parametrize("path", ["seal/statement.json", "seal/statement.json.p7s", "data/ledger/checkpoint"])
def test_the_recipe_and_the_script_fail_for_a_changed_file(kit: Kit, pack: Path, path: str):
    change(pack / path, lambda data: data[:-40] + bytes([data[-40] ^ 1]) + data[-39:])
    assert run_recipe(pack, kit.authority.ca).returncode != 0
    assert run_script(pack, KEY.vkey, pack, kit.authority.ca) == 1


def test_the_script_asks_for_a_ca(kit: Kit):
    assert run_script(kit.honest, KEY.vkey, kit.honest, kit.authority.ca) == 0
    assert run_script(kit.honest, KEY.vkey, kit.honest) == 3
