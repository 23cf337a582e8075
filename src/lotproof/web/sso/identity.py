"""Who an ID token says somebody is, once all of it was checked (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from lotproof.web.sso.provider import Provider
from lotproof.workspace.place import WorkspaceError

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
"""Signatures by the provider's own key: none that a shared secret makes, and never none."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""


def identity(provider: Provider, token: str, keys: Mapping[str, Any], nonce: str, begun: int, now: int) -> str:
    """The identifier of who signed in, from the claim of the settings. WorkspaceError where the token proves nothing.

    ``keys`` is the provider's JWK set; ``begun`` and ``now`` are Unix seconds: the person has to have shown themselves since ``begun``.
    """
    try:
        claims = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
        _registry(provider, nonce, now).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(f"What {provider.name} sent does not prove who you are ({_why(error)}); begin again.") from error
    _check_party(provider, claims)
    _check_fresh(provider, claims, begun)
    return _named(provider, claims)


def _registry(provider: Provider, nonce: str, now: int) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=now, leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer}, aud={"essential": True, "value": provider.client},
        exp={"essential": True}, iat={"essential": True}, sub={"essential": True}, nonce={"essential": True, "value": nonce},
    )  # fmt: skip


def _why(error: Exception) -> str:
    return str(error).strip(".") or type(error).__name__


def _check_party(provider: Provider, claims: Mapping[str, Any]) -> None:
    """A token for several is ours only where it says so."""
    audience = claims["aud"]
    if claims.get("azp", provider.client) != provider.client or (isinstance(audience, list) and len(audience) > 1 and "azp" not in claims):
        raise WorkspaceError(f"What {provider.name} sent was made for another program; begin again.")


def _check_fresh(provider: Provider, claims: Mapping[str, Any], begun: int) -> None:
    """On a shared tablet the one before must not enter for the next: somebody has to have signed in there just now."""
    at = claims.get("auth_time")
    if not isinstance(at, int | float) or at < begun - LEEWAY:
        raise WorkspaceError(f"{provider.name} did not ask who you are this time, and this desk is shared; begin again and sign in there.")


def _named(provider: Provider, claims: Mapping[str, Any]) -> str:
    found = claims.get(provider.claim)
    if not isinstance(found, str) or not found.strip():
        raise WorkspaceError(
            f"{provider.name} does not say your {provider.claim}; whoever runs this server chooses the claim with LOTPROOF_SSO_CLAIM."
        )
    if provider.claim == "email" and claims.get("email_verified") is not True:
        raise WorkspaceError(f"{provider.name} has not verified your e-mail address, so it does not say who you are.")
    return found.strip()
