"""The canonical text of an item."""

import pytest

from lotproof.gs1.item import Item
from lotproof.gs1.reading import read


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (Item("09512345678901", "ABC123"), "(01)09512345678901(21)ABC123"),
        (Item(sscc="395123456789012345"), "(00)395123456789012345"),
        (Item("09512345678901"), "(01)09512345678901"),
        (Item(serial="ABC"), "(21)ABC"),
        (Item(), ""),
    ],
)
def test_an_item_has_one_text(item, text):
    assert item.text == text


@pytest.mark.parametrize("item", [Item("09521234543213", "A/1"), Item(sscc="395123456789012340")])
def test_the_text_of_an_item_is_read_back_as_the_item(item):
    assert read(item.text).item == item
