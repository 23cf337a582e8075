"""Which identity provider the site has: read from the environment, with a sentence for what is wrong with it."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lotproof.workspace.place import WorkspaceError

LOCAL = {"localhost", "127.0.0.1", "::1"}
"""Hosts to which plain HTTP is spoken: nobody listens in between."""


@dataclass(frozen=True)
class Provider:
    """An OpenID provider, and what we are there."""

    issuer: str
    """Its issuer identifier, such as `https://login.example.com/tenant`."""
    client: str
    """Our client_id there."""
    secret: str = field(repr=False)
    """Our client_secret there; empty for a public client."""
    claim: str = "preferred_username"
    """The claim that holds the identifier under which people are enrolled here."""
    name: str = ""
    """What people call it."""
    alone: bool = False
    """Whether passwords are not taken at the door any more."""


def provider_of(environment: Mapping[str, str]) -> Provider | None:
    """The provider that LOTPROOF_SSO_… name; None where none is. WorkspaceError where they cannot be."""
    issuer = environment.get("LOTPROOF_SSO_ISSUER", "").strip()
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise WorkspaceError(f"LOTPROOF_SSO_ISSUER is {issuer}; it has to be an address that begins with https://.")
    client = environment.get("LOTPROOF_SSO_CLIENT", "").strip()
    if not client:
        raise WorkspaceError("LOTPROOF_SSO_ISSUER is set and LOTPROOF_SSO_CLIENT is not; set it to the client_id that the provider gave.")
    if importlib.util.find_spec("authlib") is None:
        raise WorkspaceError('LOTPROOF_SSO_ISSUER is set; sign-in by a provider needs the extra: pip install "lotproof[sso]".')
    return Provider(
        issuer, client, environment.get("LOTPROOF_SSO_SECRET", ""), environment.get("LOTPROOF_SSO_CLAIM", "").strip() or Provider.claim,
        environment.get("LOTPROOF_SSO_NAME", "").strip() or str(parts.hostname), environment.get("LOTPROOF_SSO_ONLY") == "1",
    )  # fmt: skip
