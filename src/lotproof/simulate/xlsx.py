"""A minimal valid workbook (ECMA-376): one sheet, shared or inline strings, the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(rows: Sequence[Sequence[str]], sheet: str = "Export", shared: bool = False) -> bytes:
    """The bytes of an XLSX file with these rows, every cell as text."""
    strings: dict[str, int] = {}
    body = "".join(_row(number, row, strings if shared else None) for number, row in enumerate(rows, 1))
    parts = {
        "[Content_Types].xml": _types(shared),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            {"rId1": ("worksheet", "worksheets/sheet1.xml")}
            | ({"rId2": ("sharedStrings", "sharedStrings.xml")} if shared else {})
        ),
        "xl/worksheets/sheet1.xml": f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>',
    }
    if shared:
        texts = "".join(f"<si>{_text(text)}</si>" for text in strings)
        parts["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}" uniqueCount="{len(strings)}">{texts}</sst>'
    return _zip(parts)


def _row(number: int, row: Sequence[str], strings: dict[str, int] | None) -> str:
    cells = "".join(_cell(f"{_column(i)}{number}", text, strings) for i, text in enumerate(row) if text)
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, text: str, strings: dict[str, int] | None) -> str:
    if strings is None:
        return f'<c r="{place}" t="inlineStr"><is>{_text(text)}</is></c>'
    return f'<c r="{place}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'


def _text(text: str) -> str:
    return f'<t xml:space="preserve">{escape(text)}</t>'


def _column(index: int) -> str:
    high, low = divmod(index, 26)
    return (chr(64 + high) if high else "") + chr(65 + low)


def _types(shared: bool) -> str:
    kinds = {"/xl/workbook.xml": f"{KIND}.sheet.main+xml", "/xl/worksheets/sheet1.xml": f"{KIND}.worksheet+xml"}
    if shared:
        kinds["/xl/sharedStrings.xml"] = f"{KIND}.sharedStrings+xml"
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    body = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>' for key, (kind, target) in targets.items()
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{body}</Relationships>'


def _zip(parts: dict[str, str]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in parts.items():
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the oldest time a ZIP can hold: no clock in the bytes
            info.compress_type = ZIP_DEFLATED
            info.create_system = 3
            archive.writestr(info, text.encode())
    return out.getvalue()
