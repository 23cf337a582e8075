"""Copies with files left out: the rest still verifies, and the copy says what is withheld."""

from __future__ import annotations

import pytest
from sealed_pack import Kit
from synthetic_pack import KEY, PACK, STRANGER, change, codes, sentences

from lotproof.packs.redact import redact_pack
from lotproof.packs.sealer import SealingError

GIVEN = {"time": "2026-11-22T10:00:00Z", "actor": "user-17", "reason": "trade secret"}
XML = "data/raw/site/events.xml"


def redacted(kit: Kit, folder, **chosen):
    target = folder / "copy" / PACK
    done = redact_pack(kit.honest, target, KEY, **{"patterns": [], "lots": [], **GIVEN, **chosen})
    return target, done


def test_a_copy_without_a_file_verifies_and_names_it(kit, tmp_path):
    copy, done = redacted(kit, tmp_path, patterns=["data/raw/*.xml"])
    assert done.withheld == (XML,) and not (copy / XML).exists()
    report = kit.judge(copy)
    assert report["exit_code"] == 0
    for told in (report, report["alone"]):
        assert f"{XML} was withheld by the sender." in told["steps"][1]["notes"]
    assert "user-17 withheld 1 files of this copy: trade secret" in report["steps"][1]["notes"]


def test_a_lot_takes_every_file_that_names_it_and_the_pdf_but_the_ledger(kit, tmp_path):
    copy, done = redacted(kit, tmp_path, lots=["B7-2231"])
    assert {"data/audit/audit.ndjson", "data/report/report.pdf"} <= set(done.withheld)
    assert all(path.startswith("data/ledger/tile/entries/") for path in done.still_named) and done.still_named
    assert kit.judge(copy)["exit_code"] == 0


def test_a_file_that_nobody_withheld_is_missing(kit, tmp_path):
    copy, _ = redacted(kit, tmp_path, patterns=["data/raw/*.xml"])
    (copy / "data/findings.json").unlink()
    report = kit.judge(copy)
    assert report["exit_code"] == 1 and "missing-file" in codes(report)


def test_a_forger_cannot_withhold(kit, tmp_path):
    copy, _ = redacted(kit, tmp_path, patterns=["data/raw/*.xml"])
    change(copy / "seal/redaction.json", lambda data: data.replace(XML.encode(), b"data/findings.json"))
    (copy / "data/findings.json").unlink()
    report = kit.judge(copy)
    assert report["exit_code"] == 1 and "note-differs" in codes(report) and "note-differs" in codes(report["alone"])


def test_a_redaction_without_signature_fails(kit, tmp_path):
    copy, _ = redacted(kit, tmp_path, patterns=["data/raw/*.xml"])
    (copy / "seal/redaction.json.note").unlink()
    assert kit.judge(copy)["exit_code"] == 1


def test_a_changed_file_of_the_copy_is_found(kit, tmp_path):
    copy, _ = redacted(kit, tmp_path, patterns=["data/raw/*.xml"])
    change(copy / "data/findings.json", lambda data: data + b" ")
    assert "data/findings.json was changed: its sha256 is not that of manifest-sha256.txt." in sentences(kit.judge(copy))


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"patterns": ["data/ledger/*"]}, "without the ledger nothing of the pack could be checked"),
        ({"patterns": ["nothing/*"]}, "Nothing in the pack fits what was to be left out"),
    ],
)
def test_what_cannot_be_left_out_gets_a_sentence(kit, tmp_path, chosen, sentence):
    with pytest.raises(SealingError, match=sentence):
        redacted(kit, tmp_path, **chosen)


def test_another_log_cannot_redact(kit, tmp_path):
    with pytest.raises(SealingError, match="only the log that sealed a pack can say what it withholds"):
        redact_pack(kit.honest, tmp_path / "copy", STRANGER, patterns=["data/raw/*"], lots=[], **GIVEN)
