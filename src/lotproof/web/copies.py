"""Controlled copies on paper: what is printed, its hash, and the entry that says who printed it, when, and at which state of the ledger.

EU GMP Annex 11, clause 8 (clear printed copies, and whether anything was changed since the original entry).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from lotproof.ledger import store
from lotproof.web.books import linked
from lotproof.workspace.place import Workspace

STREAM = "copies"
FOLDER = "copies"
"""Below the workspace: the text of every copy, under its hash."""
_LEFT = {"form", "script", "style", "template", "svg", "nav", "button"}
"""What is not printed, or is a picture."""
_READ = {"header", "main"}
_BREAK = {"p", "li", "tr", "h1", "h2", "h3", "h4", "dt", "dd", "section", "div", "table", "ul", "ol", "summary", "figure", "br", "header"}
_CELL = {"td", "th", "span", "small", "b"}


@dataclass(frozen=True)
class Copy:
    """A copy that was printed."""

    index: int
    """Index of its entry in the ledger."""
    path: str
    """Address of the page."""
    title: str
    """Title of the page."""
    sha256: str
    """Digest of the text of the page, UTF-8, hex."""
    actor: str
    """Who printed it."""
    time: str
    """When, UTC."""

    @property
    def number(self) -> str:
        """How it is called."""
        return f"COPY-{self.index:06d}"

    @property
    def state(self) -> int:
        """Entries that the ledger had when it was printed."""
        return self.index


class _Text(HTMLParser):
    """The text of the head of the page and of what lies in `main`, a line for each paragraph or row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._main = False
        self._left = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._main = self._main or tag in _READ
        self._left += tag in _LEFT
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._left -= tag in _LEFT
        self._main = self._main and tag not in _READ
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if self._main and not self._left:
            self.pieces.append(data)

    def _part(self, tag: str) -> None:
        self.handle_data("\n" if tag in _BREAK else "\t" if tag in _CELL else "")


def text_of(html: str) -> str:
    """What a person reads on a page: its words line by line, without what is there to be pressed."""
    reader = _Text()
    reader.feed(html)
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def take(workspace: Workspace, path: str, title: str, html: str, actor: str, time: str) -> Copy:
    """Keep the text of a page and enter that it was printed."""
    data = text_of(html).encode()
    digest = hashlib.sha256(data).hexdigest()
    kept = file_of(workspace, digest)
    kept.parent.mkdir(exist_ok=True)
    if not kept.exists():
        temporary = kept.with_suffix(".new")
        temporary.write_bytes(data)
        temporary.replace(kept)
    body = {"type": "copy-printed", "path": path, "title": title, "sha256": digest}
    return Copy(store.append("audit", STREAM, time, actor, body).index, path, title, digest, actor, time)


def file_of(workspace: Workspace, digest: str) -> Path:
    """Where the text of a copy is kept."""
    return workspace.root / FOLDER / f"{digest}.txt"


def copies() -> list[Copy]:
    """Every copy, the latest first."""
    return [_copy(index, entry) for index, entry in store.indexed("audit", STREAM)][::-1]


def printed_copy(text: str) -> Copy | None:
    """The copy with this number or hash; None where there is none."""
    wanted = text.lower()
    return next((copy for copy in copies() if wanted in (copy.sha256, copy.number.lower())), None)


def _copy(index: int, entry: Any) -> Copy:
    body = entry.body
    return Copy(index, body["path"], body["title"], body["sha256"], entry.actor, entry.time)


def changed_since(copy: Copy) -> tuple[str, int]:
    """The record that a copy shows, empty for a page of many, and how many entries it has that the copy does not show."""
    stream = next((part for part in copy.path.split("?")[0].split("/") if linked(part)), "")
    rows = store.table().filter(index__gt=copy.index).exclude(stream=STREAM)
    return stream, (rows.filter(stream=stream) if stream else rows).count()
