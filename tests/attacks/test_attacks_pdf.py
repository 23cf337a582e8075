"""Attacks on the PDF report by a forger who has every key of the pack: --deep finds them with both verifiers.

The travelling verifier does not read the text of the PDF and says so: it leaves an honest one open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import local_tsa
import pytest
from doctored_log import Forged
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from report_sample import sample
from sealed_pack import Kit
from synthetic_pack import both, make_pack, put, write_seal

from lotproof.packs.certificate import from_pem
from lotproof.packs.pades import sign_pdf
from lotproof.packs.report.typst import write_pdf

REPORT = "data/report/report.pdf"
LEFT_OPEN = {("not-checked", REPORT, "undetermined")}
FAILED = {("pdf", REPORT, "failed")}


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("report") / "report.pdf"
    write_pdf(sample(), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def signed(plain: bytes, kit: Kit) -> dict[str, bytes]:
    now, alone = datetime.now(UTC), from_pem(kit.authority.key, kit.authority.certificate, None)
    assert kit.sealer.key
    return {
        "unsigned": plain,
        "B-B": sign_pdf(plain, kit.sealer.key, None, now, {}),
        "B-T": sign_pdf(plain, alone, kit.sealer.authorities, now, {}),
        "B-LTA": sign_pdf(plain, kit.sealer.key, kit.sealer.authorities, now, {}),
    }


def judged(folder: Path, report: bytes, kit: Kit, ca: Path | None = None, alike: Any = lambda place: place not in LEFT_OPEN) -> dict[str, set[tuple[str, object, str]]]:
    """Put the report into a pack, make manifests and seal anew, judge it with --deep; give the problems of step 7 by each verifier."""
    log = Forged()
    log.record()
    log.close()
    pack = make_pack(folder, log, [])
    put(pack, REPORT, report)
    write_seal(pack, log.entries)
    found = both(pack, deep=True, ca=ca, at=kit.soon, alike=alike)
    steps = {"builder": found["steps"][-1], "alone": found["alone"]["steps"][-1]}
    return {name: {(one["code"], one["where"], one["status"]) for one in step["problems"]} for name, step in steps.items()}


@pytest.mark.parametrize("level", ["unsigned", "B-B", "B-T", "B-LTA"])
def test_an_honest_report_holds_and_the_travelling_verifier_says_what_it_leaves_open(level, signed, kit, tmp_path):
    assert judged(tmp_path / "p", signed[level], kit, kit.authority.ca) == {"builder": set(), "alone": LEFT_OPEN}


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _update(data: bytes) -> bytes:
    """Append an update that shows something else, as a PDF editor does."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(StreamObject(stream_data=b"BT (nothing is missing) Tj ET"))
    writer.update_container(page)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


ALTERED: dict[str, Callable[[bytes], bytes]] = {
    "has a flipped bit before the signature": lambda data: _flip(data, 5_000),
    "has a flipped bit behind the signature": lambda data: _flip(data, len(data) - 300),
    "has a flipped bit in the signature": lambda data: _flip(data, data.rindex(b"/Contents") + 400),
    "was changed by an update": _update,
    "has something behind the last signature": lambda data: data + b"\n% one more thing\n%%EOF\n",
    "is no PDF": lambda data: b"hello",
}


@pytest.mark.parametrize("does", ALTERED)
def test_a_report_that(does, signed, kit, tmp_path):
    found = judged(tmp_path / "p", ALTERED[does](signed["B-B"]), kit)
    assert found["builder"] == FAILED
    assert found["alone"] in (FAILED, FAILED | LEFT_OPEN)


def test_an_update_behind_the_last_timestamp_is_found_by_lotproof_and_left_open_by_the_other(signed, kit, tmp_path):
    found = judged(tmp_path / "p", _update(signed["B-LTA"]), kit, alike=lambda place: False)
    assert found == {"builder": FAILED, "alone": LEFT_OPEN}


def test_the_report_of_another_pack_is_refused(signed, kit, tmp_path):
    other = signed["unsigned"].replace(b"EP-2026-0042", b"EP-2026-0043")
    found = judged(tmp_path / "p", other, kit)
    assert found["builder"] == FAILED and found["alone"] >= FAILED


def test_a_report_signed_by_somebody_else_leaves_the_verdict_open(signed, kit, tmp_path):
    other = local_tsa.make_authority(tmp_path / "other", "Other")
    found = judged(tmp_path / "p", signed["B-B"], kit, other.ca)
    assert found["builder"] == {("pdf", REPORT, "undetermined")} and found["builder"] <= found["alone"]
