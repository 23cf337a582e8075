"""Whether a file holds alerts, by its content: a message that is known, or a table whose header is that of alerts. Nothing is taken in."""

from __future__ import annotations

import itertools
from pathlib import Path

from lotproof.exchange.alerts.sheets import KIND
from lotproof.intake.fields import header_key
from lotproof.intake.match import KNOWN_HEADERS, match_header
from lotproof.intake.problem import SourceProblem
from lotproof.intake.profile import combined, load_profiles
from lotproof.intake.readers import table_of
from lotproof.intake.recognise import recognise
from lotproof.intake.text.header import LOOK, find_header

MESSAGE = "alert-message"
TABLES = ("sheet", "table", "json", "xml")


def is_alerts(path: Path, profiles: Path) -> bool:
    """Whether a file is one of alerts, answers or requests. OSError where it cannot be read."""
    kind = recognise(path)
    if kind == MESSAGE:
        return True
    if kind not in TABLES:
        return False
    try:
        return _kind_of_table(path, kind, profiles) == KIND
    except SourceProblem:
        return False


def _kind_of_table(path: Path, kind: str, profiles: Path) -> str:
    stated = combined(load_profiles(profiles), path.name)
    table = table_of(path, kind, stated)
    rows = list(itertools.islice(table.rows(), LOOK)) if table else []
    header = find_header(rows, KNOWN_HEADERS | {header_key(title) for title in stated.columns})
    if header is None:
        return ""
    after = [row.cells for row in rows[header.index + 1 :]]
    samples = {at: [cells[at] for cells in after if at < len(cells)] for at in range(len(header.cells))}
    return match_header(header.cells, path.name, stated.columns, stated.kind, samples).kind.name
