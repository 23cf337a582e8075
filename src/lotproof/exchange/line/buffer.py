"""Messages kept on disk until they are taken in: a line of JSON each, flushed before the broker is told that it may forget them.

Below ``line/NAME/`` of the workspace lie ``K.open`` for what is written to now and ``K-N.jsonl`` for what is closed and waits; K counts
the topic filters. A line that a crash cut off was never acknowledged: it is cut away at the next start, and comes again.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from lotproof.lake.store import sync_folder

OPEN, CLOSED = ".open", ".jsonl"


def line_of(topic: str, payload: bytes, received: str) -> bytes:
    """A message as lines of text: its own JSON to the letter, with topic and time beside; what is no JSON object as text or base64."""
    beside = json.dumps({"mqtt_topic": topic, "mqtt_received": received}, ensure_ascii=False).encode()
    try:
        return b"".join(_spliced(one, beside) for one in _objects(payload))
    except msgspec.DecodeError:
        return _kept(payload, beside)


def _objects(text: bytes) -> Iterator[bytes]:
    """The objects of a JSON text that is one or an array of some; DecodeError of anything else."""
    stripped = text.strip()
    parts = [bytes(one).strip() for one in msgspec.json.decode(stripped, type=list[msgspec.Raw])] if stripped[:1] == b"[" else [stripped]
    if not parts or any(part[:1] != b"{" for part in parts):
        raise msgspec.DecodeError("no object")
    yield from parts


def _spliced(text: bytes, beside: bytes) -> bytes:
    """Put members at the end of an object, whose figures stay as they are; a line break outside a string is white space."""
    msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    inside = text[1:-1].strip()
    joined = b"{" + inside + (b"," if inside else b"") + beside[1:]
    return joined.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"


def _kept(payload: bytes, beside: bytes) -> bytes:
    try:
        value = {"mqtt_payload": payload.decode("utf-8")}
    except UnicodeDecodeError:
        value = {"mqtt_payload_base64": base64.b64encode(payload).decode()}
    return _spliced(json.dumps(value, ensure_ascii=False).encode(), beside)


class Buffer:
    """The messages of one broker."""

    def __init__(self, folder: Path, filters: int) -> None:
        self._folder, self._lock = folder, threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(filters):
            _mend(folder / f"{number}{OPEN}")
        self._streams: dict[int, BinaryIO] = {}
        self._since: dict[int, float] = {}
        self._counts: dict[int, int] = {}

    def add(self, number: int, line: bytes, now: float) -> None:
        """Write a line of a filter; it is on the disk when this returns."""
        with self._lock:
            stream = self._streams.get(number)
            if stream is None:
                stream = self._streams[number] = (self._folder / f"{number}{OPEN}").open("ab")
                sync_folder(self._folder)
                self._since[number] = now
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
            self._counts[number] = self._counts.get(number, 0) + 1

    def close_due(self, now: float, seconds: float, messages: int) -> None:
        """Close what is old or large enough, so that it can be taken in. What an earlier process left open is old."""
        with self._lock:
            for path in sorted(self._folder.glob(f"*{OPEN}")):
                number = int(path.stem)
                due = now - self._since.get(number, -1e18) >= seconds or self._counts.get(number, 0) >= messages
                if due and path.stat().st_size:
                    self._close(number, path)

    def _close(self, number: int, path: Path) -> None:
        stream = self._streams.pop(number, None)
        if stream is not None:
            stream.close()
        self._counts.pop(number, None)
        last = max((int(one.stem.partition("-")[2]) for one in self._folder.glob(f"{number}-*{CLOSED}")), default=0)
        path.rename(self._folder / f"{number}-{last + 1}{CLOSED}")
        sync_folder(self._folder)

    def closed(self) -> list[Path]:
        """What waits to be taken in, the oldest first."""
        found = self._folder.glob(f"*{CLOSED}")
        return sorted(found, key=lambda path: [int(part) for part in path.stem.split("-")])


def _mend(path: Path) -> None:
    """Cut away a line that was not finished."""
    if not path.exists():
        return
    data = path.read_bytes()
    end = data.rfind(b"\n") + 1
    if end < len(data):
        with path.open("r+b") as stream:
            stream.truncate(end)
            os.fsync(stream.fileno())
