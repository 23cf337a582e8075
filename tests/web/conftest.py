"""The site of tests/quality, with a browser that is none: Django's client, which speaks to the same views and middleware."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

sys.path += [str(Path(__file__).parents[1] / name) for name in ("quality", "workspace", "gs1")]

from case_kit import PASSWORD, Floor
from quality_floor import crewed, floor, quick_hashes  # noqa: F401
from small_site import as_a_user, own, site  # noqa: F401

from lotproof.web import site as place


@pytest.fixture
def visit(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Client]]:  # noqa: F811
    """Gives a client that is signed in as somebody, or as nobody."""
    monkeypatch.setenv("LOTPROOF_HOME", str(floor.workspace.root))
    monkeypatch.setattr(place, "clock", lambda: floor.now)
    for module in [one for name, one in sys.modules.items() if name.startswith("lotproof.web.") and hasattr(one, "clock") and name != "lotproof.web.templatetags.desk"]:
        monkeypatch.setattr(module, "clock", lambda: floor.now)
    place.workspace.cache_clear()

    def come(user: str | None = None, **more: Any) -> Client:
        client = Client(SERVER_NAME="localhost", **more)
        if user:
            answer = client.post("/sign-in", {"user": user, "password": PASSWORD})
            assert answer.status_code == 302, answer.content.decode()
        return client

    yield come
    place.workspace.cache_clear()
