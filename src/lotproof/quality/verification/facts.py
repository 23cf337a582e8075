"""From a scan to what the record knows of it: the lake and the hold lists are read here, and nothing is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.item import Item
from lotproof.gs1.meanings import MEANINGS
from lotproof.gs1.reading import Reading, read
from lotproof.gs1.spellings import find_items
from lotproof.gs1.wedge import Mended, mended, variants
from lotproof.quality.shell import table
from lotproof.quality.verification.judge import Known
from lotproof.workspace.scanned import Record
from lotproof.workspace.trace import LOOSE, Life, Step

SPELLINGS = {
    "zeros": "leading zeros are missing or too many",
    "keyboard": "Y and Z are exchanged, as by a keyboard of another layout",
    "case": "large and small letters differ, as with Caps Lock",
    "caps": "large and small letters are exchanged, as by Caps Lock",
    "shift": "every key came with Shift",
}
"""How a scan may differ from what the record has -> the words for it."""


def known_of(record: Record, text: str) -> Known:
    """What the record knows of what was scanned."""
    meant = mended(text)
    try:
        readings = _readings(meant.text)
    except UnreadableIdentifier as error:
        return Known(unread=f"{error}")
    first = readings[0]
    if _single(first):
        return _looked_up(record, text, meant, readings)
    bare = find_items(meant.text) if _names(first) else Item()
    if bare.serial and (life := record.life(bare)).steps:  # digits that may be a GTIN or a serial: what the record has decides
        return _facts(record, Reading(None, bare.serial, None, None, None, ()), life, "")
    return Known(_item(first).text if _names(first) else text, serial=False)


def _looked_up(record: Record, text: str, meant: Mended, readings: list[Reading]) -> Known:
    lives = {}
    for reading in readings:
        life = record.life(_item(reading))
        lives[id(reading)] = life
        if life.steps and _exact(life):
            return _facts(record, reading, life, "")
    found = next(((one, lives[id(one)]) for one in readings if lives[id(one)].steps), None)
    if found:
        return _facts(record, found[0], found[1], _spelled(found[1]))
    for reading, life, how in _guesses(record, text, meant):
        return _facts(record, reading, life, how)
    first = readings[0]
    near = tuple(str(one["item"]) for one in lives[id(first)].near)
    return Known(_item(first).text, label_lot=first.lot, label_expiry=first.expiry, near=near)


def _guesses(record: Record, text: str, meant: Mended) -> Iterator[tuple[Reading, Life, str]]:
    """Known items that the scan is after a damage of the keyboard is undone that its text alone does not show."""
    for one in variants(text) if not meant.damages else ():
        try:
            reading = read(one.text)
        except UnreadableIdentifier:
            continue
        if _single(reading) and (life := record.life(_item(reading))).steps and _exact(life):
            yield reading, life, " and ".join(_damage(name) for name in one.damages)


def _damage(name: str) -> str:
    if name in SPELLINGS:
        return SPELLINGS[name]
    _, scanner, computer = name.split(":")
    return f"the scanner types for a keyboard with the layout {scanner}, the computer has the layout {computer}"


def _readings(text: str) -> list[Reading]:
    """The readings of a scan, the likeliest first; a bare serial is one too."""
    try:
        found = read(text)
    except UnreadableIdentifier:
        item = find_items(text)
        return [Reading(item.gtin, item.serial, item.sscc, None, None, ())]
    return [found, *found.alternatives]


def _names(reading: Reading) -> bool:
    return bool(reading.gtin or reading.sscc or reading.serial)


def _single(reading: Reading) -> bool:
    return bool(reading.serial or reading.sscc)


def _item(reading: Reading) -> Item:
    return reading.item or Item(serial=reading.serial)


def _exact(life: Life) -> bool:
    return any(step.details.get("same_after") in (None, LOOSE) for step in life.steps)


def _spelled(life: Life) -> str:
    how = next(str(step.details["same_after"]) for step in life.steps)
    return SPELLINGS.get(how) or MEANINGS.get(how, how)


def _facts(record: Record, reading: Reading, life: Life, respelled: str) -> Known:
    state = record.state(life) or {}
    item = life.steps[0].item if respelled else _named(life)
    known = Known(
        item, label_lot=reading.lot, label_expiry=reading.expiry, told=True, respelled=respelled, lots=_stated(life.steps, "lot"),
        expiries=_stated(life.steps, "expiry"), containers=tuple(state.get("containers") or ()), flags=tuple(state.get("flags") or ()),
        number_state=state.get("number_state") or "", item_state=state.get("item_state") or "", since=_since(state),
        codes=tuple(sorted({one["code"] for one in life.findings if one["item"] == item})),
    )  # fmt: skip
    return replace(known, holds=_holds(known))


def _named(life: Life) -> str:
    """The fullest spelling that a source has: a bare serial that one product has alone is that product's pack."""
    full = {step.item for step in life.steps if step.item.startswith("(01)")}
    return full.pop() if len(full) == 1 and life.item.startswith("(21)") else life.item


def _stated(steps: list[Step], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(step.details[name]) for step in steps if step.details.get(name)))


def _since(state: Mapping[str, Any]) -> str:
    """What made the state of the object what it is: step, time, file."""
    came: Mapping[str, Any] = (state.get("from") or {}).get("item") or (state.get("from") or {}).get("number") or {}
    return f"{came['step']} {came.get('at') or 'at no stated time'}, {came['source']}" if came else ""


def _holds(known: Known) -> tuple[str, ...]:
    """Incidents whose hold lists name it, a container that it is in, or its lot."""
    named = [known.item, *known.containers, *known.lots]
    rows = table("HoldRow").filter(item__in=named, released=None).values_list("case", flat=True)
    return tuple(sorted(set(rows)))
