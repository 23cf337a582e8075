"""The recipe of README.txt and verify.sh, run as they stand in the pack."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from synthetic_pack import KEY, PACK, STRANGER, THIEF, change, clone, make_pack

from lotproof.packs import bag

pytestmark = pytest.mark.skipif(not all(map(shutil.which, ("openssl", "sha256sum", "sh"))), reason="openssl or sha256sum is absent")


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("honest") / PACK)


@pytest.fixture
def pack(honest, tmp_path):
    copy = clone(honest, tmp_path / PACK)
    (copy / "data/raw/site/50%25 done.csv").unlink()  # sha256sum does not read the percent-encoding of RFC 8493
    return copy


def recipe(pack: Path) -> str:
    """Take the indented block of the recipe out of README.txt, as a reader would copy it."""
    text = (pack / "README.txt").read_text()
    after = text.split("run with `sh -e`:\n")[1]
    return "".join(line for line in re.findall(r"(?:    [^\n]*)?\n", after.split("\nThe last line must say")[0]))


def run_recipe(pack: Path, vkey: str = KEY.vkey) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KEY": vkey}
    return subprocess.run(["sh", "-e", "-c", recipe(pack)], cwd=pack, env=environment, capture_output=True, text=True, check=False)


def run_script(pack: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(pack / "verify/verify.sh"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def plain(tmp_path):
    """A pack without a percent sign in a file name."""
    root = make_pack(tmp_path / PACK)
    (root / "data/raw/site/50%25 done.csv").unlink()
    from synthetic_pack import sample_log, write_seal

    write_seal(root, sample_log().entries)
    return root


def test_the_recipe_holds_for_an_honest_pack(plain):
    done = run_recipe(plain)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("Signature Verified Successfully")


@pytest.mark.parametrize("key", [STRANGER.vkey, THIEF.vkey])
def test_the_recipe_fails_for_another_key(plain, key):
    assert run_recipe(plain, key).returncode != 0


@pytest.mark.parametrize("path", ["data/report/report.pdf", "README.txt", "seal/statement.json", "data/findings.json"])
def test_the_recipe_fails_for_a_changed_file(plain, path):
    change(plain / path, lambda data: data + b" ")
    assert run_recipe(plain).returncode != 0


def test_the_recipe_fails_for_an_added_file_and_for_recomputed_manifests(plain):
    (plain / "data/extra").write_bytes(b"")
    assert run_recipe(plain).returncode != 0
    bag.write_bag(plain, {"External-Identifier": PACK})
    assert run_recipe(plain).returncode != 0


def test_the_script_gives_the_exit_codes_of_the_specification(honest, tmp_path):
    assert run_script(honest, KEY.vkey).returncode == 0, run_script(honest, KEY.vkey)
    assert run_script(honest).returncode == 3
    assert run_script(honest, THIEF.vkey).returncode == 1
    assert run_script(honest, KEY.vkey, str(tmp_path)).returncode == 2


@pytest.mark.parametrize(
    "path",
    [
        "data/report/report.pdf",
        "data/raw/site/50%25 done.csv",
        "verify/SPEC.md",
        "manifest-sha512.txt",
        "tagmanifest-sha512.txt",
        "seal/statement.json",
        "data/ledger/checkpoint",
    ],
)
def test_the_script_fails_for_a_changed_and_for_a_missing_file(honest, tmp_path, path):
    pack = clone(honest, tmp_path / PACK)
    change(pack / path, lambda data: data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    assert run_script(pack, KEY.vkey).returncode == 1
    (pack / path).unlink()
    assert run_script(pack, KEY.vkey).returncode == 1


@pytest.mark.parametrize("path", ["data/extra.csv", "extra.txt", "verify/extra.py"])
def test_the_script_fails_for_an_added_file_and_for_a_link(honest, tmp_path, path):
    pack = clone(honest, tmp_path / PACK)
    (pack / path).write_bytes(b"x")
    assert run_script(pack, KEY.vkey).returncode == 1
    (pack / path).unlink()
    (pack / path).symlink_to("/etc/hostname")
    assert run_script(pack, KEY.vkey).returncode == 1


def test_the_readme_names_pack_root_and_key_and_warns_of_its_own_key(honest):
    text = (honest / "README.txt").read_text()
    assert text.startswith(f"Evidence pack {PACK}\n===")
    assert KEY.vkey in text
    assert "so would a forger" in text
    assert "{" not in text.replace("${", "")


def test_the_specification_lists_every_code(honest):
    from lotproof.packs.standalone.codes import CODES

    text = (honest / "verify/SPEC.md").read_text()
    assert all(f"- `{code}`: {meaning}" in text for code, meaning in CODES.items())
    assert "{{" not in text
