"""Keeps the result of a verification in the ledger: packs in an archive are verified again every year, and that is an act too."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from lotproof.ledger import canonical, store
from lotproof.ledger.plain import printable
from lotproof.packs.verify.opening import open_pack
from lotproof.packs.verify.report import Report
from lotproof.packs.verify.source import NotAPack, Unreadable, read

STREAM = "verifications"
"""Stream of the results."""

MOST = 48_000
"""Bytes of a report that an entry holds in full; of a longer one it holds the verdict, the codes and the digest."""


def record_verification(path: Path, report: Report, asked: dict[str, Any], time: str, actor: str) -> store.Appended:
    """Append the result of verifying the pack at `path`; `asked` says with which keys, CA and options."""
    document = printable(report.to_json())
    content = canonical.dumps(document)
    told: dict[str, Any] = {"report": document}
    if len(content) > MOST:
        codes = sorted({problem.code for step in report.steps for problem in step.problems})
        told = {"report_sha256": hashlib.sha256(content).hexdigest(), "codes": codes[:200]}
    body = {
        "type": "verification", "pack": report.pack, "file": path.name, "statement_sha256": _statement(path),
        "verdict": report.verdict, "exit_code": report.exit_code, "asked": asked, **told,
    }  # fmt: skip
    return store.append("audit", STREAM, time, actor, body)


def _statement(path: Path) -> str | None:
    """The digest of the pack's seal, which says exactly which pack it was; None where it has none that can be read."""
    try:
        return hashlib.sha256(read(open_pack(path)[1], "seal/statement.json")).hexdigest()
    except (NotAPack, Unreadable, OSError):
        return None
