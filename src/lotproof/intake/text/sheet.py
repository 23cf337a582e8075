"""Rows of a spreadsheet (XLSX, XLS, ODS) by python-calamine, with limits against zip bombs."""

from __future__ import annotations

import csv
import itertools
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from lotproof.intake.match import KNOWN_HEADERS
from lotproof.intake.problem import SourceProblem
from lotproof.intake.text.header import LOOK, find_header
from lotproof.intake.text.rows import Row
from lotproof.intake.text.sheet_limits import check_workbook

PRECISE = 10**15
"""Excel keeps 15 digits; a longer number has lost its last ones and is left as it stands, flagged."""
T = TypeVar("T")


class SheetTable:
    """One sheet of a workbook as rows of text: the largest that holds a table, else the largest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = "spreadsheet"
        if zipfile.is_zipfile(path):
            check_workbook(path)
        self._workbook = _opened(lambda: CalamineWorkbook.from_path(str(path)))
        sizes = {name: self._sheet(name).height for name in self._workbook.sheet_names}
        filled = [name for name in sizes if sizes[name]]
        headed = [name for name in filled if len(filled) > 1 and find_header(list(itertools.islice(self._rows(name), LOOK)), KNOWN_HEADERS)]
        self.title = max(headed or filled, key=lambda name: sizes[name], default=None)
        """The sheet that is read."""
        self.tables = [name for name in headed if name != self.title]
        """Further sheets that hold tables."""
        self.others = [name for name in filled if name != self.title and name not in self.tables]
        """Further sheets that hold none."""

    def _sheet(self, name: str) -> CalamineSheet:
        return _opened(lambda: self._workbook.get_sheet_by_name(name))

    def _rows(self, name: str) -> Iterator[Row]:
        for number, cells in enumerate(self._sheet(name).iter_rows(), 1):
            yield _row(number, cells)

    def rows(self, title: str | None = None) -> Iterator[Row]:
        """Every row of the sheet, or of another one; the line is the sheet's row number."""
        name = title or self.title
        return self._rows(name) if name is not None else iter(())

    def write_text(self, title: str, target: Path) -> None:
        """Write a sheet as delimited text in UTF-8 whose line numbers are the sheet's row numbers."""
        with target.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", lineterminator="\n")
            for row in self.rows(title):
                writer.writerow([" ".join(cell.splitlines()) if "\n" in cell or "\r" in cell else cell for cell in row.cells])


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
