"""The small site of tests/workspace, built once for this folder's tests too, and the sealed pack."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "workspace"))

from kit_fixtures import kit, pack  # noqa: F401
from small_site import as_a_user, own, site  # noqa: F401
