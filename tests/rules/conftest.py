"""The stories write their lakes with the helper of tests/lake, so that there is one way to write a small lake."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "lake"))
