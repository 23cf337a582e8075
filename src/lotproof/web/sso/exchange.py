"""Speaking with the provider: where to send somebody, and what their way back brings (authorization code with PKCE, RFC 7636)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from lotproof.web.sso.identity import identity
from lotproof.web.sso.provider import Provider
from lotproof.workspace.place import WorkspaceError

TIMEOUT = 10
"""Seconds that the provider may take over an answer."""
SCOPE = "openid profile email"


@dataclass(frozen=True)
class Pending:
    """A sign-in that was begun; kept by the browser, signed by us."""

    state: str
    """Random: binds the way back to this browser."""
    nonce: str
    """Random: binds the token to this sign-in."""
    verifier: str
    """Random: whoever has only the code gets nothing for it."""
    begun: int
    """When, Unix seconds."""
    target: str
    """Where the person wanted to go."""


def address(provider: Provider, back: str, pending: Pending) -> str:
    """Where the person signs in. WorkspaceError where the provider cannot be reached."""
    found = _discovered(provider)
    with _session(provider, back) as session:
        url, _ = session.create_authorization_url(
            found["authorization_endpoint"], state=pending.state, nonce=pending.nonce, code_verifier=pending.verifier,
            # Each time anew: several people share a tablet.
            prompt="login", max_age=0,
        )  # fmt: skip
    return str(url)


def came_back(provider: Provider, back: str, pending: Pending, given: Mapping[str, str], now: int) -> str:
    """The identifier of who came back with this query. WorkspaceError where they did not sign in."""
    if not given.get("state") or given["state"] != pending.state:
        raise WorkspaceError("This sign-in was not begun in this browser, or was used before; begin again.")
    if "error" in given:
        told = given.get("error_description") or given["error"]
        raise WorkspaceError(f"{provider.name} did not let you in: {told[:200].strip('.')}.")
    found = _discovered(provider)
    if given.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: an answer of another provider
        raise WorkspaceError(f"The answer came from another provider than {provider.name}; begin again.")
    token = _token(provider, back, pending, found["token_endpoint"], given.get("code", ""))
    return identity(provider, token, _json(provider, found["jwks_uri"]), pending.nonce, pending.begun, now)


def _token(provider: Provider, back: str, pending: Pending, endpoint: str, code: str) -> str:
    try:
        with _session(provider, back) as session:
            answer = session.fetch_token(endpoint, code=code, code_verifier=pending.verifier, timeout=TIMEOUT)
    except (AuthlibBaseError, requests.RequestException, ValueError) as error:
        raise WorkspaceError(f"{provider.name} gave no answer for the code that you brought ({error}); begin again.") from error
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise WorkspaceError(f"{provider.name} sent no ID token; whoever runs it has to allow the scope openid for this client.")
    return token


def _session(provider: Provider, back: str) -> OAuth2Session:
    how = "client_secret_basic" if provider.secret else "none"
    return OAuth2Session(
        provider.client, provider.secret or None, scope=SCOPE, redirect_uri=back, token_endpoint_auth_method=how,
        code_challenge_method="S256",
    )  # fmt: skip


def _discovered(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0, section 4)."""
    found = _json(provider, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        told = f"{provider.name} calls itself {found.get('issuer')}; LOTPROOF_SSO_ISSUER says {provider.issuer} and has to be the same."
        raise WorkspaceError(told)
    if lacking := [name for name in ("authorization_endpoint", "token_endpoint", "jwks_uri") if not isinstance(found.get(name), str)]:
        raise WorkspaceError(f"{provider.name} does not say its {lacking[0]}; is LOTPROOF_SSO_ISSUER its issuer?")
    return found


def _json(provider: Provider, url: str) -> dict[str, Any]:
    try:
        answer = requests.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise WorkspaceError(f"{provider.name} cannot be asked just now ({type(error).__name__} at {url}); try again.") from error
    if not isinstance(found, dict):
        raise WorkspaceError(f"{provider.name} answered at {url} with something else than it should; is LOTPROOF_SSO_ISSUER its issuer?")
    return found
