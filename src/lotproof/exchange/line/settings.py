"""line.toml of a workspace: which servers and brokers the lines have. It holds no secret: it names the variable that does."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "line.toml"


class LineError(Exception):
    """A line cannot be asked. The message says what, where and what to do next."""


@dataclass(frozen=True)
class Hold:
    """How a line is asked to hold: a method of its OPC UA server. OPC 30260 has none, so it is the supplier's."""

    object: str
    """NodeId of the object."""
    method: str
    """NodeId of the method."""
    arguments: tuple[str, ...] = ("what", "why")
    """What it is called with, in order: of what, why, by, reference; each a String."""


@dataclass(frozen=True)
class OpcUa:
    """An OPC UA server."""

    name: str
    """Name of the line."""
    url: str
    """opc.tcp://host:port/path."""
    nodes: tuple[str, ...] = ()
    """NodeIds below which collections are looked for; empty for the folder OPENSCSObjects."""
    gtin: str = ""
    """GTIN of serials that come without one."""
    lot: str = ""
    """Lot of serials that come without one."""
    user: str = ""
    """Who signs in there; empty for anonymous."""
    password_env: str = ""
    """Variable of the environment that holds the password."""
    security: str = ""
    """As asyncua spells it: Basic256Sha256,SignAndEncrypt,certificate.pem,key.pem; empty for none."""
    hold: Hold | None = None
    """How it is asked to hold; None where it cannot be."""


@dataclass(frozen=True)
class Mqtt:
    """An MQTT broker."""

    name: str
    """Name; part of the client identifier, under which the broker keeps what was not taken."""
    host: str
    """Its name or address."""
    port: int = 1883
    """Its port."""
    topics: tuple[str, ...] = ()
    """Topic filters; messages of one filter are one kind of record."""
    client: str = ""
    """Client identifier; empty for lotproof-NAME."""
    user: str = ""
    """Who signs in there; empty for anonymous."""
    password_env: str = ""
    """Variable of the environment that holds the password."""
    tls: bool = False
    """Whether TLS is spoken."""
    ca: str = ""
    """File of the authority that the broker's certificate is of; empty for those of the system."""
    batch_seconds: float = 60
    """Age at which a batch is taken in."""
    batch_messages: int = 5000
    """Number of messages at which a batch is taken in."""


@dataclass(frozen=True)
class Lines:
    """Everything that line.toml names."""

    opcua: Mapping[str, OpcUa] = field(default_factory=dict)
    """Servers by name."""
    mqtt: Mapping[str, Mqtt] = field(default_factory=dict)
    """Brokers by name."""


def secret(variable: str, where: str) -> str:
    """The password that a variable of the environment holds, empty where none is named."""
    if not variable:
        return ""
    if variable not in os.environ:
        raise LineError(f"{where} takes its password from {variable}, which is not set in the environment; set it.")
    return os.environ[variable]


def load(root: Path) -> Lines:
    """Read line.toml of a workspace."""
    path = root / FILE
    if not path.exists():
        raise LineError(f"There is no {path}; write one as docs/line.md shows.")
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LineError(f"{path} is no TOML ({error}); mend it.") from None
    unknown = document.keys() - {"opcua", "mqtt"}
    if unknown:
        raise LineError(f"{path} has the table {sorted(unknown)[0]}, which nobody reads; there are [[opcua]] and [[mqtt]].")
    servers = [_server(entry, f"{path}, [[opcua]] {number}") for number, entry in enumerate(document.get("opcua", []), 1)]
    brokers = [_read(Mqtt, entry, f"{path}, [[mqtt]] {number}") for number, entry in enumerate(document.get("mqtt", []), 1)]
    for one in brokers:
        if not one.topics:
            raise LineError(f'{path}: the broker {one.name} has no topics; write topics = ["plant/line2/#"].')
    return Lines({one.name: one for one in servers}, {one.name: one for one in brokers})


def _server(entry: dict[str, Any], where: str) -> OpcUa:
    if isinstance(entry.get("hold"), dict):
        entry = {**entry, "hold": _read(Hold, entry["hold"], f"{where}, hold")}
    server: OpcUa = _read(OpcUa, entry, where)
    return server


def _read(kind: Any, entry: Any, where: str) -> Any:
    if not isinstance(entry, dict):
        raise LineError(f'{where} is no table; write [[opcua]] or [[mqtt]] and below it name = "line2".')
    unknown = entry.keys() - kind.__dataclass_fields__.keys()
    if unknown:
        raise LineError(f"{where} has {sorted(unknown)[0]}, which nobody reads; there are {', '.join(kind.__dataclass_fields__)}.")
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    try:
        return kind(**given)
    except TypeError as error:
        raise LineError(f"{where} lacks {str(error).rpartition(': ')[2]}.") from None
