"""EPC URNs of items, units and lots."""

from urllib.parse import quote

import pytest
from biip.gtin import Gtin
from hypothesis import given
from hypothesis import strategies as st

from lotproof.gs1.checkdigit import check_digit
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.lgtin import parse_lgtin
from lotproof.gs1.serial import CSET_82
from lotproof.gs1.urn import company_prefix, parse_sgtin, parse_sscc, sgtin_to_gtin, sscc_from_parts

DIGITS = "0123456789"


@given(st.text(DIGITS, min_size=13, max_size=13), st.integers(6, 12))
def test_every_split_of_one_number_gives_the_same_gtin(number, cut):
    gtin = number + check_digit(number)
    prefix, item_reference = number[1 : cut + 1], number[0] + number[cut + 1 :]
    assert sgtin_to_gtin(prefix, item_reference) == gtin
    assert Gtin.parse(gtin).value == gtin


@given(st.text(DIGITS, min_size=17, max_size=17), st.integers(6, 12))
def test_every_split_of_one_number_gives_the_same_sscc(number, cut):
    prefix, serial_reference = number[1 : cut + 1], number[0] + number[cut + 1 :]
    assert sscc_from_parts(prefix, serial_reference) == number + check_digit(number)


@given(st.text(CSET_82, min_size=1, max_size=20))
def test_any_serial_survives_percent_encoding(serial):
    urn = f"urn:epc:id:sgtin:0614141.107346.{quote(serial, safe='')}"
    assert parse_sgtin(urn) == ("10614141073464", serial, ())


@pytest.mark.parametrize(
    ("urn", "gtin", "serial", "notes"),
    [
        ("urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()", "80614141123458", '6789/&%"!?()', ()),
        ("URN:EPC:ID:SGTIN:0614141.107346.a.b", "10614141073464", "a.b", ()),
        ("urn:epc:tag:sgtin-96:3.0614141.107346.2017", "10614141073464", "2017", ()),
        ("urn:epc:idpat:sgtin:0614141.107346.*", "10614141073464", None, ()),
        ("urn:epc:id:sgtin:0614141.107346.A/B", "10614141073464", "A/B", ("urn_unescaped",)),
        ("urn:epc:id:sgtin:0614141.107346.100%", "10614141073464", "100%", ("urn_unescaped",)),
        ("urn:epc:id:sgtin:0614141.107346.a%23b", "10614141073464", "a#b", ("not_cset82",)),
        ("urn:epc:id:sgtin:09521234543213.0.5", "09521234543213", "5", ("urn_nonstandard",)),
        ("urn:epc:id:sgtin:09521234543213.5", "09521234543213", "5", ("urn_nonstandard",)),
        ("urn:epc:id:sgtin:9521234.0543213.5", "09521234543213", "5", ("urn_nonstandard",)),
        ("urn:epc:id:sgtin:0614141.107346." + "A" * 21, "10614141073464", "A" * 21, ("too_long",)),
    ],
)
def test_sgtins_are_read_with_what_had_to_be_tolerated(urn, gtin, serial, notes):
    assert parse_sgtin(urn) == (gtin, serial, notes)


@pytest.mark.parametrize(
    ("urn", "notes"),
    [
        ("urn:epc:id:sscc:9512345.3678901234", ()),
        ("urn:epc:id:sscc:9512345.36789012340", ("urn_nonstandard",)),
        ("urn:epc:id:sscc:0039512345.6789012340", ("urn_nonstandard",)),
        ("urn:epc:id:sscc:395123456789012340", ("urn_nonstandard",)),
        ("urn:epc:id:sscc:00395123456789012340", ("urn_nonstandard",)),
    ],
)
def test_ssccs_are_read_with_a_wrong_split_where_one_number_is_in_them(urn, notes):
    assert parse_sscc(urn) == ("395123456789012340", notes)


def test_a_lot_of_a_trade_item_is_read():
    assert parse_lgtin("urn:epc:class:lgtin:4012345.012345.Lot%2F987") == ("04012345123456", "Lot/987", ())


@pytest.mark.parametrize(
    ("parse", "urn", "reason"),
    [
        (
            parse_sgtin,
            "urn:epc:id:sgtin:0614141.10734.2017",
            "company prefix and item reference of an SGTIN have 13 digits together and these have 12",
        ),
        (
            parse_sgtin,
            "urn:epc:id:sgtin:0614141.107346",
            "an SGTIN has company prefix, item reference and serial, parted by points",
        ),
        (parse_sgtin, "urn:epc:id:sgtin:0614141.10734A.1", "company prefix and item reference are digits"),
        (
            parse_sgtin,
            "urn:epc:id:sgtin:0614141.107346.",
            "its last part '' is empty, too long or has control characters",
        ),
        (
            parse_sgtin,
            "urn:epc:id:sgtin:0614141.107346.a%1Db",
            "its last part 'a%1Db' is empty, too long or has control characters",
        ),
        (parse_sgtin, "urn:epc:id:sgtin:0614141.107346.a%FF", "the escapes in 'a%FF' are not UTF-8"),
        (parse_sgtin, "urn:epc:id:sscc:0614141.1234567890", "it is not an SGTIN"),
        (parse_sgtin, "urn:isbn:1", "it is not an EPC URN such as urn:epc:id:sgtin:0614141.107346.2017"),
        (
            parse_sscc,
            "urn:epc:id:sscc:0614141.123456789",
            "company prefix and serial reference of an SSCC have 17 digits together and these have 16",
        ),
        (parse_sscc, "urn:epc:id:sgtin:0614141.107346.2017", "it is not an SSCC"),
        (
            parse_lgtin,
            "urn:epc:class:lgtin:0614141.107346",
            "an LGTIN has company prefix, item reference and lot, parted by points",
        ),
        (parse_lgtin, "urn:epc:id:sgtin:0614141.107346.1", "it is not an LGTIN"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_a_sentence(parse, urn, reason):
    with pytest.raises(UnreadableIdentifier) as caught:
        parse(urn)
    assert str(caught.value) == f'"{urn}" cannot be read: {reason}.'


def test_the_company_prefix_is_told_as_the_urn_splits_it():
    assert company_prefix("urn:epc:id:sgtin:0614141.107346.2017") == "0614141"
    assert company_prefix("urn:epc:id:sgtin:061414.1107346.2017") == "061414"
    assert company_prefix("urn:epc:id:sgtin:09521234543213.0.5") is None
    assert company_prefix("(01)09521234543213") is None
