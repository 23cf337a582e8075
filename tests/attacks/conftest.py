"""One authority, one honest sealed pack and one forger's kit for all attacks of a session."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("packs", "ledger")]

import local_tsa
from sealed_pack import Kit, make_kit


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory):
    if not local_tsa.available():
        pytest.skip("there is no openssl program here, which the tests need for a CA and a timestamp authority; install openssl")
    folder = tmp_path_factory.mktemp("authority")
    authority = local_tsa.make_authority(folder / "own")
    with local_tsa.serving(authority) as url:
        yield make_kit(folder, authority, url)


@pytest.fixture
def pack(kit: Kit, tmp_path: Path) -> Path:
    return kit.copy(tmp_path)
