"""From a place into the workspace's inbox: the files of a batch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from lotproof.exchange.drop import batch as batches
from lotproof.exchange.drop.batch import Batch, Item
from lotproof.exchange.drop.disk import flush, write_through
from lotproof.exchange.drop.letters import opened, plain
from lotproof.exchange.drop.spots import FileTrouble, NeverFetched, Spot
from lotproof.exchange.drop.still import Seen
from lotproof.intake.folder import spelled
from lotproof.lake.store import digest_of, sync_folder
from lotproof.ledger import store
from lotproof.workspace.sources import STREAM

MOST = 200
"""Things in one batch."""


def fetched(root: Path, spot: Spot, place: str, whole: Sequence[Seen], time: str, told: Callable[[str, str], None]) -> Batch | None:
    """Fetch what is whole; None where nothing came. Mails go one by one: two may have attachments of one name.

    ``told`` is told of each thing that cannot be fetched now, and why.
    """
    chosen = whole[: 1 if spot.letters else MOST]
    # The ledger grows with every batch: even what is put back within the same second is another one.
    named = hashlib.sha256(repr([time, store.size(), *chosen]).encode()).hexdigest()[:12]
    key = f"{place}.{named}"
    folder = batches.inbox(root, key)
    folder.mkdir(parents=True, exist_ok=True)
    items = []
    for seen in chosen:
        try:
            items.append(_letter(spot, seen, folder) if spot.letters else _file(spot, seen, folder))
        except NeverFetched as trouble:
            items.append(Item(seen, spelled(seen.name), {}, trouble=str(trouble)))
        except FileTrouble as trouble:
            told(seen.name, str(trouble))
    if not items:
        folder.rmdir()
        return None
    sync_folder(folder)
    made = Batch(key, place, items, _before({sha for item in items for sha in item.files.values()}))
    batches.save(root, made)
    return made


def _file(spot: Spot, seen: Seen, folder: Path) -> Item:
    name = spelled(seen.name)
    path = folder / name
    _fetch(spot, seen, path)
    return Item(seen, name, {name: digest_of(path)})


def _fetch(spot: Spot, seen: Seen, path: Path) -> None:
    """A file has its name when it is whole; a backup leaves out what ends in .new."""
    temporary = path.with_name("fetching.new")
    try:
        spot.fetch(seen, temporary)
        with temporary.open("rb") as stream:
            flush(stream)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _letter(spot: Spot, seen: Seen, folder: Path) -> Item:
    temporary = folder / "letter.new"
    try:
        spot.fetch(seen, temporary)
        letter = opened(temporary.read_bytes())
    finally:
        temporary.unlink(missing_ok=True)
    for name, content in letter.files.items():
        write_through(folder / name, content)
    files = {name: hashlib.sha256(content).hexdigest() for name, content in letter.files.items()}
    subject = letter.head.get("subject", "")
    title = f"the mail “{subject}”" if subject else f"the mail {plain(seen.name)}"
    trouble = "" if files else f"{title} has no attachment; nothing could be taken in."
    head = {**letter.head, **({"left out": ", ".join(letter.left)} if letter.left else {})}
    return Item(seen, title, files, head, trouble)


def _before(digests: set[str]) -> dict[str, dict[str, str]]:
    """Which of these bytes are sources already: name and time of the first entry."""
    found: dict[str, dict[str, str]] = {}
    for body in store.bodies("file", STREAM):
        if body["sha256"] in digests:
            found.setdefault(body["sha256"], {"name": body["path"], "received": body["received"]})
    return found
