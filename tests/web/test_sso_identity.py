"""What an ID token has to be before it says who somebody is."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from lotproof.web.sso.exchange import Pending, came_back
from lotproof.web.sso.identity import identity
from lotproof.web.sso.provider import Provider, provider_of
from lotproof.workspace.place import WorkspaceError

NOW = 1_790_000_000
KEY = ECKey.generate_key("P-256", {"kid": "k1"}, private=True)
OTHER = RSAKey.generate_key(2048, {"kid": "k1"}, private=True)
KEYS: dict[str, Any] = {"keys": [KEY.as_dict(private=False)]}
PROVIDER = Provider("https://login.example.com", "lotproof", "a secret", name="Company login")
CLAIMS = {"iss": PROVIDER.issuer, "aud": "lotproof", "sub": "1", "exp": NOW + 300, "iat": NOW, "auth_time": NOW, "nonce": "n", "preferred_username": "ana"}


def token(key: Any = KEY, alg: str = "ES256", **more: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **more}.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "k1"}, claims, key, algorithms=[alg])


def who(text: str, provider: Provider = PROVIDER) -> str:
    return identity(provider, text, KEYS, "n", NOW - 30, NOW)


def test_a_token_that_holds_says_who_it_is() -> None:
    assert who(token()) == "ana"
    assert who(token(aud=["lotproof", "other"], azp="lotproof")) == "ana"
    assert who(token(exp=NOW - 30)) == "ana"  # within the leeway


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"iss": "https://evil.example.com"}, "does not prove who you are"),
        ({"aud": "another"}, "does not prove who you are"),
        ({"exp": NOW - 3600}, "does not prove who you are"),
        ({"iat": NOW + 3600}, "does not prove who you are"),
        ({"nonce": "another"}, "does not prove who you are"),
        ({"nonce": None}, "does not prove who you are"),
        ({"sub": None}, "does not prove who you are"),
        ({"azp": "another"}, "was made for another program"),
        ({"aud": ["lotproof", "another"]}, "was made for another program"),
        ({"auth_time": NOW - 3600}, "did not ask who you are this time"),
        ({"auth_time": None}, "did not ask who you are this time"),
        ({"preferred_username": None}, "does not say your preferred_username"),
        ({"preferred_username": ["ana"]}, "does not say your preferred_username"),
    ],
)  # fmt: skip
def test_a_token_that_does_not_hold_says_why(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(WorkspaceError, match=sentence):
        who(token(**changes))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _part(head: dict[str, str]) -> str:
    return _base64(json.dumps(head).encode())


def test_keys_that_are_none_of_the_provider_sign_nothing() -> None:
    forged = [token(OTHER, "RS256"), token(ECKey.generate_key("P-256", {"kid": "k1"}, private=True)), "nonsense", token()[:-4] + "AAAA"]
    head, body, _ = token().split(".")
    confused = f"{_part({'alg': 'HS256', 'kid': 'k1'})}.{body}"  # the public key taken as a shared secret
    forged.append(f"{confused}.{_base64(hmac.digest(KEY.as_pem(private=False), confused.encode(), 'sha256'))}")
    forged += [f"eyJhbGciOiJub25lIn0.{body}.", f"{head}.{body}."]
    for text in forged:
        with pytest.raises(WorkspaceError, match="does not prove who you are"):
            who(text)


def test_an_address_that_was_not_verified_names_nobody() -> None:
    mail = Provider(PROVIDER.issuer, "lotproof", "", "email", "Company login")
    assert who(token(email="ana@example.com", email_verified=True), mail) == "ana@example.com"
    with pytest.raises(WorkspaceError, match="has not verified your e-mail address"):
        who(token(email="ana@example.com"), mail)


def test_a_way_back_with_another_state_or_issuer_is_refused() -> None:
    pending = Pending("s", "n", "v", NOW, "/")
    for given in ({}, {"state": "other", "code": "c"}, {"state": "", "code": "c"}):
        with pytest.raises(WorkspaceError, match="was not begun in this browser"):
            came_back(PROVIDER, "https://desk/", pending, given, NOW)


def test_a_provider_that_cannot_be_reached_is_said() -> None:
    gone = Provider("http://127.0.0.1:9", "lotproof", "", name="Company login")
    with pytest.raises(WorkspaceError, match=r"Company login cannot be asked just now .* try again"):
        came_back(gone, "https://desk/", Pending("s", "n", "v", int(time.time()), "/"), {"state": "s", "code": "c"}, NOW)


def test_settings_make_a_provider_or_a_sentence() -> None:
    assert provider_of({}) is None
    found = provider_of({"LOTPROOF_SSO_ISSUER": "https://login.example.com", "LOTPROOF_SSO_CLIENT": "c", "LOTPROOF_SSO_SECRET": "hidden"})
    assert found == Provider("https://login.example.com", "c", "hidden", "preferred_username", "login.example.com")
    assert "hidden" not in repr(found)
    with pytest.raises(WorkspaceError, match="LOTPROOF_SSO_CLIENT is not; set it to the client_id"):
        provider_of({"LOTPROOF_SSO_ISSUER": "https://login.example.com"})
