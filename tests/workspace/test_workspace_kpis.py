"""KPIs of the small site: their counts are those of its rows, and every event leads to its row."""

from __future__ import annotations

import json
from typing import Any

from small_site import Site, invoke


def document(site: Site, *arguments: object) -> Any:
    result = invoke("kpi", *arguments, "--workspace", site.home, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_event_of_a_point_leads_to_its_row(site: Site) -> None:
    told = document(site, "reject", "--by", "lot")
    assert told["points"]
    for point in told["points"]:
        rows = document(site, "reject", "--by", "lot", "--point", point["point"])["rows"]
        assert len(rows) == point["events"] <= point["of"]
        assert all(row["file"] and row["position"] and row["step"] != "verified" for row in rows)
    assert sum(point["events"] for point in told["points"]) > 0


def test_kpis_by_time_count_the_same_rows(site: Site) -> None:
    totals = {by: sum(point["of"] for point in document(site, "no-read", "--by", by)["points"]) for by in ("day", "hour")}
    assert totals["day"] == totals["hour"] > 0
    first = sum(point["of"] for point in document(site, "first-pass", "--by", "day")["points"])
    assert 0 < first <= totals["day"]


def test_names_and_points_that_there_are_not(site: Site) -> None:
    listed = document(site)["kpis"]
    assert [one["name"] for one in listed] == ["no-read", "reject", "first-pass", "below-c"]
    result = invoke("kpi", "oee", "--workspace", site.home)
    assert (result.exit_code, result.stderr) == (2, 'Error: There is no KPI "oee"; known are no-read, reject, first-pass, below-c.\n')
    result = invoke("kpi", "reject", "--by", "week", "--workspace", site.home)
    assert (result.exit_code, result.stderr) == (2, 'Error: A point is a lot, a day, a hour; there is no "week".\n')
