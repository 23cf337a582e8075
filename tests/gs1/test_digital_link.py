"""Digital Links, and biip's reading of them."""

from urllib.parse import quote

import pytest
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from hypothesis import given
from hypothesis import strategies as st

from lotproof.gs1.digital_link import looks_like_digital_link, parse_digital_link
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.serial import CSET_82

GTIN = "09521234543213"


@pytest.mark.parametrize(
    ("text", "elements", "notes"),
    [
        (f"https://id.gs1.org/01/{GTIN}/21/ABC", {"01": GTIN, "21": "ABC"}, ()),
        (
            f"HTTPS://Any.Domain:8080/a/b/01/{GTIN}/10/L/21/S?17=261231&utm=x#top",
            {"01": GTIN, "10": "L", "21": "S", "17": "261231"},
            (),
        ),
        (f"id.gs1.org/gtin/{GTIN}/lot/L/ser/S", {"01": GTIN, "10": "L", "21": "S"}, ()),
        ("https://id.gs1.org/01/9521234543213/21/A", {"01": GTIN, "21": "A"}, ("gtin_padded",)),
        ("https://id.gs1.org/00/395123456789012340/", {"00": "395123456789012340"}, ()),
        ("https://id.gs1.org/sscc/395123456789012340", {"00": "395123456789012340"}, ()),
        (f"https://id.gs1.org/01/{GTIN}/21/A%2FB%25", {"01": GTIN, "21": "A/B%"}, ()),
        (f"https://id.gs1.org/01/{GTIN}/21/5%", {"01": GTIN, "21": "5%"}, ("urn_unescaped",)),
        (f"https://id.gs1.org/01/{GTIN}/21/%C3%A9", {"01": GTIN, "21": "é"}, ("not_cset82",)),
    ],
)
def test_links_are_read_whatever_their_domain_and_stem(text, elements, notes):
    assert looks_like_digital_link(text)
    assert parse_digital_link(text) == (elements, ("digital_link", *notes))


@given(st.text(CSET_82, min_size=1, max_size=20), st.text(CSET_82, min_size=1, max_size=20))
def test_any_serial_and_lot_survive_the_link_as_they_do_in_biip(serial, lot):
    link = f"https://example.com/01/{GTIN}/10/{quote(lot, safe='')}/21/{quote(serial, safe='')}?17=261231"
    theirs = {element.ai.ai: element.value for element in GS1DigitalLinkURI.parse(link).element_strings}
    assert parse_digital_link(link)[0] == theirs


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://example.com", "it is not a web address with a path"),
        ("https://example.com/about/us", "its path holds no GS1 key with a value, such as /01/09512345678901"),
        (f"https://example.com/01/{GTIN}/21", "its path holds no GS1 key with a value, such as /01/09512345678901"),
        (f"https://example.com/01/{GTIN}/shoe/5", "'shoe' in its path is no application identifier"),
        ("https://example.com/01/123/21/A", "(01) holds '123', which does not fit it"),
        (f"https://example.com/01/{GTIN}/21/A?21=B", "(21) stands in it twice, as 'A' and as 'B'"),
        (f"https://example.com/01/{GTIN}/21/%FF", "the escapes in '%FF' are not UTF-8"),
    ],
)
def test_other_addresses_are_refused_with_a_sentence(text, reason):
    with pytest.raises(UnreadableIdentifier) as caught:
        parse_digital_link(text)
    assert str(caught.value) == f'"{text}" cannot be read: {reason}.'


@pytest.mark.parametrize("text", ["0109521234543213", f"01{GTIN}21a.bc/01/x", "9521234543213/A.B", "a/b", ""])
def test_other_texts_do_not_look_like_links(text):
    assert not looks_like_digital_link(text)
