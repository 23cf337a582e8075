"""A run of the rules in the ledger: every number of a pack has its entry."""

from __future__ import annotations

import json
from typing import Any

from small_site import ACT, Site, json_of

from lotproof.rules.numbers import finding_list, safe, statement_id


def _load(site: Site, name: str) -> Any:
    return json.loads((site.pack / "data" / name).read_text())


def _entries(site: Site) -> list[Any]:
    return [json.loads(line) for line in (site.pack / "data/audit/audit.ndjson").read_text().splitlines()]


def test_every_statement_has_its_entry_with_its_value(site: Site) -> None:
    entries, statements = _entries(site), _load(site, "statements.json")["statements"]
    assert len(statements) == len({statement["id"] for statement in statements}) > 20
    for statement in statements:
        entry = entries[statement["index"]]
        assert entry["kind"] == "record"
        assert entry["body"]["results"][statement["id"]] == statement["value"]


def test_every_number_of_findings_and_balances_is_a_statement(site: Site) -> None:
    values = {statement["id"]: statement["value"] for statement in _load(site, "statements.json")["statements"]}
    for found in site.document["findings"]:
        assert values.pop(statement_id("finding", found["code"], found["lot"], found["gtin"])) == found["count"]
    for lot, counts in site.document["reconciliation"].items():
        for name, value in counts.items():
            assert values.pop(statement_id("lot", lot, name)) == value
    assert sorted(values) == ["run/findings", "run/observations", "run/sources"]
    assert values["run/findings"] == len(site.document["findings"])


def test_every_statement_leads_to_a_list_that_is_there(site: Site) -> None:
    for statement in _load(site, "statements.json")["statements"]:
        assert (site.pack / "data" / statement["list"]).is_file(), statement


def test_the_run_binds_sources_rules_and_outcome(site: Site) -> None:
    import hashlib

    from lotproof import __version__
    from lotproof.rules.register import RULE_SET, RULES

    run = next(entry["body"] for entry in _entries(site) if entry["body"].get("rules"))
    assert (run["version"], run["rule_set"], run["rules"]) == (__version__, RULE_SET, sorted(RULES))
    read = sorted(source["sha256"] for source in site.document["sources"] if source["stored"])
    assert run["sources_sha256"] == hashlib.sha256("\n".join(read).encode()).hexdigest()


def test_a_second_run_over_the_same_sources_has_the_same_outcome_digest(own: Site) -> None:
    from lotproof.ledger import store

    json_of("check", "--workspace", own.home, *ACT)
    digests = [body["outcome_sha256"] for body in store.bodies("record", "runs") if "outcome_sha256" in body]
    assert len(digests) == 2 and len(set(digests)) == 1


def test_identifiers_are_ascii_and_tell_lots_apart() -> None:
    assert statement_id("lot", "Größe/1", "good") == "lot/Gru00f6u00dfeu002f1/good"
    assert statement_id("finding", "SN-01", "", "") == "finding/SN-01/-/-"
    assert statement_id("lot", "B7-2231", "good") == "lot/B7-2231/good"


def test_names_of_lists_are_safe_on_any_system_and_tell_lots_apart() -> None:
    lots = ["", ".", "..", "a/b", "a~2fb", "a\\b", "CON", "ö", "o\u0308", "x" * 200, "x" * 201, " ", "B.", ".B"]
    names = [safe(lot) for lot in lots]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and not set(name) & set('/\\:*?"<>| ') and not name.startswith(".") and not name.endswith(".") for name in names)
    assert finding_list("SN-01", "a/b", "") == "findings/SN-01-a~2fb.csv"
    assert finding_list("TIM-04", "", "") == "findings/TIM-04-site.csv"
