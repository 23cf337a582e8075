"""Stories: a few observations in a readable form, and the findings expected. See tests/rules/stories/README.md for the form.

The rules of the product and the local rules of a workspace are tested by the same form.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from lotproof.intake.segments import write_segments
from lotproof.intake.table_source import make_out_tables
from lotproof.lake.engine import connect
from lotproof.lake.resolve import Source
from lotproof.lake.schema import TABLES
from lotproof.lake.store import Lake, publish_segment
from lotproof.rules.check import Outcome, check
from lotproof.rules.finding import Finding
from lotproof.rules.register import RULES
from lotproof.rules.rule import Rule

GTIN = "04012345123456"
"""The trade item of every row that names no other."""
GTINS = {"1": GTIN, "2": "04012345999990", "bad": "04012345123450", "none": None}
KIND = {"hub": "epcis-xml"}
DAY = datetime(2026, 3, 2)  # noqa: DTZ001 - UTC, as the lake has its times
PLAIN = ("image", "counter", "event", "transform", "expiry", "device", "reference", "result")
"""Keys that are columns of an observation under the same name."""
KEYS = ("gtin", "lot", "order", "qty", "partial", "grade", "rec", "times", "unit", "count", "until", "reason", "state", "text", *PLAIN)
_KEY = re.compile(rf"^({'|'.join(KEYS)})=(.*)$")
NO_LOT = {"printer", "issues", "audit"}
"""Kinds of sources that state no lot unless the story says so."""


@dataclass(frozen=True)
class Story:
    """One story of a file."""

    name: str
    """What happens, in words."""
    body: Mapping[str, Any]
    """The story as the file has it."""

    @property
    def expected(self) -> list[dict[str, Any]]:
        """The findings expected."""
        return [_expectation(text, self.lot) for text in self.body.get("expect", [])]

    @property
    def lot(self) -> str:
        """The lot of every row that names no other."""
        return str(self.body.get("lot", "L1"))


@dataclass
class _Row:
    source: str
    step: str
    items: list[str] = field(default_factory=list)
    parent: str | None = None
    at: str | None = None
    more: dict[str, str] = field(default_factory=dict)


def stories(path: Path) -> list[Story]:
    """The stories of one file."""
    return [Story(body["story"], body) for body in yaml.safe_load(path.read_text(encoding="utf-8"))]


@cache
def sscc(short: str) -> str:
    """C-1 or P-1 as SSCC-18 (the check digit plays no part in the rules)."""
    return ("340123450" if short[0] == "C" else "340123459") + f"{int(short[2:]):09d}"


def split(text: str) -> _Row:
    """``hub aggregated A1..A3 > C-1 @10:00 event=e1`` into its parts."""
    words = text.replace("<GS>", "\x1d").split(" ")
    row = _Row(words[0], words[1])
    rest = iter(word for word in words[2:] if word)
    for word in rest:
        if word == ">":
            row.parent = next(rest)
        elif word.startswith("@"):
            row.at = word[1:]
        elif found := _KEY.match(word):
            row.more[found[1]] = found[2]
        else:
            row.items.extend(_range(word))
    return row


def _range(word: str) -> list[str]:
    found = re.match(r"^(.*?)(\d+)\.\.(\D*)(\d+)$", word)
    if not found:
        return [word]
    head, first, _, last = found.groups()
    return [f"{head}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]


def _boxed(word: str) -> bool:
    return re.match(r"^[CP]-\d", word) is not None


HOLDERS = {"B": ("19506000134359", "bundle"), "K": ("29506000134356", "case"), "L": (str(GTINS["1"]), "case")}
"""B-1 is a bundle and K-1 a case that bear a GTIN and a serial, L-1 a case under a number of the site's own; what the line calls them."""


def _holder(word: str | None) -> tuple[str, str] | None:
    return HOLDERS[word[0]] if word and re.match(r"^[BKL]-\d", word) else None


def _text(word: str) -> str:
    """The text of a container."""
    held = _holder(word)
    return f"(01){held[0]}(21){word}" if held else f"(00){sscc(word)}"


def moment(text: str | None, default: datetime) -> datetime | None:
    """``10:00``, ``2/10:00`` (second day), ``none``; the default where nothing is said."""
    if text is None or text == "none":
        return default if text is None else None
    day, _, clock = text.rpartition("/")
    hours, *rest = (int(part) for part in clock.split(":"))
    return DAY + timedelta(days=int(day or 1) - 1, hours=hours, minutes=rest[0], seconds=rest[1] if len(rest) > 1 else 0)


def spelled_out(text: str) -> Iterator[str]:
    """``made A1..A3 > C-1`` is what line and hub say of a case that was packed as it should be."""
    if not text.startswith("made "):
        yield text
        return
    head, _, tail = text.removeprefix("made ").partition(" > ")
    parent, *more = tail.split(" ")
    extra = "".join(f" {word}" for word in more if not word.startswith("partial="))
    items = [item for word in head.split() for item in _range(word)]
    packs = not _boxed(items[0]) and not _holder(items[0])
    yield f"line {'commissioned' if packs else 'aggregated'} {head} > {parent}{extra}"
    yield f"line commissioned {parent} qty={len(items)} {' '.join(more)}"
    if packs:
        yield f"hub commissioned {head}{extra}"
    yield f"hub aggregated {head} > {parent}{extra}"


class Writer:
    """Turns the rows of a story into the rows of the lake."""

    def __init__(self, lot: str) -> None:
        self.lot = lot
        self.sources: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self.clock = DAY + timedelta(hours=8)

    def add(self, text: str) -> None:
        """One line of the story."""
        for plain in spelled_out(text):
            row = split(plain)
            self.clock += timedelta(minutes=1)
            for _ in range(int(row.more.get("times", "1"))):
                self._add(row)

    def _add(self, row: _Row) -> None:
        kind = row.source.rstrip("0123456789")
        out = self.sources.setdefault(row.source, [])
        ordinal = len(out) + 1
        at = moment(row.at, self.clock)
        items: list[str | None] = [*row.items] or [None]
        for item in items:
            columns = self._columns(kind, row, item) | {"at_utc": at, "ordinal": ordinal if kind == "hub" else len(out) + 1}
            columns["position"] = ordinal * 100 if kind == "hub" else len(out) + 1
            if kind != "line" or row.step != "aggregated":
                out.append(("observation", columns | ({"parent_text": None} if kind == "line" else {})))
            if "until" in row.more:
                out.append(("record", {"record": "hold", "started": at, "ended": moment(row.more["until"], DAY), "position": columns["position"]}))
            if kind == "line" and row.parent:
                out.append(("observation", columns | {"step": "aggregated", "quantity": None, "partial": None}))

    def _columns(self, kind: str, row: _Row, item: str | None) -> dict[str, Any]:
        more, boxed = row.more, bool(item and _boxed(item))
        silent = kind in NO_LOT or (kind == "hub" and (boxed or row.step not in ("commissioned",)))
        lot = more.get("lot", None if silent else self.lot)
        level = "unit" if not boxed else "container" if kind == "hub" else {"C": "case", "P": "pallet"}[str(item)[0]]
        gtin = None if boxed or item is None else GTINS[more.get("gtin", "1")]
        if held := _holder(item):
            gtin, level = held[0], held[1] if kind == "line" else level
        return {
            "gtin": gtin, "serial": None if boxed else item, "sscc": sscc(str(item)) if boxed else None, "level": level,
            "step": row.step, "lot": None if lot == "none" else lot, "order_no": more.get("order"),
            "parent_text": _text(row.parent) if row.parent else None, "quantity": _number(more.get("qty")),
            "partial": None if "partial" not in more else more["partial"] == "yes", "grade": _number(more.get("grade")),
            "recorded_at": moment(more["rec"], DAY) if "rec" in more else None,
            "reason": _spaced(more.get("reason")), **{key: more.get(key) for key in PLAIN},
        }  # fmt: skip

    def side(self, source: str, table: str, row: dict[str, Any]) -> None:
        """One row of a small table."""
        out = self.sources.setdefault(source, [])
        out.append((table, row | {"position": len(out) + 1}))


def _spaced(text: str | None) -> str | None:
    return text and text.replace("_", " ")


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _claim(text: str, lot: str) -> tuple[str, dict[str, Any]]:
    source, claim, quantity, *words = text.split()
    more = {found[1]: found[2] for word in words if (found := _KEY.match(word))}
    return source, {"claim": claim, "quantity": float(quantity), "unit": more.get("unit", "EA"), "lot": more.get("lot", lot)}


def _record(text: str, lot: str) -> tuple[str, dict[str, Any]]:
    row = split(text)
    named = row.more.get("lot", lot)
    return row.source, {"record": row.step, "key": row.items[0] if row.items else None, "lot": None if named == "none" else named,
                        "started": moment(row.at, DAY), "ended": moment(row.more.get("until", "none"), DAY),
                        "state": _spaced(row.more.get("state")), "text": _spaced(row.more.get("text"))}  # fmt: skip


def _order(text: str, lot: str) -> dict[str, Any]:
    number, *words = text.split()
    more = dict(word.split("=") for word in words)
    return {"order_no": number, "lot": more.get("lot", lot), "gtin": GTINS[more.get("gtin", "1")], "expiry": more.get("expiry"),
            "units_per_case": _number(more.get("case")), "cases_per_pallet": _number(more.get("pallet"))}  # fmt: skip


def written(body: Mapping[str, Any], lot: str) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """The rows of every source of a story, by the name of the source."""
    writer = Writer(lot)
    for text in body.get("rows", []):
        writer.add(text)
    for text in body.get("orders", []):
        writer.side("orders", "order_master", _order(text, lot))
    for text in body.get("claims", []):
        source, row = _claim(text, lot)
        writer.side(source, "claim", row)
    for text in body.get("records", []):
        source, row = _record(text, lot)
        writer.side(source, "record", row)
    for row in body.get("fixity", []):
        writer.side("checksums", "fixity", row)
    for row in body.get("doubts", []):
        writer.side(row["source"], "time_doubt", {key: value for key, value in row.items() if key != "source"})
    return writer.sources


def build(root: Path, sources: Mapping[str, list[tuple[str, dict[str, Any]]]]) -> tuple[Lake, list[Source]]:
    """A lake with these sources."""
    lake = Lake(root / "lake")
    lake.prepare()
    connection = connect(root / "spill", threads=1)
    try:
        found = []
        for name, rows in sources.items():
            kind = name.rstrip("0123456789")
            found.append(add_source(connection, lake, f"{name}.csv", KIND.get(kind, kind), rows))
        return lake, found
    finally:
        connection.close()


def add_source(
    connection: duckdb.DuckDBPyConnection, lake: Lake, name: str, kind: str, rows: Iterable[tuple[str, Mapping[str, Any]]]
) -> Source:
    """Publish the segments of one source as the intake does; ``rows`` are pairs of table and {column: value}."""
    make_out_tables(connection)
    by_table: dict[str, list[dict[str, Any]]] = {}
    for table, row in rows:
        assert set(row) <= set(TABLES[table]), f"{table} has no column {set(row) - set(TABLES[table])}"
        by_table.setdefault(table, []).append(dict(row))
    for table, found in by_table.items():
        columns = sorted({column for row in found for column in row})
        connection.register("_rows", pa.table({column: [row.get(column) for row in found] for column in columns}))
        connection.execute(f"INSERT INTO out_{table} BY NAME SELECT * FROM _rows")
        connection.unregister("_rows")
    sha = hashlib.sha256(name.encode()).hexdigest()
    folder, _count = write_segments(connection, lake, sha)
    publish_segment(lake, sha, folder)
    return Source(sha, name, kind)


def run(root: Path, story: Story, rules: Mapping[str, Rule] = RULES) -> Outcome:
    """The outcome of the rules over a story; ``root`` is an empty folder."""
    lake, sources = build(root, written(story.body, story.lot))
    return check(lake, sources, root / "spill", rules=rules)


def short(text: str) -> str:
    """The short form of an item's text, as stories write it."""
    for prefix, letter in (("(00)340123450", "C-"), ("(00)340123459", "P-")):
        if text.startswith(prefix):
            return f"{letter}{int(text[len(prefix) :])}"
    for holder, _ in HOLDERS.values():
        text = text.removeprefix(f"(01){holder}(21)")
    for name, gtin in GTINS.items():
        if gtin and text.startswith(f"(01){gtin}(21)"):
            return text[len(gtin) + 8 :] + ("" if name == "1" else f"/{name}")
    return text.removeprefix("(21)") + "/none" if text.startswith("(21)") else text.replace(" ", "_")


def _expectation(text: str, lot: str) -> dict[str, Any]:
    body, _, says = text.partition(" | ")
    code, severity, *words = body.split()
    items: list[str] = []
    more: dict[str, str] = {}
    for word in words:
        if found := _KEY.match(word):
            more[found[1]] = found[2]
        else:
            items.extend(_range(word))
    named = "" if more.get("lot") == "none" else more.get("lot", lot)
    return {"code": code, "severity": severity, "lot": named, "items": tuple(sorted(items)),
            "count": int(more.get("count", len(items))), "says": says}  # fmt: skip


def seen(finding: Finding) -> dict[str, Any]:
    """A finding in the form of an expectation."""
    return {"code": finding.code, "severity": finding.severity, "lot": finding.lot,
            "items": tuple(sorted(short(item) for item in finding.items)), "count": finding.count, "says": finding.sentence}  # fmt: skip
