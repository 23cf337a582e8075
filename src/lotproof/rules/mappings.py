"""Finding codes in the words of other catalogues: HDA, PDG, EMVS, VRS, and the symptoms on the floor.

Each rule declares its own words (``Rule.hda`` and so on); the words that there are stand here, and all tables are made of both:
docs/mappings.md (``python -m lotproof.rules.mappings``) and ``lotproof rules --map``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lotproof.rules.register import RULE_SET, RULES
from lotproof.rules.rule import Rule

NONE = "none"
"""What stands where a catalogue has no word for a finding, or a finding code none for a word."""


@dataclass(frozen=True)
class Catalogue:
    """One catalogue of exceptions."""

    title: str
    """Its name."""
    words: Mapping[str, str]
    """Word -> what it means, or why no rule raises it."""
    of: Callable[[Rule], tuple[str, ...]]
    """The words that a rule declares."""


def _some(text: str) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()


MAPS: Mapping[str, Catalogue] = MappingProxyType(
    {
        "hda": Catalogue(
            "Exception categories of the Healthcare Distribution Alliance (2023)",
            {
                "Data Issue": "data that are wrong or differ", "PND": "product without data", "DNP": "data without product",
                "Packaging and Labeling": "packaging or its code is at fault", "Unavailable for Distribution": "damaged, held or ended product",
            },
            lambda rule: _some(rule.hda),
        ),
        "pdg": Catalogue(
            "Keys of the exception message of the Partnership for DSCSA Governance",
            {
                "missing_product_data": "data did not arrive", "missing_product": "product did not arrive",
                "data_misalignment": "product and data differ", "overages": "more than stated", "underages": "fewer than stated",
                "master_data_errors": "GLN or GTIN wrong", "other_errors": "all else",
            },
            lambda rule: _some(rule.pdg),
        ),
        "emvs": Catalogue(
            "Alert codes of the European Medicines Verification System",
            {
                "A2": "batch not found", "A3": "serial unknown", "A7": "pack is in the requested state already: a repeated scan at the "
                "end user, which no source of a site shows", "A24": "status change could not be performed", "A52": "expiry differs",
                "A68": "batch differs for this serial",
            },
            lambda rule: rule.emvs,
        ),
        "vrs": Catalogue(
            "Failure reasons of a verification answer (GS1 Lightweight Messaging)",
            {
                "No_match_GTIN_Serial": "trade item and serial not known", "No_match_GTIN_Serial_Lot": "lot differs",
                "No_match_GTIN_Serial_Expiry": "expiry differs",
                "No_match_GTIN_Serial_Lot_Expiry": "lot and expiry differ: two findings here, DAT-01 and DAT-02",
                "Manufacturer_policy": "a decision of the answering company, not of its data",
                "Not_for_re-distribution": "held or ended", "No_reason_provided": "says nothing that could be compared",
            },
            lambda rule: rule.vrs,
        ),
        "symptom": Catalogue(
            "Symptoms on the floor",
            {
                "Failed scans": "codes cannot be read or graded", "Inconsistent data": "levels and systems state different things",
                "Aggregation errors": "containers do not hold what is recorded", "Inventory discrepancies": "numbers or packs are not where they belong",
                "Regulatory": "reports and alerts",
            },
            lambda rule: _some(rule.symptom),
        ),
    }
)  # fmt: skip
"""Name of a map, as the command line has it, to its catalogue."""


def by_code(name: str, rules: Iterable[Rule] = tuple(RULES.values())) -> dict[str, tuple[str, ...]]:
    """Finding code -> words of the catalogue; ``(NONE,)`` where it has none."""
    return {rule.code: MAPS[name].of(rule) or (NONE,) for rule in rules}


def by_word(name: str, rules: Iterable[Rule] = tuple(RULES.values())) -> dict[str, tuple[str, ...]]:
    """Word of the catalogue -> finding codes; ``(NONE,)`` where no rule raises it."""
    rules = tuple(rules)
    return {word: tuple(rule.code for rule in rules if word in MAPS[name].of(rule)) or (NONE,) for word in MAPS[name].words}


_HEAD = f"""\
# Mappings

<!-- Generated from src/lotproof/rules by "make docs"; change the rule, not this page. -->

Every finding code of rule set {RULE_SET} in the words of other catalogues, and back. "{NONE}" means that there is no equivalent.
`lotproof rules --map hda` (pdg, emvs, vrs, symptom; `--json`) prints the same, with the local rules of a workspace.
"""


def page() -> str:
    """docs/mappings.md."""
    return "\n".join((_HEAD, *_codes(), *(line for name in MAPS for line in _words(name)))).rstrip() + "\n"


def _codes() -> Iterator[str]:
    columns = {name: by_code(name) for name in MAPS}
    yield "| Code | HDA | PDG | EMVS | VRS | Symptom | Most often |"
    yield "|---|---|---|---|---|---|---|"
    for code, rule in RULES.items():
        yield f"| [{code}](rules.md#{code.lower()}) | " + " | ".join(", ".join(columns[name][code]) for name in MAPS) + f" | {rule.six_m.capitalize()} |"
    yield ""


def _words(name: str) -> Iterator[str]:
    yield f"## {MAPS[name].title}"
    yield ""
    yield "| Word | Meaning | Finding codes |"
    yield "|---|---|---|"
    for word, codes in by_word(name).items():
        yield f"| `{word}` | {MAPS[name].words[word]} | {', '.join(codes)} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(page())
