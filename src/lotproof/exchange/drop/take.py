"""A batch becomes sources, is offered to the takers, is noted in the ledger and put away. Each step may be done again after a crash."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.exchange.drop import batch as batches
from lotproof.exchange.drop.batch import FETCHED, TAKEN, TOLD, Batch, Item
from lotproof.exchange.drop.receipts import DONE, SENTENCE, document, result_of, sentence_of
from lotproof.exchange.drop.settings import Place
from lotproof.exchange.drop.spots import Away, Spot, keyed
from lotproof.exchange.drop.takers import Taker
from lotproof.intake.folder import spelled
from lotproof.intake.receipt import Receipt
from lotproof.ledger import store
from lotproof.workspace import sources
from lotproof.workspace.place import Workspace, writing

LOG = logging.getLogger("lotproof.exchange.drop")
STREAM = "drop"


@dataclass(frozen=True)
class Hand:
    """Who takes, where, and when."""

    workspace: Workspace
    """Where it goes."""
    actor: str
    """Who acts."""
    clock: Callable[[], str]
    """UTC as entries spell it."""
    takers: dict[str, Taker]
    """Who is offered each file."""


@dataclass(frozen=True)
class Came:
    """What became of one thing."""

    place: str
    """Name of the place."""
    name: str
    """Its name there."""
    result: str
    """done or failed."""
    sentence: str
    """What the receipt says."""
    at: str
    """UTC."""

    def as_json(self) -> dict[str, str]:
        return dict(vars(self))


def finish(hand: Hand, place: Place, spot: Spot, batch: Batch) -> list[Came]:
    """Bring a batch from wherever it is to its end."""
    if batch.stage == FETCHED:
        _take_in(hand, place, batch)
    if batch.stage == TAKEN:
        _ask_takers(hand, place, spot, batch)
    came = _noted(hand, place, batch)
    for item, one in zip(batch.items, came, strict=True):
        spot.put_away(item.seen, Away(item.folder, item.name, _document(batch, item, one)))
    batches.forget(hand.workspace.root, batch)
    return came


def _step(hand: Hand, batch: Batch, stage: str) -> None:
    batch.stage = stage
    batches.save(hand.workspace.root, batch)


def _take_in(hand: Hand, place: Place, batch: Batch) -> None:
    folder = batches.inbox(hand.workspace.root, batch.key)
    if any(item.files for item in batch.items):
        with writing(hand.workspace):
            batch.receipts = _delivered(batch, folder.name) or sources.take_in(
                hand.workspace, folder, place.zone or None, hand.clock(), hand.actor, jobs=1
            )
    _step(hand, batch, TAKEN)


def _delivered(batch: Batch, title: str) -> list[Receipt]:
    """The receipts, where the ledger has this delivery already: a crash came before they were written down here."""
    for body in store.bodies("audit", sources.STREAM):
        if body.get("type") == "delivery" and body.get("folder") == title:
            return _receipts_again(batch, set(body["sources"]))
    return []


def _receipts_again(batch: Batch, delivered: set[str]) -> list[Receipt]:
    latest = {one.sha256: one for one in sources.receipts_of()}
    names = {name: sha for item in batch.items for name, sha in item.files.items()}
    own = [latest[sha].named(name) for name, sha in names.items() if sha in latest]
    inner = delivered - set(names.values())
    return own + [latest[sha] for sha in sorted(inner) if sha in latest and latest[sha].name.partition("!/")[0] in names]


def _ask_takers(hand: Hand, place: Place, spot: Spot, batch: Batch) -> None:
    """Offer each file to each taker; then it is known where each thing goes."""
    said = _said_before(batch)
    for item in batch.items:
        for name, sha in item.files.items():
            for dotted, taker in hand.takers.items():
                if dotted not in item.told.setdefault(name, {}):
                    earlier = said.get((sha, dotted))
                    path = batches.inbox(hand.workspace.root, batch.key) / name
                    item.told[name][dotted] = earlier or _asked(hand, dotted, taker, path, item)
                    said[sha, dotted] = item.told[name][dotted]
                    batches.save(hand.workspace.root, batch)
    for item in batch.items:
        result = _result(batch, item)
        item.folder = place.done if result == DONE else place.failed
        last = Path(item.seen.name).name
        item.name = spot.free(item.folder, last, keyed(last, batch.key.rpartition(".")[2]))
    _step(hand, batch, TOLD)


def _asked(hand: Hand, dotted: str, taker: Taker, path: Path, item: Item) -> str:
    """Its sentence; a taker that breaks is told of, and the thing goes where somebody looks."""
    try:
        return (taker(path, hand.workspace, hand.actor, hand.clock) or "")[:SENTENCE]
    except Exception as error:
        LOG.exception("the taker %s went wrong", dotted)
        item.broken.append(f"{path.name}: {dotted} went wrong over it ({error}); put it back to try again."[:SENTENCE])
        return ""


def _said_before(batch: Batch) -> dict[tuple[str, str], str]:
    """What takers made of the same bytes when they came before: they are not asked twice."""
    if not batch.before:
        return {}
    found: dict[tuple[str, str], str] = {}
    for body in store.bodies("audit", STREAM):
        for one in body["files"]:
            found |= {(one["sha256"], taker): sentence for taker, sentence in one["told"].items()}
    return found


def _told(item: Item) -> dict[str, dict[str, str]]:
    """What takers said, without those that it was not for."""
    return {name: {taker: one for taker, one in said.items() if one} for name, said in item.told.items()}


def _troubles(item: Item) -> list[str]:
    return [one for one in (item.trouble, *item.broken) if one]


def _result(batch: Batch, item: Item) -> str:
    told = {name: said for name, said in _told(item).items() if said}
    return result_of(batch.of(item), told, _troubles(item))


def _noted(hand: Hand, place: Place, batch: Batch) -> list[Came]:
    """One entry for each thing, once; gives what became of each."""
    noted = {body["item"]: (body, time) for body, time in _entries(batch.key)}
    came = []
    for number, item in enumerate(batch.items):
        body, time = noted.get(number) or _note(hand, place, batch, number, item)
        came.append(Came(batch.place, item.title, body["result"], body["sentence"], time))
    return came


def _entries(key: str) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = []
    for _, entry in store.indexed("audit", STREAM):
        body: Any = entry.body
        if body["batch"] == key:
            found.append((body, entry.time))
    return found


def _note(hand: Hand, place: Place, batch: Batch, number: int, item: Item) -> tuple[dict[str, Any], str]:
    told = _told(item)
    body: dict[str, Any] = {
        "type": "drop", "place": place.name, "item": number, "batch": batch.key, "name": spelled(item.seen.name),
        "result": _result(batch, item),
        "sentence": sentence_of(batch.of(item), batch.before, told, _troubles(item)),
        "files": [{"name": name, "sha256": sha, "told": told.get(name, {})} for name, sha in list(item.files.items())[:20]],
    }  # fmt: skip
    time = hand.clock()
    store.append("audit", STREAM, time, hand.actor, body)
    return body, time


def _document(batch: Batch, item: Item, came: Came) -> bytes:
    facts: dict[str, Any] = {
        "name": spelled(item.seen.name), "place": batch.place, "result": came.result, "received": came.at, "sentence": came.sentence,
        "files": item.files, "batch": batch.key,
    }  # fmt: skip
    before = {name: batch.before[sha] for name, sha in item.files.items() if sha in batch.before}
    return document(
        {**facts, **({"came before": before} if before else {}), **({"mail": item.head} if item.head else {})}, batch.of(item), _told(item)
    )
