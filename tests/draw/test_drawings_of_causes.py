"""The drawings of causes and of what happened: no text on another, nothing off the page, the same bytes for the same values, all in words."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from lotproof.draw.bow_tie import STATES, Arm, Barrier, bow_tie
from lotproof.draw.fishbone import BOTTOM, TOP, Bone, fishbone
from lotproof.draw.pareto import pareto_chart
from lotproof.draw.pen import PACK, PAGE, TONES, measure
from lotproof.draw.process_map import Found, ProcessStep, process_map
from lotproof.draw.road import Stop, road
from lotproof.draw.timeline import Happening, timeline
from lotproof.draw.why_tree import Why, why_tree

SVG = "{http://www.w3.org/2000/svg}"
WORDS = ["upload", "case", "camera", "procedure", "Wholesaler", "separator", "of", "the", "a", "clearance", "restart", "in,", "by;"]
Chance = random.Random


def said(chance: Chance, most: int = 14) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, most)))


def bones(chance: Chance, count: int, depth: int = 1) -> list[Bone]:
    behind = [tuple(bones(chance, chance.choice((0, 0, 1, 3)), 0)) if depth else () for _ in range(count)]
    return [Bone(said(chance), chance.choice(list(TONES)), one) for one in behind]


def fish(chance: Chance, size: int) -> str:
    return fishbone(said(chance), {name: bones(chance, size) for name in (*TOP, *BOTTOM)}, "Fishbone")


def why(chance: Chance, depth: int) -> Why:
    inner = tuple(why(chance, depth - 1) for _ in range(chance.randint(1, 3))) if depth else ()
    return Why(said(chance, 30), chance.choice(["root", "supported", "contradicted", "untested"]), "2 for, 1 against", inner)


def tree(chance: Chance, size: int) -> str:
    return why_tree(why(chance, min(size, 4)), "5-Why")


def arms(chance: Chance, count: int) -> list[Arm]:
    return [
        Arm(said(chance), tuple(Barrier(said(chance, 5), chance.choice(list(STATES))) for _ in range(chance.randint(0, 4)))) for _ in range(count)
    ]


def tie(chance: Chance, size: int) -> str:
    return bow_tie(said(chance, 6), arms(chance, size), arms(chance, size), "Bow-tie")


def steps(chance: Chance, size: int) -> str:
    found = (Found("AGG-08, 64 lots", True), Found("SN-01, 2 lots", False))
    made = [ProcessStep(said(chance, 4), said(chance, 2), "CCP 1" if at % 2 else "", found * (at % 4)) for at in range(size * 3 + 1)]
    return process_map(made, "Process")


def custody(chance: Chance, size: int) -> str:
    return road([Stop(said(chance, 3), said(chance, 3), chance.randint(0, 99_999), said(chance, 3)) for _ in range(size * 3 + 1)], "Road")


def line(chance: Chance, size: int) -> str:
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    names = ("Machine", "Data", "People")
    moments = [begin + timedelta(minutes=chance.randint(0, 3000)) for _ in range(size * 8 + 1)]
    return timeline([Happening(at, said(chance), chance.choice(names), grave=chance.random() < 0.2) for at in moments], "Timeline")


def bars(chance: Chance, size: int) -> str:
    return pareto_chart([(said(chance), chance.randint(1, 9_999)) for _ in range(size * 4 + 1)], "Pareto")


MAKERS = (fish, tree, tie, steps, custody, line, bars)


def texts(svg: str) -> list[tuple[float, float, float, float, str]]:
    """(left, top, right, bottom, text) of every line of text."""
    found = []
    for text in etree.fromstring(svg.encode()).iter(f"{SVG}text"):
        size, anchor = float(text.get("font-size")), text.get("text-anchor") or "start"
        for span in list(text.iter(f"{SVG}tspan")) or [text]:
            wide = measure(span.text or "", size, text.get("font-weight") is not None)
            x, y = float(span.get("x")), float(span.get("y"))
            x -= {"start": 0, "middle": wide / 2, "end": wide}[anchor]
            found.append((x, y - size * 0.72, x + wide, y + size * 0.18, span.text or ""))
    return sorted(found, key=lambda one: one[1])


@pytest.mark.parametrize("size", [0, 1, 3, 10])
@pytest.mark.parametrize("maker", MAKERS)
def test_no_text_lies_on_another_or_leaves_the_page(maker: Callable[[Chance, int], str], size: int) -> None:
    for seed in range(5):
        svg = maker(Chance(seed), size)
        _, _, wide, high = map(float, etree.fromstring(svg.encode()).get("viewBox").split())
        found = texts(svg)
        assert [one for one in found if one[0] < 0 or one[1] < 0 or one[2] > wide or one[3] > high] == []
        for at, one in enumerate(found):
            for other in found[at + 1 :]:
                if other[1] >= one[3]:
                    break
                assert other[0] >= one[2] or other[2] <= one[0], (seed, one, other)


@pytest.mark.parametrize("maker", MAKERS)
def test_the_same_values_give_the_same_bytes_with_title_and_words(maker: Callable[[Chance, int], str]) -> None:
    svg = maker(Chance(7), 3)
    assert svg == maker(Chance(7), 3)
    root = etree.fromstring(svg.encode())
    assert root.find(f"{SVG}title").text and len(root.find(f"{SVG}desc").text) > 20
    assert "prefers-color-scheme:dark" in svg


def test_what_is_drawn_is_escaped_and_told() -> None:
    svg = fishbone("<b>&", {"man": [Bone('x < y & "z"', "root", (Bone("behind", "ruled out"),))]}, "t", PACK)
    told = etree.fromstring(svg.encode()).find(f"{SVG}desc").text
    assert told.startswith('Fishbone. Problem: <b>&. Man: x < y & "z" (root, behind it: behind (ruled out)). Method: nothing.')
    assert "■ x &lt; y" in svg and "<style" not in svg and "<style" in fishbone("p", {}, "t", PAGE)


def test_ribs_lean_at_sixty_degrees() -> None:
    svg = fishbone("p", {"man": [Bone("a", "possible")]}, "t")
    rib = next(one.get("d") for one in etree.fromstring(svg.encode()).iter(f"{SVG}path") if "L" in one.get("d"))
    (x1, y1), (x2, y2) = (map(float, part.split()) for part in rib[1:].split("L"))
    assert abs(abs((y2 - y1) / (x2 - x1)) - 3**0.5) < 0.01


def test_a_pareto_chart_has_the_most_first_and_its_shares_add_up() -> None:
    svg = pareto_chart([("b", 10), ("a", 30), ("c", 60)], "t")
    told = etree.fromstring(svg.encode()).find(f"{SVG}desc").text
    assert told == "100 in all. c: 60 (60.0 %); a: 30 (30.0 %); b: 10 (10.0 %)."
    assert [one[4] for one in texts(svg) if one[4].endswith("%")] == ["60 %", "90 %", "100 %"]
    assert "5 others" in pareto_chart([(str(n), 1) for n in range(25)], "t")
    with pytest.raises(ValueError, match="no count above nought"):
        pareto_chart([], "t")
