"""What our own record says of packs, many at once: events, containers, references, findings. What partners said is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lotproof.exchange.partners.compose import Side
from lotproof.gs1.dates import resolve_expiry
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.item import Item
from lotproof.lake.resolve import Source, rule_kind
from lotproof.workspace.outcomes import found_on, outcome_file
from lotproof.workspace.place import Workspace
from lotproof.workspace.sources import in_scope, receipts_of
from lotproof.workspace.trace import HOPS, Step, lives

NOTICE = "partner-notice"
"""Kind of source that a partner's exception is itself: what it says does not confirm it."""
PAPER = ("numbers", "orders", "alerts", "messages", "holds", "deviations")
"""Kinds of sources that neither saw the pack nor are the data that went out."""
MOVES = ("shipped", "received", "linked")
_DAYLESS = 6


@dataclass(frozen=True)
class Known:
    """One pack in our record."""

    item: Item
    """The pack."""
    steps: tuple[Step, ...] = ()
    """What sources say of it, in the order of time."""
    above: tuple[Step, ...] = ()
    """What happened to the containers that it was ever in."""
    containers: tuple[str, ...] = ()
    """Those containers, the nearest first."""
    findings: tuple[dict[str, Any], ...] = field(default=())
    """Findings of the last run on it and its containers: {code, severity, lot, item, note, ...}."""

    @property
    def known(self) -> bool:
        """Whether a source names the very item, with its GTIN."""
        return any(step.item == self.item.text for step in self.steps)

    @property
    def lots(self) -> tuple[str, ...]:
        """Lots that sources state for it."""
        return tuple(dict.fromkeys(str(step.details["lot"]) for step in self.steps if step.details.get("lot")))

    @property
    def product(self) -> Side:
        """The pack as cameras, lines and warehouses saw it."""
        return self._side(step for step in self.steps if rule_kind(step.kind) not in ("hub", *PAPER))

    @property
    def data(self) -> Side:
        """The pack as the data that went out have it."""
        return self._side(self._hub())

    def _hub(self) -> Iterator[Step]:
        return (step for step in self.steps if rule_kind(step.kind) == "hub")

    def _side(self, steps: Iterable[Step]) -> Side:
        rows = [step for step in steps if step.step not in ("rejected", "no_read", "voided")]
        lot = next((str(step.details["lot"]) for step in reversed(rows) if step.details.get("lot")), "")
        expiry = next((str(step.details["expiry"]) for step in reversed(rows) if step.details.get("expiry")), "")
        return Side(self.item.gtin or "", (self.item.serial or "") if rows else "", lot, day(expiry))

    @property
    def file(self) -> str:
        """Name of the data file that last told of its shipment, else of the pack itself; empty where no data went out."""
        told = [step.source for step in self.above if step.step == "shipped" and rule_kind(step.kind) == "hub"]
        return next(iter([*told[-1:], *[step.source for step in self._hub()][-1:]]), "").rsplit("/", 1)[-1]

    @property
    def moves(self) -> tuple[Step, ...]:
        """Shipments and receipts of it and its containers, in the order of time."""
        return tuple(sorted((one for one in (*self.steps, *self.above) if one.step in MOVES), key=lambda one: one.at or ""))

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """(type, number) of the transactions under which it moved, such as ("desadv", "80632171"); each once."""
        return tuple(dict.fromkeys(pair for step in self.moves for pair in references(str(step.details.get("reference") or ""))))


def references(text: str) -> list[tuple[str, str]]:
    """(type, number) of the business transactions in the reference of a row; parties are none.

    EPCIS rows have pairs of CBV type and identifier (`desadv urn:epcglobal:cbv:bt:9528862570017:80632171`), tables a bare number.
    """
    words = text.split()
    if not any(":" in word for word in words):
        return [("", text.strip())] if len(words) == 1 else []
    pairs = zip(words[::2], words[1::2], strict=False)
    return [
        (kind, named.rstrip("/").replace("/", ":").rsplit(":", 1)[-1]) for kind, named in pairs if not kind.endswith(("party", "location"))
    ]


def day(text: str) -> str:
    """An expiry date as ISO 8601; as it was written where it is no day of the calendar."""
    try:
        return date.fromisoformat(text).isoformat() if len(text) > _DAYLESS else resolve_expiry(text)[0].isoformat()
    except (ValueError, UnreadableIdentifier):
        return text


def our_sources() -> list[Source]:
    """The sources of the workspace but what partners said."""
    return [source for source in in_scope(receipts_of()) if source.kind != NOTICE]


def known(workspace: Workspace, items: Sequence[Item]) -> dict[Item, Known]:
    """What the record says of each of these packs; nothing is scanned, the index is asked."""
    sources, texts = our_sources(), [item.text for item in items]
    own = lives(workspace.lake, sources, texts) if texts else {}
    parents = {text: _parents(own.get(text, ())) for text in texts}
    above = _climbed(workspace, sources, [parent for found in parents.values() for parent in found])
    chains = {text: _chain(found, above) for text, found in parents.items()}
    findings = _findings(workspace, {*texts, *(one for chain in chains.values() for one in chain)})
    made = {}
    for item, text in zip(items, texts, strict=True):
        chain = chains[text]
        told = tuple(one for name in (text, *chain) for one in findings.get(name, ()))
        made[item] = Known(item, tuple(own.get(text, ())), tuple(step for name in chain for step in above[name]), chain, told)
    return made


def _parents(steps: Iterable[Step]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(step.details["container"]) for step in steps if step.details.get("container")))


def _climbed(workspace: Workspace, sources: Sequence[Source], level: Iterable[str]) -> dict[str, list[Step]]:
    """Every container from these upwards -> its steps."""
    found: dict[str, list[Step]] = {}
    for _ in range(HOPS):
        wanted = [one for one in dict.fromkeys(level) if one not in found]
        if not wanted:
            break
        told = lives(workspace.lake, sources, wanted)
        found.update({one: told.get(one, []) for one in wanted})
        level = [parent for one in wanted for parent in _parents(found[one])]
    return found


def _chain(parents: Iterable[str], above: dict[str, list[Step]]) -> tuple[str, ...]:
    chain: dict[str, None] = {}
    level = [one for one in parents if one in above]
    while level:
        chain.update(dict.fromkeys(level))
        level = [parent for one in level for parent in _parents(above[one]) if parent in above and parent not in chain]
    return tuple(chain)


def _findings(workspace: Workspace, texts: set[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in found_on(outcome_file(workspace), texts) if texts else ():
        found.setdefault(str(row["item"]), []).append(row)
    return found
