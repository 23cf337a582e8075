"""Step 5, ledger: entries -> leaf hashes -> tiles -> root; streams without a gap; directory; electronic signatures.

Entries are streamed. When a bundle is missing or malformed the step stops there, says so, and leaves the rest open.
"""

from __future__ import annotations

from collections.abc import Iterable

from lotproof.ledger import entry, merkle, note, tiles
from lotproof.ledger.canonical import Json, dumps
from lotproof.ledger.handover import KeyHistory
from lotproof.ledger.late import LATE_AFTER, late, span
from lotproof.ledger.nodes import Nodes
from lotproof.ledger.settings import SettingsHistory
from lotproof.packs.verify.anchors import Anchors, Clocks
from lotproof.packs.verify.entries import LEDGER, EntryReader
from lotproof.packs.verify.esign import Esigns
from lotproof.packs.verify.report import UNDETERMINED, Problem, Step, Where
from lotproof.packs.verify.seal import STATEMENT, Statement
from lotproof.packs.verify.source import Source, Unreadable, read, require

MOST_LATE = 20
"""Late entries that are named one by one."""


def check_ledger(source: Source, head: note.Checkpoint | None, statement: Statement | None, clocks: Clocks = Clocks()) -> Step:  # noqa: B008
    """Check the ledger against its head; `clocks` says by whose timestamps its times are judged."""
    if head is None:
        sentence = "The ledger was not checked: neither checkpoint nor statement gives its size and root."
        return Step("ledger", (Problem("not-checked", LEDGER, sentence, UNDETERMINED),))
    walk = _Walk(source, head, clocks)
    problems = walk.run(statement)
    return Step("ledger", tuple(problems), tuple(walk.notes()))


class _Walk:
    """One pass over the entries."""

    def __init__(self, source: Source, head: note.Checkpoint, clocks: Clocks) -> None:
        self._source = source
        self._head = head
        self._entries = EntryReader(source, head.size)
        self._esigns = Esigns(EntryReader(source, head.size))
        self._streams = entry.StreamChecker()
        self._builder = tiles.TileBuilder()
        self._problems: list[Problem] = []
        self._directory: tuple[int, Json] | None = None
        nodes = Nodes(head.size, lambda name: read(source, LEDGER + name))
        self._anchors = Anchors(source, head.origin, nodes.root, clocks)
        self._late: list[str] = []
        self._clocks, self._settings = clocks, SettingsHistory()
        self._keys = KeyHistory(head.origin)

    def notes(self) -> list[str]:
        """What a reader should know although nothing is wrong."""
        more = [f"{len(self._late) - MOST_LATE} more late entries."] if len(self._late) > MOST_LATE else []
        return [*self._anchors.notes(self._head.size), *self._limits(), *self._late[:MOST_LATE], *more]

    def _limits(self) -> list[str]:
        """Say where the site's own limits are others than the usual ones, and which were judged by."""
        here, place, told = self._settings.current, self._settings.index, []
        if here.clock_tolerance != self._clocks.tolerance:
            told.append(f"The site lets clocks differ by {span(here.clock_tolerance)}{_set_in(place)}; {span(self._clocks.tolerance)} were "
                        "allowed here (--clock-tolerance).")  # fmt: skip
        if (used := self._clocks.late_after or here.late_after) != LATE_AFTER or here.late_after != LATE_AFTER:
            whose = "as was asked (--late-after)" if self._clocks.late_after else "which is the site's limit"
            told.append(f"Entries count as late {span(used)} after the event, {whose}; "
                        f"the site's is {span(here.late_after)}{_set_in(place)}.")  # fmt: skip
        return told

    def run(self, statement: Statement | None) -> list[Problem]:
        """Check all; give the problems."""
        try:
            for index, data in enumerate(self._entries.stream()):
                leaf = merkle.leaf_hash(data)
                self._tiles(self._builder.add(leaf))
                self._entry(index, data, note.encode64(leaf))
        except Unreadable as error:
            self._problems.append(error.problem)
            return self._problems
        self._tiles(self._builder.finish())
        if self._builder.tree.root() != self._head.root:
            self._fail("root-differs", None, "The entries of the ledger do not give the root that was signed.")
        self._extra()
        self._problems += self._esigns.printed(self._source)
        self._last(statement)
        return self._problems

    def _fail(self, code: str, where: Where, sentence: str) -> None:
        self._problems.append(Problem(code, where, sentence))

    def _tiles(self, computed: Iterable[tuple[str, bytes]]) -> None:
        for name, data in computed:
            path = LEDGER + name
            try:
                require(self._source, path)
                if self._source.files[path] != len(data) or read(self._source, path) != data:
                    self._fail("tile-differs", path, f"{path} does not hold the hashes of the entries.")
            except Unreadable as error:
                self._problems.append(error.problem)

    def _extra(self) -> None:
        expected = {LEDGER + path for path, _ in tiles.bundle_paths(self._head.size)}
        expected |= {LEDGER + path for path in tiles.hash_paths(self._head.size)}
        for path in sorted(path for path in self._source.files if path.startswith(f"{LEDGER}tile/")):
            if path not in expected:
                sentence = f"{path} does not belong to a ledger of {self._head.size} entries."
                self._fail("extra-tile", path, sentence)

    def _entry(self, index: int, data: bytes, leaf: str) -> None:
        try:
            found = entry.parse_entry(data)
        except entry.EntryError as error:
            self._fail("bad-entry", index, f"Entry {index}: {error}")
            return
        if found.v != entry.VERSION:
            sentence = f"Entry {index} is of version {found.v}; this version knows {entry.VERSION}."
            self._problems.append(Problem("newer-entry", index, sentence, UNDETERMINED))
        if found.kind == "directory":
            self._directory = (index, found.body)
            heads = found.body.get("heads") if isinstance(found.body, dict) else None
            if not _same(heads, entry.directory_body(self._streams.heads)["heads"]):
                sentence = f"The directory, entry {index}, does not name the heads of the streams before it."
                self._fail("directory-heads", index, sentence)
        for code, place, sentence in self._anchors.add(index, found):
            self._fail(code, place, sentence)
        if wrong := self._keys.add(index, found):
            self._fail("bad-handover", index, wrong)
        self._settings.add(index, found)
        if marked := late(index, found, self._clocks.late_after or self._settings.current.late_after):
            self._late.append(marked.sentence)
        for code, sentence in self._esigns.add(index, found, data):
            self._fail(code, index, sentence)
        for code, sentence in self._streams.add(found, leaf):
            self._fail(code, index, f"Entry {index}: {sentence}")

    def _last(self, statement: Statement | None) -> None:
        """Check the last directory against the end of the ledger and against the statement."""
        if self._directory is None or self._directory[0] != self._head.size - 1:
            sentence = "The last entry of the ledger is not a directory, so nothing proves that no stream was left out."
            self._fail("no-directory", None, sentence)
        elif statement is not None:
            self._completeness(statement.predicate, *self._directory)

    def _completeness(self, predicate: dict[str, Json], index: int, body: Json) -> None:
        heads = body.get("heads") if isinstance(body, dict) else None
        stated = predicate.get("completeness")
        named = stated if isinstance(stated, dict) else {}
        if not _same([named.get("directory_index"), named.get("stream_heads")], [index, heads]):
            sentence = f"{STATEMENT} does not name entry {index} as directory with its stream heads."
            self._fail("completeness", STATEMENT, sentence)
        scope = predicate.get("scope")
        streams = scope.get("streams") if isinstance(scope, dict) else None
        for stream in streams if isinstance(streams, list) else []:
            if not isinstance(stream, str) or not isinstance(heads, dict) or stream not in heads:
                self._fail("scope-stream", STATEMENT, f"The scope names the stream {stream!r}, which the ledger has not.")


def _set_in(index: int | None) -> str:
    return "" if index is None else f" (entry {index})"


def _same(one: Json, other: Json) -> bool:
    """Compare as JSON does: true is not 1."""
    return dumps(one) == dumps(other)
