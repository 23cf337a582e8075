"""What a request needs of the workspace: where it lies and what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from lotproof.workspace.place import Workspace, open_workspace


def clock() -> str:
    """The server's clock as entries spell it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(1)
def workspace() -> Workspace:
    """The workspace of this process, opened once."""
    return open_workspace(Path(os.environ["LOTPROOF_HOME"]), clock(), "lotproof serve", create=False)


def stream_port() -> int:
    """The port of websockets beside this server, as `lotproof serve` says it; 0 for none."""
    return int(os.environ.get("LOTPROOF_STREAM_PORT", "0"))
