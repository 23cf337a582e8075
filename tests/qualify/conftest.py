"""The fixtures of this folder."""

import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[1] / name) for name in ("quality", "workspace")]

from quality_floor import crewed, floor, quick_hashes  # noqa: F401
from small_site import as_a_user, own, site  # noqa: F401
