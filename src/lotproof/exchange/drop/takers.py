"""Who else is offered a file that came: settings.TAKERS names functions, so that rooms need not know one another."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from django.conf import settings

from lotproof.exchange.drop.settings import DropError
from lotproof.workspace.place import Workspace

Taker = Callable[[Path, Workspace, str, Callable[[], str]], "str | None"]
"""Called with the file, the workspace, who acts and a clock; says in one sentence what it made of it, None where it is not for it.

It has to bear being called again with the same file: a crash may come before its sentence is kept.
"""


def takers() -> dict[str, Taker]:
    """Every taker by its dotted name; DropError where one cannot be had."""
    return {dotted: _taker(dotted) for dotted in settings.TAKERS}


def _taker(dotted: str) -> Taker:
    module, _, name = dotted.rpartition(".")
    try:
        found: Taker = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise DropError(f"TAKERS in the settings names {dotted}, which cannot be had ({error}); correct the name.") from None
    return found
