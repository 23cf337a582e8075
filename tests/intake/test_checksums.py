"""Checksum lists: every common style, held against the files beside them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from intake_helper import Taken, take, take_texts, write

A = "SerialNumber;Level;Status\nA1;EA;Good\n"
SHA = hashlib.sha256(A.encode()).hexdigest()
MD5 = hashlib.md5(A.encode()).hexdigest()


def fixity(taken: Taken, name: str) -> list[tuple[object, ...]]:
    return taken.rows("fixity", "position name algorithm stated actual", name)


@pytest.mark.parametrize(
    ("line", "algorithm", "digest"),
    [
        (f"{SHA}  a.csv", "sha256", SHA),
        (f"{SHA} *a.csv", "sha256", SHA),
        (f"{SHA.upper()}  ./a.csv", "sha256", SHA),
        (f"{MD5}  a.csv", "md5", MD5),
        (f"SHA256 (a.csv) = {SHA}", "sha256", SHA),
        (f"MD5 (a.csv) = {MD5}", "md5", MD5),
        (f"{hashlib.sha512(A.encode()).hexdigest()}  a.csv", "sha512", hashlib.sha512(A.encode()).hexdigest()),
    ],
)
def test_each_style_is_read_and_agrees(line: str, algorithm: str, digest: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"a.csv": A, "SUMS": line + "\n"})
    assert taken["SUMS"].kind == "checksum-list"
    assert fixity(taken, "SUMS") == [(1, "a.csv", algorithm, digest, digest)]


def test_a_wrong_and_a_missing_file_stand_side_by_side(tmp_path: Path) -> None:
    text = f"# by L3\n{'0' * 64}  a.csv\n\n{SHA}  gone.csv\n"
    taken = take_texts(tmp_path, {"a.csv": A, "SUMS": text})
    assert fixity(taken, "SUMS") == [(2, "a.csv", "sha256", "0" * 64, SHA), (4, "gone.csv", "sha256", SHA, None)]
    assert (taken["SUMS"].rows, taken["SUMS"].stored, taken["SUMS"].no_data) == (4, 2, 2)


def test_names_are_seen_from_the_list_s_own_folder(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"line/a.csv": A, "line/SUMS": f"{SHA}  a.csv\n", "other/a.csv": A + "A2;EA;Good\n"})
    assert fixity(taken, "line/SUMS")[0][-1] == SHA


def test_a_list_never_leads_out_of_the_delivery(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    text = f"{SHA}  ../secret\n{SHA}  /etc/hostname\n{SHA}  a.csv\n"
    taken = take_texts(tmp_path, {"a.csv": A, "SUMS": text})
    assert [row[-1] for row in fixity(taken, "SUMS")] == [None, None, SHA]


def test_the_same_list_beside_other_files_is_held_against_them_anew(tmp_path: Path) -> None:
    """A receipt of yesterday must not vouch for the file of today."""
    known: dict[tuple[str, str], object] = {}
    memory = {"known": lambda sha, reading: known.get((sha, reading)), "acknowledge": lambda receipt, reading: known.update({(receipt.sha256, reading): receipt})}
    take(write(tmp_path / "one", {"a.csv": A, "SUMS": f"{SHA}  a.csv\n"}), tmp_path / "lake", **memory)
    again = take(write(tmp_path / "one", {}), tmp_path / "lake", **memory)
    assert "already in the workspace, not read again" in again["SUMS"].notes
    changed = take(write(tmp_path / "one", {"a.csv": A + "A2;EA;Good\n"}), tmp_path / "lake", **memory)
    assert fixity(changed, "SUMS")[0][-1] != SHA


def test_a_table_that_holds_digests_is_no_checksum_list(tmp_path: Path) -> None:
    text = f"SerialNumber;Level;Status;ImageRef\nA1;EA;Good;{SHA}\n"
    assert take_texts(tmp_path, {"x.csv": text}).only.kind == "line"
