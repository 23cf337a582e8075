"""Listening to an MQTT broker: QoS 1, a session that the broker keeps, a message acknowledged only when it is on our disk."""

from __future__ import annotations

import logging
import ssl
import threading
import time as passing
from collections.abc import Callable
from typing import Any

from lotproof.exchange.line.buffer import Buffer, line_of
from lotproof.exchange.line.settings import LineError, Mqtt, secret
from lotproof.exchange.line.take import take_file
from lotproof.workspace.place import Workspace, WorkspaceError

LOG = logging.getLogger("lotproof.line")
KEEPALIVE = 30
"""Seconds between signs of life."""
QUIET = 3.0
"""Seconds of silence after which a broker has nothing more that it kept."""
LOOK = 0.5
"""Seconds between two looks whether a batch is due."""


class Listener:
    """One broker."""

    def __init__(self, workspace: Workspace, broker: Mqtt, clock: Callable[[], str]) -> None:
        self.workspace, self.broker, self._clock = workspace, broker, clock
        self.buffer = Buffer(workspace.root / "line" / broker.name, len(broker.topics))
        self.connected = threading.Event()
        self.refused = ""
        self.heard = passing.monotonic()
        self._client = self._made()

    def _made(self) -> Any:
        try:
            from paho.mqtt.client import Client
            from paho.mqtt.enums import CallbackAPIVersion
        except ImportError:
            raise LineError('MQTT needs paho-mqtt: install "lotproof[mqtt]".') from None
        broker = self.broker
        # clean_session False: what comes while we are away, the broker keeps under this identifier.
        client = Client(CallbackAPIVersion.VERSION2, broker.client or f"lotproof-{broker.name}", clean_session=False, manual_ack=True)
        if broker.user:
            client.username_pw_set(broker.user, secret(broker.password_env, f"The broker {broker.name}"))
        if broker.tls:
            client.tls_set(ca_certs=broker.ca or None, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        client.reconnect_delay_set(1, 30)
        client.on_connect, client.on_disconnect, client.on_message = self._on_connect, self._on_disconnect, self._on_message
        return client

    def _on_connect(self, client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self.refused = str(reason)
            return
        client.subscribe([(topic, 1) for topic in self.broker.topics])
        self.connected.set()
        LOG.info("connected to the broker %s", self.broker.name)

    def _on_disconnect(self, _client: Any, _data: Any, _flags: Any, _reason: Any, _properties: Any) -> None:
        self.connected.clear()
        LOG.info("the broker %s is away; it is tried again", self.broker.name)

    def _on_message(self, client: Any, _data: Any, message: Any) -> None:
        """On the disk first, then acknowledged. Where it cannot be written it is not, and the broker sends it again after a reconnect."""
        try:
            self.buffer.add(self._filter(message.topic), line_of(message.topic, message.payload, self._clock()), passing.monotonic())
        except OSError:
            LOG.exception("a message of %s could not be written", self.broker.name)
            client.disconnect()
            return
        self.heard = passing.monotonic()
        if message.qos:
            client.ack(message.mid, message.qos)

    def _filter(self, topic: str) -> int:
        from paho.mqtt.client import topic_matches_sub

        return next((number for number, one in enumerate(self.broker.topics) if topic_matches_sub(one, topic)), 0)

    def start(self) -> None:
        """Connect, in a thread of its own; LineError where there is nobody at the first attempt."""
        try:
            self._client.connect(self.broker.host, self.broker.port, KEEPALIVE)
        except OSError as error:
            place = f"{self.broker.host}:{self.broker.port}"
            raise LineError(
                f"The broker {self.broker.name} at {place} does not answer ({type(error).__name__}); look whether it runs."
            ) from None
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect; the session stays at the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def take(self, now: float, actor: str, told: Callable[[str], None], everything: bool = False) -> int:
        """Take in the batches that are due; gives how many. Nothing is removed before the ledger has it; problems are told."""
        self.buffer.close_due(now, 0 if everything else self.broker.batch_seconds, self.broker.batch_messages)
        taken = 0
        for path in self.buffer.closed():
            try:
                receipts = take_file(self.workspace, f"mqtt-{self.broker.name}-{path.name}", path.read_bytes(), self._clock(), actor)
            except WorkspaceError as error:  # somebody else writes: the next look tells
                LOG.info("%s", error)
                break
            path.unlink()
            for problem in (problem for receipt in receipts for problem in receipt.problems):
                told(f"  ! {problem}")
            taken += 1
        return taken


def quiet(listeners: list[Listener], stop: threading.Event) -> None:
    """Set ``stop`` when every broker is connected and nothing has come for QUIET seconds."""
    while not stop.wait(LOOK):
        if all(one.connected.is_set() and passing.monotonic() - one.heard > QUIET for one in listeners):
            stop.set()


def listen(listeners: list[Listener], actor: str, stop: threading.Event, told: Callable[[str], None]) -> int:
    """Listen until ``stop`` is set; gives how many batches were taken in. What is open then is taken in too."""
    taken = 0
    for one in listeners:
        one.take(passing.monotonic(), actor, told)  # what an earlier process left
        one.start()
    try:
        while not stop.wait(LOOK):
            for one in listeners:
                if one.refused:
                    raise LineError(f"The broker {one.broker.name} refuses: {one.refused}. Look at user, password and rights in line.toml.")
                if count := one.take(passing.monotonic(), actor, told):
                    taken += count
                    told(f"{one.broker.name}: {count} {'batch' if count == 1 else 'batches'} taken in.")
    finally:
        for one in listeners:
            one.stop()
        for one in listeners:
            taken += one.take(passing.monotonic(), actor, told, everything=True)
    return taken
