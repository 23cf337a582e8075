"""Rows of a spreadsheet (XLSX, XLS, ODS) by python-calamine, with limits against zip bombs."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from lotproof.intake.problem import SourceProblem
from lotproof.intake.text.header import LOOK
from lotproof.intake.text.rows import Row
from lotproof.intake.text.sheet_limits import check_workbook

PRECISE = 10**15
"""Excel keeps 15 digits; a longer number has lost its last ones and is left as it stands, flagged."""
T = TypeVar("T")


class SheetTable:
    """The largest sheet of a workbook as rows of text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = "spreadsheet"
        if zipfile.is_zipfile(path):
            check_workbook(path)
        workbook = _opened(lambda: CalamineWorkbook.from_path(str(path)))
        self._sheet: CalamineSheet | None = None
        self.others: dict[str, list[Row]] = {}
        """The sheets that are not read, with their first rows."""
        for name in workbook.sheet_names:
            sheet = _opened(lambda name=name: workbook.get_sheet_by_name(name))  # type: ignore[misc]
            if sheet.height:
                self._take(sheet)

    def _take(self, sheet: CalamineSheet) -> None:
        """Keep the larger of the two sheets."""
        kept = self._sheet
        if kept is None or sheet.height > kept.height:
            self._sheet, sheet = sheet, kept  # type: ignore[assignment]
        if sheet is not None:
            self.others[sheet.name] = [_row(number, cells) for number, cells in enumerate(itertools.islice(sheet.iter_rows(), LOOK), 1)]

    def rows(self) -> Iterator[Row]:
        """Every row of the sheet; the line is the sheet's row number."""
        if self._sheet is None:
            return
        for number, cells in enumerate(self._sheet.iter_rows(), 1):
            yield _row(number, cells)


def _row(number: int, cells: Sequence[object]) -> Row:
    return Row(number, [cell_text(cell) for cell in cells])


def _opened(call: Callable[[], T]) -> T:
    try:
        return call()
    except (CalamineError, OSError, ValueError) as error:
        raise SourceProblem(f"the workbook cannot be opened ({error}); export it again, without a password, or as text.") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the reader is no Exception
            raise
        raise SourceProblem("the workbook is damaged, its reader gave up; export it again or as text.") from error


def cell_text(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form, nothing repaired."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < PRECISE:
            return str(int(cell))
        if abs(cell) >= PRECISE:
            return f"{cell:.10E}"
        # With three places, 1.125 could pass for a thousand with a point; a typed number has no such doubt.
        return repr(cell) + ("0" if repr(cell)[-4:-3] == "." else "")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
