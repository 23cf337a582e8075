"""`doctor` says what is wrong, in sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from small_site import ACT, Site, invoke, json_of


def _checks(home: Path, code: int) -> dict[str, dict]:
    document = json_of("doctor", "--workspace", home, code=code)
    assert document["ok"] is (code == 0)
    return {check["name"]: check for check in document["checks"]}


def _alter(home: Path, *statements: str) -> None:
    """Change the table as somebody does who owns the file: without the triggers."""
    with sqlite3.connect(home / "ledger.sqlite3") as database:
        for verb in ("update", "delete"):
            database.execute(f"DROP TRIGGER ledger_entry_no_{verb}")
        for statement in statements:
            database.execute(statement)
    database.close()


def test_a_healthy_workspace_is_told_so(site: Site) -> None:
    checks = _checks(site.home, 0)
    assert list(checks) == ["engine", "chain", "tree", "sources"]
    assert checks["sources"]["sentence"] == f"{len(site.document['sources'])} sources and their segments are what the ledger says."
    assert "packs that were sealed from it and still fit: 1." in checks["tree"]["sentence"]
    said = invoke("doctor", "--workspace", site.home)
    assert (said.exit_code, [line[:4] for line in said.stdout.splitlines()]) == (0, ["ok  "] * 4)


def test_a_changed_segment_is_found(own: Site) -> None:
    segment = sorted((own.home / "segments").rglob("observation.parquet"))[0]
    segment.write_bytes(segment.read_bytes()[:-1] + b"X")
    sentence = _checks(own.home, 1)["sources"]["sentence"]
    assert "the segment observation.parquet of " in sentence and sentence.endswith(" is missing or was changed.")
    said = invoke("doctor", "--workspace", own.home).stdout
    assert "FAIL sources: " in said and "Deliver the files again with lotproof add; segments are rebuilt from originals." in said


def test_a_changed_original_is_found_and_so_is_a_missing_one(own: Site) -> None:
    first, second = sorted(path for path in (own.home / "originals").rglob("*") if path.is_file())[:2]
    first.write_bytes(first.read_bytes() + b"\n")
    second.unlink()
    names = {source["sha256"]: source["name"] for source in own.document["sources"]}
    sentence = _checks(own.home, 1)["sources"]["sentence"]
    assert f"the original of {names[first.name]} was changed" in sentence
    assert f"the original of {names[second.name]} is missing" in sentence


CHANGES: dict[str, tuple[str, Callable[[int], str]]] = {
    "a changed byte": ("UPDATE ledger_entry SET data = replace(data, 'Assurance', 'Insurance') WHERE \"index\" = 2",
                       lambda _: "Entry 2: its bytes are not those whose leaf hash was stored."),
    "bytes that are no entry": ("UPDATE ledger_entry SET data = 'rubbish' WHERE \"index\" = 2",
                                lambda _: "Entry 2: its bytes are not those whose leaf hash was stored."),
    "a missing entry": ("DELETE FROM ledger_entry WHERE \"index\" = 3", lambda _: "The log has entry 4 where 3 follows."),
    "a wrong column": ("UPDATE ledger_entry SET kind = 'audit' WHERE \"index\" = 2", lambda _: "Entry 2: its columns do not say what its bytes say."),
}  # fmt: skip


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_changed_ledger_is_found(own: Site, change: str) -> None:
    statement, sentence = CHANGES[change]
    _alter(own.home, statement)
    checks = _checks(own.home, 1)
    assert sentence(0) in checks["chain"]["sentence"]
    assert checks["chain"]["hint"] == "Restore the ledger from its backup and compare with the last pack's checkpoint."


def test_bytes_that_are_no_entry_are_found_even_under_their_right_hash(own: Site) -> None:
    from lotproof.ledger.merkle import leaf_hash

    _alter(own.home, f"UPDATE ledger_entry SET data = x'7b7d', leaf_hash = x'{leaf_hash(b'{}').hex()}' WHERE \"index\" = 2")
    assert "Entry 2: The entry has no v, kind, stream, seq, prev, time, actor." in _checks(own.home, 1)["chain"]["sentence"]


def test_a_ledger_cut_short_no_longer_fits_its_packs(own: Site) -> None:
    size = int((own.pack / "data/ledger/checkpoint").read_text().splitlines()[1])
    _alter(own.home, f"DELETE FROM ledger_entry WHERE \"index\" BETWEEN {size - 1} AND {size - 1}",
           f"UPDATE ledger_entry SET \"index\" = \"index\" - 1 WHERE \"index\" >= {size}")  # fmt: skip
    checks = _checks(own.home, 1)
    assert checks["chain"]["ok"], checks["chain"]["sentence"]
    assert checks["tree"]["sentence"] == "The log is not the one from which EP-1 was sealed."


def test_a_workspace_stays_healthy_after_every_act(own: Site) -> None:
    assert invoke("add", own.folder / "SAP", "--workspace", own.home, "--zone", "UTC", *ACT).exit_code == 0
    assert invoke("check", "--workspace", own.home, *ACT).exit_code == 0
    assert _checks(own.home, 0)["chain"]["ok"]
