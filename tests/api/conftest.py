from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from api_site import Site


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all tests that only send and ask."""
    site = Site(tmp_path_factory.mktemp("api") / "workspace")
    site.start()
    yield site
    site.stop()
