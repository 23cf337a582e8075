"""A workspace with people of every role, and a clock that goes on by a minute with every look."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import argon2
import pytest
from case_kit import PASSWORD, PEOPLE, START, Floor

from lotproof.workspace import credentials
from lotproof.workspace.database import close_database
from lotproof.workspace.place import open_workspace

QUICK = partial(argon2.PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
"""Argon2id at its cheapest: what is tested here is not its cost."""


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials.argon2, "PasswordHasher", QUICK)


@pytest.fixture(scope="session")
def crewed(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """The workspace with its people, made once: its tables and keys take longer than most tests."""
    home = tmp_path_factory.mktemp("crewed") / "w"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setattr(credentials.argon2, "PasswordHasher", QUICK)
        workspace = open_workspace(home, START, "administrator")
        for user, (name, role) in PEOPLE.items():
            credentials.enrol(workspace, user, name, role, "Europe/Brussels", PASSWORD, None, START, "administrator")
        close_database()
    return home


@pytest.fixture
def floor(crewed: Path, tmp_path: Path, django_db_blocker: Any, quick_hashes: None) -> Iterator[Floor]:
    shutil.copytree(crewed, tmp_path / "w", symlinks=True)
    with django_db_blocker.unblock():
        yield Floor(open_workspace(tmp_path / "w", START, "administrator", create=False))
