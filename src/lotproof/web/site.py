"""What a request needs of the workspace: where it lies, what time it is, who asks."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest

from lotproof.quality.shell import Desk
from lotproof.quality.times import spelled
from lotproof.web.sso.provider import Provider, provider_of
from lotproof.workspace.people import Person
from lotproof.workspace.place import Workspace, open_workspace


def clock() -> str:
    """The server's clock as entries spell it."""
    return spelled(datetime.now(UTC))


@lru_cache(1)
def workspace() -> Workspace:
    """The workspace of this process, opened once."""
    return open_workspace(Path(os.environ["LOTPROOF_HOME"]), clock(), "lotproof serve", create=False)


def desk(request: HttpRequest) -> Desk:
    """Who acts, for an act of the quality record."""
    person: Person = request.person
    return Desk(workspace(), person, clock, str(request.session["identifier"]))


@lru_cache(1)
def provider() -> Provider | None:
    """The identity provider of this process's settings; None where people sign in here alone."""
    return provider_of(os.environ)
