"""What a file is, by its content and never by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lotproof.epcis.sniff import sniff
from lotproof.intake.alert_message import is_alert_message
from lotproof.intake.checksums import is_checksum_list
from lotproof.intake.export_note import is_export_note
from lotproof.intake.match import KNOWN_HEADERS
from lotproof.intake.partner_notice import is_partner_notice
from lotproof.intake.profile import is_profile
from lotproof.intake.text.encoding import encoding_of, looks_like_text
from lotproof.intake.text.header import names_columns

HEAD = 1 << 16
BLANK = b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"
"""What an empty file may consist of: white space and byte order marks."""
SMALL = 1 << 20
"""Profiles, export notes and checksum lists are read whole; larger texts are none of these."""
SMALL_NOTICE = 16 << 20
"""An exception notice is read whole: some ten thousand entries."""

MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"II+\0", "picture"),
    (b"\xd0\xcf\x11\xe0", "sheet"),
    (b"\x1f\x8b", "zip"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
)


def recognise(path: Path) -> str:
    """One of: empty, epcis-xml, epcis-json, sheet, table, profile, export-note, checksum-list, partner-notice, alert-message, json, xml,
    pdf, picture, document (of an office program), zip (also gzip), archive (of another kind), damaged-zip, binary. A ``table`` is a text
    that may be delimited."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        rest: bytes | None = head
        while rest is not None and not rest.strip(BLANK):
            rest = stream.read(HEAD) or None
    if rest is None:
        return "empty"
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if (head.startswith(b"BM") and head[6:10] == bytes(4)) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return "picture"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if event_form := sniff(head):
        return event_form
    if not looks_like_text(head):
        return "binary"
    return _text_kind(path, head)


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except Exception:  # the module lets many errors through where the directory of the archive is damaged
        return "damaged-zip"
    if "content.xml" in names or any(name.startswith("xl/workbook") for name in names):
        return "sheet"
    return "document" if "[Content_Types].xml" in names else "zip"


def _text_kind(path: Path, head: bytes) -> str:
    if path.stat().st_size <= SMALL:
        text = path.read_bytes().decode(encoding_of(path), errors="replace")
        if is_profile(text):
            return "profile"
        if is_export_note(text) and not names_columns(text, KNOWN_HEADERS):
            return "export-note"
        if is_checksum_list(text):
            return "checksum-list"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\0")[:1]
    if start in (b"{", b"["):
        return _json_kind(path)
    return "xml" if start == b"<" else "table"


def _json_kind(path: Path) -> str:
    if path.stat().st_size > SMALL_NOTICE:
        return "json"
    text = path.read_bytes().decode(encoding_of(path), errors="replace")
    if is_partner_notice(text):
        return "partner-notice"
    return "alert-message" if is_alert_message(text) else "json"
