"""Whether a later pack continues the ledger of an earlier one: the consistency proof between their checkpoints (RFC 6962 2.1.2).

Each side is a pack (folder or zip), a folder with `checkpoint` and `tile/`, or the file of a signed checkpoint; the later one
must have its tiles. Tiles are believed in nothing: what they prove has to lead to both signed roots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lotproof.ledger import merkle, note, tiles
from lotproof.ledger.handover import Keyring
from lotproof.ledger.nodes import Nodes
from lotproof.packs.verify.entries import LEDGER
from lotproof.packs.verify.handovers import handovers_in
from lotproof.packs.verify.opening import open_pack
from lotproof.packs.verify.report import UNDETERMINED, Problem, Report, Step
from lotproof.packs.verify.signatures import judge, links
from lotproof.packs.verify.source import TEXT_LIMIT, NotAPack, Source, Unreadable, read


@dataclass(frozen=True)
class Side:
    """One of the two checkpoints."""

    name: str
    """What the person called it."""
    signed: note.Note
    """The signed checkpoint."""
    head: note.Checkpoint
    """Origin, size and root."""
    tiles: Callable[[str], bytes]
    """Reads a tile; raises Unreadable where there is none."""


@dataclass(frozen=True)
class Continuity:
    """Outcome of the comparison."""

    report: Report
    """Verdict, problems and exit code."""
    old: note.Checkpoint | None = None
    """Earlier head."""
    new: note.Checkpoint | None = None
    """Later head."""
    proof: tuple[bytes, ...] = ()
    """The consistency proof, empty where there is none."""

    def to_json(self) -> dict[str, object]:
        """Give the outcome as a JSON document."""
        heads = {name: _head(head) for name, head in (("old", self.old), ("new", self.new))}
        return {**self.report.to_json(), **heads, "proof": [note.encode64(node) for node in self.proof]}


def check_continuity(old: Path, new: Path, keys: Sequence[str] = ()) -> Continuity:
    """Say whether `new` continues the ledger of `old`; `keys` are vkey lines of the log that came by another way.

    Never raises for bad input: what cannot be read gives a report with exit code 2.
    """
    try:
        known = [note.parse_vkey(line) for line in keys]
        earlier, later = _side(old), _side(new)
    except note.NoteError as error:
        return _unusable("bad-key", f"A key or checkpoint cannot be used: {error}")
    except NotAPack as error:
        return _unusable("not-a-pack", str(error))
    except Unreadable as error:
        return _unusable("unreadable", error.problem.sentence)
    except OSError as error:
        return _unusable("unreadable", f"{error.filename or new} cannot be read ({error.strerror or error}).")
    keys_of_log = Keyring(tuple(known), handovers_in(_entries(later), later.head.origin))
    problems = [*_signed(earlier, keys_of_log), *_signed(later, keys_of_log)]
    notes = dict.fromkeys(told for side in (earlier, later) for told in links(side.signed, keys_of_log, side.head.origin))
    proof, found = _compare(earlier, later)
    report = Report(None, (Step("signatures", tuple(_once(problems)), tuple(notes)), Step("consistency", tuple(found))))
    return Continuity(report, earlier.head, later.head, proof)


def _head(head: note.Checkpoint | None) -> dict[str, object] | None:
    return {"origin": head.origin, "size": head.size, "root": note.encode64(head.root)} if head else None


def _unusable(code: str, sentence: str) -> Continuity:
    return Continuity(Report(None, (Step("open", (Problem(code, None, sentence, UNDETERMINED),)),), unusable=True))


def _side(path: Path) -> Side:
    if path.is_dir() and (path / "checkpoint").is_file():
        signed = _limited(path / "checkpoint")
        return _parsed(path, signed, lambda name: _from_folder(path, name))
    if path.is_file() and not _is_zip(path):
        return _parsed(path, _limited(path), lambda name: _absent(path, name))
    source = open_pack(path)[1]
    return _parsed(path, read(source, f"{LEDGER}checkpoint"), lambda name: _from_pack(source, name))


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"PK\x03\x04"


def _limited(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(TEXT_LIMIT)


def _parsed(path: Path, signed: bytes, read_tile: Callable[[str], bytes]) -> Side:
    try:
        parsed = note.parse(signed)
        return Side(str(path), parsed, note.parse_checkpoint(parsed.text), read_tile)
    except note.NoteError as error:
        raise NotAPack(f"{path} is neither a pack, nor a log's folder, nor a signed checkpoint: {error}") from None


def _from_folder(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.is_file():
        raise Unreadable(Problem("missing-file", str(path), f"{path} is missing."))
    return _limited(path)


def _from_pack(source: Source, name: str) -> bytes:
    return read(source, LEDGER + name)


def _absent(path: Path, name: str) -> bytes:
    sentence = f"{path} is a checkpoint alone, without its {name}; give the later pack, or a folder with its checkpoint and tiles."
    raise Unreadable(Problem("missing-file", name, sentence, UNDETERMINED))


def _entries(side: Side) -> Iterator[bytes]:
    """The entries of a side, where it has them: the hand-overs of the log's key are among them."""
    for number in range(-(-side.head.size // tiles.WIDTH)):
        try:
            path = tiles.entries_path(number, min(tiles.WIDTH, side.head.size - number * tiles.WIDTH))
            yield from tiles.parse_bundle(side.tiles(path))
        except (Unreadable, tiles.TileError):
            return


def _signed(side: Side, keys: Keyring) -> list[Problem]:
    return judge(side.signed, keys, side.head.origin, side.name, side.head.size)


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """No key at all is said once, not for each side."""
    found: dict[tuple[str, str], Problem] = {(problem.code, problem.sentence): problem for problem in problems}
    return list(found.values())


def _compare(old: Side, new: Side) -> tuple[tuple[bytes, ...], list[Problem]]:
    first, second = old.head, new.head
    if first.origin != second.origin:
        return (), [_fail("other-log", f"{old.name} is of the log {first.origin}, {new.name} of {second.origin}: two different logs.")]
    if first.size == 0:
        sentence = f"{old.name} is of an empty log, and every log continues that; name a later checkpoint."
        return (), [Problem("empty-log", old.name, sentence, UNDETERMINED)]
    if first.size > second.size:
        sentence = (f"{new.name} has {second.size} entries, fewer than the {first.size} of {old.name}: entries were taken out of the "
                    "ledger, or the two are named in the wrong order (OLD comes first).")  # fmt: skip
        return (), [_fail("shorter", sentence)]
    try:
        return _prove(old, new)
    except Unreadable as error:
        return (), [error.problem]
    except tiles.TileError as error:
        return (), [_fail("tile-differs", f"{new.name}: {error}")]


def _prove(old: Side, new: Side) -> tuple[tuple[bytes, ...], list[Problem]]:
    first, second, nodes = old.head, new.head, Nodes(new.head.size, new.tiles)
    proof = nodes.consistency(first.size)
    if merkle.verify_consistency(first.size, second.size, proof, first.root, second.root):
        return proof, []
    if merkle.root(nodes.leaves()) != second.root:
        return (), [_fail("root-differs", f"The tiles in {new.name} do not give the root {note.encode64(second.root)} that it states.")]
    sentence = (f"The history was rewritten: the first {first.size} entries had the root {note.encode64(first.root)} in {old.name}, "
                f"and have the root {note.encode64(nodes.root(first.size))} in {new.name}.{_first_change(old, nodes)}")  # fmt: skip
    return (), [_fail("rewritten", sentence)]


def _first_change(old: Side, nodes: Nodes) -> str:
    """Name the first entry that differs, where the earlier side has its tiles too."""
    before, start, end = Nodes(old.head.size, old.tiles), 0, old.head.size
    try:
        if before.root() != old.head.root:
            return ""
        while end - start > 1:
            middle = start + (1 << ((end - start - 1).bit_length() - 1))
            start, end = (middle, end) if before.span(start, middle) == nodes.span(start, middle) else (start, middle)
    except (Unreadable, tiles.TileError):
        return ""
    return f" The first entry that differs is {start}."


def _fail(code: str, sentence: str) -> Problem:
    return Problem(code, None, sentence)
