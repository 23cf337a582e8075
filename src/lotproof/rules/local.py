"""Local rules: a site's own finding codes, each a TOML file in the workspace's folder ``rules``, with its stories beside it.

A file has the fields of a `Rule` and no program: its SELECT is the only thing that runs, and it is looked at first
(`rules.local_sql`). What was declared travels in each pack, so that a stranger recomputes local findings as well.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from lotproof.ledger import canonical
from lotproof.ledger.plain import printable
from lotproof.rules.local_sql import problem_of
from lotproof.rules.mappings import MAPS
from lotproof.rules.register import RULES
from lotproof.rules.rule import Rule, Severity

CODE = re.compile(r"^(LOCAL|X)-[A-Z0-9]+(-[A-Z0-9]+)*$")
SIX_M = ("MATERIALS", "METHOD", "MACHINE", "MAN", "MEASUREMENT", "ENVIRONMENT")
TEXTS = ("code", "title", "severity", "symptom", "six_m", "sentence", "hint", "sql")
LISTS = ("emvs", "vrs")
OPTIONAL = ("hda", "pdg", *LISTS, "whole_site")
NAMED = {"count", "lot", "gtin", "note"}


class LocalRuleError(Exception):
    """A local rule cannot be used. The message names file and field, and says what to write."""


def load_local(folder: Path) -> dict[str, Rule]:
    """Code -> rule of every TOML file in the folder, by name; none where there is no folder. LocalRuleError at the first fault."""
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise LocalRuleError(f"{path} is no TOML ({error}); mend it, or take it out of the folder.") from None
        rule = rule_from(document, str(path))
        if rule.code != path.stem:
            raise LocalRuleError(f'{path}, field "code": {rule.code} must stand in a file of that name, {rule.code}.toml.')
        rules[rule.code] = rule
    return rules


def rule_from(document: Mapping[str, Any], where: str) -> Rule:
    """The rule that a document declares; LocalRuleError names ``where`` and the field."""

    def refuse(field: str, sentence: str) -> LocalRuleError:
        return LocalRuleError(f'{where}, field "{field}": {sentence}.')

    for name in document:
        if name not in (*TEXTS, *OPTIONAL):
            raise refuse(name, f"there is no such field; there are {', '.join((*TEXTS, *OPTIONAL))}")
    for name in TEXTS:
        if not isinstance(document.get(name), str) or not document[name].strip():
            raise refuse(name, "write a text")
    for name in LISTS:
        if not isinstance(document.get(name, []), list | tuple) or not all(isinstance(word, str) for word in document.get(name, [])):
            raise refuse(name, "write a list of texts")
    if not isinstance(document.get("whole_site", False), bool):
        raise refuse("whole_site", "write true or false")
    _check_words(document, refuse)
    rule = _rule(document)
    if problem := problem_of(rule.sql, rule.whole_site):
        raise refuse("sql", problem)
    return rule


def _check_words(document: Mapping[str, Any], refuse: Any) -> None:
    code = document["code"]
    if not CODE.match(code) or code in RULES:
        raise refuse("code", f'"{code}" must begin with LOCAL- or X-, with capital letters and digits after it, such as LOCAL-01')
    severities = [severity.value for severity in Severity]
    if document["severity"] not in severities:
        raise refuse("severity", f"write one of {', '.join(severities)}")
    if document["six_m"] not in SIX_M:
        raise refuse("six_m", f"write one of {', '.join(SIX_M)}")
    for name, catalogue in MAPS.items():
        said = document.get(name, ())
        for word in said if name in LISTS else filter(None, str(said or "").split(", ")):
            if word not in catalogue.words:
                raise refuse(name, f'"{word}" is no word of it; write one of {", ".join(catalogue.words)}')
    for found in re.findall(r"\{(.*?)\}", document["sentence"]):
        if found not in NAMED:
            raise refuse("sentence", f"{{{found}}} is filled in by nothing; there are {', '.join(sorted(NAMED))}")
    if document["sentence"].count("{") != document["sentence"].count("}") or document["sentence"].count("{") != len(
        re.findall(r"\{.*?\}", document["sentence"])
    ):
        raise refuse("sentence", "a brace has no counterpart")


def _rule(document: Mapping[str, Any]) -> Rule:
    given: dict[str, Any] = {name: document[name].strip() for name in TEXTS if name != "severity"}
    given["sql"] = given["sql"].rstrip(";") + "\n"
    given |= {name: tuple(document.get(name, ())) for name in LISTS}
    given |= {name: document.get(name, "") or "" for name in ("hda", "pdg")}
    return Rule(**given, severity=Severity(document["severity"]), whole_site=document.get("whole_site", False), local=True)


def document_of(rule: Rule) -> dict[str, Any]:
    """The rule as it travels in a pack; `rule_from` reads it."""
    found = {field.name: getattr(rule, field.name) for field in fields(rule) if field.name != "local"}
    return {**found, "severity": rule.severity.value, "emvs": list(rule.emvs), "vrs": list(rule.vrs)}


def digest_of(rule: Rule) -> str:
    """SHA-256 of the rule's canonical document, hex."""
    return hashlib.sha256(canonical.dumps(printable(document_of(rule)))).hexdigest()
