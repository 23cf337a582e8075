"""A workspace with people of every role, and a clock that goes on by a minute with every look."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import argon2
import pytest
from case_kit import PASSWORD, PEOPLE, START, Floor

from lotproof.workspace import credentials
from lotproof.workspace.place import open_workspace


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its cheapest: what is tested here is not its cost."""
    monkeypatch.setattr(credentials.argon2, "PasswordHasher", partial(argon2.PasswordHasher, time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def floor(tmp_path: Path, django_db_blocker: Any, quick_hashes: None) -> Iterator[Floor]:
    with django_db_blocker.unblock():
        workspace = open_workspace(tmp_path / "w", START, "administrator")
        for user, (name, role) in PEOPLE.items():
            credentials.enrol(workspace, user, name, role, "Europe/Brussels", PASSWORD, None, START, "administrator")
        yield Floor(workspace)
