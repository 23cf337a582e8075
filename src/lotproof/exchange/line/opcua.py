"""An OPC UA server of a line: collections are read, a hold is asked for. No serial number is requested: that takes it out of its pool."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from lotproof.exchange.line.settings import LineError, OpcUa, secret
from lotproof.exchange.line.states import COLLECTIONS, FOLDER, NAMESPACE, Collection

T = TypeVar("T")
DEEPEST = 8
"""Levels of objects that are looked through."""
PATIENCE = 20.0
"""Seconds that a server may take for one answer."""


@dataclass(frozen=True)
class Seen:
    """What a server has."""

    collections: tuple[Collection, ...]
    """Everything that was read."""
    nodes: int
    """Nodes that were looked at."""


@dataclass(frozen=True)
class Answer:
    """What a server answered to a hold."""

    status: str
    """OPC UA status code by name: Good, BadUserAccessDenied, ..."""
    outputs: tuple[str, ...]
    """Output arguments, as text."""

    @property
    def good(self) -> bool:
        return self.status == "Good"


def read(server: OpcUa) -> Seen:
    """Read every collection that the server publishes; LineError where it cannot be asked."""
    return _run(_read(server), server)


def ask_to_hold(server: OpcUa, given: Mapping[str, str]) -> Answer:
    """Call the method that line.toml names for it. What the server refuses is an answer too."""
    return _run(_ask(server, given), server)


def _run(work: Coroutine[Any, Any, T], server: OpcUa) -> T:
    try:
        return asyncio.run(work)
    except (OSError, TimeoutError, ConnectionError) as error:
        told = f"The OPC UA server of {server.name} at {server.url} does not answer ({type(error).__name__}); look whether it runs."
        raise LineError(told) from None
    except Exception as error:
        from asyncua.ua.uaerrors import UaError

        if isinstance(error, UaError):
            raise LineError(f"The OPC UA server of {server.name} at {server.url} refuses: {error}.") from None
        raise


@contextlib.asynccontextmanager
async def _connected(server: OpcUa) -> AsyncIterator[Any]:
    try:
        from asyncua.client.client import Client
    except ImportError:
        raise LineError('OPC UA needs asyncua: install "lotproof[opcua]".') from None
    logging.getLogger("asyncua").setLevel(logging.ERROR)  # what a server negotiates is no trouble
    client = Client(server.url, timeout=PATIENCE)
    if server.user:
        client.set_user(server.user)
        client.set_password(secret(server.password_env, f"The OPC UA server of {server.name}"))
    if server.security:
        await client.set_security_string(server.security)
    async with client:
        yield client


async def _read(server: OpcUa) -> Seen:
    async with _connected(server) as client:
        if NAMESPACE not in await client.get_namespace_array():
            raise LineError(f"The server of {server.name} does not speak OPEN-SCS: it has no namespace {NAMESPACE} (OPC 30260).")
        await client.load_data_type_definitions()
        found: list[Collection] = []
        waiting, seen = [(node, 0) for node in await _tops(client, server)], set()
        while waiting:
            node, depth = waiting.pop(0)
            if node.nodeid in seen:
                continue
            seen.add(node.nodeid)
            found += await _collections(node)
            if depth < DEEPEST:
                waiting += [(child, depth + 1) for child in await node.get_children()]
        return Seen(tuple(found), len(seen))


async def _tops(client: Any, server: OpcUa) -> list[Any]:
    if server.nodes:
        return [client.get_node(text) for text in server.nodes]
    for child in await client.nodes.objects.get_children():
        if (await child.read_browse_name()).Name == FOLDER:
            return [child]
    raise LineError(
        f'The server of {server.name} has no folder {FOLDER} (OPC 30260, 6.2); name nodes in line.toml: nodes = ["ns=2;s=Line2"].'
    )


async def _collections(node: Any) -> list[Collection]:
    from asyncua import ua

    if await node.read_node_class() != ua.NodeClass.Variable:
        return []
    read = await node.read_data_value(raise_on_bad_status=False)
    values = read.Value.Value if read.Value is not None else None
    listed = values if isinstance(values, list) else [values]
    times = _time(read.SourceTimestamp), _time(read.ServerTimestamp)
    return [
        _collection(node.nodeid.to_string(), number, value, times)
        for number, value in enumerate(listed)
        if type(value).__name__ in COLLECTIONS
    ]


def _collection(node: str, number: int, value: Any, times: tuple[str, str]) -> Collection:
    labels = getattr(value, "LabelCollection", None) or ()
    return Collection(
        node, number, value.ID or "", value.Description or "", int(value.State), value.AssociatedPoolID or "",
        tuple(value.SerialNumbers or ()), tuple((label.ID, _pairs(label.LabelProperties)) for label in labels),
        _pairs(getattr(value, "LabelCollectionProperties", None)), *times,
    )  # fmt: skip


def _pairs(values: Sequence[Any] | None) -> dict[str, str]:
    """OPENSCSKeyValueDataType[] (OPC 30260, 6.4.4)."""
    return {one.Key: one.Value for one in values or ()}


def _time(at: datetime | None) -> str:
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC).isoformat().replace("+00:00", "Z") if at else ""


async def _ask(server: OpcUa, given: Mapping[str, str]) -> Answer:
    from asyncua import ua
    from asyncua.ua.uaerrors import UaStatusCodeError

    hold = server.hold
    assert hold is not None, "whoever calls has looked"
    async with _connected(server) as client:
        arguments = [ua.Variant(given[name], ua.VariantType.String) for name in hold.arguments]
        try:
            answered = await client.get_node(hold.object).call_method(client.get_node(hold.method), *arguments)
        except UaStatusCodeError as error:
            return Answer(str(ua.status_codes.get_name_and_doc(error.code)[0]), ())
    listed = answered if isinstance(answered, list) else [answered]
    return Answer("Good", tuple(str(one) for one in listed if one is not None))
