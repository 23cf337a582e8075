"""drop.toml of a workspace: where others put files down. It holds no secret: it names the variable of the environment or the key file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from lotproof.intake.problem import SourceProblem
from lotproof.intake.zones import check_zone

FILE = "drop.toml"
SECURITY = ("tls", "starttls", "none")
HERE = ("localhost", "127.0.0.1", "::1")
"""Hosts to which a password may go in the clear: it does not leave the machine."""


class DropError(Exception):
    """A place cannot be used. The message says what, where and what to do next."""


@dataclass(frozen=True)
class Place:
    """What every place has."""

    kind: ClassVar[str]
    """Name of its tables in drop.toml."""
    name: str
    """Its name, of letters, digits, - and _."""
    files: tuple[str, ...] = ()
    """Patterns of names that are taken, such as *.csv; empty for all."""
    still_seconds: float = 10
    """A file is taken when size and time of change have stood still so long."""
    marker: str = ""
    """Ending of the marker file that tells that a file is whole, such as .ok; empty where there is none."""
    done: str = "done"
    """Folder for what was taken in."""
    failed: str = "failed"
    """Folder for what could not be read."""
    zone: str = ""
    """Zone of times that carry none and that nobody states, such as Europe/Brussels."""

    @property
    def where(self) -> str:
        """Kind and name, as sentences begin."""
        return f"The place {self.name}"


@dataclass(frozen=True)
class Folder(Place):
    """A folder of this machine."""

    kind = "folder"
    path: str = ""
    """The folder; a relative one begins at the workspace."""


@dataclass(frozen=True)
class Letters(Folder):
    """A folder of e-mails: *.eml files, or a maildir."""

    kind = "letters"


@dataclass(frozen=True)
class Sftp(Place):
    """A folder of an SFTP server."""

    kind = "sftp"
    host: str = ""
    """Its name or address."""
    port: int = 22
    """Its port."""
    user: str = ""
    """Who signs in."""
    path: str = "."
    """The folder there."""
    password_env: str = ""
    """Variable of the environment that holds the password."""
    key_file: str = ""
    """File with the private key; a relative one begins at the workspace."""
    key_password_env: str = ""
    """Variable of the environment that holds the password of the private key."""
    known_hosts: str = "known_hosts"
    """File with the keys of servers, as OpenSSH keeps it; a relative one begins at the workspace."""


@dataclass(frozen=True)
class Imap(Place):
    """A mailbox of an IMAP server, whose attachments are taken."""

    kind = "imap"
    host: str = ""
    """Its name or address."""
    port: int = 0
    """Its port; 0 for 993, without TLS from the start 143."""
    security: str = "tls"
    """One of SECURITY."""
    ca: str = ""
    """File of the authority that the server's certificate is of; empty for those of the system."""
    user: str = ""
    """Who signs in."""
    password_env: str = ""
    """Variable of the environment that holds the password."""
    mailbox: str = "INBOX"
    """Where mails arrive."""
    megabytes: int = 100
    """Larger mails are not fetched."""


KINDS: tuple[type[Place], ...] = (Folder, Sftp, Imap, Letters)
NEEDED: Mapping[str, tuple[str, ...]] = {
    "folder": ("path",),
    "letters": ("path",),
    "sftp": ("host", "user"),
    "imap": ("host", "user", "password_env"),
}
WORDS = {"str": "a text", "int": "a whole number", "float": "a number", "tuple[str, ...]": 'a list of texts, such as ["*.csv"]'}


@dataclass(frozen=True)
class Drops:
    """The whole file."""

    places: tuple[Place, ...] = ()
    """Every place, in the order of the file."""
    every_seconds: int = 60
    """How long `lotproof drop watch` waits between two looks."""


def secret(variable: str, where: str) -> str:
    """The password that a variable of the environment holds; DropError where it is not set."""
    if not os.environ.get(variable):
        raise DropError(f"{where} takes its password from {variable}, which is not set in the environment; set it.")
    return os.environ[variable]


def read_settings(root: Path) -> Drops | None:
    """The settings of a workspace, None where it has no drop.toml; DropError says what is wrong with it."""
    path = root / FILE
    if not path.exists():
        return None
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DropError(f"{path} is no TOML ({error}); mend that line.") from None
    except OSError as error:
        raise DropError(f"{path} cannot be read ({error.strerror}); make it readable.") from None
    tables = [kind.kind for kind in KINDS]
    unknown = sorted(document.keys() - {*tables, "every_seconds"})
    if unknown:
        known = ", ".join(f"[[{table}]]" for table in tables)
        raise DropError(f"{path} has {unknown[0]}, which means nothing here; there are {known} and every_seconds.")
    every = document.get("every_seconds", 60)
    if type(every) is not int or every < 1:
        raise DropError(f"{path}: every_seconds is {every}; write a whole number from 1.")
    places = [_place(kind, entry, path, number) for kind in KINDS for number, entry in enumerate(_tables(document, kind, path), 1)]
    names = [one.name for one in places]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DropError(f"{path}: two places are named {twice[0]}; give each a name of its own.")
    return Drops(tuple(places), every)


def _tables(document: Mapping[str, Any], kind: type[Place], path: Path) -> list[Any]:
    found = document.get(kind.kind, [])
    if not isinstance(found, list):
        raise DropError(f"{path}: [{kind.kind}] is one table; write [[{kind.kind}]], for there may be several.")
    return found


def _place(kind: type[Place], entry: Any, path: Path, number: int) -> Place:
    where = f"{path}, [[{kind.kind}]] {number}"
    if not isinstance(entry, dict):
        raise DropError(f'{where} is no table; write [[{kind.kind}]] and below it name = "line2".')
    known = {one.name: one for one in fields(kind)}
    for name in sorted(entry.keys() - known.keys()):
        if "password" in name:
            raise DropError(
                f'{where} has {name}: no secret may stand in the file. Put it into the environment and write password_env = "NAME_OF_IT".'
            )
        raise DropError(f"{where} has {name}, which means nothing here; there are {', '.join(known)}.")
    given = {name: _value(known[name], value, where) for name, value in entry.items()}
    lacking = [name for name in ("name", *NEEDED[kind.kind]) if not given.get(name)]
    if lacking:
        raise DropError(f"{where} lacks {' and '.join(lacking)}.")
    place = kind(**given)
    _sound(place, where, path.parent)
    return place


def _value(field: Field[Any], value: Any, where: str) -> Any:
    """A value of the type that the field has."""
    form = str(field.type)
    right = {
        "str": isinstance(value, str),
        "int": type(value) is int,
        "float": type(value) in (int, float),
        "tuple[str, ...]": isinstance(value, list) and all(isinstance(one, str) for one in value),
    }[form]
    if not right:
        instead = "" if field.default in (MISSING, "", ()) else f"; without it, it is {field.default}"
        raise DropError(f"{where}: {field.name} has to be {WORDS[form]}{instead}.")
    return tuple(value) if isinstance(value, list) else value


def _sound(place: Place, where: str, root: Path) -> None:
    """What the types do not say."""
    if not all(char.isalnum() or char in "-_" for char in place.name):
        raise DropError(f'{where}: the name "{place.name}" may have letters, digits, - and _ alone: files are named after it.')
    if place.still_seconds < 0:
        raise DropError(f"{where}: still_seconds is {place.still_seconds}; write seconds from 0.")
    if place.done == place.failed or not place.done or not place.failed:
        raise DropError(f"{where}: done and failed have to be two folders; write two names.")
    try:
        check_zone(place.zone, f"{where}, zone") if place.zone else None
    except SourceProblem as problem:
        raise DropError(str(problem)) from None
    if isinstance(place, Folder):
        inside, home = (root / place.path).resolve(), root.resolve()
        if inside == home or home in inside.parents:
            raise DropError(f"{where}: {inside} lies in the workspace; name a folder outside it.")
    if isinstance(place, Sftp) and not (place.password_env or place.key_file):
        raise DropError(f"{where} has neither key_file nor password_env; name one of them.")
    if isinstance(place, Imap):
        _sound_imap(place, where)


def _sound_imap(place: Imap, where: str) -> None:
    if place.security not in SECURITY:
        raise DropError(f'{where}: security is "{place.security}"; write {", ".join(SECURITY)}.')
    if place.security == "none" and place.host not in HERE:
        raise DropError(
            f'{where}: without TLS the password would travel in the clear to {place.host}; write security = "tls" or "starttls".'
        )
    names = (place.mailbox, place.done, place.failed)
    if not all(name.isascii() and name.isprintable() for name in names):
        raise DropError(f"{where}: names of mailboxes have to be plain ASCII here; rename {next(n for n in names if not n.isascii())}.")
