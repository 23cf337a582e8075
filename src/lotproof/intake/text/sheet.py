"""Rows of a spreadsheet (XLSX, XLS, ODS) by python-calamine, with limits against zip bombs."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from lotproof.intake.problem import SourceProblem
from lotproof.intake.text.rows import Row

UNPACKED_LIMIT = 2 << 30
RATIO_LIMIT = 300
PRECISE = 10**15
"""Excel keeps 15 digits; a longer number has lost its last ones and is left as it stands, flagged."""


def check_zip_limits(path: Path) -> None:
    """Raise SourceProblem when a zip container would unpack to more than its size can honestly mean."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise SourceProblem(f"The file looks like a zip container but cannot be opened ({error}).") from error
    packed = max(path.stat().st_size, 1)
    if unpacked > UNPACKED_LIMIT or (unpacked > 64 << 20 and unpacked / packed > RATIO_LIMIT):
        raise SourceProblem(
            f"The file unpacks to {unpacked:,} bytes from {packed:,}; that is more than an export needs, so it was not "
            "opened. Ask its sender for a smaller or a plain text export."
        )


class SheetTable:
    """The first sheet that holds a table, as rows of text; other filled sheets are named in ``others``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = "spreadsheet"
        if zipfile.is_zipfile(path):
            check_zip_limits(path)
        try:
            workbook = CalamineWorkbook.from_path(str(path))
            sizes = {name: workbook.get_sheet_by_name(name).total_height for name in workbook.sheet_names}
        except (CalamineError, OSError, ValueError) as error:
            raise SourceProblem(f"The spreadsheet cannot be opened ({error}). Export it again or as text.") from error
        filled = [name for name, height in sizes.items() if height]
        self._workbook = workbook
        self.name = max(filled, key=lambda name: sizes[name]) if filled else None
        self.others = tuple(name for name in filled if name != self.name)

    def rows(self) -> Iterator[Row]:
        """Every row of the sheet; the line is the sheet's row number."""
        if self.name is None:
            return
        sheet = self._workbook.get_sheet_by_name(self.name)
        start = sheet.start[0] if sheet.start else 0
        for offset, cells in enumerate(sheet.iter_rows()):
            yield Row(start + offset + 1, [cell_text(cell) for cell in cells])


def cell_text(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form, nothing repaired."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < PRECISE:
            return str(int(cell))
        return repr(cell) if abs(cell) < PRECISE else f"{cell:.10E}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
