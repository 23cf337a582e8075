"""The delivery: which files a site hands over, under which names, and how each is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import Final

from lotproof.simulate import exports_holds as register
from lotproof.simulate import exports_quality as quality
from lotproof.simulate import exports_stock as stock
from lotproof.simulate.chance import choices
from lotproof.simulate.epcis_text import Spelling, document, spelling
from lotproof.simulate.exports_line import camera_rows, line_rows, numbers_rows, printer_rows
from lotproof.simulate.headers import FILE_NAMES
from lotproof.simulate.hub import Message, again, events, messages
from lotproof.simulate.line import World
from lotproof.simulate.run import Run
from lotproof.simulate.spec import DIALECTS
from lotproof.simulate.tables import Form, draw_form, table
from lotproof.simulate.words import Words, code_style, site_words

Rows = Callable[[World, Words, Form], Iterable[Sequence[str]]]
FOLDERS: Final[tuple[dict[str, str], ...]] = (
    {},
    {"numbers": "L3_L4", "upload": "L3_L4", "epcis": "hub", "line": "line", "printer": "line", "camera": "line",
     "orders": "erp", "movements": "erp", "stock": "erp", "alerts": "hub"},
    {"numbers": "01_numbers", "line": "02_line", "printer": "02_line", "camera": "02_line", "upload": "03_hub",
     "epcis": "03_hub", "alerts": "03_hub", "orders": "04_erp", "movements": "04_erp", "stock": "04_erp"},
    {"numbers": "Nummern", "line": "Linie", "printer": "Linie", "camera": "Linie", "upload": "Hub", "epcis": "Hub",
     "alerts": "Hub", "orders": "SAP", "movements": "SAP", "stock": "SAP"},
)  # fmt: skip
REST: Final[tuple[dict[str, str], ...]] = (
    {}, {"wms": "wms", "qa": "qa"}, {"wms": "05_warehouse", "qa": "06_quality"}, {"wms": "Lager", "qa": "QS"},
)  # fmt: skip
WAREHOUSE = frozenset({"receipts", "inventory", "dock", "audit", "holds", "notice"})
ZONED = "times with zone"
QUALITY = frozenset({"downtime", "calibration", "training", "roster", "deviations"})


@dataclass(frozen=True)
class Piece:
    """One file of the delivery."""

    path: str
    """Path inside the delivery, with forward slashes."""
    note: str
    """What README_export.txt says of it."""
    write: Callable[[], Iterator[bytes]]
    """Gives its bytes in blocks; may be called again."""


class Delivery:
    """All files of one site, written on demand."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._words = site_words(world)
        rng = choices(world.spec.seed, "delivery")
        layout = rng.randrange(len(FOLDERS))
        self._folders = {**FOLDERS[layout]}
        for kinds, key in ((WAREHOUSE, "wms"), (QUALITY, "qa")):
            self._folders.update(dict.fromkeys(kinds, REST[layout].get(key, "")))
        self._dialect = world.spec.dialect or rng.choice(DIALECTS)
        self._per_order = rng.random() < 0.3
        self._epcis_split = rng.choice(("one", "lots", "parts"))
        self._sums = rng.random() < 0.4 or "tampered_file" in world.spec.faults

    def pieces(self) -> list[Piece]:
        """The files in the sequence of the delivery; checksums and README are not among them."""
        world = self._world
        found = [*self._epcis()]
        for runs in [(run,) for run in world.runs] if self._per_order else [world.runs]:
            found.append(self._table("numbers", partial(numbers_rows, runs=runs), runs))
            found.append(self._table("line", partial(line_rows, runs=runs), runs))
        camera = partial(camera_rows, style=code_style(world, "camera"))
        plain = self._plain_audit()
        audit = partial(stock.audit_rows, style=code_style(world, "audit"), plain=plain)
        kinds: dict[str, Rows] = {
            "printer": printer_rows, "camera": camera, "upload": quality.upload_rows, "orders": stock.order_rows,
            "movements": stock.movement_rows, "stock": stock.stock_rows, "receipts": stock.receipt_rows,
            "inventory": stock.inventory_rows, "dock": stock.dock_rows, "audit": audit,
            "downtime": quality.downtime_rows, "calibration": quality.calibration_rows,
            "training": quality.training_rows, "roster": quality.roster_rows, "deviations": quality.deviation_rows,
            **({"alerts": quality.alert_rows} if quality.alerts(world) else {}),
            **({"holds": register.hold_rows} if register.has_register(world) else {}),
        }  # fmt: skip
        return [*found, *(self._table(kind, rows) for kind, rows in kinds.items()), *self._notices()]

    def _notices(self) -> Iterator[Piece]:
        folder = self._folders.get("notice", "")
        told = [run for run in self._world.runs if run.marks.pick]
        for run in told:
            name = "partner_notice.json" if len(told) == 1 else f"partner_notice_{run.order.lot}.json"
            yield Piece(f"{folder}/{name}" if folder else name, ZONED, partial(self._notice, run))

    def _notice(self, run: Run) -> Iterator[bytes]:
        return iter([register.notice(self._world, run)])

    def _plain_audit(self) -> bool:
        return "separator_lost" not in self._world.spec.faults and choices(self._world.spec.seed, "audit").random() < 0.4

    def _table(self, kind: str, rows: Rows, runs: tuple[Run, ...] = ()) -> Piece:
        """One table file; `runs` are the lots it covers where that is not all of them."""
        world = self._world
        main = runs[0] if len(runs) == 1 else next(run for run in world.runs if run.order.investigated)
        day = self._words.clock.local(stock.counted_at(world)).strftime("%Y%m%d")
        names = choices(world.spec.seed, "name", kind).choice(FILE_NAMES[kind])
        name = names.format(order=main.order.number, lot=main.order.lot, day=day)
        form = draw_form(world.spec, kind, self._dialect, kind)
        if form.sheet:
            name = name.rsplit(".", 1)[0] + ".xlsx"
        folder = self._folders.get(kind, "")
        path = f"{folder}/{name}" if folder else name
        return Piece(path, form.note(), lambda: table(form, path, world.spec.zone, rows(world, self._words, form), self._total(kind)))

    def _total(self, kind: str) -> Callable[[int], str]:
        return lambda count: str(stock.inventory_total(self._world) if kind == "inventory" else count)

    def _epcis(self) -> Iterator[Piece]:
        spell = spelling(self._world)
        end = "jsonld" if spell.form == "2.0-jsonld" else "xml"
        for name, part in self._parts():
            folder = self._folders.get("epcis", "")
            path = f"{folder}/{name}.{end}" if folder else f"{name}.{end}"
            yield Piece(path, ZONED, partial(self._document, spell, name, part))

    def _parts(self) -> list[tuple[str, list[Message]]]:
        twice = again(self._world)
        return [*self._first_parts(), *([("resent_events", twice)] if twice else [])]

    def _first_parts(self) -> list[tuple[str, list[Message]]]:
        sent = list(messages(self._world))
        if self._epcis_split == "one":
            return [("epcis_export", sent)]
        if self._epcis_split == "lots":
            parts = [(f"events_{run.order.lot}", [m for m in sent if m.run is run]) for run in self._world.runs]
            return [(name, part) for name, part in parts if part]
        size = -(-len(sent) // 3)
        return [(f"hub_events_{i + 1:02d}", sent[i * size : (i + 1) * size]) for i in range(-(-len(sent) // size))]

    def _document(self, spell: Spelling, name: str, part: list[Message]) -> Iterator[bytes]:
        created = max(message.sent for message in part) + 90_000
        found = chain.from_iterable(events(self._world, message) for message in part)
        for text in document(self._world, spell, found, name, created):
            yield text.encode()

    def readme(self, pieces: Sequence[Piece]) -> bytes:
        """README_export.txt: plant, zone, form of each file, meaning of words."""
        world, words = self._world, self._words
        main = next(run for run in world.runs if run.order.investigated)
        exported = words.clock.local(stock.counted_at(world) + 20 * stock.HOUR).strftime("%Y-%m-%d %H:%M")
        lines = [
            f"Site extract, plant {world.plant.code}, packaging line {world.plant.line}, "
            f"order {main.order.number} and neighbouring orders",
            f"Plant time zone: {world.spec.zone}",
            f"Exported {exported} local time by {world.plant.auditor}", "",
            *(f"{piece.path}: {piece.note}" for piece in pieces), "", *words.notes(),
        ]  # fmt: skip
        return ("\n".join(lines) + "\n").encode()

    def files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """All files of the delivery, README and checksums last; each file's bytes come in blocks."""
        pieces = self.pieces()
        readme = self.readme(pieces)
        pieces.append(Piece("README_export.txt", "", lambda: iter([readme])))
        digests: dict[str, str] = {}
        for piece in pieces:
            yield piece.path, _watched(piece, digests) if self._sums else piece.write()
        if self._sums:
            yield "SHA256SUMS", iter([self._checksums(pieces, digests)])

    def _checksums(self, pieces: Sequence[Piece], digests: dict[str, str]) -> bytes:
        """Lines as sha256sum writes them; the tampered file's digest is that of its text before somebody edited it."""
        for piece in pieces:
            if piece.path not in digests:  # the caller did not read this file to its end
                for _ in _watched(piece, digests):
                    pass
        if "tampered_file" in self._world.spec.faults:
            victim = next(piece for piece in pieces if piece.path == self.tampered(pieces))
            digests[victim.path] = _digest(chain(victim.write(), [b"\n"]))
        return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()

    def tampered(self, pieces: Sequence[Piece]) -> str:
        """Path of the file that the checksums disagree with."""
        tables = [piece.path for piece in pieces if piece.note and piece.note != ZONED]
        return choices(self._world.spec.seed, "tampered").choice(tables)


def _watched(piece: Piece, digests: dict[str, str]) -> Iterator[bytes]:
    """The blocks of a file; its digest is noted when the last one is taken."""
    hashed = sha256()
    for block in piece.write():
        hashed.update(block)
        yield block
    digests[piece.path] = hashed.hexdigest()


def _digest(blocks: Iterable[bytes]) -> str:
    hashed = sha256()
    for block in blocks:
        hashed.update(block)
    return hashed.hexdigest()

