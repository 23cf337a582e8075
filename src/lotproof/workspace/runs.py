"""A run of the rules as ledger entries: what was run on what, and every number that a report states."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from lotproof import __version__
from lotproof.lake.resolve import Source
from lotproof.ledger import store
from lotproof.rules.check import Outcome
from lotproof.rules.local import digest_of
from lotproof.rules.numbers import Statement, numbers
from lotproof.rules.register import RULE_SET, RULES
from lotproof.rules.rule import Rule

STREAM = "runs"
IDS_AN_ENTRY = 400


def record_run(
    outcome: Outcome, sources: Sequence[Source], settings: Mapping[str, Any], time: str, actor: str, payload: str,
    local: Mapping[str, Rule] = MappingProxyType({}),
) -> list[Statement]:  # fmt: skip
    """Append the run and its numbers; return the statements that a report may make from them.

    ``payload`` is the SHA-256 of the canonical findings and balances, so that the entry binds every item too. ``local`` are
    the rules that the workspace declares; the entry binds their text.
    """
    listed = "\n".join(sorted(source.sha256 for source in sources))
    run = {
        "type": "run", "version": __version__, "rule_set": RULE_SET, "rules": sorted(RULES),
        "sources": len(sources), "sources_sha256": hashlib.sha256(listed.encode()).hexdigest(),
        "local_rules": {code: digest_of(rule) for code, rule in local.items()},
        "observations": outcome.observations, "outcome_sha256": payload, "settings": dict(settings),
        "results": {"run/sources": len(sources), "run/observations": outcome.observations, "run/findings": len(outcome.findings)},
    }  # fmt: skip
    first = store.append("record", STREAM, time, actor, run).index
    made = [
        Statement("run/sources", "sources in scope", len(sources), "sources.json", first),
        Statement("run/observations", "observations in scope", outcome.observations, "sources.json", first),
        Statement("run/findings", "findings", len(outcome.findings), "findings.json", first),
    ]
    stated = list(numbers(outcome))
    for start in range(0, len(stated), IDS_AN_ENTRY):
        part = stated[start : start + IDS_AN_ENTRY]
        body = {"type": "run", "of": first, "results": {name: value for name, _, value, _ in part}}
        index = store.append("record", STREAM, time, actor, body).index
        made += [Statement(name, text, value, path, index) for name, text, value, path in part]
    return made
