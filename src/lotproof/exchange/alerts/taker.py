"""Offered any file that arrives, says what it made of it, or nothing where the file is no alert."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lotproof.exchange.alerts.recognise import is_alerts
from lotproof.exchange.alerts.take import take_files
from lotproof.workspace.place import Workspace


def taker(path: Path, workspace: Workspace, actor: str, clock: Callable[[], str]) -> str | None:
    """Take a file of alerts, answers or requests: a sentence of what became of it; None where it is none of these, and nothing was taken.

    ``clock`` gives UTC as entries spell it. The file stays where it is. Raises WorkspaceError where another process writes for too long,
    SourceProblem where `alerts.toml` cannot be read; both may be tried again.
    """
    if not is_alerts(path, workspace.profiles):
        return None
    return f"{path.name}: {take_files(workspace, [path], clock(), actor).says}"
