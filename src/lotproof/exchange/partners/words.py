"""One exception in the words of every catalogue at once: HDA, PDG, EMVS, VRS, ours. Pure.

Categories are those of HDA's Exceptions Handling Guidelines (2023); scenario numbers those of GS1 US's addendum on serialized exceptions
processing, R1.2, as PDG's own examples use them (hda_1_1A, hda_1_1B, hda_1_4A). Only codes are cited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lotproof.exchange.partners.message import COUNTS, MASTER, MISALIGNED, SERIALS, Named
from lotproof.rules.mappings import MAPS, NONE
from lotproof.rules.rule import Rule

CATALOGUES = ("hda", "pdg", "emvs", "vrs")
HDA = {
    "missing_product_data": "PND",
    "missing_product": "DNP",
    MISALIGNED: "Data Issue",
    "overages": "PND",
    "underages": "DNP",
    **dict.fromkeys(MASTER, "Data Issue"),
}
"""Key of the message -> HDA category."""
_BACK = ("Return product", "Send back product")


def in_all_words(rule: Rule) -> dict[str, tuple[str, ...]]:
    """Catalogue -> its words for what a rule finds; ("none",) where it has none."""
    return {name: MAPS[name].of(rule) or (NONE,) for name in CATALOGUES}


def key_of(kind: str) -> str:
    """The word of PDG's catalogue for a kind of exception."""
    return "master_data_errors" if kind in MASTER else kind


def codes_of(kind: str, rules: Iterable[Rule]) -> tuple[str, ...]:
    """Our finding codes that speak of the same kind of exception, in the order of the register."""
    return tuple(rule.code for rule in rules if key_of(kind) in MAPS["pdg"].of(rule))


def scenario(one: Named) -> str:
    """HDA/GS1 scenario of one exception as far as the message tells it; empty where it tells none.

    A report without one serial does not say whether data are missing for a pack or for all (1-5), and a concealed difference (1-3, 2-2)
    cannot be told from an open one.
    """
    if one.kind == "overages":
        return "1-1B" if one.asks in _BACK else "1-1A"
    if one.kind in ("underages", "missing_product"):
        return "2-1B" if one.asks in ("Credit account", "Debit account") else "2-1A"
    if one.kind == MISALIGNED:
        if one.item.serial and one.other.serial and one.item.serial != one.other.serial:
            return "1-4A"
        return "1-2" if len(set(one.lots)) > 1 else ""
    return "1-4B" if one.kind == "gln_errors" else ""


def words_of(one: Named, rules: Mapping[str, Rule]) -> dict[str, tuple[str, ...]]:
    """An exception of a partner in all words: HDA with the scenario, PDG, and what our findings of this kind map to."""
    found = [rules[code] for code in codes_of(one.kind, rules.values())]
    hda = (HDA[one.kind], *(f"scenario {number}" for number in (scenario(one),) if number))
    others = {name: _every(found, name) for name in ("emvs", "vrs")}
    return {"hda": hda, "pdg": (key_of(one.kind),), **others, "findings": tuple(rule.code for rule in found) or (NONE,)}


def _every(rules: Iterable[Rule], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for rule in rules for word in MAPS[name].of(rule))) or (NONE,)


def section_of(rule: Rule, serial: bool, counted: bool) -> str:
    """The key under which an item of a finding is written.

    PDG counts overages and underages by quantity; where a person states no quantity, serials go where HDA's category has them.
    """
    key = next(iter(MAPS["pdg"].of(rule)), "")
    if key in COUNTS and not counted:
        hda = MAPS["hda"].of(rule)
        key = SERIALS[0] if "PND" in hda else SERIALS[1] if "DNP" in hda else ""
    return key if key == "master_data_errors" or key in COUNTS or serial else ""
