"""lotproof line: OPC UA servers and MQTT brokers of packaging lines."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import click

from lotproof.cli import common
from lotproof.cli.secrets_input import Asking, password_option


@click.group()
def line() -> None:
    """What the packaging lines say, by OPC UA (OPEN-SCS) and MQTT, as line.toml names them: docs/line.md."""


_NAME = click.argument("name", required=False)


@line.command()
@common.workspace_option
@common.json_option
@common.sentences
def check(workspace_dir: Path, as_json: bool) -> None:
    """Read line.toml and look whether each OPC UA server answers. Takes nothing in. Exits with 1 where one does not.

    \b
    Examples:
      lotproof line check
    """
    from lotproof.exchange.line.opcua import read
    from lotproof.exchange.line.settings import LineError, load, secret

    lines = load(common.opened(workspace_dir).root)
    found: list[dict[str, object]] = []
    for server in lines.opcua.values():
        try:
            seen = read(server)
            numbers = sum(len(one.serials) + len(one.labels) for one in seen.collections)
            told = f"{len(seen.collections)} collections with {numbers} serial numbers"
            found.append({"name": server.name, "ok": True, "told": told})
        except LineError as error:
            found.append({"name": server.name, "ok": False, "told": str(error)})
    for broker in lines.mqtt.values():
        try:
            secret(broker.password_env, f"The broker {broker.name}")
            found.append({"name": broker.name, "ok": True, "told": f"{len(broker.topics)} topic filters at {broker.host}:{broker.port}"})
        except LineError as error:
            found.append({"name": broker.name, "ok": False, "told": str(error)})
    if as_json:
        common.emit({"lines": found})
    for one in () if as_json else found:
        common.say(f"{'ok  ' if one['ok'] else 'FAIL'} {one['name']}: {one['told']}")
    if not all(one["ok"] for one in found):
        sys.exit(common.FAILED)


@line.command()
@_NAME
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def read(name: str | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Read the serial number states that OPC UA servers publish and take them in; NAME for one line alone.

    No serial number is requested: that would take it out of its pool.

    \b
    Examples:
      lotproof line read
      lotproof line read line2
    """
    from lotproof.exchange.line.settings import LineError, load
    from lotproof.exchange.line.take import read_line

    time, who = common.time_text(now), common.actor_name(actor)
    workspace = common.opened(workspace_dir, now, actor)
    servers = load(workspace.root).opcua
    if name is not None and name not in servers:
        raise LineError(f"line.toml names no OPC UA server {name}; there are: {', '.join(servers) or 'none'}.")
    found = []
    for server in servers.values():
        if name in (None, server.name):
            seen, receipts = read_line(workspace, server, time, who)
            found.append({"name": server.name, "collections": len(seen.collections), "sources": [one.as_json() for one in receipts]})
            if not as_json:
                stored = sum(one.stored for one in receipts)
                common.say(f"{server.name}: {len(seen.collections)} collections, {stored} observations taken in.")
    if as_json:
        common.emit({"lines": found})


@line.command()
@click.option("--once", is_flag=True, help="Take in what was left and what the broker kept, and stop when nothing came for three seconds.")
@common.workspace_option
@common.json_option
@common.actor_option
@common.sentences
def listen(once: bool, workspace_dir: Path, as_json: bool, actor: str | None) -> None:
    """Listen to the MQTT brokers until stopped: each message is on the disk before it is acknowledged, and taken in by batch.

    A broker that is away is tried again; what came meanwhile, it has kept (QoS 1, persistent session).

    \b
    Examples:
      lotproof line listen
    """
    from lotproof.exchange.line.mqtt import Listener, quiet
    from lotproof.exchange.line.mqtt import listen as run
    from lotproof.exchange.line.settings import LineError, load

    workspace = common.opened(workspace_dir, None, actor)
    brokers = load(workspace.root).mqtt
    if not brokers:
        raise LineError("line.toml names no broker; write [[mqtt]] as docs/line.md shows.")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    listeners = [Listener(workspace, broker, lambda: common.time_text(None)) for broker in brokers.values()]
    if once:
        threading.Thread(target=quiet, args=(listeners, stop), daemon=True).start()
    taken = run(listeners, common.actor_name(actor), stop, common.silent if as_json else common.say)
    if as_json:
        common.emit({"batches": taken})


@line.command()
@click.argument("name")
@click.option("--by", "user", required=True, metavar="USER", help="Who asks; their password is asked for.")
@click.option("--what", required=True, help="What is to be held: a lot, a pallet, the line.")
@click.option("--why", required=True, help="Why.")
@click.option("--reference", default="", metavar="NUMBER", help="Incident that it belongs to.")
@password_option
@common.workspace_option
@common.json_option
@common.sentences
def hold(
    name: str, user: str, what: str, why: str, reference: str, password_fd: int | None, workspace_dir: Path, as_json: bool
) -> None:  # fmt: skip
    """Ask the line NAME to hold, by the method that line.toml names. Asked and answer become entries of the ledger.

    Exits with 1 where the line refuses. The answer is what the line says, no proof that it holds: look at it.

    \b
    Examples:
      lotproof line hold line2 --by op-1 --what "lot B7-2231" --why "96 units missing" --reference INC-2026-0147
    """
    from lotproof.exchange.line.settings import LineError, load
    from lotproof.exchange.line.take import hold_line
    from lotproof.workspace.people import active

    workspace = common.opened(workspace_dir, None, user)
    servers = load(workspace.root).opcua
    if name not in servers:
        raise LineError(f"line.toml names no OPC UA server {name}; there are: {', '.join(servers) or 'none'}.")
    given = Asking(password_fd).given(active(user), True)
    asked = {"what": what, "why": why, "reference": reference}
    answer = hold_line(workspace, servers[name], user, given, asked, lambda: common.time_text(None))
    if as_json:
        common.emit({"line": name, "status": answer.status, "outputs": list(answer.outputs)})
    else:
        common.say(f"{name} answers {answer.status}{': ' + ', '.join(answer.outputs) if answer.outputs else ''}.")
    if not answer.good:
        sys.exit(common.FAILED)
