"""Locations and parties."""

import pytest

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gln import gln_from_parts, parse_gln, parse_gln_noted


@pytest.mark.parametrize(
    ("text", "gln", "extension", "notes"),
    [
        ("4012345000054", "4012345000054", None, ()),
        (" 4012345000054 ", "4012345000054", None, ("trimmed",)),
        ("urn:epc:id:sgln:4012345.00005.0", "4012345000054", None, ("urn",)),
        ("urn:epc:id:sgln:4012345.00005.122", "4012345000054", "122", ("urn",)),
        ("urn:epc:id:sgln:4012345.00005.a%2Fb", "4012345000054", "a/b", ("urn",)),
        ("urn:epc:id:sgln:110009698587..0", "1100096985874", None, ("urn",)),
        ("urn:epc:id:sgln:4012345.00005", "4012345000054", None, ("urn", "urn_nonstandard")),
        ("urn:epc:id:sgln:4012345.000054.0", "4012345000054", None, ("urn", "urn_nonstandard")),
        ("urn:epc:id:pgln:999999999999.", "9999999999994", None, ("urn",)),
        ("urn:epc:id:pgln:4012345.00005", "4012345000054", None, ("urn",)),
        ("https://id.gs1.org/414/4012345000054", "4012345000054", None, ("digital_link",)),
        ("https://id.gs1.org/414/4012345000054/254/122", "4012345000054", "122", ("digital_link",)),
        ("https://example.com/x/417/4012345000054", "4012345000054", None, ("digital_link",)),
        ("(414)4012345000054(254)122", "4012345000054", "122", ("brackets",)),
        ("4144012345000054254122", "4012345000054", "122", ()),
        ("(414)4012345000055", "4012345000055", None, ("brackets", "check_digit_wrong")),
    ],
)
def test_every_spelling_gives_number_and_extension(text, gln, extension, notes):
    assert parse_gln_noted(text) == (gln, extension, notes)
    assert parse_gln(text) == (gln, extension)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4012345000055", "the check digit of this GLN is 5 and would have to be 4"),
        ("ML-150", "it is not a GLN of 13 digits, an SGLN URN or a Digital Link with /414/"),
        (
            "urn:epc:id:sgln:035555.2029.1",
            "company prefix and location reference have 12 digits together and these have 10",
        ),
        ("urn:epc:id:sgln:ABC.12.1", "company prefix and location reference are digits"),
        ("urn:epc:id:sscc:0614141.1234567890", "it is not an SGLN or PGLN"),
        ("urn:epc:id:pgln:4012345.00005.7", "a PGLN has company prefix and party reference only"),
        ("https://id.gs1.org/01/09521234543213", "it holds no location or party, AI (410) to (417)"),
    ],
)
def test_what_is_no_place_is_refused_with_a_sentence(text, reason):
    with pytest.raises(UnreadableIdentifier) as caught:
        parse_gln(text)
    assert str(caught.value) == f'"{text}" cannot be read: {reason}.'


def test_a_prefix_of_any_length_gives_the_same_number():
    assert {gln_from_parts("401234500005"[:cut], "401234500005"[cut:]) for cut in range(6, 13)} == {"4012345000054"}
