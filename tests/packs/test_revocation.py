"""Lists of revoked certificates: in the pack and brought along, made by a real openssl."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any

import local_tsa
import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1
from click.testing import CliRunner
from local_crl import SEAL, STAMP, make_crl
from sealed_pack import Kit, text
from small_site import refused
from synthetic_pack import KEY, clone, codes, sample_log, sentences

from lotproof.cli.pack import verify
from lotproof.packs.crls import crl_copies
from lotproof.packs.renewal import renew_pack
from lotproof.packs.sealer import Sealer, SealingError
from lotproof.packs.tsa import Authorities
from lotproof.packs.verify import verify_pack
from lotproof.packs.verify.revocation import Signing, lists_in, parse_crl, standing

NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + 10 * DAY


def judged(kit: Kit, pack: Path, *lists: Path, at: datetime = LATER) -> tuple[dict[str, Any], list[str]]:
    """The report, and the notes of its step on the seal."""
    report = verify_pack(pack, [KEY.vkey], ca=kit.authority.ca.read_bytes(), at=text(at), crls=[path.read_bytes() for path in lists]).to_json()
    return report, report["steps"][1]["notes"]


def the_list(kit: Kit, folder: Path, made: datetime, **revoked: tuple[datetime, str]) -> Path:
    return make_crl(kit.authority, folder / "crl", {{"seal": SEAL, "stamp": STAMP}[name]: told for name, told in revoked.items()}, made)


def test_without_a_list_a_note_says_what_is_open(kit: Kit, pack: Path):
    report, notes = judged(kit, pack)
    assert report["exit_code"] == 0
    (seal, stamp) = sorted(note for note in notes if "revoked" in note)
    assert seal.startswith("Whether the certificate of Common Name: Test seal")
    assert seal.endswith("one that was revoked before it signed would pass. Give a list with --crl.")
    assert "Test stamp" in stamp


def test_a_later_list_that_names_neither_closes_the_question(kit: Kit, pack: Path, tmp_path: Path):
    report, notes = judged(kit, pack, the_list(kit, tmp_path, NOW + DAY))
    assert (report["exit_code"], notes) == (0, [])


def test_a_list_from_before_the_sealing_leaves_the_time_between_open(kit: Kit, pack: Path, tmp_path: Path):
    report, notes = judged(kit, pack, the_list(kit, tmp_path, NOW - DAY))
    assert report["exit_code"] == 0
    assert len(notes) == 2 and all("was not revoked on" in note and "a later list would say (--crl)." in note for note in notes)


def test_a_certificate_revoked_before_the_signing_time_fails(kit: Kit, pack: Path, tmp_path: Path):
    report, _ = judged(kit, pack, the_list(kit, tmp_path, NOW + DAY, seal=(NOW - DAY, "superseded")))
    assert (report["exit_code"], codes(report)) == (1, {"revoked"})
    (told,) = sentences(report)
    assert told.startswith("seal/statement.json.p7s cannot be relied on: the certificate of Common Name: Test seal")
    assert "(superseded), before it signed on" in told


@pytest.mark.parametrize("reason", ["", "keyCompromise", "superseded"])
def test_a_certificate_revoked_after_the_signing_time_passes_with_a_note(kit: Kit, pack: Path, tmp_path: Path, reason: str):
    report, notes = judged(kit, pack, the_list(kit, tmp_path, NOW + 3 * DAY, seal=(NOW + 2 * DAY, reason)))
    assert report["exit_code"] == 0
    (note,) = notes
    assert note.startswith("The certificate of Common Name: Test seal") and note.endswith("what it signed before stands.")


def test_the_key_of_an_authority_that_was_lost_later_puts_its_timestamps_in_doubt(kit: Kit, pack: Path, tmp_path: Path):
    stolen = the_list(kit, tmp_path / "a", NOW + 3 * DAY, stamp=(NOW + 2 * DAY, "keyCompromise"))
    report, _ = judged(kit, pack, stolen)
    assert (report["exit_code"], codes(report)) == (3, {"revoked"})
    assert "its key may have made timestamps of any date, and no renewal from before covers this one" in sentences(report)[0]
    ended = the_list(kit, tmp_path / "b", NOW + 3 * DAY, stamp=(NOW + 2 * DAY, "cessationOfOperation"))
    assert judged(kit, pack, ended)[0]["exit_code"] == 0


def test_a_renewal_from_before_the_loss_of_the_key_keeps_its_timestamps(kit: Kit, pack: Path, tmp_path: Path):
    other = local_tsa.make_authority(tmp_path / "other", "Other")
    with local_tsa.serving(other) as url:
        renew_pack(pack, "2026-12-01", Authorities((url,), lambda: secrets.randbits(64)))
    stolen = the_list(kit, tmp_path, NOW + 3 * DAY, stamp=(NOW + 2 * DAY, "keyCompromise"))
    roots = kit.authority.ca.read_bytes() + other.ca.read_bytes()
    report = verify_pack(pack, [KEY.vkey], ca=roots, at=text(LATER), crls=[stolen.read_bytes()])
    assert report.exit_code == 0, report.to_json()


def test_a_list_by_somebody_else_says_nothing(kit: Kit, pack: Path, tmp_path: Path):
    forged = make_crl(local_tsa.make_authority(tmp_path / "twin", "Test"), tmp_path / "crl", {SEAL: (NOW - DAY, "")}, NOW + DAY)
    report, notes = judged(kit, pack, forged)
    assert report["exit_code"] == 0
    assert any("is open: there is no list of revoked certificates (CRL) by its authority" in note for note in notes)


def test_the_lists_are_kept_in_the_pack_when_it_is_sealed(kit: Kit, tmp_path: Path):
    path = the_list(kit, tmp_path, NOW - HOUR, seal=(NOW - DAY, ""))
    sealer = Sealer(kit.sealer.key, kit.sealer.authorities, crl_copies([str(path)]))
    made = Kit(tmp_path, tmp_path / "pack", kit.authority, sealer)
    made.remake(made.honest, sample_log(), sealer=sealer, stamp=True)
    (kept,) = (made.honest / "seal/trust/crls").iterdir()
    report, _ = judged(kit, made.honest)
    assert (report["exit_code"], codes(report)) == (1, {"revoked"})
    kept.write_bytes(kept.read_bytes()[:-1])
    assert "trust-copy" in codes(judged(kit, made.honest)[0])


def test_lists_come_from_a_path_or_an_address_and_others_get_a_sentence(kit: Kit, tmp_path: Path):
    path = the_list(kit, tmp_path, NOW)
    with pytest.raises(SealingError, match=r"cannot be used: this is no list of revoked certificates \(CRL\) in DER or PEM"):
        crl_copies([str(kit.authority.ca)])
    with pytest.raises(SealingError, match=r"The list of revoked certificates at http://127\.0\.0\.1:9/x cannot be read"):
        crl_copies(["http://127.0.0.1:9/x"])
    with pytest.raises(SealingError, match="cannot be read"):
        crl_copies([str(tmp_path / "none")])
    with HTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=path.parent)) as server:
        Thread(target=server.handle_request, daemon=True).start()
        assert crl_copies([f"http://127.0.0.1:{server.server_port}/{path.name}"]) == crl_copies([str(path)])
    (name,) = crl_copies([str(path)])
    assert name.startswith("crls/") and name.endswith(".crl")


def test_verify_on_the_command_line_takes_lists(kit: Kit, pack: Path, tmp_path: Path):
    path = the_list(kit, tmp_path, NOW + DAY, seal=(NOW - DAY, ""))
    given = [str(clone(pack, tmp_path / "p")), "--key", KEY.vkey, "--ca", str(kit.authority.ca)]
    assert CliRunner().invoke(verify, given).exit_code == 0
    assert CliRunner().invoke(verify, [*given, "--crl", str(path)]).exit_code == 1
    done = CliRunner().invoke(verify, [*given, "--crl", str(kit.authority.ca)])
    assert done.exit_code == 2 and "A file that was given with --crl cannot be used: this is no list" in done.output


def test_a_revoked_certificate_does_not_seal(kit: Kit, tmp_path: Path):
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.csv").write_text("SERIAL;STATUS\n1;GOOD\n")
    path = the_list(kit, tmp_path, NOW, seal=(NOW - DAY, ""))
    told = refused("build", tmp_path / "export", "-o", tmp_path / "EP-1", "--workspace", tmp_path / "w", "--seal-key", kit.authority.key,
                   "--seal-cert", kit.folder / "chain.pem", "--crl", path)  # fmt: skip
    assert f"Test seal, Organization: Test Pharma was revoked on {NOW - DAY:%Y-%m-%d}; nothing was sealed. Ask the authority for another." in told
    assert not (tmp_path / "EP-1").exists()


def test_a_damaged_list_in_a_pack_provokes_no_error(kit: Kit, tmp_path: Path):
    """A list that lies in a pack is read before anything vouches for it."""
    path = the_list(kit, tmp_path, NOW + DAY, seal=(NOW - DAY, "keyCompromise"))
    (data,) = crl_copies([str(path)]).values()
    certificates = [asn1.Certificate.load(pem.unarmor(one.read_bytes())[2]) for one in (kit.authority.certificate, kit.authority.ca)]
    signed_end = 3 + len(parse_crl(data).tbs_certlist_bytes)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :]
        found = standing(certificates, lists_in([("x", changed)]), Signing(NOW))
        assert found.revoked == [] or place >= signed_end, "what is signed was changed, and counted"
    assert len(standing(certificates, lists_in([("x", data)]), Signing(NOW)).revoked) == 1
