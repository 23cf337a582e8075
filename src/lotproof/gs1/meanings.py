"""What each transform name in a Reading says, in one sentence for a person. The only list of them."""

from __future__ import annotations

from types import MappingProxyType

MEANINGS = MappingProxyType(
    {
        "trimmed": "Blanks, line ends or invisible marks around the text were left out.",
        "symbology_id": "A symbology identifier such as ]d2 stood in front.",
        "symbology_not_gs1": "The symbology identifier is not one that promises GS1 data; FNC1 was not in the symbol.",
        "composite": "A linear symbol and its composite component came as one text.",
        "gs_respelled": "The group separator was written as text, such as <GS> or |.",
        "leading_gs": "A group separator stood in front, in the place of FNC1.",
        "gs_after_fixed": "A group separator stood behind a value of fixed length, which needs none.",
        "gs_repeated": "Group separators stood in a row.",
        "trailing_gs": "A group separator stood at the end.",
        "gs_missing": "A group separator was lost; other readings are possible.",
        "brackets": "The application identifiers stood in brackets.",
        "urn": "It was an EPC URN.",
        "urn_nonstandard": "The parts of the EPC URN have not the lengths of the standard.",
        "urn_unescaped": "A character was not percent-encoded, or an escape was not complete.",
        "digital_link": "It was a GS1 Digital Link.",
        "plain": "It was a number, or GTIN and serial, without application identifiers.",
        "gtin_padded": "The GTIN had fewer than 14 digits; zeros were put in front.",
        "sscc_prefix": "The SSCC had its application identifier 00 in front.",
        "ai_prefix": "The GTIN had its application identifier 01 in front.",
        "check_digit_wrong": "The last digit of the GTIN or SSCC is not its check digit.",
        "expiry_not_a_date": "The six digits of the expiry name no day of the calendar.",
        "not_cset82": "Serial or lot hold a character outside GS1 set 82.",
        "too_long": "Serial or lot have more than 20 characters.",
    }
)
"""Sentence by transform name."""
