"""What a workbook would take in memory, found before it is opened: a few kilobytes can unpack to a machine's worth.

A workbook is opened as one rectangle from A1 to its last cell with a copy of its text in each cell. So the bytes that
really come out of the container, the rectangle and the repeated texts are counted in the packed XML first.
"""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from lotproof.intake.problem import SourceProblem

UNPACKED_LIMIT = 2 << 30
RATIO_LIMIT = 300
AREA_LIMIT = 50_000_000
"""Cells of the rectangle; a full sheet of 47 columns."""
SPARSE = 2_000_000
"""A rectangle up to this many cells may be as empty as it likes; a larger one is filled to a twentieth at least."""
TEXT_LIMIT = 1 << 29
"""Characters of all cells together."""
CELL_LIMIT = 1 << 18
"""Bytes of one text with its mark-up; Excel allows 32,767 characters."""
BLOCK = 1 << 20

_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_FAR = re.compile(rb"\br=[\"'](?:[A-Z]{2,3}[0-9]|[A-Z][0-9]{7})")
_TEXT = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\bt=[\"']s[\"'][^<>]*>\s*<(?:\w+:)?v>([0-9]{1,9})<")
_END_OF_TEXT = re.compile(rb"</(?:\w+:)?si>")


def check_workbook(path: Path) -> None:
    """Raise SourceProblem when a zipped workbook would take more memory than an export can honestly need."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, path)
            names = [member.filename for member in archive.infolist()]
            if "xl/workbook.bin" in names:
                raise SourceProblem("the workbook is of the binary kind (XLSB), which is not read; save it as XLSX or as text.")
            texts = _text_lengths(archive) if "xl/sharedStrings.xml" in names else array("I")
            for name in names:
                if re.fullmatch(r"xl/worksheets/[^/]*\.xml", name):
                    _check_sheet(archive, name, texts)
            if "content.xml" in names:
                _check_spreadsheet(archive)
    except (zipfile.BadZipFile, zlib.error, etree.LxmlError, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise SourceProblem(f"the workbook is damaged ({error}); export it again or as text.") from error


def _check_sizes(archive: zipfile.ZipFile, path: Path) -> None:
    """The bytes that come out, whatever the directory declares."""
    packed = max(path.stat().st_size, 1)
    limit = min(UNPACKED_LIMIT, max(64 << 20, packed * RATIO_LIMIT))
    unpacked = sum(member.file_size for member in archive.infolist())
    for member in archive.infolist() if unpacked <= limit else ():
        unpacked -= member.file_size
        for block in _blocks(archive, member):
            unpacked += len(block)
            if unpacked > limit:
                break
    if unpacked > limit:
        raise SourceProblem(
            f"the workbook unpacks to {unpacked:,} bytes or more from {packed:,}; that is more than an export needs, so it was not "
            "opened. Ask its sender for a smaller or a plain text export."
        )


def _blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    honest = copy.copy(member)
    honest.file_size = 1 << 62  # read to the end of the packed bytes; the check sum is still held against them
    with archive.open(honest) as stream:
        while block := stream.read(BLOCK):
            yield block


def _overlapping(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Blocks cut between tags, so that no cell is met in two halves."""
    rest = b""
    for block in _blocks(archive, archive.getinfo(name)):
        rest += block
        cut = rest.rfind(b"<c ") if len(rest) < 2 * CELL_LIMIT else len(rest)
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _check_sheet(archive: zipfile.ZipFile, name: str, texts: array[int]) -> None:
    longest = max(texts, default=0)
    far = any(_FAR.search(block) for block in _overlapping(archive, name))
    references = sum(len(_TEXT.findall(block)) for block in _overlapping(archive, name)) if longest > 200 else 0
    if far:
        _check_area(*_extent(archive, name))
    if references * longest > TEXT_LIMIT:
        indices = (int(index) for block in _overlapping(archive, name) for index in _TEXT.findall(block))
        total = sum(texts[index] for index in indices if index < len(texts))
        if total > TEXT_LIMIT:
            raise SourceProblem(f"the cells of the workbook repeat {total:,} characters of text, so it was not opened; export it as text.")


def _extent(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    cells = width = height = 0
    columns: dict[bytes, int] = {}
    for block in _overlapping(archive, name):
        for letters, row in _CELL.findall(block):
            cells += 1
            if letters not in columns:
                columns[letters] = _number(letters)
                width = max(width, columns[letters])
            height = max(height, int(row))
    return width * height, cells


def _check_area(area: int, cells: int) -> None:
    if area > AREA_LIMIT or (area > SPARSE and area > 20 * cells):
        raise SourceProblem(
            f"the workbook spreads {cells:,} cells over an area of {area:,}, so it was not opened; remove what stands far outside "
            "the table, or export it as text."
        )


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text_lengths(archive: zipfile.ZipFile) -> array[int]:
    lengths = array("I")
    rest = b""
    for block in _blocks(archive, archive.getinfo("xl/sharedStrings.xml")):
        *texts, rest = _END_OF_TEXT.split(rest + block)
        lengths.extend(len(text) for text in texts)
        if len(rest) > CELL_LIMIT:
            raise SourceProblem("a cell of the workbook holds more text than a cell can, so it was not opened; export it as text.")
    return lengths


def _check_spreadsheet(archive: zipfile.ZipFile) -> None:
    """OpenDocument: cells and rows that stand for many are multiplied out."""
    cells = width = height = blank = 0
    with archive.open("content.xml") as stream:
        for _, row in etree.iterparse(stream, tag="{*}table-row", resolve_entities=False, no_network=True, huge_tree=False):
            repeated, filled = _repeated(row, "rows"), 0
            across = 0
            for cell in row:
                across += _repeated(cell, "columns")
                if len(cell) or (cell.text or "").strip():
                    filled, cells = across, cells + 1
            blank += repeated
            if filled:
                width, height = max(width, filled), height + blank
                blank = 0
            _check_area(width * height, cells)
            row.clear()


def _repeated(element: etree._Element, what: str) -> int:
    value = next((text for name, text in element.attrib.items() if str(name).endswith(f"}}number-{what}-repeated")), "1")
    return int(value) if str(value).isdigit() else 1
