"""Takes scans into a session: each judged against the record, written once however often a device sends it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from lotproof.ledger import canonical
from lotproof.ledger.entry import is_time
from lotproof.quality.entered import SCANS
from lotproof.quality.refusal import Refusal
from lotproof.quality.shell import Desk, load, perform
from lotproof.quality.verification.facts import known_of
from lotproof.quality.verification.judge import RIGHT, Known, Said, judge
from lotproof.quality.verification.running import Scan, Session
from lotproof.workspace.scanned import record_of

VIAS = ("scanner", "camera", "photo", "typed")
LONGEST = 300
"""Characters of a scan that are kept."""
ENTRY_BYTES = 48_000
"""Bytes of scans in one entry, which has 65,535 at most with all that is around them."""
TRIES = 5
"""How often a batch is tried anew that somebody else's scan came between."""


@dataclass(frozen=True)
class Came:
    """A scan as a device sends it."""

    id: str
    """The device's own identifier: the same scan has the same however often it is sent."""
    at: str
    """When it was made, by the clock of the device; UTC."""
    text: str
    """What the scanner gave."""
    via: str
    """One of VIAS."""


def came(made: Mapping[str, Any], now: str) -> Came:
    """A scan out of a request; what is not there is filled in, so that no scan is refused for its form. Refusal without identifier."""
    identifier = str(made.get("id") or "")
    if not identifier or len(identifier) > 64 or not identifier.isascii():
        raise Refusal("A scan came without an identifier of its device; open the page of the session anew.")
    at = f"{str(made.get('at'))[:19]}Z"
    via = made.get("via") if made.get("via") in VIAS else VIAS[0]
    return Came(identifier, at if is_time(at) else now, kept_text(str(made.get("text") or "")), str(via))


def kept_text(text: str) -> str:
    """The text as an entry can hold it: no NUL, no half of a character, at most LONGEST characters."""
    clean = "".join("\ufffd" if unicodedata.category(char) == "Cs" or char == "\x00" else char for char in text.strip(" \t\r\n"))
    return clean[:LONGEST]


def take_scans(desk: Desk, number: str, batch: Iterable[Came]) -> tuple[Session, list[Scan]]:
    """Write the scans that are not in the record yet; the session afterwards, and the scans of the batch as the record has them.

    Refusal where the session takes none any more.
    """
    wanted = list({one.id: one for one in batch}.values())
    if not 1 <= len(wanted) <= SCANS:
        raise Refusal(f"1 to {SCANS} scans are taken at once; {len(wanted)} came.")
    known: dict[str, Known] = {}
    tries, session = TRIES, Session(load(number))
    while new := _not_in(session, wanted):
        try:
            session = Session(perform(desk, number, "scans", {"scans": _fitting(_judged(desk, session, new, known))}))
        except Refusal as refusal:  # somebody else may have written one of them meanwhile
            tries -= 1
            if not tries or "in the record already" not in str(refusal):
                raise
            session = Session(load(number))
    scans = {one.id: one for one in session.scans}
    return session, [scans[one.id] for one in wanted]


def _not_in(session: Session, wanted: list[Came]) -> list[Came]:
    there = {one.id for one in session.scans}
    return [one for one in wanted if one.id not in there]


def _fitting(made: list[dict[str, str]]) -> list[dict[str, str]]:
    """As many of the scans, from the first on, as one entry holds."""
    sizes = accumulate(len(canonical.dumps(one)) for one in made)
    return made[: max(sum(size <= ENTRY_BYTES for size in sizes), 1)]


def _judged(desk: Desk, session: Session, new: list[Came], known: dict[str, Known]) -> list[dict[str, str]]:
    """The scans as an entry has them."""
    with record_of(desk.workspace) as record:
        for one in new:
            if one.id not in known:
                known[one.id] = known_of(record, one.text)
    seen = {key: (one.at, one.said.counts) for key, one in session.units.items()}
    made = []
    for one in new:
        facts = known[one.id]
        said = judge(session.plan, facts)
        made.append(_entry(one, facts, said, seen))
        if said.verdict.counts:
            seen.setdefault(facts.item or one.text, (one.at, said.verdict.counts))
    return made


def _entry(one: Came, facts: Known, said: Said, seen: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    at, counted = seen.get(facts.item or one.text, ("", ""))
    # A second pack with the number of a right one, and something wrong with it, is news and not a scan made twice.
    before = at if said.verdict.counts in (counted, RIGHT) else ""
    told = f"It was scanned at {before[11:19]} UTC already and counts once. {said.sentence}" if before else said.sentence
    found = {"id": one.id, "at": one.at, "text": one.text, "via": one.via, "said": said.name, "sentence": told[:400]}
    return {**found, "item": facts.item[:120], "again": before}
