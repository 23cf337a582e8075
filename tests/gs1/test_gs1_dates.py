"""Expiry dates in the ways in which files write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.gs1.dates import full_year, is_yymmdd, resolve_expiry
from lotproof.gs1.errors import UnreadableIdentifier

DAYS = st.dates(date(1976, 1, 1), date(2075, 12, 31))


@pytest.mark.parametrize(
    "shape", ["%y%m%d", "%Y%m%d", "%d%m%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d%b%Y", "%d-%b-%Y"]
)
@given(day=DAYS)
def test_a_written_day_is_resolved_to_itself(shape, day):
    assert resolve_expiry(day.strftime(shape).upper()) == (day, False)


@pytest.mark.parametrize(
    "text",
    [
        "280200",
        "20280200",
        "02/2028",
        "02.2028",
        "02-2028",
        "2/2028",
        "2028-02",
        "202802",
        "FEB/2028",
        "feb 2028",
        "2028-02-00",
    ],
)
def test_a_month_without_a_day_is_its_last_day_and_says_so(text):
    assert resolve_expiry(text) == (date(2028, 2, 29), True)


@pytest.mark.parametrize(
    "text", ["2028-07-31T00:00:00Z", "2028-07-31Z", "2028-07-31+02:00", "2028-07-31 00:00", " 280731\r\n"]
)
def test_a_time_or_zone_behind_the_day_does_not_matter(text):
    assert resolve_expiry(text) == (date(2028, 7, 31), False)


@pytest.mark.parametrize(
    ("two", "around", "year"),
    [
        (75, 2025, 2075),
        (76, 2025, 1976),
        (0, 2025, 2000),
        (49, 1999, 2049),
        (50, 1999, 1950),
        (99, 2049, 2099),
        (0, 2050, 2100),
    ],
)
def test_two_digit_years_lie_within_49_before_and_50_after(two, around, year):
    assert full_year(two, around) == year


@given(st.integers(0, 99), st.integers(1950, 2100))
def test_the_window_always_holds_the_year(two, around):
    year = full_year(two, around)
    assert year % 100 == two
    assert -49 <= year - around <= 50


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("261301", "it names no day of the calendar; check month and day"),
        ("260230", "it names no day of the calendar; check month and day"),
        ("2026-02-30", "it names no day of the calendar; check month and day"),
        ("01/02/2028", "day and month cannot be told apart in it; write the expiry date as YYYY-MM-DD"),
        ("soon", "it is not an expiry date; write YYMMDD, YYYY-MM-DD, DD.MM.YYYY or YYYY-MM"),
        ("", "it is not an expiry date; write YYMMDD, YYYY-MM-DD, DD.MM.YYYY or YYYY-MM"),
        ("26１231", "it is not an expiry date; write YYMMDD, YYYY-MM-DD, DD.MM.YYYY or YYYY-MM"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text, reason):
    with pytest.raises(UnreadableIdentifier) as caught:
        resolve_expiry(text)
    assert str(caught.value) == f'"{text}" cannot be read: {reason}.'


def test_six_digits_are_a_date_when_they_name_a_day_or_a_month_with_day_00():
    assert is_yymmdd("261231") and is_yymmdd("260200") and is_yymmdd("280229")
    assert not is_yymmdd("270229") and not is_yymmdd("261301") and not is_yymmdd("2612") and not is_yymmdd("26123１")
