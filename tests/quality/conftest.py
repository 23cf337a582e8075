"""The fixtures of this folder."""

from quality_floor import floor, quick_hashes  # noqa: F401
