"""A pack of the first versions, whose statement names neither parts nor copies of its seal, gets the verdict that it deserves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from synthetic_pack import KEY, PACK, STRANGER, change, make_pack

from lotproof.ledger import canonical
from lotproof.packs import seal
from lotproof.packs.verify import verify_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Sealed as version 0.1 did before statements named the parts of the seal."""
    root = make_pack(tmp_path / "p")
    document: Any = canonical.loads((root / "seal/statement.json").read_bytes())
    del document["predicate"]["seal"]
    seal.write_seal(root, PACK, canonical.dumps(document), [KEY], seal.log_key_copy(KEY))
    return root


def judged(pack: Path) -> tuple[int, list[tuple[str, str]], list[str]]:
    report = verify_pack(pack, [KEY.vkey])
    return report.exit_code, [(p.code, str(p.where)) for step in report.steps for p in step.problems], list(report.steps[1].notes)


def test_it_passes_with_a_note(pack: Path):
    code, problems, notes = judged(pack)
    assert (code, problems) == (0, [])
    assert notes[0] == (
        "seal/statement.json is of a first version, which did not name the copies in seal/trust/; seal/trust/log.vkey is the key that signed."
    )


def test_a_swapped_copy_fails_still(pack: Path):
    (pack / "seal/trust/log.vkey").write_text(STRANGER.vkey + "\n")
    assert judged(pack)[:2] == (1, [("trust-copy", "seal/trust/log.vkey")])
    (pack / "seal/trust/log.vkey").write_bytes(b"\xff\x00")
    assert judged(pack)[:2] == (1, [("trust-copy", "seal/trust/log.vkey")])


def test_a_copy_that_was_laid_in_later_fails_still(pack: Path):
    (pack / "seal/trust/ca.pem").write_text("-----BEGIN CERTIFICATE-----")
    (pack / "seal/trust/second.vkey").write_text(KEY.vkey + "\n")
    assert judged(pack)[:2] == (1, [("trust-copy", "seal/trust/ca.pem"), ("trust-copy", "seal/trust/second.vkey")])


def test_the_names_cannot_be_taken_out_of_a_later_statement(tmp_path: Path):
    root = make_pack(tmp_path / "p")

    def without(data: bytes) -> bytes:
        document: Any = canonical.loads(data)
        del document["predicate"]["seal"]
        return canonical.dumps(document)

    change(root / "seal/statement.json", without)
    assert ("note-differs", "seal/statement.json.note") in judged(root)[1]


def test_a_change_in_such_a_pack_is_found(pack: Path):
    change(pack / "data/raw/site/events.xml", lambda data: data + b" ")
    assert judged(pack)[0] == 1
