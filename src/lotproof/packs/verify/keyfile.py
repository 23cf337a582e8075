"""Keys as a person gives them on a command line: a vkey line, or a file of such lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def read_keys(values: Iterable[str]) -> list[str]:
    """Give the vkey lines behind `values`, each a vkey or the path of a file with one a line.

    Empty lines and lines that begin with `#` are skipped. Raises OSError when a file cannot be read; whether the
    lines are keys is for `verify_pack` to say.
    """
    found: list[str] = []
    for value in values:
        path = Path(value) if len(value) < 256 else None
        if path is not None and not path.is_file() and "+" not in value and (path.suffix or path.exists()):  # no vkey, but a path
            raise FileNotFoundError(f"{value} is no file; give the file of the log's public key, or the key itself")
        text = path.read_text(encoding="utf-8") if path is not None and path.is_file() else value
        lines = (line.strip() for line in text.splitlines())
        found += [line for line in lines if line and not line.startswith("#")]
    return found
