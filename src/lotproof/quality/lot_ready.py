"""How ready lots are for an inspector (DOMAIN F.2): record, explanation, decisions, proof on the shelf."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lotproof.quality.book import Book
from lotproof.quality.case import State
from lotproof.quality.lot_waivers import waivers
from lotproof.quality.readiness import MISSING, PRESENT, WAIVED
from lotproof.quality.shell import table
from lotproof.quality.signals import EXPLAINED, NEW
from lotproof.workspace.outcomes import lots_found
from lotproof.workspace.place import Workspace


@dataclass(frozen=True)
class LotItem:
    """Something that a lot needs to be shown to an inspector."""

    name: str
    """Short name."""
    asks: str
    """What has to be there."""
    lacks: str
    """What is missing; empty where it is there or waived."""
    why: str = ""
    """Why it is waived; empty otherwise."""
    link: str = ""
    """Page of the desk where it is done."""

    @property
    def state(self) -> str:
        """present, missing or waived."""
        return MISSING if self.lacks else WAIVED if self.why else PRESENT


@dataclass(frozen=True)
class LotKnown:
    """What is known of a lot."""

    lot: str
    """Its number."""
    found: Mapping[str, Any] | None = None
    """What the last run found of it; None where it speaks of no such lot."""
    new: int = 0
    """Signals that nobody triaged."""
    explained: Sequence[str] = ()
    """Reasons why signals are explained."""
    running: Sequence[str] = ()
    """Numbers of incidents that are not closed."""
    held: int = 0
    """Items or containers on hold in its incidents."""
    verified: bool = False
    """Whether a verification session was signed."""
    waived: Mapping[str, str] = field(default_factory=dict)
    """Item -> why somebody waived it."""


def lot_items(known: LotKnown) -> list[LotItem]:
    """The items of a lot. Findings that a person explained waive what they count, with the reason. Pure."""
    return [replace(one, lacks="", why=known.waived[one.name]) if one.lacks and one.name in known.waived else one for one in _asked(known)]


def _asked(known: LotKnown) -> list[LotItem]:
    page = f"/lots/{known.lot}/"
    balance = (known.found or {}).get("balance")
    unaccounted = (balance or {}).get("counts", {}).get("unaccounted", 0)
    why = "; ".join(known.explained[:3]) if unaccounted and not known.new and not known.running else ""
    return [
        LotItem(
            "record",
            "what the sources say of it, reconciled",
            ""
            if balance
            else "no source states which numbers it received"
            if known.found
            else "the last run of the rules speaks of no such lot",
            link=page,
        ),
        LotItem(
            "explained",
            "every serial number accounted for",
            f"{unaccounted:,} are unaccounted" if unaccounted and not why else "",
            why,
            page,
        ),
        LotItem(
            "triaged",
            "every finding looked at by a person",
            f"{known.new} signals wait for triage" if known.new else "",
            link=f"/signals/?lot={known.lot}",
        ),
        LotItem(
            "closed",
            "its incidents closed",
            f"{', '.join(known.running[:3])} still run" if known.running else "",
            link=f"/incidents/?q={known.lot}",
        ),
        LotItem("released", "nothing on hold", f"{known.held:,} items or containers are on hold" if known.held else "", link="/holds/"),
        LotItem(
            "verified",
            "a sample of packs verified against the record",
            "" if known.verified else "no verification session was signed",
            link=f"/verify/open?scope=a%20lot&about={known.lot}",
        ),
    ]


def percent(items: Sequence[LotItem]) -> int:
    """Share of items that are there or waived, whole percent, rounded down."""
    return 100 * sum(one.state != MISSING for one in items) // len(items)


def lots_readiness(workspace: Workspace, lots: Sequence[str]) -> dict[str, list[LotItem]]:
    """Lot -> its items, in the order given."""
    found = lots_found(workspace, lots)
    signals = list(table("SignalRow").filter(lot__in=lots, count__gt=0).values_list("lot", "state", "why"))
    new = Counter(lot for lot, state, _ in signals if state == NEW)
    running, held = _incidents(set(lots))
    closed = table("RecordRow").filter(book=Book.SESSION, state=State.CLOSED, about__in=lots)
    verified = set(closed.values_list("about", flat=True))
    explained = {
        lot: [why for one, state, why in signals if one == lot and state == EXPLAINED and why] for lot in {lot for lot, _, _ in signals}
    }
    waived = waivers()
    return {
        lot: lot_items(
            LotKnown(lot, found.get(lot), new[lot], explained.get(lot, ()), running[lot], held[lot], lot in verified, waived.get(lot, {}))
        )
        for lot in lots
    }


def _incidents(lots: set[str]) -> tuple[dict[str, list[str]], Counter[str]]:
    """Lot -> incidents that run, and how much of its incidents is on hold."""
    on_hold = Counter(table("HoldRow").filter(released=None).values_list("case", flat=True))
    running: dict[str, list[str]] = defaultdict(list)
    held: Counter[str] = Counter()
    for number, state, named in table("CaseRow").order_by("number").values_list("number", "state", "lots"):
        for lot in lots & set(named.split("\n")):
            held[lot] += on_hold[number]
            if state != State.CLOSED:
                running[lot].append(number)
    return running, held
