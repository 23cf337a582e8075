"""The small site of tests/workspace, built once for this folder's tests too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "workspace"))

from small_site import as_a_user, own, site  # noqa: F401
