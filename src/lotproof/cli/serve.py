"""lotproof serve: the quality desk."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

import click

from lotproof.cli import common


@click.command()
@common.workspace_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all, behind a proxy.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes; more than one with PostgreSQL.")
@click.option(
    "--stream-port",
    type=click.IntRange(0, 65535),
    default=None,
    show_default="the port after --port",
    help="Port of websockets for events of the EPCIS interface; 0 for none.",
)
@click.option(
    "--log",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    envvar="LOTPROOF_LOG",
    show_default=True,
    help="json: a line for every request and trouble on standard error, without secrets and names (or LOTPROOF_LOG).",
)
@common.json_option
@common.sentences
def serve(workspace_dir: Path, host: str, port: int, workers: int, stream_port: int | None, form: str, as_json: bool) -> None:
    """Serve the quality desk of the workspace: signals, incidents, their clocks and their record.

    People sign in as they were enrolled with lotproof people add. Behind a proxy that speaks HTTPS set LOTPROOF_HTTPS=1 and
    LOTPROOF_HOSTS=desk.example.com. See docs/desk.md.

    /alive, /ready and /metrics are for those who run it: docs/deployment.md.

    \b
    Examples:
      lotproof people add user-17 --name "Ana Silva" --role investigator --tz Europe/Brussels
      lotproof serve --port 8000
    """
    os.environ["LOTPROOF_LOG"] = form  # before Django reads its settings, and for the worker beside
    from lotproof.web.server import serve as run
    from lotproof.workspace.place import open_workspace

    open_workspace(workspace_dir, common.time_text(None), common.actor_name(None), create=False)
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"
    streams = stream_port_of(host, port, stream_port)
    if as_json:
        common.emit({"address": address, "stream_port": streams})
    else:
        common.say(f"The desk is at {address} (Ctrl-C ends it).")
    run(workspace_dir, host, port, workers, streams)


def stream_port_of(host: str, port: int, asked: int | None) -> int:
    """The port for websockets: the one that was asked for, else the next one if it is free, else 0 for none, which is said."""
    if asked is not None:
        return asked
    if port < 65535:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, port + 1))
            return port + 1
    click.echo(f"Nothing can listen on port {port + 1}, so there are no websockets; name a port with --stream-port.", err=True)
    return 0
