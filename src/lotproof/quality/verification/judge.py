"""What a scan means against the record and the plan. Pure: the plan, the text, what the record says, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lotproof.gs1.dates import resolve_expiry
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.quality.verification.plan import ANY, CASE, HELD, LIST, LOT, PACKS, SHIPPED, Plan

RIGHT, WRONG, NEITHER = "right", "wrong", ""


@dataclass(frozen=True)
class Verdict:
    """One kind of answer."""

    name: str
    """As entries have it."""
    word: str
    """The word that is shown large."""
    symbol: str
    """A sign beside the colour, for who does not see it."""
    tone: str
    """good, bad or check: colour and sound."""
    counts: str
    """right, wrong, or neither of them."""


VERDICTS = {
    one.name: one
    for one in (
        Verdict("expected", "As expected", "✓", "good", RIGHT),
        Verdict("unknown", "Unknown", "✗", "bad", WRONG),
        Verdict("other-lot", "Other lot", "✗", "bad", WRONG),
        Verdict("label-differs", "Label differs", "✗", "bad", WRONG),
        Verdict("not-listed", "Not on the list", "✗", "bad", WRONG),
        Verdict("other-case", "Other case", "✗", "bad", WRONG),
        Verdict("other-state", "Wrong state", "✗", "bad", WRONG),
        Verdict("on-hold", "On hold", "✗", "bad", WRONG),
        Verdict("not-held", "Not on hold", "✗", "bad", WRONG),
        Verdict("respelled", "Other spelling", "✗", "bad", WRONG),
        Verdict("again", "Scanned before", "↻", "check", NEITHER),
        Verdict("other-kind", "Not what is scanned", "?", "check", NEITHER),
        Verdict("lot-unknown", "Lot not known", "?", "check", NEITHER),
        Verdict("no-serial", "No serial", "?", "check", NEITHER),
        Verdict("unreadable", "Not readable", "?", "check", NEITHER),
    )
}
"""Every answer by its name."""


@dataclass(frozen=True)
class Known:
    """What a scan says and what the record says of it."""

    item: str = ""
    """Text form of the item as the record has it, or as it was scanned where the record has none; empty where none could be read."""
    unread: str = ""
    """Why nothing could be read; empty where something could."""
    serial: bool = True
    """Whether it names one thing, not a kind of things."""
    label_lot: str | None = None
    """Lot of the scan."""
    label_expiry: str | None = None
    """Expiry of the scan, as scanned."""
    told: bool = False
    """Whether any source speaks of it."""
    respelled: str = ""
    """How the scan has to be changed to be what the record has; empty where it is the same."""
    lots: tuple[str, ...] = ()
    """Lots that sources state of it."""
    expiries: tuple[str, ...] = ()
    """Expiry dates that sources state of it."""
    number_state: str = ""
    """State of the number (rules/transitions.py)."""
    item_state: str = ""
    """State of the object."""
    since: str = ""
    """Since when it has that state, with the source; empty where nothing says."""
    containers: tuple[str, ...] = ()
    """Containers that it is in, the innermost first."""
    flags: tuple[str, ...] = ()
    """hold, quarantine, suspect, ... from files of the site."""
    holds: tuple[str, ...] = ()
    """Numbers of incidents that have it on hold here."""
    near: tuple[str, ...] = ()
    """Known items that are spelled almost like it."""
    codes: tuple[str, ...] = field(default=())
    """Findings on it."""


@dataclass(frozen=True)
class Said:
    """The answer to one scan."""

    name: str
    """Name of the verdict."""
    sentence: str
    """Why, and what to do."""

    @property
    def verdict(self) -> Verdict:
        """The kind of answer."""
        return VERDICTS[self.name]


_ENDED = ("sampled", "inactive", "destroyed", "dispensed")
_NUMBER_ENDED = {
    "unallocated": "its number was given back unused",
    "invalid": "its number was declared invalid",
    "label_scrapped": "its label was scrapped",
    "label_sampled": "its label was taken as a sample",
}
_NOT_MADE = ("", "allocated", "encoded")
_HOLDING = ("hold", "quarantine", "suspect", "illegitimate", "recalled")


def judge(plan: Plan, known: Known) -> Said:
    """The first thing that is wrong, the gravest first; else that it is as expected."""
    found = next(_troubles(plan, known), None)
    if found:
        return found
    return Said("expected", f"{known.item}: {_fits(plan, known)}.{_codes(known)}")


def _troubles(plan: Plan, known: Known) -> Iterator[Said]:
    if known.unread:
        yield Said("unreadable", f"{known.unread} Scan again, or type what is printed.")
    elif not known.serial:
        yield Said("no-serial", f"{known.item} names a kind of product and no single unit; scan the code that holds the serial number.")
    elif plan.noun == PACKS and known.item.startswith("(00)"):
        yield Said("other-kind", f"{known.item} is a case or pallet, and this session scans packs; it does not count.")
    elif not known.told:
        near = f" Almost the same: {', '.join(known.near[:3])}." if known.near else ""
        yield Said("unknown", f"No source knows {known.item}.{near} Set it aside and tell the investigator.")
    else:
        yield from _spelling(known)
        yield from _belongs(plan, known)
        yield from _state(plan, known)
        yield from _hold(plan, known)


def _spelling(known: Known) -> Iterator[Said]:
    if known.respelled:
        told = f"The record has {known.item}, the scan has it otherwise: {known.respelled}."
        yield Said("respelled", f"{told} If “Check my scanner” shows that the scanner is at fault, withdraw this scan and scan again.")


def _belongs(plan: Plan, known: Known) -> Iterator[Said]:
    of = " and ".join(known.lots)
    if plan.scope == LOT and known.lots and plan.about not in known.lots:
        yield Said("other-lot", f"{known.item} is of lot {of}, not of {plan.about}.{_codes(known)}")
    if known.label_lot and known.lots and known.label_lot not in known.lots:
        yield Said("label-differs", f"The code says lot {known.label_lot}; the record of {known.item} says {of}.")
    if known.label_expiry and known.expiries and not any(_same_day(known.label_expiry, one) for one in known.expiries):
        yield Said(
            "label-differs", f"The code says expiry {known.label_expiry}; the record of {known.item} says {' and '.join(known.expiries)}."
        )
    if plan.scope == LIST and known.item not in plan.listed:
        yield Said("not-listed", f"{known.item} is not on the list{f'; it is of lot {of}' if of else ''}.")
    if plan.scope == CASE and plan.about not in known.containers:
        where = f"it is in {known.containers[0]}" if known.containers else "it is in no case"
        yield Said("other-case", f"By the record {known.item} is not in {plan.about}: {where}.")
    if plan.scope == LOT and not known.lots:
        yield Said("lot-unknown", f"The record knows {known.item} and does not say of which lot it is; look at its life before it counts.")


def _same_day(scanned: str, recorded: str) -> bool:
    """Day 00 stands for the month (GenSpecs 3.4.7), so it is equal to each day of it."""
    try:
        (one, open_one), (other, open_other) = resolve_expiry(scanned), resolve_expiry(recorded)
    except UnreadableIdentifier:
        return scanned == recorded
    return one == other or ((open_one or open_other) and (one.year, one.month) == (other.year, other.month))


def _state(plan: Plan, known: Known) -> Iterator[Said]:
    since = f" ({known.since})" if known.since else ""
    if known.number_state in _NUMBER_ENDED:
        yield Said("other-state", f"{known.item} should not exist: {_NUMBER_ENDED[known.number_state]}{since}.")
    if known.item_state in _ENDED:
        yield Said("other-state", f"By the record {known.item} is {known.item_state}{since}, and it is here.")
    if not known.item_state and known.number_state in _NOT_MADE and not known.item.startswith("(00)"):
        yield Said("other-state", f"No source says that {known.item} was made: its number was {known.number_state or 'never given out'}.")
    shipped = known.item_state == "in_transit"
    if plan.expected == SHIPPED and not shipped:
        yield Said("other-state", f"{known.item} was not shipped: by the record it is {_words(known)}{since}.")
    if shipped and plan.expected not in (SHIPPED, ANY):
        yield Said("other-state", f"By the record {known.item} was shipped{since}, and it is here.")


def _hold(plan: Plan, known: Known) -> Iterator[Said]:
    flags = [flag for flag in known.flags if flag in _HOLDING]
    held = bool(flags or known.holds)
    if held and plan.expected != HELD and plan.expected != ANY:
        by = f" by {' and '.join(known.holds)}" if known.holds else ""
        yield Said("on-hold", f"{known.item} is on hold{by}{_in_brackets(flags)}: do not use, do not ship.")
    if not held and plan.expected == HELD:
        yield Said("not-held", f"{known.item} should be on hold, and nothing says that it is; block it now.")


def _in_brackets(words: list[str]) -> str:
    return f" ({', '.join(words)})" if words else ""


def _words(known: Known) -> str:
    return known.item_state.replace("_", " ") or "packed"


def _fits(plan: Plan, known: Known) -> str:
    where = {LOT: f"lot {plan.about}", LIST: "on the list", CASE: f"in {plan.about}"}[plan.scope]
    return f"{where}, {_words(known)}{', on hold' if plan.expected == HELD else ''}"


def _codes(known: Known) -> str:
    return f" Findings on it: {', '.join(known.codes)}." if known.codes else ""
