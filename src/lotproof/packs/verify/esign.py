"""The rules of an electronic signature in the ledger (21 CFR 11.50 and 11.70).

`body.signs` names the record by index and leaf hash, in the stream of the signature; `body.manifestation` holds the
printed name, the meaning and the time. Moving a signature to another record breaks the first rule.
"""

from __future__ import annotations

from lotproof.ledger.entry import Entry, EntryError, leaf_text, parse_entry
from lotproof.packs.verify.entries import EntryReader
from lotproof.packs.verify.source import Unreadable

FACTS = ("printed_name", "meaning", "time_utc")
"""What 11.50(a) asks for."""


def check_esign(index: int, found: Entry, entries: EntryReader) -> list[tuple[str, str]]:
    """Give (code, sentence) for each rule that the signature in entry `index` breaks."""
    body = found.body if isinstance(found.body, dict) else {}
    shown = body.get("manifestation")
    facts = shown if isinstance(shown, dict) else {}
    problems: list[tuple[str, str]] = []
    missing = [name for name in FACTS if not isinstance(facts.get(name), str) or not facts[name]]
    if missing:
        problems.append(("esign-manifestation", f"The signature, entry {index}, does not show {', '.join(missing)}."))
    if not _linked(index, found.stream, body.get("signs"), entries):
        sentence = f"The signature, entry {index}, does not name an earlier entry of its stream by index and leaf hash."
        problems.append(("esign-target", sentence))
    return problems


def _linked(index: int, stream: str, signs: object, entries: EntryReader) -> bool:
    target = signs.get("index") if isinstance(signs, dict) else None
    if not isinstance(signs, dict) or type(target) is not int or not 0 <= target < index:
        return False
    try:
        data = entries.entry(target)
        return leaf_text(data) == signs.get("leaf") and parse_entry(data).stream == stream
    except (Unreadable, EntryError):
        return False
