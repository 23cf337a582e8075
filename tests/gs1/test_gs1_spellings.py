"""What a person types into a search field."""

import pytest

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.item import Item
from lotproof.gs1.spellings import find_items

GTIN = "09521234543213"


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("ABC123", Item(serial="ABC123")),
        (" ABC123 ", Item(serial="ABC123")),
        ("000123", Item(serial="000123")),
        ("9521234543213", Item(serial="9521234543213")),
        ("123456789012", Item(serial="123456789012")),
        ("10LOT", Item(serial="10LOT")),
        (GTIN, Item(gtin=GTIN)),
        (f"{GTIN} ABC", Item(GTIN, "ABC")),
        (f"(01) {GTIN} (21) ABC", Item(GTIN, "ABC")),
        ("(21)ABC", Item(serial="ABC")),
        (f"]d201{GTIN}21ABC|10L", Item(GTIN, "ABC")),
        ("395123456789012340", Item(sscc="395123456789012340")),
        ("urn:epc:id:sgtin:9521234.054321.A%2FB", Item(GTIN, "A/B")),
    ],
)
def test_any_typed_text_names_an_item(text, item):
    assert find_items(text) == item


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("395123456789012345", "the check digit of this SSCC is 5 and would have to be 0"),
        ("two words", "at character 1 there is no application identifier ('two ')"),
        ("urn:epc:id:x", "it is not an EPC URN such as urn:epc:id:sgtin:0614141.107346.2017"),
        ("(10)LOT", "it names a lot or an expiry date but no item; give a serial or an SSCC"),
        ("", "it is empty"),
    ],
)
def test_a_text_that_can_be_no_item_is_refused_with_a_sentence(text, reason):
    with pytest.raises(UnreadableIdentifier) as caught:
        find_items(text)
    assert caught.value.reason == reason
