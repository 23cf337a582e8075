"""Element strings: one reading where separators stand, all readings where one is lost."""

import pytest
from biip import ParseError
from biip.gs1_messages import GS1Message
from hypothesis import assume, given
from hypothesis import strategies as st

from lotproof.gs1.checkdigit import check_digit
from lotproof.gs1.element_string import parse_element_string, split_swallowed
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.serial import CSET_82

GS = "\x1d"
GTIN = "09521234543213"
VALUE = st.text(CSET_82, min_size=1, max_size=20)
NUMBER = st.text("0123456789", min_size=13, max_size=13).map(lambda body: body + check_digit(body))
DAY = st.dates().map(lambda day: day.strftime("%y%m%d"))
ELEMENTS = st.fixed_dictionaries(
    {"01": NUMBER},
    optional={"21": VALUE, "10": VALUE, "17": DAY, "240": VALUE, "30": st.integers(0, 10**8 - 1).map(str)},
)
FIXED = {"01", "17"}


def spell(pairs):
    """The element string of these pairs with a separator behind every value that needs one."""
    last = len(pairs) - 1
    return "".join(f"{ai}{value}{'' if ai in FIXED or n == last else GS}" for n, (ai, value) in enumerate(pairs))


@given(ELEMENTS, st.randoms(use_true_random=False))
def test_what_is_spelt_by_the_standard_is_read_back_in_any_order(elements, random):
    pairs = list(elements.items())
    random.shuffle(pairs)
    read, notes = parse_element_string(spell(pairs))[0]
    assert (read, notes) == (elements, ())


@given(ELEMENTS, st.randoms(use_true_random=False))
def test_what_is_spelt_by_the_standard_is_read_as_biip_reads_it(elements, random):
    pairs = list(elements.items())
    random.shuffle(pairs)
    message = GS1Message.parse(spell(pairs))
    theirs = {element.ai.ai: element.value for element in message.element_strings}
    assert parse_element_string(spell(pairs))[0][0] == theirs


@given(st.text("012790AB\x1d", min_size=4, max_size=40).map(lambda tail: f"01{GTIN}21{tail}"))
def test_where_biip_reads_a_text_with_our_table_the_greedy_reading_is_the_same(text):
    assume(GS not in text[-1])
    try:
        found = GS1Message.parse(text).element_strings
    except ParseError:
        return
    codes = [element.ai.ai for element in found]
    assume(len(set(codes)) == len(codes))
    ours, notes = parse_element_string(text)[0]
    # From a serial that is too long biip cuts any identifier it can find, such as CPV (22); we keep it whole.
    if "gs_missing" not in notes and "too_long" not in notes:
        assert ours == {element.ai.ai: element.value for element in found}


def test_a_lost_separator_gives_all_readings_longest_serial_first():
    readings = [elements for elements, _ in parse_element_string(f"01{GTIN}21ABC12310LOT17261231")]
    assert readings == [
        {"01": GTIN, "21": "ABC12310LOT17261231"},
        {"01": GTIN, "21": "ABC12310LOT", "17": "261231"},
        {"01": GTIN, "21": "ABC123", "10": "LOT17261231"},
        {"01": GTIN, "21": "ABC123", "10": "LOT", "17": "261231"},
    ]


@given(st.text("ABCDEFGH23456789", min_size=1, max_size=8), st.text("ABCDEFGH23456789", min_size=1, max_size=8), DAY)
def test_the_true_reading_is_among_the_candidates_when_every_separator_is_lost(serial, lot, day):
    want = {"01": GTIN, "21": serial, "17": day, "10": lot}
    readings = [elements for elements, _ in parse_element_string(f"01{GTIN}21{serial}17{day}10{lot}")]
    assert want in readings


def test_a_lot_may_have_swallowed_the_serial():
    readings = [elements for elements, _ in parse_element_string(f"01{GTIN}1726123110LOT21SER")]
    assert readings == [
        {"01": GTIN, "17": "261231", "10": "LOT21SER"},
        {"01": GTIN, "17": "261231", "10": "LOT", "21": "SER"},
    ]


@pytest.mark.parametrize("serial", ["1234567890", "ABC17999999", "10ABC", "ABC10", "ABC21X", "ABC0123456789012345"])
def test_chance_digits_that_cannot_be_an_element_leave_one_reading(serial):
    assert len(parse_element_string(f"01{GTIN}21{serial}")) == 1


def test_nothing_is_split_when_lot_expiry_and_serial_stand_there_already():
    text = f"01{GTIN}21AB10CD17261231{GS}1726123110L"
    assert parse_element_string(text) == [({"01": GTIN, "21": "AB10CD17261231", "17": "261231", "10": "L"}, ())]


@pytest.mark.parametrize(
    ("text", "elements", "notes"),
    [
        (f"{GS}01{GTIN}21A", {"01": GTIN, "21": "A"}, ("leading_gs",)),
        (f"01{GTIN}{GS}21A", {"01": GTIN, "21": "A"}, ("gs_after_fixed",)),
        (f"01{GTIN}21A{GS}{GS}10L", {"01": GTIN, "21": "A", "10": "L"}, ("gs_repeated",)),
        (f"01{GTIN}21A{GS}", {"01": GTIN, "21": "A"}, ("trailing_gs",)),
        (f"01{GTIN}21A{GS}21A", {"01": GTIN, "21": "A"}, ()),
        (f"01{GTIN}21A~B{GS}10L", {"01": GTIN, "21": "A~B", "10": "L"}, ("not_cset82",)),
        (f"01{GTIN}21{'A' * 21}", {"01": GTIN, "21": "A" * 21}, ("too_long",)),
        (f"01{GTIN}21{'A' * 18}9112345", {"01": GTIN, "21": "A" * 18, "91": "12345"}, ("gs_missing",)),
        (f"01{GTIN}7007260101", {"01": GTIN, "7007": "260101"}, ()),
    ],
)
def test_what_breaks_the_standard_is_kept_and_noted(text, elements, notes):
    assert parse_element_string(text)[0] == (elements, notes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it holds no application identifier"),
        (GS, "it holds no application identifier"),
        (f"01{GTIN}21A{GS}88B", "at character 21 there is no application identifier ('88B')"),
        (f"01{GTIN}21A{GS}21B", "(21) stands in it twice, as 'A' and as 'B'"),
        ("010952123454321X", "(01) holds '0952123454321X', which is not 14 digits"),
        ("0109521", "(01) holds '09521', which is not 14 digits"),
        (f"01{GTIN}21", "(21) holds '', which is not 1 to 20 characters of set 82"),
        (f"01{GTIN}42352", "(423) holds '52', which is not 3 or 6 or 9 or 12 or 15 digits"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason_furthest_in(text, reason):
    with pytest.raises(UnreadableIdentifier) as caught:
        parse_element_string(text)
    assert caught.value.reason == reason


def test_a_text_longer_than_any_label_is_refused():
    with pytest.raises(UnreadableIdentifier) as caught:
        parse_element_string("20" * 501)
    assert caught.value.reason == "it has 1002 characters and an element string at most 1000"


@given(st.text("0123791AG\x1d", max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        readings = parse_element_string(text)
    except UnreadableIdentifier as error:
        assert error.reason
        return
    assert readings


def test_a_swallowed_lot_is_offered_and_the_whole_serial_is_not():
    assert split_swallowed("21", "ABC10LOT") == [{"21": "ABC", "10": "LOT"}]
    assert split_swallowed("21", "ABC") == []
