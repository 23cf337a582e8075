"""Renewals: verified with the clock moved past the end of certificates."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import local_tsa
import pytest
from sealed_pack import Kit, make_kit, text
from synthetic_pack import both, change, codes

from lotproof.packs.renewal import renew_pack
from lotproof.packs.sealer import SealingError
from lotproof.packs.tsa import Authorities

DATE = "2026-12-01"


def later(days: int) -> str:
    return text(datetime.now(UTC) + timedelta(days=days))


@pytest.fixture(scope="module")
def short(kit: Kit, tmp_path_factory):
    """A pack whose certificates end in 30 days, and the long-lived authority of `kit` to renew it."""
    folder = tmp_path_factory.mktemp("short")
    authority = local_tsa.make_authority(folder / "own", "Short", seal_days=20, stamp_days=30)
    both_roots = folder / "roots.pem"
    both_roots.write_bytes(authority.ca.read_bytes() + kit.authority.ca.read_bytes())
    with local_tsa.serving(authority) as url:
        yield make_kit(folder, authority, url), both_roots


@pytest.fixture
def pack(short, tmp_path: Path) -> Path:
    return short[0].copy(tmp_path)


@pytest.fixture
def authorities(kit: Kit) -> Authorities:
    assert kit.sealer.authorities
    return kit.sealer.authorities


def judged(pack: Path, short, days: int):
    return both(pack, ca=short[1], at=later(days))


def test_a_certificate_that_ended_counts_while_the_timestamp_over_it_is_good(pack, short):
    assert judged(pack, short, 1)["exit_code"] == 0
    assert judged(pack, short, 25)["exit_code"] == 0, "the certificate has ended, its timestamp not"


def test_without_renewal_the_verdict_is_open_when_the_timestamp_has_ended(pack, short):
    report = judged(pack, short, 40)
    assert (report["exit_code"], codes(report)) == (3, {"certificate-time"})


@pytest.mark.shows("D3-RETENTION", "A11-17")
def test_a_renewal_in_time_carries_the_seal_over_and_touches_no_sealed_byte(pack, short, authorities):
    before = {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()}
    renew_pack(pack, DATE, authorities)
    assert {path: path.read_bytes() for path in before} == before
    for days in (1, 40, 1000):
        assert judged(pack, short, days)["exit_code"] == 0
    assert judged(pack, short, 5000)["exit_code"] == 3


def test_a_second_renewal_covers_the_first_and_the_hash_may_change(pack, short, authorities):
    renew_pack(pack, DATE, authorities)
    folder = renew_pack(pack, "2027-12-01", authorities, "sha3-512", anew=True)
    assert sorted(path.name for path in folder.iterdir()) == ["list.sha3-512", "list.sha3-512.tsr", "manifest-sha3-512.txt"]
    assert judged(pack, short, 40)["exit_code"] == 0
    change(pack / "seal/renewals" / DATE / "list.sha512.tsr", lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    assert {"digest", "bad-timestamp"} <= codes(judged(pack, short, 40))


@pytest.mark.parametrize("path", ["seal/statement.json.p7s", "seal/trust/ca.pem", f"seal/renewals/{DATE}/list.sha512"])
def test_a_change_after_the_renewal_is_found(pack, short, authorities, path):
    renew_pack(pack, DATE, authorities)
    change(pack / path, lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    assert judged(pack, short, 1)["exit_code"] == 1


def test_a_file_that_the_renewal_does_not_list_is_found(pack, short, authorities):
    renew_pack(pack, DATE, authorities)
    (pack / "seal/renewals" / DATE / "note.txt").write_text("trust me")
    assert "unlisted-file" in codes(judged(pack, short, 1))


def test_a_renewal_by_an_authority_that_the_reader_does_not_know_does_not_help(pack, short, kit, authorities):
    with local_tsa.serving(local_tsa.make_authority(pack.parent / "foreign", "Foreign")) as url:
        renew_pack(pack, DATE, Authorities((url,), lambda: secrets.randbits(64)))
    report = judged(pack, short, 40)
    assert report["exit_code"] == 3 and "unknown-ca" in codes(report)


def test_what_cannot_be_renewed_gets_a_sentence(pack, tmp_path, authorities):
    renew_pack(pack, DATE, authorities)
    with pytest.raises(SealingError, match=r"a renewal is never overwritten\. Renew on another day"):
        renew_pack(pack, DATE, authorities)
    with pytest.raises(SealingError, match="is not the folder of a sealed pack; unpack a zip first"):
        renew_pack(tmp_path / "elsewhere", DATE, authorities)
