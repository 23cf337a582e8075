"""--deep reads the PDF: its text names the pack and the root of the ledger, and another report is found out although it is sealed."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_sample import sample
from synthetic_pack import KEY, PACK, codes, head_of, make_pack, sample_log, write_seal

from lotproof.packs.report.front import ROOT_LABEL
from lotproof.packs.report.typst import write_pdf
from lotproof.packs.verify import verify_pack
from lotproof.packs.verify.paper import _LABEL, _squeezed

LOG = sample_log()
ROOT = head_of(LOG.entries).root.hex()


def judged(folder: Path, **values: str) -> dict:
    """A pack sealed with a report of these values, verified with --deep."""
    pack = make_pack(folder / "p", LOG)
    write_pdf(sample(**values), pack / "data/report/report.pdf")
    write_seal(pack, LOG.entries)
    return verify_pack(pack, [KEY.vkey], deep=True).to_json()


def deep(report: dict) -> dict:
    return next(step for step in report["steps"] if step["name"] == "deep")


def test_the_report_of_this_pack_passes(tmp_path: Path):
    report = judged(tmp_path, pack=PACK, root=ROOT)
    assert (report["exit_code"], deep(report)["problems"]) == (0, [])
    assert not any("root" in note for note in deep(report)["notes"])


def test_a_report_with_another_root_fails_with_its_reason(tmp_path: Path):
    report = judged(tmp_path, pack=PACK, root="ab" * 32)
    assert (report["exit_code"], codes(report)) == (1, {"pdf-text"})
    (problem,) = deep(report)["problems"]
    assert problem["sentence"] == (
        f"The text of data/report/report.pdf names another root of the ledger than {ROOT}, which is sealed: it is another report."
    )


def test_a_report_of_another_pack_fails_with_its_reason(tmp_path: Path):
    report = judged(tmp_path, pack="EP-2026-0099", root=ROOT)
    assert codes(report) == {"pdf", "pdf-text"}
    assert f"does not name the pack {PACK}: it is another report." in deep(report)["problems"][1]["sentence"]


def test_a_report_of_an_earlier_version_has_no_root_and_passes_with_a_note(tmp_path: Path):
    report = judged(tmp_path, pack=PACK)
    assert report["exit_code"] == 0
    assert any("names no root of the ledger, as reports of earlier versions do not." in note for note in deep(report)["notes"])


def test_the_label_is_the_one_that_the_report_writes():
    assert _squeezed(ROOT_LABEL) == _LABEL


@pytest.mark.parametrize("broken", ["  a b\n", "a\u200bb", "a\u00adb", "a\u2060\tb"])
def test_broken_lines_are_joined(broken: str):
    assert _squeezed(broken) == "ab"
