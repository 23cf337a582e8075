"""The table of application identifiers against the one in biip."""

import re

import pytest
from biip.gs1_application_identifiers import _GS1_APPLICATION_IDENTIFIERS as BIIP
from hypothesis import given
from hypothesis import strategies as st

from lotproof.gs1.ai import AIS, ai_at

BIIP_TABLE = {entry.ai: entry for entry in (BIIP.values() if isinstance(BIIP, dict) else BIIP)}

# biip lets these be empty (`\d{0,8}`); the standard writes N..8 and N..4, which needs one digit.
EMPTY_IN_BIIP = {"30", "7004"}
# biip checks the inside of these values (a leading zero, a flag, a date, a time, a slash); we check their length only.
DEEPER_IN_BIIP = {
    "11",
    "12",
    "13",
    "15",
    "16",
    "17",
    "4307",
    "4317",
    "4321",
    "4322",
    "4323",
    "7250",
    "7251",
    "7258",
    "8003",
    "8008",
}
# biip counts a percent-encoded pair as one character in these, and wants at least five in 8010.
ENCODED_IN_BIIP = {code for code, entry in BIIP_TABLE.items() if "%[0-9A-Fa-f]" in entry.pattern} | {"8010"}


def test_the_table_has_the_identifiers_that_biip_has():
    assert set(AIS) == set(BIIP_TABLE)


def test_a_separator_is_needed_where_biip_says_so():
    differing = {code for code, entry in BIIP_TABLE.items() if entry.separator_required == AIS[code].predefined}
    assert differing == set()


PLAIN_CODES = sorted(set(AIS) - DEEPER_IN_BIIP - ENCODED_IN_BIIP)


@given(st.sampled_from(PLAIN_CODES), st.integers(0, 95), st.sampled_from(["0", "9", "A", "a", "-", "/", "~", "#"]))
def test_values_fit_as_they_do_in_biip(code, length, char):
    value = char * length
    ours = AIS[code].fits(value)
    theirs = re.fullmatch(BIIP_TABLE[code].pattern, code + value) is not None
    assert ours == theirs or (code in EMPTY_IN_BIIP and value == "")


@pytest.mark.parametrize("code", sorted(DEEPER_IN_BIIP))
def test_values_that_biip_checks_deeper_are_not_refused_by_us(code):
    samples = ["261231", "US", "0", "1", "19700131", "197001312359", "1/2", "04012345000223", "26123123", "2612312359"]
    for value in samples:
        if re.fullmatch(BIIP_TABLE[code].pattern, code + value):
            assert AIS[code].fits(value), value


def test_an_identifier_is_found_where_it_begins():
    found = ai_at("0109521234543213310500012321A", 16)
    assert found is not None
    assert found.code == "3105"
    assert found.predefined


@pytest.mark.parametrize("text", ["", "0", "0489", "89X", "3109", "9", "AB"])
def test_where_no_identifier_begins_there_is_none(text):
    assert ai_at(text, 0) is None
