"""Where the shared vectors lie; a helper of the tests in this folder."""

from __future__ import annotations

import os
from pathlib import Path

EVIDENCE = Path(os.environ.get("LOTPROOF_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "vectors/evidence"
