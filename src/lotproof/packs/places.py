"""The lines of originals that findings and dossiers refer to, copied out for reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from lotproof.intake.problem import SourceProblem
from lotproof.intake.receipt import Receipt
from lotproof.intake.text.encoding import encoding_of
from lotproof.intake.text.sheet import SheetTable
from lotproof.lake.store import Lake
from lotproof.packs.report.values import Place

SHOWN = 500
PLACES_A_SOURCE = 5_000
LINE = 1 << 20


def places(lake: Lake, receipts: Iterable[Receipt], wanted: Iterable[tuple[str, int]]) -> list[Place]:
    """What stands at each (name, position), by name and position; at most PLACES_A_SOURCE a source."""
    by_name: dict[str, set[int]] = defaultdict(set)
    for name, position in wanted:
        by_name[name].add(position)
    found: list[Place] = []
    for receipt in sorted(receipts, key=lambda r: r.name):
        positions = sorted(by_name.get(receipt.name, ()))[:PLACES_A_SOURCE]
        if positions:
            path = lake.original(receipt.sha256)
            found.extend(Place(receipt.name, position, text[:SHOWN]) for position, text in _read(path, receipt.kind, positions))
    return found


def _read(path: Path, kind: str, positions: list[int]) -> Iterator[tuple[int, str]]:
    if kind.startswith("epcis"):
        return _bytes_at(path, positions)
    if kind == "picture":
        return ((position, f"symbol {position} of the picture") for position in positions)
    with path.open("rb") as stream:
        packed = stream.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    return _sheet_rows(path, positions) if packed else _lines(path, positions)


def _bytes_at(path: Path, positions: list[int]) -> Iterator[tuple[int, str]]:
    with path.open("rb") as stream:
        for position in positions:
            stream.seek(position)
            yield position, stream.read(SHOWN).decode("utf-8", errors="replace")


def _sheet_rows(path: Path, positions: list[int]) -> Iterator[tuple[int, str]]:
    wanted = set(positions)
    try:
        for row in SheetTable(path).rows():
            if row.line in wanted:
                yield row.line, " | ".join(row.cells)
    except SourceProblem:
        return


def _lines(path: Path, positions: list[int]) -> Iterator[tuple[int, str]]:
    wanted, last = set(positions), positions[-1]
    with path.open("r", encoding=encoding_of(path), errors="replace", newline="") as stream:
        number = 1
        while number <= last and (line := stream.readline(LINE)):
            if number in wanted:
                yield number, line.rstrip("\r\n")
            number += line.endswith("\n")
