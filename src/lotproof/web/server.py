"""The desk as a WSGI application, and the server that runs it."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lotproof.jobs.log import config
from lotproof.jobs.tracing import require
from lotproof.web.beside import Beside
from lotproof.web.site import provider

LOTPROOF = [sys.executable, "-c", "from lotproof.cli.main import main; main()"]
SECRET = "session.key"
"""File below keys/: what signs sessions and forms. Whoever has it can forge a session, so it is the server's alone."""


def secret_of(home: Path) -> str:
    """The key of this workspace's sessions, made when it is first asked for."""
    path = home / "keys" / SECRET
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """WSGI; Django is set up with the first request."""
    return _wsgi()(environ, start_response)


_MADE: list[Any] = []


def _wsgi() -> Any:
    if not _MADE:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotproof.project.settings")
        from django.core.wsgi import get_wsgi_application

        _MADE.append(get_wsgi_application())
    return _MADE[0]


def serve(home: Path, host: str, port: int, workers: int, stream_port: int = 0) -> None:
    """Serve the desk until it is stopped, with a worker beside it and, where ``stream_port`` is none of 0, websockets on that port."""
    from granian.constants import Interfaces
    from granian.server import Server

    from lotproof.workspace.database import close_database

    require()
    provider()  # what is wrong with its settings is said here, and not at the door
    close_database()  # the server's processes are forked, and a connection must not be
    os.environ["LOTPROOF_HOME"] = str(home.resolve())
    os.environ.setdefault("LOTPROOF_SECRET_KEY", secret_of(home))
    os.environ.setdefault("LOTPROOF_HOSTS", ",".join(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", host])))
    # Several processes add up what they count in a folder; one that a killed server left is of no use to the next.
    counted = tempfile.TemporaryDirectory(prefix="lotproof-counted-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = counted.name
    os.environ["LOTPROOF_STREAM_PORT"] = str(stream_port)
    commands = [["work"], *([["stream", "--host", host, "--port", str(stream_port)]] if stream_port else [])]
    beside = [Beside([*LOTPROOF, *command, "--with-parent", "--workspace", str(home.resolve())]) for command in commands]
    for one in beside:
        one.start()
    server = Server(
        "lotproof.web.server:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        websockets=False,
        log_access=False,
        log_dictconfig=config(os.environ.get("LOTPROOF_LOG", "text")) or None,
    )
    try:
        server.serve()
    finally:
        for one in beside:
            one.stop()
        counted.cleanup()
