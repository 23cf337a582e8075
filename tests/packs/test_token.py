"""A seal key in a token: SoftHSM2, a real PKCS #11 module. The key is made in it and cannot be taken out."""

from __future__ import annotations

import os
import secrets
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from sealed_pack import Kit
from small_site import json_of, program
from synthetic_pack import both, sample_log

from lotproof.cli.main import main
from lotproof.packs.certificate import SealKeyError
from lotproof.packs.sealer import Sealer
from lotproof.packs.token import Place, from_token
from lotproof.packs.tsa import Authorities

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed: pip install lotproof[pkcs11]")
pytestmark = pytest.mark.skipif(not MODULE.is_file(), reason="there is no SoftHSM2 here; apt-get install softhsm2")

PIN = "4711-pin"


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """The public keys of a token, EC and RSA; the private ones were made in it and cannot be read out."""
    from pkcs11 import Attribute, KeyType
    from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
    from pkcs11.util.rsa import encode_rsa_public_key

    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    made = ["softhsm2-util", "--init-token", "--free", "--label", "lotproof", "--pin", PIN, "--so-pin", "so-4711"]
    subprocess.run(made, check=True, capture_output=True)
    private = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
    with pkcs11.lib(str(MODULE)).get_token(token_label="lotproof").open(rw=True, user_pin=PIN) as session:
        curve = session.create_domain_parameters(KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True)
        ec, ec_key = curve.generate_keypair(store=True, label="seal-ec", private_template=private)
        rsa, rsa_key = session.generate_keypair(KeyType.RSA, 2048, store=True, label="seal-rsa", private_template=private)
        for key, secret in ((ec_key, Attribute.VALUE), (rsa_key, Attribute.PRIVATE_EXPONENT)):
            with pytest.raises(pkcs11.PKCS11Error):
                key[secret]
        return {"ec": encode_ec_public_key(ec), "rsa": _spki(encode_rsa_public_key(rsa))}


def certificate(kit: Kit, folder: Path, public: bytes, kind: str) -> Path:
    """A certificate of the test's CA for a public key of the token, and the CA after it."""
    root = x509.load_pem_x509_certificate(kit.authority.ca.read_bytes())
    root_key = serialization.load_pem_private_key((kit.authority.folder / "root.key").read_bytes(), None)
    key = serialization.load_der_public_key(public)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Token {kind}")])).issuer_name(root.subject)
        .public_key(key).serial_number(77).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=3000))
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(root_key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{kind}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + kit.authority.ca.read_bytes())
    return path


def _spki(pkcs1: bytes) -> bytes:
    from asn1crypto.keys import PublicKeyInfo, RSAPublicKey

    return PublicKeyInfo.wrap(RSAPublicKey.load(pkcs1), "rsa").dump()


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_key_that_never_leaves_the_token_seals(kit: Kit, token, tmp_path: Path, kind: str):
    path = certificate(kit, tmp_path, token[kind], kind)
    key = from_token(Place(MODULE, "lotproof", f"seal-{kind}"), PIN, path)
    assert kit.sealer.authorities
    sealer = Sealer(key, Authorities(kit.sealer.authorities.urls, lambda: secrets.randbits(64)))
    made = Kit(tmp_path, tmp_path / "pack", kit.authority, sealer)
    made.remake(made.honest, sample_log(), sealer=sealer, stamp=True)
    key.signer.pkcs11_session.close()
    report = both(made.honest, ca=kit.authority.ca, at=kit.soon)
    assert report["exit_code"] == 0, report
    assert (made.honest / "seal/statement.json.p7s").is_file()


def test_a_whole_pack_with_its_pdf_is_sealed_by_the_command(kit: Kit, token, tmp_path: Path):
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.csv").write_text("SERIAL;STATUS\n1;GOOD\n")
    (tmp_path / "pin").write_text(PIN + "\n")
    path = certificate(kit, tmp_path, token["ec"], "ec")
    done = program("build", tmp_path / "export", "-o", tmp_path / "EP-1", "--workspace", tmp_path / "w", "--seal-module", MODULE, "--seal-token", "lotproof",
            "--seal-label", "seal-ec", "--seal-cert", path, "--seal-pass-file", tmp_path / "pin", "--tsa", kit.sealer.authorities.urls[0])  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json_of("verify", tmp_path / "EP-1", "--key", tmp_path / "w/keys/log.vkey", "--ca", kit.authority.ca, "--deep")
    assert report["exit_code"] == 0
    assert any("report.pdf is signed by Common Name: Token ec" in note for step in report["steps"] for note in step["notes"])


def test_what_cannot_be_used_gets_a_sentence(kit: Kit, token, tmp_path: Path):
    path = certificate(kit, tmp_path, token["ec"], "ec")
    place = Place(MODULE, "lotproof", "seal-ec")
    for arguments, sentence in (
        ((place, None, path), "The token asks for its PIN; give it with --seal-pass-file"),
        ((Place(MODULE, "nobody", "seal-ec"), PIN, path), "The token nobody cannot be opened through"),
        ((Place(MODULE, "lotproof", "nothing"), PIN, path), "The key nothing in the token lotproof cannot sign"),
        ((Place(tmp_path / "none.so", "lotproof", "seal-ec"), PIN, path), "There is no PKCS #11 module at"),
        ((Place(path, "lotproof", "seal-ec"), PIN, path), "The token lotproof cannot be opened through"),
        ((place, PIN, kit.authority.certificate), "is not for the key seal-ec in the token lotproof; name its own."),
    ):
        with pytest.raises(SealKeyError) as caught:
            from_token(*arguments)
        assert sentence in str(caught.value)
    told = CliRunner().invoke(main, ["build", str(tmp_path), "-o", str(tmp_path / "p"), "--seal-token", "lotproof"])
    assert told.exit_code == 2 and "Give --seal-module, --seal-token, --seal-label and --seal-cert together." in told.output
