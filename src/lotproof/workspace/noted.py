"""When somebody last made a backup of this workspace or examined it: small files for reminders, which may be removed.

They are no ledger entries: one after each backup would make the backup older than the log that it is to restore.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BACKUP, DOCTOR = "backup", "doctor"


def note(home: Path, name: str, facts: Mapping[str, Any]) -> None:
    """Keep what was done last; ``facts`` has ``time``, UTC."""
    path = home / "outcome" / f"last-{name}.json"
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)


def noted(home: Path, name: str) -> dict[str, Any]:
    """What was done last; empty where nothing is known."""
    path = home / "outcome" / f"last-{name}.json"
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
