"""docs/rules.md, made from the register: ``python -m lotproof.rules.catalogue > docs/rules.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from lotproof.rules.register import RULE_SET, RULES
from lotproof.rules.rule import Rule
from lotproof.rules.tables import PARTITION, SITE, WHOLE_SITE, columns

_HEAD = f"""\
# Finding codes

<!-- Generated from src/lotproof/rules by "make docs"; change the rule, not this page. -->

Rule set {RULE_SET}, {len(RULES)} codes. A finding is what the SELECT of its rule returns over the tables of one partition
(they are listed [below](#tables)): one finding for each lot and trade item, with the items, and with the
place of each proving row in its original file.

Severity is that of the rule; a row may state another, and a finding has the worst of its rows. "Most often" names where the cause of
such a finding most often lies before any evidence, in the words of the 6M diagram. HDA names the exception category of the Healthcare
Distribution Alliance (2023), PDG the key in the exception message of the Partnership for DSCSA Governance, EMVS the alert code of the
European hub, VRS the failure reason of a verification answer (GS1 Lightweight Messaging). A dash means that there is no equivalent.
"""


def catalogue() -> str:
    """The page in Markdown: a table of all codes, then one section for each in the order of the register."""
    sections = (line for rule in RULES.values() for line in _section(rule))
    return "\n".join((_HEAD, *_table(RULES.values()), *sections, *_tables())).rstrip() + "\n"


def _table(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| Code | Finding | Severity | Symptom | Most often |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        yield f"| [{rule.code}](#{rule.code.lower()}) | {_cell(rule.title)} | {rule.severity.value} | {_cell(rule.symptom)} | {rule.six_m.capitalize()} |"
    yield ""


def _tables() -> Iterator[str]:
    """The tables and columns that rules may use, local ones as well."""
    found = columns()
    yield from ("## Tables", "", "What a rule may select from, a [local rule](local-rules.md) of a workspace as well.", "")
    for title, tables in (("of one partition", PARTITION), ("small, for every rule", SITE), ("for rules over the whole site alone", WHOLE_SITE)):
        yield from (f"### Tables {title}", "", "| Table | A row is | Columns |", "|---|---|---|")
        for name, meaning in tables.items():
            listed = ", ".join(f"`{column}` {kind.lower()}" for column, kind in found[name])
            yield f"| `{name}` | {_cell(meaning)} | {listed} |"
        yield ""


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.code}"
    yield ""
    yield f"**{rule.title}.**"
    yield ""
    yield "| | |"
    yield "|---|---|"
    for name, value in _facts(rule):
        yield f"| {name} | {_cell(value)} |"
    yield ""
    yield "```sql"
    yield rule.sql.strip()
    yield "```"
    yield ""


def _facts(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "Severity", rule.severity.value
    yield "Symptom", rule.symptom
    yield "Most often", rule.six_m.capitalize()
    yield "Looks at", "the whole site, once" if rule.whole_site else "each lot"
    yield "HDA", rule.hda or "–"
    yield "PDG", f"`{rule.pdg}`" if rule.pdg else "–"
    yield "EMVS", ", ".join(rule.emvs) or "–"
    yield "VRS", ", ".join(f"`{reason}`" for reason in rule.vrs) or "–"
    yield "Sentence", f"{rule.sentence}."
    yield "First", rule.hint


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(catalogue())
