"""The human readable form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.gs1.brackets import parse_brackets
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.serial import CSET_82

GTIN = "09521234543213"
PLAIN = st.text([char for char in CSET_82 if char not in "()"], min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("text", "elements", "notes"),
    [
        (f"(01){GTIN}(21)ABC(17)261231(10)L", {"01": GTIN, "21": "ABC", "17": "261231", "10": "L"}, ()),
        (f"[01]{GTIN}[21]ABC", {"01": GTIN, "21": "ABC"}, ()),
        (f"(01) {GTIN} (21) ABC ", {"01": GTIN, "21": "ABC"}, ()),
        ("(01)0 9521234 543213(21)ABC\x1d(10)L", {"01": GTIN, "21": "ABC", "10": "L"}, ()),
        ("(01)9521234543213(21)ABC", {"01": GTIN, "21": "ABC"}, ("gtin_padded",)),
        (f"(01){GTIN}(21)A(B)C(", {"01": GTIN, "21": "A(B)C("}, ()),
        (f"(01){GTIN}(21)AB(17)C", {"01": GTIN, "21": "AB(17)C"}, ()),
        (f"(01){GTIN}(21)AB(88)C", {"01": GTIN, "21": "AB(88)C"}, ()),
        (f"(01){GTIN}(21)AB\\(10)C", {"01": GTIN, "21": "AB(10)C"}, ()),
        (f"(01){GTIN}(21)AB~C", {"01": GTIN, "21": "AB~C"}, ("not_cset82",)),
        (f"(01){GTIN}(21){'A' * 21}(10)L", {"01": GTIN, "21": "A" * 21, "10": "L"}, ("too_long",)),
        ("(00)395123456789012340", {"00": "395123456789012340"}, ()),
        ("(3103)000123(10)L", {"3103": "000123", "10": "L"}, ()),
    ],
)
def test_brackets_part_elements_only_where_all_of_them_fit(text, elements, notes):
    assert parse_brackets(text) == (elements, ("brackets", *notes))


@given(PLAIN, PLAIN)
def test_any_values_without_brackets_are_read_back(serial, lot):
    assert parse_brackets(f"(01){GTIN}(21){serial}(10){lot}")[0] == {"01": GTIN, "21": serial, "10": lot}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"01{GTIN}(21)A", "it does not begin with an application identifier in brackets such as (01)"),
        ("(01)123(21)A", "(01) holds '123', which does not fit it"),
        (f"(01){GTIN}(10)(11)98765", "(10) has no value"),
        (f"(01){GTIN}(21)A(10)", "(10) has no value"),
        (f"(01){GTIN}(21)A(21)B", "(21) stands in it twice, as 'A' and as 'B'"),
        ("(88)A", "(88) is no application identifier"),
        ("(01)9521234543214(21)A", "the check digit of this GTIN is 4 and would have to be 3"),
    ],
)
def test_an_inconsistent_pattern_is_refused_with_a_sentence(text, reason):
    with pytest.raises(UnreadableIdentifier) as caught:
        parse_brackets(text)
    assert caught.value.reason == reason
