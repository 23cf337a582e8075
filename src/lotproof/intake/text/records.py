"""Rows that are no lines of cells: JSON arrays, one JSON object a line, flat XML, tables of HTML and of Excel's XML."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lxml import etree, html

from lotproof.intake.fields import header_key
from lotproof.intake.kinds.line import KIND as LINE
from lotproof.intake.problem import SourceProblem
from lotproof.intake.text.encoding import encoding_of
from lotproof.intake.text.rows import LINE_LIMIT, Row

LARGEST = 256 << 20
"""Bytes of a JSON array or an XML document; one object a line has no such limit."""
DEEPEST = 6
"""Objects in objects that are looked through for rows."""
FEWEST = 2
"""Rows at least: a single object is a document."""
WRITTEN_BY_US = frozenset({"OpenScsState", "mqtt_topic"})
"""Members by which a text is known as one object a line although it has only one (`exchange/line`)."""


_ITS_OWN = frozenset(header_key(word) for name in ("level", "children", "partial") for word in LINE.field_named(name).synonyms)
"""What a container says of itself alone: the packs in it are on another level and hold nothing."""


class RecordTable:
    """Records as rows: the header first, on the line of the first record; positions are lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = encoding_of(path)

    def records(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """(line, cells by title) of each record."""
        raise NotImplementedError

    def titles(self) -> list[str]:
        """Every title that any record has, in the order met."""
        return list(dict.fromkeys(title for _, record in self.records() for title in record))

    def rows(self) -> Iterator[Row]:
        """The titles, then each record's cells under them."""
        titles = self.titles()
        yield Row(0, titles)
        for line, record in self.records():
            yield Row(line, [record.get(title, "") for title in titles])


class LinesTable(RecordTable):
    """One JSON object a line."""

    def records(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        for number, line in self._lines():
            if (record := _object(line)) is not None:
                yield number, _flat(record)

    def rows(self) -> Iterator[Row]:
        """The titles, then each line's cells under them; a line that is no object carries its trouble."""
        titles = self.titles()
        yield Row(0, titles)
        for number, line in self._lines():
            record = _object(line)
            cells = _flat(record) if record is not None else {}
            if record is None:
                yield Row(number, [line.strip()], "the line is no JSON object")
            else:
                yield Row(number, [cells.get(title, "") for title in titles])

    def _lines(self) -> Iterator[tuple[int, str]]:
        with self.path.open("r", encoding=self.encoding, errors="replace") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(LINE_LIMIT), ""), 1):
                if line.strip():
                    yield number, line


class ArrayTable(RecordTable):
    """The longest array of objects in a JSON document."""

    def __init__(self, path: Path, rows: Sequence[tuple[int, Mapping[str, str]]]) -> None:
        super().__init__(path)
        self._rows = [(line, record) for line, (_, record) in zip(_distinct([line for line, _ in rows]), rows, strict=True)]

    def records(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        return iter(self._rows)


def _distinct(lines: Sequence[int]) -> Sequence[int]:
    """The lines, or the numbers of the rows where several stand on one line."""
    return lines if all(one < other for one, other in itertools.pairwise(lines)) else range(1, len(lines) + 1)


class RowsTable:
    """Rows that were read at once."""

    def __init__(self, path: Path, rows: Sequence[Row]) -> None:
        self.path = path
        self.encoding = "markup"
        self._rows = [Row(line, row.cells) for line, row in zip(_distinct([row.line for row in rows]), rows, strict=True)]

    def rows(self) -> Iterator[Row]:
        """The rows, in order."""
        return iter(self._rows)


def find_json(path: Path) -> RecordTable | None:
    """The rows of a JSON text; None where it is a document without any. SourceProblem where it is too large to be looked through.

    A line that is no object behind one that is carries its trouble; a line with one object of facts alone is a row."""
    encoding = encoding_of(path)
    with path.open("r", encoding=encoding, errors="replace") as stream:
        first = [line for line in itertools.islice(iter(lambda: stream.readline(LINE_LIMIT), ""), 50) if line.strip()][:2]
    record = _object(first[0]) if first else None
    if record and (len(first) == 2 or WRITTEN_BY_US & record.keys() or _is_record(record)):  # a file of one line is a file still
        return LinesTable(path)
    if path.stat().st_size > LARGEST:
        raise SourceProblem(f"the JSON document has more than {LARGEST:,} bytes in one array; export it as one object a line.")
    text = path.read_bytes().decode(encoding, errors="replace")
    rows = _array_rows(text)
    return ArrayTable(path, rows) if len(rows) >= FEWEST else None


def _is_record(value: Mapping[str, Any]) -> bool:
    """Whether an object that is a text by itself may be the only line of a file: facts alone, no lists, which hold rows of a document."""
    return not any(isinstance(entry, list) or (isinstance(entry, dict) and not _is_record(entry)) for entry in value.values())


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _array_rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    """The objects of the longest array of objects, each with its line; figures keep every digit."""
    try:
        value = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return []
    best: tuple[list[Any], Mapping[str, str]] = ([], {})
    for rows, around in _arrays(value, {}, 0):
        if len(rows) > len(best[0]):
            best = (rows, around)
    rows, around = best
    lines = _places(text, rows)
    return [(line, {**around, **_flat(row)}) for line, row in zip(lines, rows, strict=True)]


def _arrays(value: Any, around: Mapping[str, str], depth: int) -> Iterator[tuple[list[Any], Mapping[str, str]]]:
    """Arrays of objects, each with the plain facts that stand around it."""
    if depth > DEEPEST:
        return
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        yield value, around
    elif isinstance(value, dict):
        facts = {**around, **{key: _scalar(entry) for key, entry in value.items() if not isinstance(entry, (dict, list))}}
        for entry in value.values():
            yield from _arrays(entry, facts, depth + 1)


def _places(text: str, rows: Sequence[Any]) -> list[int]:
    """The line on which each object begins. The objects are found again by decoding from where an array of them starts."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    start = -1
    while (start := text.find("[", start + 1)) >= 0:
        lines, at, line, seen = [], start + 1, 1 + text.count("\n", 0, start + 1), start + 1
        for row in rows:
            while at < len(text) and text[at] in " \t\r\n,":
                at += 1
            if text[at : at + 1] != "{":
                break
            line, seen = line + text.count("\n", seen, at), at
            value, at = decoder.raw_decode(text, at)
            if value != row:
                break
            lines.append(line)
        if len(lines) == len(rows):
            return lines
    return list(range(1, len(rows) + 1))


def _flat(record: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """An object as titles and cells; objects in it give titles with a point."""
    cells: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            cells.update(_flat(value, f"{before}{key}."))
        else:
            cells[f"{before}{key}"] = _scalar(value)
    return cells


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        plain = [_scalar(entry) for entry in value if not isinstance(entry, (dict, list))]
        return " ".join(plain) if len(plain) == len(value) else json.dumps(value, ensure_ascii=False)
    return str(value) if not isinstance(value, dict) else json.dumps(value, ensure_ascii=False)


def find_xml(path: Path) -> RecordTable | RowsTable | None:
    """The rows of an XML or HTML text; None where it has none."""
    if path.stat().st_size > LARGEST:
        raise SourceProblem(f"the XML document has more than {LARGEST:,} bytes; deliver it in parts.")
    content = path.read_bytes()
    if b"<!DOCTYPE" in content[:4096] and b"<!DOCTYPE html" not in content[:4096].replace(b"HTML", b"html"):
        raise SourceProblem("the XML declares a DOCTYPE, which an export does not need and a bad one may misuse; export it without.")
    head = content[:4096].replace(b"\0", b"").lower()
    if b"<html" in head or (b"<table" in head and b"office:spreadsheet" not in head):
        return _html_rows(path, content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError) as error:
        raise SourceProblem(f"the XML cannot be read ({error}); export it again.") from error
    if root is None:
        return None
    if etree.QName(root).namespace == "urn:schemas-microsoft-com:office:spreadsheet":
        return RowsTable(path, _excel_rows(root))
    rows = _element_rows(root)
    return ArrayTable(path, rows) if len(rows) >= FEWEST else None


def _html_rows(path: Path, content: bytes) -> RowsTable | None:
    """The rows of the largest table of an HTML page, which many programs save as .xls."""
    root = html.document_fromstring(content.replace(b"\0", b"") or b"<html/>")
    tables = root.findall(".//table")
    if not tables:
        return None
    largest = max(tables, key=lambda table: len(table.findall(".//tr")))
    rows = [Row(_line(row), [" ".join("".join(map(str, cell.itertext())).split()) for cell in row if cell.tag in ("td", "th")])
            for row in largest.iter("tr")]  # fmt: skip
    return RowsTable(path, rows)


def _excel_rows(root: etree._Element) -> Sequence[Row]:
    """The rows of the longest worksheet of Excel's XML of 2003, in which empty cells are passed over by an index."""
    space = "{urn:schemas-microsoft-com:office:spreadsheet}"
    sheets = list(root.iter(f"{space}Worksheet"))
    rows = []
    for row in max(sheets, key=lambda sheet: sum(1 for _ in sheet.iter(f"{space}Row"))).iter(f"{space}Row") if sheets else ():
        cells: list[str] = []
        for cell in row.findall(f"{space}Cell"):
            place = int(cell.get(f"{space}Index", "0")) - 1
            cells += [""] * (min(place, 1000) - len(cells))
            data = cell.find(f"{space}Data")
            cells.append("".join(map(str, data.itertext())) if data is not None else "")
        rows.append(Row(_line(row), cells))
    return rows


def _element_rows(root: etree._Element) -> list[tuple[int, Mapping[str, str]]]:
    """The elements of the one kind that most often holds nothing but facts, with the facts around them."""
    kinds = Counter(_path(element) for element in root.iter(etree.Element) if _is_row(element))
    if not kinds:
        return []
    # A row is the element that holds the cells, not one of the cells.
    most = max(kinds.values())
    chosen = next(kind for kind, count in sorted(kinds.items(), key=lambda pair: (len(pair[0]), -pair[1])) if count * 2 > most)
    rows = [element for element in root.iter(chosen[-1], f"{{*}}{chosen[-1]}") if _path(element) == chosen]
    known: dict[etree._Element, dict[str, str]] = {}
    return [(_line(element), {**_around(element, known), **_facts(element)}) for element in rows]


def _path(element: etree._Element) -> tuple[str, ...]:
    return tuple(reversed([_name(element), *map(_name, element.iterancestors())]))


def _is_row(element: etree._Element) -> bool:
    return element.getparent() is not None and (len(element) > 0 or len(element.attrib) > 0) and all(len(child) == 0 for child in element)


def _facts(element: etree._Element, but: str = "") -> dict[str, str]:
    """Attributes, leaves and the text of an element as titles and cells; leaves of the name ``but`` are left out."""
    facts = {str(etree.QName(key).localname): str(value) for key, value in element.attrib.items()}
    for child in element:
        name = _name(child)
        if len(child) == 0 and name != but:
            facts.setdefault(name, (child.text or "").strip())
            for key, value in child.attrib.items():
                facts.setdefault(f"{name}.{etree.QName(key).localname}", str(value))
    if len(element) == 0 and (text := (element.text or "").strip()):
        facts[_name(element)] = text
    return facts


def _around(element: etree._Element, known: dict[etree._Element, dict[str, str]]) -> dict[str, str]:
    """Facts of the elements that an element stands in, the nearest first; ``known`` remembers them by the parent."""
    above = element.getparent()
    if above is None:
        return {}
    if above not in known:
        facts = _facts(above, _name(element)).items()
        known[above] = {**_around(above, known), **{title: cell for title, cell in facts if cell and header_key(title) not in _ITS_OWN}}
    return known[above]


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _line(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0
