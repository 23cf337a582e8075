"""The log key and its file."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lotproof.ledger import keys

SEED = bytes(range(32))


def test_a_seed_makes_always_the_same_key():
    assert keys.make_key("site-a", SEED).vkey == keys.make_key("site-a", SEED).vkey
    assert keys.make_key("site-a", SEED).vkey.startswith("site-a+")


def test_a_key_is_stored_for_its_owner_only_and_loaded_again(tmp_path):
    key = keys.make_key("site-a", SEED)
    keys.store_key(key, tmp_path / "log.pem")
    assert (tmp_path / "log.pem").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "log.pem").read_text().startswith("-----BEGIN PRIVATE KEY-----")
    assert keys.load_key(tmp_path / "log.pem", "site-a").vkey == key.vkey


def test_a_key_file_is_never_overwritten(tmp_path):
    keys.store_key(keys.make_key("site-a", SEED), tmp_path / "log.pem")
    with pytest.raises(keys.KeyFileError, match=r"already; a log key is never overwritten\. Move it first"):
        keys.store_key(keys.make_key("site-a", bytes(32)), tmp_path / "log.pem")


def test_a_key_that_others_can_read_is_refused(tmp_path):
    keys.store_key(keys.make_key("site-a", SEED), tmp_path / "log.pem")
    (tmp_path / "log.pem").chmod(0o644)
    with pytest.raises(keys.KeyFileError, match=r"can be read by others \(mode 644\). Run: chmod 600"):
        keys.load_key(tmp_path / "log.pem", "site-a")


def test_a_key_that_is_absent_or_no_key_is_refused(tmp_path):
    with pytest.raises(keys.KeyFileError, match=r"cannot be read \(No such file or directory\)\. Make one"):
        keys.load_key(tmp_path / "none.pem", "site-a")
    (tmp_path / "text.pem").write_text("hello")
    (tmp_path / "text.pem").chmod(0o600)
    with pytest.raises(keys.KeyFileError, match="is not an unencrypted PEM private key"):
        keys.load_key(tmp_path / "text.pem", "site-a")


def test_a_key_of_another_kind_is_refused(tmp_path):
    other = generate_private_key(SECP256R1())
    (tmp_path / "ec.pem").write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "ec.pem").chmod(0o600)
    with pytest.raises(keys.KeyFileError, match="holds a key of another kind; a log key is Ed25519"):
        keys.load_key(tmp_path / "ec.pem", "site-a")


@pytest.mark.parametrize("name", ["", "a b", "a+b"])
def test_a_name_that_a_note_cannot_carry_is_refused(name):
    with pytest.raises(keys.KeyFileError, match="is empty or has a space or a plus sign"):
        keys.make_key(name, SEED)


def test_a_seed_of_another_length_is_refused():
    with pytest.raises(keys.KeyFileError, match="A key is made from 32 random bytes, not 16"):
        keys.make_key("site-a", bytes(16))


def test_a_key_does_not_print_its_secret():
    assert "private" not in repr(keys.make_key("site-a", SEED))
