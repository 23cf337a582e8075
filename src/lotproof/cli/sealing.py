"""The options that say with what a pack is sealed besides the log's key."""

from __future__ import annotations

import functools
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.packs.certificate import SealKey
    from lotproof.packs.sealer import Sealer
    from lotproof.packs.tsa import Authorities

PASSPHRASE = "LOTPROOF_SEAL_PASSPHRASE"
"""Environment variable with the passphrase of the key: never an argument, because others can read those."""

_FILE = click.Path(path_type=Path, dir_okay=False)
_OPTIONS = (
    click.option("--seal-key", type=_FILE, default=None, help="PEM private key of the e-seal."),
    click.option("--seal-cert", type=_FILE, default=None, help="PEM certificate for it, with the ones above it."),
    click.option("--seal-p12", type=_FILE, default=None, help="PKCS #12 file with key and certificate instead."),
    click.option("--seal-module", type=_FILE, default=None, help="PKCS #11 module of a token that holds the key; with --seal-cert."),
    click.option("--seal-token", default=None, metavar="LABEL", help="Label of the token."),
    click.option("--seal-label", default=None, metavar="LABEL", help="Label of the key in the token."),
    click.option("--seal-pass-file", type=_FILE, default=None, help=f"File with passphrase or PIN (or {PASSPHRASE})."),
    click.option("--tsa", "tsas", multiple=True, metavar="URL", help="Timestamp authority (RFC 3161); repeated: fallbacks."),
    click.option("--crl", "crls", multiple=True, metavar="FILE/URL", help="List of revoked certificates, kept in the pack; repeat."),
    click.option("--trust-copy", "copies", type=_FILE, multiple=True, help="A file to lay into seal/trust/, such as a policy or a CRL."),
)


def seal_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the function gets one argument `sealer` for them all."""

    @functools.wraps(function)
    def wrapped(
        *args: Any, seal_key: Path | None, seal_cert: Path | None, seal_p12: Path | None, seal_pass_file: Path | None,
        seal_module: Path | None, seal_token: str | None, seal_label: str | None,
        tsas: tuple[str, ...], crls: tuple[str, ...], copies: tuple[Path, ...], **kwargs: Any,
    ) -> Any:  # fmt: skip
        from lotproof.packs.sealer import SealingError

        try:
            if seal_module or seal_token or seal_label:
                key: SealKey | None = _in_token(seal_module, seal_token, seal_label, seal_cert, seal_pass_file)
            else:
                key = _key(seal_key, seal_cert, seal_p12, seal_pass_file)
            sealer = _sealer(key, tsas, crls, copies)
        except (ValueError, SealingError) as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(common.UNUSABLE)
        return function(*args, sealer=sealer, **kwargs)

    return functools.reduce(lambda made, option: option(made), reversed(_OPTIONS), wrapped)


def authorities(tsas: tuple[str, ...]) -> Authorities | None:
    """The timestamp authorities behind the addresses."""
    if not tsas:
        return None
    from lotproof.packs.tsa import Authorities  # here, because most builds ask none and it takes half a second

    return Authorities(tsas, lambda: secrets.randbits(64))


def _sealer(key: SealKey | None, tsas: tuple[str, ...], crls: tuple[str, ...], copies: tuple[Path, ...]) -> Sealer:
    from lotproof.packs.sealer import Sealer

    lists: dict[str, bytes] = {}
    if crls:
        from lotproof.packs.crls import crl_copies, refuse_revoked

        lists = crl_copies(crls)
        if key:
            refuse_revoked(key, lists)
    return Sealer(key, authorities(tsas), {**{path.name: path.read_bytes() for path in copies}, **lists})


def _key(key: Path | None, certificate: Path | None, p12: Path | None, pass_file: Path | None) -> SealKey | None:
    if not (key or certificate or p12):
        return None
    from lotproof.packs.certificate import SealKeyError, from_pem, from_pkcs12

    passphrase = _passphrase(pass_file)
    if p12 and not (key or certificate):
        return from_pkcs12(p12, passphrase)
    if not key or not certificate or p12:
        raise SealKeyError("Give --seal-key together with --seal-cert, or --seal-p12 alone.")
    return from_pem(key, certificate, passphrase)


def _in_token(module: Path | None, token: str | None, label: str | None, certificate: Path | None, pass_file: Path | None) -> SealKey:
    from lotproof.packs.certificate import SealKeyError
    from lotproof.packs.token import Place, from_token

    if not (module and token and label and certificate):
        raise SealKeyError("Give --seal-module, --seal-token, --seal-label and --seal-cert together.")
    pin = _passphrase(pass_file)
    return from_token(Place(module, token, label), pin.decode() if pin is not None else None, certificate)


def _passphrase(pass_file: Path | None) -> bytes | None:
    return pass_file.read_bytes().rstrip(b"\r\n") if pass_file else os.environb.get(PASSPHRASE.encode())
