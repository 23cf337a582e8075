"""The sealed pack of tests/packs, for the attacks."""

import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("packs", "ledger")]

from kit_fixtures import kit, pack  # noqa: F401
