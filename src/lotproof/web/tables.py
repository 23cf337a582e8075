"""A table as CSV, for every page that has one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse


def csv_of(name: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """The answer: a file of this name."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return HttpResponse(text.getvalue(), "text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})


def cell(value: Any) -> Any:
    """A cell that a spreadsheet would take for a formula is shown as text (OWASP: CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else value
