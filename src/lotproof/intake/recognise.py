"""What a file is, by its content and never by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lotproof.epcis.sniff import sniff
from lotproof.intake.checksums import is_checksum_list
from lotproof.intake.export_note import is_export_note
from lotproof.intake.profile import is_profile
from lotproof.intake.text.encoding import encoding_of, looks_like_text

HEAD = 1 << 16
SMALL = 1 << 20
"""Profiles, export notes and checksum lists are read whole; larger texts are none of these."""

MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"\xd0\xcf\x11\xe0", "sheet"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
)


def recognise(path: Path) -> str:
    """One of: empty, epcis-xml, epcis-json, sheet, table, profile, export-note, checksum-list, json, xml, pdf, picture,
    archive, binary. A ``table`` is a text that may be delimited."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return "empty"
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return "sheet" if _is_workbook(path) else "archive"
    if kind := sniff(head):
        return kind
    if not looks_like_text(head):
        return "binary"
    return _text_kind(path, head)


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False
    return any(name.startswith("xl/workbook") for name in names) or "content.xml" in names


def _text_kind(path: Path, head: bytes) -> str:
    if path.stat().st_size <= SMALL:
        text = path.read_bytes().decode(encoding_of(path), errors="replace")
        if is_profile(text):
            return "profile"
        if is_export_note(text):
            return "export-note"
        if is_checksum_list(text):
            return "checksum-list"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\0")[:1]
    if start in (b"{", b"["):
        return "json"
    return "xml" if start == b"<" else "table"
