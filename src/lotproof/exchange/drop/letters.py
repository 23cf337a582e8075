"""Attachments out of the bytes of an e-mail (RFC 5322, MIME): pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import PurePosixPath
from typing import Any


@dataclass(frozen=True)
class Letter:
    """What an e-mail brings."""

    head: dict[str, str]
    """Subject, sender, date and Message-ID, as far as it has them."""
    files: dict[str, bytes]
    """Attachments by a plain name; two of one name both stay."""
    left: tuple[str, ...]
    """Pictures of the text itself, such as a company's logo, which are not taken."""


def opened(data: bytes) -> Letter:
    """Open an e-mail. Attachments of forwarded mails in it are found too."""
    message = message_from_bytes(data, policy=policy.default)
    files: dict[str, bytes] = {}
    left: list[str] = []
    for name, part in _named_parts(message):
        if _decorates(part):
            left.append(name)
            continue
        content = part.get_payload(decode=True)
        free, number = name, 1
        while free in files:
            free, number = f"{number + 1}-{name}", number + 1
        files[free] = content if isinstance(content, bytes) else b""
    head = {key.lower(): _text(message, key) for key in ("Subject", "From", "Date", "Message-ID")}
    return Letter({key: value for key, value in head.items() if value}, files, tuple(left))


def _named_parts(message: Message[Any, Any]) -> Iterator[tuple[str, Message[Any, Any]]]:
    for part in message.walk():
        if part.is_multipart():
            continue
        name = _filename(part)
        if name or part.get_content_disposition() == "attachment":
            yield plain(name or "attachment"), part


def _filename(part: Message[Any, Any]) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, TypeError):  # a header that nobody can decode hides no attachment
        return "attachment"


def _decorates(part: Message[Any, Any]) -> bool:
    return part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment" and part.get("Content-ID") is not None


def _text(message: EmailMessage, key: str) -> str:
    try:
        return " ".join(str(message.get(key, "")).split())[:300]
    except (ValueError, LookupError, TypeError, IndexError, AttributeError):  # the parser of headers stumbles over some that are none
        return ""


def plain(name: str) -> str:
    """The last part of a name that somebody sent, without what leads elsewhere."""
    last = "".join(char for char in PurePosixPath(name.replace("\\", "/")).name if char.isprintable()).strip().lstrip(".")
    return last[-150:] or "file"
