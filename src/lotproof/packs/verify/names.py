"""Which file names a pack may hold, and how BagIt manifests spell them.

A pack travels between file systems: a name that one of them would read as another place, or as another name, is
refused. Percent-encoding of LF, CR and % is RFC 8493 section 2.1.3.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from lotproof.packs.verify.report import Problem

_ENCODED = re.compile(r"%(25|0A|0D)", re.IGNORECASE)
_PLAIN = {"25": "%", "0A": "\n", "0D": "\r"}


def encode(path: str) -> str:
    """Spell a path as a manifest does: `%` as %25, CR as %0D, LF as %0A."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def decode(text: str) -> str:
    """Read a path from a manifest; other percent signs stay as they are."""
    return _ENCODED.sub(lambda match: _PLAIN[match[1].upper()], text)


def shown(path: str) -> str:
    """Give a path that can be printed even if its name is not Unicode."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def unsafe(path: str) -> str | None:
    """Say why a relative path must not be opened, or None."""
    if not path or path.startswith("/") or re.match(r"[A-Za-z]:", path):
        return "is an absolute path"
    if "\\" in path or "\0" in path:
        return "has a backslash or a NUL in its name"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "has an empty, '.' or '..' part"
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return "has a name that is not Unicode"
    return None


def screen(paths: Iterable[str]) -> tuple[list[str], list[Problem]]:
    """Divide paths into those that may be opened and the problems of all of them.

    Refused are unsafe paths and repeated ones; names outside NFC and names that differ only by case are reported,
    and stay. Directory names count as well.
    """
    safe: list[str] = []
    problems: list[Problem] = []
    taken: set[str] = set()
    folded: dict[str, str] = {}
    for path in paths:
        reason = unsafe(path)
        if reason:
            problems.append(Problem("name-unsafe", shown(path), f"{shown(path)!r} {reason}."))
        elif path in taken:
            problems.append(Problem("name-duplicate", path, f"{path} is there twice; which one counts is open."))
        else:
            taken.add(path)
            safe.append(path)
            problems += _spelling(path, folded)
    return safe, problems


def _spelling(path: str, folded: dict[str, str]) -> list[Problem]:
    problems: list[Problem] = []
    if not unicodedata.is_normalized("NFC", path):
        problems.append(Problem("name-nfc", path, f"The name {path!r} is not in Unicode NFC."))
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        prefix = "/".join(parts[:count])
        other = folded.setdefault(unicodedata.normalize("NFC", prefix).casefold(), prefix)
        if other != prefix:
            problems.append(Problem("name-case", path, f"{prefix!r} and {other!r} are the same name on some file systems."))
            break
    return problems
