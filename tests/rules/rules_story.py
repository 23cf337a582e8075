"""Stories as tests use them: the form is the product's own (lotproof.rules.story)."""

from __future__ import annotations

from pathlib import Path

from lotproof.rules.story import Story, build, run, seen, short, sscc, stories, written

STORIES = Path(__file__).parent / "stories"

__all__ = ["STORIES", "Story", "build", "run", "seen", "short", "sscc", "stories", "written"]
