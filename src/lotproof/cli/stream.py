"""lotproof stream: EPCIS events over websockets."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import click

from lotproof.cli import common


@click.command()
@common.workspace_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all, behind a proxy.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port to listen on.")
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when standard input ends, which is when the server does.")
@common.json_option
@common.sentences
def stream(workspace_dir: Path, host: str, port: int, with_parent: bool, as_json: bool) -> None:
    """Serve websockets: who opens one on a named query gets its new events. lotproof serve runs one of these beside itself.

    The address is ws://HOST:PORT/epcis/queries/NAME/events?stream=true, with a key that has the scope subscribe. See docs/epcis-api.md.

    \b
    Examples:
      lotproof stream --port 8001
    """
    from lotproof.api.sockets import server_of
    from lotproof.workspace.place import open_workspace

    place = open_workspace(workspace_dir, common.time_text(None), common.actor_name(None), create=False)
    try:
        server = server_of(place, host, port)
    except OSError as error:
        raise click.UsageError(f"Nothing can listen on {host}:{port} ({error.strerror}); name another port with --port.") from error
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    if with_parent:
        threading.Thread(target=_until_parent_ends, args=(server.shutdown,), daemon=True).start()
    elif as_json:
        common.emit({"address": f"ws://{host}:{port}/epcis/queries/NAME/events"})
    else:
        common.say(f"Websockets are at ws://{host}:{port}/epcis/queries/NAME/events?stream=true (Ctrl-C ends it).")
    server.serve_forever()


def _until_parent_ends(stop: object) -> None:
    sys.stdin.buffer.read()
    assert callable(stop)
    stop()
