"""lotproof trend, similar and alarms of a workspace; what a pack tells of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from small_site import ACT, Site, invoke, json_of, refused

from lotproof.ledger import store
from lotproof.workspace.trends import day_of


def test_findings_are_counted_as_the_run_found_them(site: Site) -> None:
    told = json_of("trend", "--workspace", site.home)
    counts = {one["value"]: one["count"] for one in told["pareto"]}
    for code in ("SN-09", "SN-03", "AGG-01"):
        assert counts[code] == sum(found["count"] for found in site.document["findings"] if found["code"] == code)
    everything = told["trends"][0]
    assert sum(point["events"] for point in everything["points"]) + everything["unplaced"] == sum(counts.values())
    assert {point["point"] for point in everything["points"]} >= {site.lot}


def test_one_code_leads_to_its_rows(site: Site) -> None:
    told = json_of("trend", "findings", "--only", "SN-09", "--by", "day", "--workspace", site.home)
    assert len(told["events"]) == site.finding("SN-09")["count"]
    assert all(event["source"] and event["position"] and event["at"] and event["line"] for event in told["events"])
    assert refused("trend", "findings", "--only", "SN-77", "--workspace", site.home).startswith(
        'Error: There is no code "SN-77" among the findings'
    )


def test_deviations_by_cause_and_line(site: Site) -> None:
    told = json_of("trend", "deviations", "--split", "line", "--workspace", site.home)
    assert told["pareto"] and sum(one["count"] for one in told["pareto"]) == told["trends"][0]["unplaced"] + sum(
        point["events"] for point in told["trends"][0]["points"]
    )
    assert (
        refused("trend", "sales", "--workspace", site.home)
        == 'Error: A trend is one of findings, alerts, deviations; there is no "sale".\n'
    )


def test_days_of_a_register_that_leaves_open_what_comes_first_are_not_guessed() -> None:
    assert day_of("03/04/2026", "") is None and f"{day_of('03/04/2026', 'MDY'):%m-%d}" == "03-04"
    assert f"{day_of('20260710', 'DMY'):%m-%d}" == "07-10" and day_of("soon", "DMY") is None


def test_similar_compares_lots_registers_files_and_packs(own: Site, tmp_path: Path) -> None:
    (own.home / "cases").mkdir()
    codes = sorted({found["code"] for found in own.document["findings"] if found["lot"] == own.lot and found["severity"] != "info"})
    earlier = {
        "id": "DEV-7",
        "codes": codes,
        "text": "jam at the case packer",
        "cause": "worn infeed",
        "action": "infeed changed",
        "held": True,
    }
    (own.home / "cases" / "dev-7.json").write_text(json.dumps([earlier]))
    told = json_of("similar", own.lot, "--from", own.pack, "--workspace", own.home)
    found = {one["case"]["id"]: one for one in told["similar"]}
    assert found[f"EP-1 {own.lot}"]["score"] > 0.9 and found["DEV-7"]["codes"] == codes
    assert found["DEV-7"]["outcome"] == "cause: worn infeed; action: infeed changed; the action held"
    assert [one["score"] for one in told["similar"]] == sorted((one["score"] for one in told["similar"]), reverse=True)
    store.append("record", "cases", "2026-11-22T09:00:00Z", "qa", {"type": "closed", "case": "DEV-7", "held": False})
    again = json_of("similar", own.lot, "--workspace", own.home)
    assert {one["case"]["id"]: one["case"]["held"] for one in again["similar"]}["DEV-7"] is False
    assert "is no lot of the workspace and no file of a case" in refused("similar", "NO-LOT", "--workspace", own.home)
    (own.home / "cases" / "broken.json").write_text("{")
    assert "broken.json is no JSON; mend it, or leave it out." in refused("similar", own.lot, "--workspace", own.home)


def test_the_alarm_budget_of_the_workspace(site: Site) -> None:
    told = json_of("alarms", "--workspace", site.home)
    assert told["watched"] and told["expected"] > 0
    assert abs(told["expected"] - sum(one["points"] / one["run_length"] for one in told["watched"])) < 1e-9
    assert "false alarms to expect" in invoke("alarms", "--workspace", site.home).stdout


def test_the_pack_tells_of_kpis_and_history_and_binds_them(site: Site) -> None:
    content = (site.pack / "data" / "kpis.json").read_bytes()
    kpis = {one["kpi"]: one for one in json.loads(content)["kpis"]}
    counts = site.document["reconciliation"][site.lot]
    assert {point["point"]: point["events"] for point in kpis["unaccounted"]["points"]}[site.lot] == counts["unaccounted"]
    entries = [json.loads(line) for line in (site.pack / "data" / "audit" / "audit.ndjson").read_text().splitlines()]
    (bound,) = [entry["body"] for entry in entries if entry["stream"] == "kpis"]
    assert bound["sha256"] == hashlib.sha256(content).hexdigest()
    history = json.loads((site.pack / "data" / "history.json").read_text())
    assert history["runs"] == 0 and history["deviations"] and history["compared"] > 0
    pages = [(site.pack / "data" / "html" / name).read_text() for name in ("s14.html", "s19.html")]
    assert "Searched were 0 earlier runs" in pages[0] and "Packs in no case at lot close" in pages[1]


def test_a_second_pack_knows_what_the_first_run_found(own: Site, tmp_path: Path) -> None:
    from small_site import spec, write_site

    write_site(tmp_path / "next", spec(seed=8))
    json_of("build", tmp_path / "next", "-o", tmp_path / "EP-2", "--workspace", own.home, *ACT)
    history = json.loads((tmp_path / "EP-2" / "data" / "history.json").read_text())
    assert history["runs"] == 1
    again = {(one["code"], one["lot"]): one["count"] for one in history["again"]}
    assert again[("SN-09", own.lot)] == own.finding("SN-09")["count"]
