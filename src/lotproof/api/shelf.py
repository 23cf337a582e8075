"""The index of events beside the lake, `index/epcis/`: volumes of events and of names, each covering some sources.

Derived, and may be removed: `refresh` makes it again from the originals. A volume is a folder that never changes; the manifest, replaced
in one step, says which count. Volumes of like size are joined, so a search opens few files however many documents were captured.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.api.part import GROUP, build
from lotproof.lake.engine import connect
from lotproof.lake.sql import quoted
from lotproof.lake.store import put
from lotproof.ledger import store
from lotproof.ledger.entry import parse_entry
from lotproof.workspace.place import Workspace
from lotproof.workspace.sources import STREAM

VERSION = 1
JOINED = 8
"""Volumes of like size from which one is made."""
KINDS = ("epcis-xml", "epcis-json")
SOURCES = pa.schema([("source", pa.string()), ("entry", pa.int64()), ("recorded", pa.string()), ("kind", pa.string())])


@dataclass(frozen=True)
class Indexed:
    """A source that the index covers."""

    entry: int
    """Index of the ledger entry that acknowledges it."""
    recorded: str
    """When it was taken in, UTC: the recordTime of its events."""
    kind: str
    """epcis-xml or epcis-json."""


@dataclass(frozen=True)
class Shelf:
    """The index as it is now."""

    volumes: tuple[Path, ...]
    """Folders of the volumes."""
    sources: Mapping[str, Indexed]
    """Digest -> source, in the order of the ledger."""
    cursor: int
    """Index of the last ledger entry that was looked at, -1 for none."""

    def files(self, name: str) -> str:
        """The relation of all files of this name."""
        return f"read_parquet([{', '.join(quoted(folder / name) for folder in self.volumes)}])"


_READ: dict[Path, tuple[tuple[int, int], Shelf]] = {}


def home(workspace: Workspace) -> Path:
    """Where it lies."""
    return workspace.lake.index / "epcis"


def shelf_of(workspace: Workspace) -> Shelf:
    """The index; what cannot be read counts as absent. Read once for each state of the manifest."""
    manifest = home(workspace) / "manifest.json"
    try:
        told = manifest.stat()
        mark = (told.st_mtime_ns, told.st_ino)
        known = _READ.get(manifest)
        if known and known[0] == mark:
            return known[1]
        found = _read(manifest)
    except (OSError, ValueError, KeyError):
        return Shelf((), {}, -1)
    _READ[manifest] = (mark, found)
    return found


def _read(manifest: Path) -> Shelf:
    told = json.loads(manifest.read_bytes())
    if told["version"] != VERSION:
        raise ValueError(told["version"])
    volumes = tuple(manifest.parent / name for name in told["volumes"])
    rows = [row for folder in volumes for row in pq.read_table(folder / "sources.parquet").to_pylist()]
    rows.sort(key=lambda row: row["entry"])
    return Shelf(volumes, {row["source"]: Indexed(row["entry"], row["recorded"], row["kind"]) for row in rows}, told["cursor"])


def refresh(workspace: Workspace, made: Mapping[str, Path]) -> list[str]:
    """Cover every acknowledged EPCIS source that is not covered; gives their digests. The caller holds the workspace for writing.

    ``made`` has parts of the index that are there already, by digest.
    """
    shelf, root = shelf_of(workspace), home(workspace)
    fresh, cursor = _new_sources(shelf)
    if cursor == shelf.cursor:
        return []
    root.mkdir(parents=True, exist_ok=True)
    volumes = list(shelf.volumes)
    for sha, told in fresh.items():
        built = root / f"{uuid.uuid4().hex}.vol"
        if sha in made and (made[sha] / "events.parquet").exists():
            made[sha].rename(built)
        else:
            build(workspace.lake.original(sha), told.kind, sha, built)
        row = {"source": sha, "entry": told.entry, "recorded": told.recorded, "kind": told.kind}
        pq.write_table(pa.Table.from_pylist([row], schema=SOURCES), built / "sources.parquet")
        volumes.append(built)
        if len(volumes) > 4 * JOINED:
            volumes = _joined(workspace, volumes)
    volumes = _joined(workspace, volumes)
    told_all = {"version": VERSION, "cursor": cursor, "volumes": [folder.name for folder in volumes]}
    put(root / "manifest.json", json.dumps(told_all).encode())
    _tidy(root, {*volumes, *shelf.volumes})
    return list(fresh)


def behind(workspace: Workspace) -> bool:
    """Whether the ledger has sources that the index does not cover yet."""
    return bool(_new_sources(shelf_of(workspace))[0])


def _new_sources(shelf: Shelf) -> tuple[dict[str, Indexed], int]:
    fresh: dict[str, Indexed] = {}
    cursor = shelf.cursor
    rows = store.table().filter(kind="file", stream=STREAM, index__gt=cursor).order_by("index").values_list("index", "data")
    for index, data in rows.iterator(chunk_size=500):
        body: Any = parse_entry(bytes(data)).body
        cursor = index
        if body["kind"] in KINDS and body["sha256"] not in shelf.sources and body["sha256"] not in fresh:
            fresh[body["sha256"]] = Indexed(index, body["received"], body["kind"])
    return fresh, cursor


def _joined(workspace: Workspace, volumes: list[Path]) -> list[Path]:
    """Make one of each eight volumes of like size, until there are no eight."""
    sizes = {folder: (folder / "events.parquet").stat().st_size + 4096 for folder in volumes}
    while True:
        levels: dict[int, list[Path]] = {}
        for folder in volumes:
            levels.setdefault(sizes[folder].bit_length() // 3, []).append(folder)
        like = next((group for _, group in sorted(levels.items()) if len(group) >= JOINED), None)
        if like is None:
            return volumes
        one = _join(workspace, like)
        sizes[one] = (one / "events.parquet").stat().st_size + 4096
        volumes = [*(folder for folder in volumes if folder not in like), one]


def _join(workspace: Workspace, volumes: list[Path]) -> Path:
    built = home(workspace) / f"{uuid.uuid4().hex}.vol"
    built.mkdir()
    orders = {"events": 'happened, source, "offset"', "names": "role, name", "sources": "entry"}
    with closing(connect(workspace.lake.scratch / f"join-{built.name}", memory="256MB", threads=1)) as connection:
        for name, order in orders.items():
            files = ", ".join(quoted(folder / f"{name}.parquet") for folder in volumes)
            to = quoted(built / f"{name}.parquet")
            connection.execute(
                f"COPY (SELECT * FROM read_parquet([{files}]) ORDER BY {order}) TO {to} "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})"
            )
    return built


def _tidy(root: Path, stay: set[Path]) -> None:
    """Remove what no manifest of now or just before names: who still reads the one before finds its files."""
    for folder in root.glob("*.vol"):
        if folder not in stay:
            shutil.rmtree(folder, ignore_errors=True)
