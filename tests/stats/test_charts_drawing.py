"""Drawings of charts: readable ticks, marks for signals, words for those who do not see them; the same bytes every time."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

from lotproof.draw.charts_axis import text, ticks
from lotproof.draw.charts_control import Drawn, control_chart
from lotproof.draw.charts_oc import oc_curve


def drawn(count: int, marks: dict[int, str]) -> Drawn:
    points = [math.sin(at) for at in range(count)]
    return Drawn("value", points, [0.0] * count, [-1.2] * count, [math.nan] + [1.2] * (count - 1), marks)


def test_ticks_are_round_and_are_written_with_their_own_digits() -> None:
    found = ticks(0.0049, 0.0181)
    assert [text(value, found[1] - found[0]) for value in found] == ["0.0050", "0.0075", "0.0100", "0.0125", "0.0150", "0.0175"]
    assert [text(value, 20.0) for value in ticks(-30, 1050, 3)][:2] == ["0", "500"]
    assert [text(value, 2.5) for value in ticks(0, 13)] == ["0.0", "2.5", "5.0", "7.5", "10.0", "12.5"]


def test_a_chart_tells_its_signals_in_shape_and_in_words() -> None:
    made = control_chart("No reads <line 3>", [drawn(40, {3: "1", 4: "1,2"})], [f"day {at}" for at in range(40)], [20], "note")
    root = ET.fromstring(made)
    tags = [child.tag.rpartition("}")[2] for child in root]
    assert tags.count("polygon") == 2
    assert tags.count("circle") == 38
    assert root[1].text == "No reads <line 3>. value: 40 points; signals: day 3 (rule 1), day 4 (rule 1,2)."
    assert made == control_chart("No reads <line 3>", [drawn(40, {3: "1", 4: "1,2"})], [f"day {at}" for at in range(40)], [20], "note")


def test_many_points_are_a_line_without_dots_and_all_equal_points_have_room() -> None:
    assert "<circle" not in control_chart("t", [drawn(500, {})])
    flat = Drawn("value", [5.0] * 3, [5.0] * 3, [5.0] * 3, [5.0] * 3, {})
    assert "nan" not in control_chart("t", [flat])


def test_a_curve_of_acceptance_has_words_too() -> None:
    made = oc_curve("Sample of 60", [0.0, 0.05, 0.1], [1.0, 0.046, 0.002], [(0.05, "max rate 5 %")])
    assert "Probability of acceptance by per cent wrong: 0 %: 1.000, 5 %: 0.046, 10 %: 0.002." in made
    assert "max rate 5 %" in made
