"""The drawing of a fault tree: nothing lies on anything else, text fits its box, what is drawn elsewhere says where."""

import itertools
import random
import re
import xml.etree.ElementTree as ET

from lotproof.draw.fault_tree import BOX, BUS, MOST, STEP, TALL, Node, fault_tree
from lotproof.draw.text import lines, width
from lotproof.faulttree.picture import picture, pictures
from lotproof.faulttree.starting import starting_tree
from lotproof.faulttree.text_read import read_text


def boxes(svg):
    return [tuple(float(one.get(key)) for key in ("x", "y")) for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect")]


def random_tree(seed, gates):
    chance = random.Random(seed)
    nodes = {f"e{at}": Node(f"event {at}", "event", note=f"e{at}, 0.01") for at in range(gates)}
    for at in reversed(range(gates)):
        below = [f"g{chance.randint(at + 1, gates - 1)}" for _ in range(2) if at + 1 < gates and chance.random() < 0.6]
        inputs = dict.fromkeys([*below, *(f"e{chance.randrange(gates)}" for _ in range(chance.randint(1, 3)))])
        nodes[f"g{at}"] = Node(f"gate {at}", chance.choice(["and", "or", "nand", "atleast"]), tuple(inputs))
    return nodes


def test_boxes_never_lie_on_each_other_and_stay_inside():
    for seed in range(20):
        svg = fault_tree(random_tree(seed, 30), "g0", "t")
        wide, high = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups())
        found = boxes(svg)
        for (x, y), (other, level) in itertools.combinations(found, 2):
            assert y != level or abs(x - other) >= BOX + 10
        assert all(0 <= x <= wide - BOX and 0 <= y <= high - TALL for x, y in found)


def test_lines_run_below_the_notes_of_neighbours():
    # Circle and a note of two lines of 10 end above the level on which inputs hang.
    assert 10 + 46 + 1.2 * 10 < BUS < STEP - TALL


def test_a_gate_used_twice_is_drawn_once_and_numbered_at_both_places():
    tree = read_text("T = and(A, B)\nA = or(R, x)\nB = or(R, y)\nR = and(x, z)\nevent x = 0.1\n")
    svg = picture(tree)
    assert svg.count(">1</text>") == 2
    assert "△ with a number: drawn where the gate bears the same number" in svg and "× an event that occurs more than once" in svg
    assert svg == picture(tree)
    assert "drawn where" not in picture(read_text("T = and(a, b)\n"))


def test_a_huge_tree_ends_in_triangles_that_say_so():
    nodes = {f"g{at}": Node(f"gate {at}", "or", (f"g{2 * at}", f"g{2 * at + 1}")) for at in range(1, 512)}
    nodes |= {f"g{at}": Node(f"event {at}", "event") for at in range(512, 1024)}
    svg = fault_tree(nodes, "g1", "t")
    assert MOST <= len(boxes(svg)) <= MOST + 20
    assert "△ with …: goes on, not in this drawing" in svg


def test_text_fits_its_room_whatever_its_letters():
    for text in ("WWWWWWWWWWWW MMMMMMMMMMMM", "Donaudampfschifffahrtsgesellschaftskapitän", "a b c", "", "illicit-file-fill " * 9):
        found = lines(text, 120, 11, 3)
        assert 1 <= len(found) <= 3 and all(width(row, 11) <= 120 for row in found)
    assert lines("one two three four five six", 40, 11, 2)[-1].endswith("…")
    assert lines("semi-detached", 50, 11, 3) == ["semi-", "detached"]


def test_for_paper_a_tree_is_drawn_in_parts_that_name_each_other():
    tree = starting_tree("aggregation-mismatch-shipped")
    parts = pictures(tree, 5)
    assert parts[0][0] == tree.top and len(parts) > 1
    everything = "".join(svg for _, svg in parts)
    for event in tree.events:
        assert everything.count(f">{event}</text>") == 1
    for number in range(2, len(parts) + 1):
        assert f">see part {number}</text>" in everything
    # Six causes under one gate cannot be parted; nothing else is wider than asked.
    assert sorted(len({x for x, _ in boxes(svg)}) for _, svg in parts)[-2] <= 7
    assert len(pictures(read_text("T = and(a, b)\n"), 5)) == 1
