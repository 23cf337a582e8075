"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.conf import settings

from lotproof.workspace.place import Workspace


def untold(_done: int, _of: int, _what: str) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True)
class Work:
    """What a handler gets."""

    workspace: Workspace
    """Where."""
    given: Mapping[str, Any]
    """What was put down for it."""
    actor: str
    """Who asked for it."""
    clock: Callable[[], str]
    """The worker's clock: UTC as entries spell it."""
    last: bool = True
    """Whether there will be no further attempt."""
    tell: Callable[[int, int, str], None] = field(default=untold)
    """How far it is: done, of (0 where nobody knows), what it does now."""


Handler = Callable[[Work], "dict[str, Any]"]


class NotDone(Exception):
    """A job cannot be done, now or for good; the text says what, where, and what to do next."""


@dataclass(frozen=True)
class Kind:
    """A kind of job."""

    name: str
    """Its name."""
    run: Handler
    """What does it."""
    tries: int
    """How often it is tried before it counts as failed."""


KINDS: dict[str, Kind] = {}
"""Every kind that is known."""


def handler(name: str, tries: int = 1) -> Callable[[Handler], Handler]:
    """Let a function do the jobs of a kind. It has to bear being run again: a worker may die at any moment.

    ``tries`` above one asks for a later attempt after an exception; each waits twice as long as the one before.
    """

    def register(run: Handler) -> Handler:
        KINDS[name] = Kind(name, run, tries)
        return run

    return register


def load_handlers() -> None:
    """Import the modules that hold handlers."""
    for module in settings.JOBS:
        import_module(module)
