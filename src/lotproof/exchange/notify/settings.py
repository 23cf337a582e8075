"""Who is told of what, and how: the file notify.toml of the workspace. Secrets are named there and come from the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lotproof.exchange.notify.news import ABOUT, WEIGHTS, News

FILE = "notify.toml"
TYPES = ("mail", "webhook", "teams")
SECURITY = ("starttls", "tls", "none")
_CHANNEL = {"name", "type", "to", "url", "secret_env", "about", "least"}
_MAIL = {"host", "port", "security", "user", "password_env", "sender"}


class NotifyError(Exception):
    """The settings cannot be used; the text says what is wrong, and what to write."""


@dataclass(frozen=True)
class Mail:
    """The server that takes mail."""

    host: str
    """Its name."""
    port: int
    """Its port."""
    security: str
    """One of SECURITY."""
    sender: str
    """Address that mails come from."""
    user: str = ""
    """Who signs in; empty where nobody has to."""
    password_env: str = ""
    """Environment variable that holds the password."""


@dataclass(frozen=True)
class Channel:
    """One way to tell some people of some things."""

    name: str
    """Short name."""
    type: str
    """One of TYPES."""
    to: tuple[str, ...] = ()
    """Addresses of mail."""
    url: str = ""
    """Where webhook and Teams messages go."""
    secret_env: str = ""
    """Environment variable with the secret that signs webhooks."""
    about: tuple[str, ...] = ABOUT
    """What it is told of."""
    least: str = WEIGHTS[0]
    """How grave news have to be at least."""

    def wants(self, news: News) -> bool:
        """Whether news go through it."""
        return news.about in self.about and WEIGHTS.index(news.weight) >= WEIGHTS.index(self.least)


@dataclass(frozen=True)
class Settings:
    """The whole file."""

    channels: tuple[Channel, ...] = ()
    """Every channel."""
    mail: Mail | None = None
    """The mail server, where one is named."""
    desk: str = ""
    """Address of the desk, for links; empty where none is named."""

    def channel(self, name: str) -> Channel:
        """A channel by its name; NotifyError where there is none."""
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise NotifyError(f"{FILE} has no channel {name}; it has {', '.join(one.name for one in self.channels) or 'none'}.")


def secret(variable: str) -> str:
    """A secret out of the environment; NotifyError where it is not there."""
    found = os.environ.get(variable)
    if not found:
        raise NotifyError(f"The environment variable {variable}, which {FILE} names, is not set for this process.")
    return found


def read_settings(home: Path) -> Settings:
    """The settings of a workspace, none where it has no file; NotifyError says what is wrong with it."""
    path = home / FILE
    if not path.exists():
        return Settings()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotifyError(f"{path} is no TOML ({error}); mend that line.") from None
    _only(document, {"desk", "mail", "channel"}, FILE)
    mail = _mail(document["mail"]) if "mail" in document else None
    channels = tuple(_channel(one) for one in document.get("channel", ()))
    names = [one.name for one in channels]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise NotifyError(f"{FILE}: two channels are named {twice[0]}; give each a name of its own.")
    if mail is None and any(one.type == "mail" for one in channels):
        raise NotifyError(f"{FILE}: a channel sends mail and there is no [mail]; name host and sender of the server there.")
    return Settings(channels, mail, str(document.get("desk", "")).rstrip("/"))


def _only(document: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(document) - known)
    if unknown:
        raise NotifyError(f"{where} has “{unknown[0]}”, which means nothing here; it may have {', '.join(sorted(known))}.")


def _mail(given: Mapping[str, Any]) -> Mail:
    _only(given, _MAIL, "[mail]")
    lacking = [name for name in ("host", "sender") if not given.get(name)]
    if lacking:
        raise NotifyError(f"[mail] lacks {' and '.join(lacking)}.")
    security = given.get("security", "starttls")
    if security not in SECURITY:
        raise NotifyError(f"[mail] has the security “{security}”; write {', '.join(SECURITY)}.")
    port = given.get("port", {"tls": 465, "none": 25}.get(security, 587))
    if type(port) is not int or not 0 < port < 65536:
        raise NotifyError(f"[mail] has the port {port}; write a number up to 65535.")
    return Mail(str(given["host"]), port, security, str(given["sender"]), str(given.get("user", "")), str(given.get("password_env", "")))


def _channel(given: Mapping[str, Any]) -> Channel:
    name = str(given.get("name") or "")
    if not name:
        raise NotifyError(f"{FILE}: a channel has no name.")
    where = f"The channel {name}"
    _only(given, _CHANNEL, where)
    kind = given.get("type")
    if kind not in TYPES:
        raise NotifyError(f"{where} has the type “{kind}”; write {', '.join(TYPES)}.")
    about, least = tuple(given.get("about", ABOUT)), given.get("least", WEIGHTS[0])
    wrong = [one for one in about if one not in ABOUT]
    if wrong or least not in WEIGHTS:
        raise NotifyError(f"{where}: “{wrong[0] if wrong else least}” is not among {', '.join(ABOUT if wrong else WEIGHTS)}.")
    if kind == "mail" and not given.get("to"):
        raise NotifyError(f'{where} sends mail to nobody; write to = ["qa@example.com"].')
    if kind != "mail" and urlsplit(str(given.get("url", ""))).scheme not in ("https", "http"):
        raise NotifyError(f"{where} needs an url that begins with https://.")
    return Channel(name, kind, tuple(given.get("to", ())), str(given.get("url", "")), str(given.get("secret_env", "")), about, least)
