"""One authority, one honest sealed pack and one forger's kit for all tests of a session. Fixtures that conftest files take over."""

from __future__ import annotations

from pathlib import Path

import local_tsa
import pytest
from sealed_pack import Kit, make_kit


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory):
    """An authority of our own and a pack that it stamped."""
    if not local_tsa.available():
        pytest.skip("there is no openssl program here, which the tests need for a CA and a timestamp authority; install openssl")
    folder = tmp_path_factory.mktemp("authority")
    authority = local_tsa.make_authority(folder / "own")
    with local_tsa.serving(authority) as url:
        yield make_kit(folder, authority, url)


@pytest.fixture
def pack(kit: Kit, tmp_path: Path) -> Path:
    """A copy of it to change; tests with a `pack` of their own do not get this one."""
    return kit.copy(tmp_path)
