"""The signed PDF report: valid signature up to B-LTA, and still PDF/A-2a and PDF/UA-1 by veraPDF's engine after signing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import verapdf_engine
from local_crl import make_crl
from pyhanko.pdf_utils.reader import PdfFileReader
from report_sample import hostile, sample
from sealed_pack import Kit

from lotproof.packs.certificate import from_pem
from lotproof.packs.crls import crl_copies
from lotproof.packs.pades import sign_pdf
from lotproof.packs.report.typst import write_pdf
from lotproof.packs.verify import cms

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("report") / "report.pdf"
    write_pdf(sample(), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def levels(plain: bytes, kit: Kit) -> dict[str, bytes]:
    alone = from_pem(kit.authority.key, kit.authority.certificate, None)
    assert kit.sealer.key
    return {
        "B-B": sign_pdf(plain, kit.sealer.key, None, NOW, {}),
        "B-T": sign_pdf(plain, alone, kit.sealer.authorities, NOW, {}),
        "B-LTA": sign_pdf(plain, kit.sealer.key, kit.sealer.authorities, NOW, {}),
    }


@pytest.mark.parametrize(("level", "stamped", "lasting"), [("B-B", 0, False), ("B-T", 0, False), ("B-LTA", 1, True)])
def test_each_level_has_its_signature_timestamps_and_validation_data(levels, level, stamped, lasting):
    reader = PdfFileReader(BytesIO(levels[level]))
    (seal,) = reader.embedded_regular_signatures
    assert seal.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert len(reader.embedded_timestamp_signatures) == stamped
    assert ("/DSS" in reader.root) is lasting
    assert (cms.stamped_time(seal.signer_info) is not None) is (level != "B-B")


def test_lists_of_revoked_certificates_are_written_into_the_pdf(plain, kit: Kit, tmp_path):
    assert kit.sealer.key
    lists = crl_copies([str(make_crl(kit.authority, tmp_path / "crl", {}, NOW - timedelta(hours=1)))])
    signed = sign_pdf(plain, kit.sealer.key, kit.sealer.authorities, NOW, lists)
    (kept,) = (one.get_object().data for one in PdfFileReader(BytesIO(signed)).root["/DSS"]["/CRLs"])
    assert [kept] == list(lists.values())
    if verapdf_engine.lacking() is None:
        (tmp_path / "crl.pdf").write_bytes(signed)
        lines = verapdf_engine.validate("2a,ua1", tmp_path / "crl.pdf")
        assert len(lines) == 2 and all(" compliant" in line for line in lines), lines


def test_signing_appends_and_changes_no_byte_before(plain, levels):
    assert all(signed.startswith(plain) and len(signed) > len(plain) for signed in levels.values())


@pytest.mark.skipif(verapdf_engine.lacking() is not None, reason=verapdf_engine.lacking() or "")
def test_every_level_is_pdf_a_2a_and_pdf_ua_1_after_signing(plain, levels, tmp_path, kit):
    write_pdf(hostile(), tmp_path / "hostile.pdf")
    assert kit.sealer.key
    (tmp_path / "hostile-signed.pdf").write_bytes(sign_pdf((tmp_path / "hostile.pdf").read_bytes(), kit.sealer.key, None, NOW, {}))
    for name, content in levels.items():
        (tmp_path / f"{name}.pdf").write_bytes(content)
    files = [tmp_path / "B-T.pdf", tmp_path / "B-LTA.pdf", tmp_path / "hostile-signed.pdf"]
    lines = verapdf_engine.validate("2a,ua1", *files)
    assert len(lines) == 2 * len(files) and all(" compliant" in line for line in lines), lines


@pytest.mark.skipif(verapdf_engine.lacking() is not None, reason=verapdf_engine.lacking() or "")
def test_without_the_newline_before_the_signature_the_engine_would_object(plain, tmp_path, kit):
    """The trap that only veraPDF sees; it shows that the engine looks."""
    assert kit.sealer.key
    (tmp_path / "bad.pdf").write_bytes(sign_pdf(plain.rstrip(b"\n"), kit.sealer.key, None, NOW, {}))
    lines = verapdf_engine.validate("2a", tmp_path / "bad.pdf")
    assert "NOT compliant" in lines[0] and "clause=6.1.9" in lines[1]
