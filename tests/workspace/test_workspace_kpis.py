"""KPIs of the small site: their counts are those of its rows, and every event leads to its row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_site import Site, copied, invoke, json_of, refused

from lotproof.control.kpis.register import ORDER, product_kpis
from lotproof.ledger import store
from lotproof.rules.register import RULES
from lotproof.workspace.place import open_workspace

LOCAL = """
id = "refused-by-grade"
name = "Packs refused for their grade"
formula = "packs refused for GRADE / packs printed"
unit = "share"
kind = "rate"
by = "lot"
opportunities = "packs printed"
needs = "the line controller export"
events = "SELECT l.lot, l.at_utc, t.text AS item, l.reason AS note, l.source, l.position FROM line_state l JOIN thing t USING (subject) WHERE l.reason = 'GRADE'"
opportunity = "SELECT lot, at_utc, 1 AS n FROM line_state WHERE level = 'unit'"
"""


def document(site: Site, *arguments: object) -> Any:
    return json_of("kpi", *arguments, "--workspace", site.home)


def test_each_kpi_of_the_product_is_one_file() -> None:
    folder = Path(product_kpis.__wrapped__.__code__.co_filename).parent / "declared"
    assert sorted(path.stem for path in folder.glob("*.toml")) == sorted(ORDER) == sorted(kpi.id for kpi in product_kpis().values())


@pytest.mark.parametrize("name", ["reject", "no-read", "first-pass", "orphans", "unaccounted", "gross-variance", "duplicates", "below-c"])
def test_every_event_of_a_point_leads_to_its_row(site: Site, name: str) -> None:
    told = document(site, name, "--by", "lot")
    assert told["points"] and told["no_data"] is None
    for point in told["points"]:
        behind = document(site, name, "--by", "lot", "--rows", point["point"])
        assert behind["count"] == len(behind["rows"]) == point["events"] <= point["opportunities"]
        assert all(row["file"] and row["position"] is not None and row["source"] for row in behind["rows"])
    assert sum(point["events"] for point in told["points"]) > 0 or name == "below-c"


def test_the_lot_kpis_are_the_counts_of_the_reconciliation(site: Site) -> None:
    counts = site.document["reconciliation"]
    for name, key in (("unaccounted", "unaccounted"), ("orphans", "orphans"), ("gross-variance", "gross_variance")):
        told = {point["point"]: point["events"] for point in document(site, name)["points"]}
        assert {lot: told[lot] for lot in told if lot} == {lot: counts[lot][key] for lot in told if lot}
    received = {point["point"]: point["opportunities"] for point in document(site, "unaccounted")["points"]}
    assert received[site.lot] == counts[site.lot]["received"]


def test_kpis_that_name_a_rule_count_its_finding(site: Site) -> None:
    told = {point["point"]: point["events"] for point in document(site, "duplicates")["points"]}
    assert told[site.lot] == site.finding("SN-03")["count"]


def test_kpis_by_time_count_the_same_rows(site: Site) -> None:
    totals = {by: sum(point["opportunities"] for point in document(site, "no-read", "--by", by)["points"]) for by in ("day", "hour")}
    assert totals["day"] == totals["hour"] > 0
    shifts = document(site, "no-read", "--by", "shift")
    assert sum(point["opportunities"] for point in shifts["points"]) > 0
    hour = document(site, "reject", "--by", "hour")["points"][0]
    rows = document(site, "reject", "--by", "hour", "--rows", hour["point"])["rows"]
    assert len(rows) == hour["events"] and all(row["at_utc"].startswith(hour["point"][:10] + "T" + hour["point"][11:13]) for row in rows)


def test_levels_and_rules_of_the_chart_are_alarm_conditions(site: Site) -> None:
    told = document(site, "orphans")
    found = {(alarm["point"], alarm["condition"]) for alarm in told["alarms"]}
    assert (site.lot, "action") in found and told["levels"][0]["basis"]
    assert told["chart"]["chart"] == told["chart_kind"] == "g"
    events = sum(point["events"] for point in told["points"])
    assert len(told["chart"]["points"]) == events


def test_what_no_file_tells_is_said_so(site: Site) -> None:
    told = document(site, "time-to-contain")
    assert (
        told["points"] == []
        and told["no_data"] == "no data: needs records of cases in the ledger: detected and contained, each with its time"
    )
    out = invoke("kpi", "capa-on-time", "--workspace", site.home).stdout
    assert "no data: needs records of actions in the ledger: planned with a due date, and done" in out


def test_acts_of_cases_in_the_ledger_are_counted(own: Site) -> None:
    open_workspace(own.home, "2026-05-01T00:00:00Z", "qa", create=False)
    acts: list[dict[str, Any]] = [
        {"type": "detected", "case": "C-1", "code": "AGG-08", "lot": "L1", "at": "2026-03-01T08:00:00Z"},
        {"type": "contained", "case": "C-1", "at": "2026-03-01T08:45:00Z"},
        {"type": "classified", "case": "C-1", "at": "2026-03-02T14:00:00Z"},
        {"type": "action_planned", "case": "C-1", "action": "A", "due": "2026-03-10T00:00:00Z"},
        {"type": "action_done", "case": "C-1", "action": "A", "at": "2026-03-09T00:00:00Z"},
        {"type": "detected", "case": "C-2", "code": "AGG-08", "lot": "L2", "at": "2026-04-01T08:00:00Z"},
        {"type": "contained", "case": "C-2", "at": "2026-04-01T10:00:00Z"},
    ]
    for act in acts:
        store.append("record", "cases", "2026-05-01T00:00:00Z", "qa", act)
    contain = document(own, "time-to-contain")
    assert [point["value"] for point in contain["points"]] == [45.0, 120.0]
    assert [(alarm["point"], alarm["condition"]) for alarm in contain["alarms"] if alarm["condition"] == "target"] == [
        ("2026-04-01", "target")
    ]
    assert [point["value"] for point in document(own, "time-to-classify")["points"]] == [30.0]
    assert [point["value"] for point in document(own, "capa-on-time")["points"]] == [1.0]
    again = document(own, "recurrences", "--rows", "2026-04-01")
    assert [row["note"] for row in again["rows"]] == ["AGG-08 again, 23 days after the action of C-1"]


def test_a_site_adds_its_own_kpi_and_changes_levels(site: Site, tmp_path: Path) -> None:
    home = copied(site.home, tmp_path / "home")
    (home / "kpis").mkdir()
    (home / "kpis" / "refused-by-grade.toml").write_text(LOCAL)
    (home / "kpis" / "no-read.toml").write_text(
        'base = "no-read"\n[[levels]]\nname = "alert"\nabove = 0.0001\nbasis = "baseline of line 2, 2026-02, change CC-12"\n'
    )
    listed = {one["kpi"]: one for one in json_of("kpi", "--workspace", home)["kpis"]}
    assert listed["refused-by-grade"]["local"] and listed["no-read"]["local"] and not listed["reject"]["local"]
    assert listed["no-read"]["levels"] == [{"name": "alert", "above": 0.0001, "basis": "baseline of line 2, 2026-02, change CC-12"}]
    assert json_of("kpi", "refused-by-grade", "--workspace", home)["points"]
    (home / "kpis" / "refused-by-grade.toml").write_text(LOCAL.replace("FROM line_state WHERE", "FROM '/etc/passwd' WHERE"))
    assert 'field "opportunity": it may not select from' in refused("kpi", "--workspace", home)
    (home / "kpis" / "refused-by-grade.toml").write_text(LOCAL.replace('kind = "rate"', 'kind = "ratio"'))
    assert refused("kpi", "--workspace", home).endswith('field "kind": "ratio" is none of rate, count, measure.\n')


def test_names_and_points_that_there_are_not(site: Site) -> None:
    assert [one["kpi"] for one in document(site)["kpis"]] == list(ORDER)
    assert refused("kpi", "oee", "--workspace", site.home) == f'Error: There is no KPI "oee"; known are {", ".join(ORDER)}.\n'
    assert refused("kpi", "reject", "--by", "year", "--workspace", site.home) == (
        'Error: A point is a lot, a shift, a hour, a day, a week, a month, a shipment; there is no "year".\n'
    )
    assert refused("kpi", "unaccounted", "--by", "day", "--workspace", site.home) == (
        'Error: A point of unaccounted is a lot; there is no "day".\n'
    )
    assert (
        refused("kpi", "reject", "--by", "day", "--rows", "soon", "--workspace", site.home)
        == 'Error: "soon" is no day; write 2026-03-09.\n'
    )


def test_the_chart_is_drawn(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "chart.svg"
    assert invoke("kpi", "reject", "--by", "hour", "--svg", target, "--workspace", site.home).exit_code == 0
    assert target.read_text().startswith("<svg") and "Reject rate of print and vision, by hour" in target.read_text()
    assert "has no chart to draw" in refused("kpi", "unaccounted", "--svg", target, "--workspace", site.home)


def test_declared_rules_are_rules() -> None:
    assert "SN-03" in RULES and "RPT-01" in RULES
    assert json.dumps([kpi.id for kpi in product_kpis().values()])
