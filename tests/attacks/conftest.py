"""The sealed pack of tests/packs, for the attacks."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "packs"))

from kit_fixtures import kit, pack  # noqa: F401
