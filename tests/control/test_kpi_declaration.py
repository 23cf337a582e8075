"""Declarations of KPIs: what is refused, and with which sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lotproof.control.kpis.declaration import kpi_from, select_of
from lotproof.control.kpis.register import all_kpis, product_kpis
from lotproof.stats.problem import MethodProblem

GOOD: dict[str, Any] = {
    "id": "mine", "name": "Mine", "formula": "a / b", "unit": "share", "kind": "rate", "opportunities": "packs", "needs": "a log",
    "events": "SELECT 1", "opportunity": "SELECT 1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"colour": "red"}, "there is no such field; there are base, id, name"),
        ({"name": 3}, "write a text"),
        ({"kind": "ratio"}, '"ratio" is none of rate, count, measure'),
        ({"id": "No Read"}, '"No Read" must be of small letters, digits and hyphens, such as no-read-us'),
        ({"chart": "pie"}, '"pie" is none of auto, auto-u, none, p'),
        ({"buckets": ["lot", "year"]}, '"year" is none of lot, shift, hour, day, week, month, shipment'),
        ({"by": "day"}, "a point is one of its buckets, lot"),
        ({"per": 0}, "write a number above 0"),
        ({"opportunity": ""}, "a rate needs the SELECT of its opportunities"),
        ({"complement": True, "per": 1000}, "only a rate with per = 1 has one"),
        ({"events": "SELECT * FROM ({SN-99})"}, "{SN-99} stands for no rule; lotproof rules lists them"),
        ({"levels": [{"name": "panic", "above": 1, "basis": "x"}]}, "each has a name (target, alert, action), above or below, and basis"),
        ({"levels": [{"name": "alert", "basis": "x"}]}, "the level alert needs one number, above or below"),
        ({"levels": [{"name": "alert", "above": 1}]}, "the level alert needs its basis: a baseline, a change, a regulation"),
    ],
)
def test_what_cannot_be_declared_is_told(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(MethodProblem) as refused:
        kpi_from({**GOOD, **change}, "mine.toml")
    assert str(refused.value).startswith("mine.toml, field") and sentence in str(refused.value)


def test_a_rule_is_written_out() -> None:
    assert "separate prints" not in select_of("SELECT 1") and "hub_event" in select_of(product_kpis()["duplicates"].events)


def test_every_level_of_the_product_has_its_basis() -> None:
    assert all(level.basis for kpi in product_kpis().values() for level in kpi.levels)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id = [", "is no TOML"),
        ('base = "no-such"', 'field "base": there is no KPI "no-such"'),
        ('id = "no-read"', 'field "id": the product has a KPI no-read; write base = "no-read" to change it.'),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "no-read.toml").write_text(text)
    with pytest.raises(MethodProblem) as refused:
        all_kpis(tmp_path)
    assert sentence in str(refused.value)


def test_the_name_of_a_file_is_the_id(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('base = "no-read"')
    with pytest.raises(MethodProblem, match=r"no-read must stand in a file of that name, no-read\.toml\."):
        all_kpis(tmp_path)


def test_the_page_has_every_kpi_as_it_is_declared() -> None:
    page = (Path(__file__).parents[2] / "docs" / "kpis.md").read_text(encoding="utf-8")
    for kpi in product_kpis().values():
        levels = "; ".join(f"{level.name} {'>' if level.above is not None else '<'} {level.limit:g}" for level in kpi.levels) or "–"
        assert f"| `{kpi.id}` | {kpi.name} | {kpi.formula} | {kpi.by} | {kpi.chart} | {levels} |\n" in page
