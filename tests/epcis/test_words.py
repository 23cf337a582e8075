import pytest

from lotproof.epcis.words import event_type, short


@pytest.mark.parametrize(
    "spelling",
    [
        "commissioning",
        "urn:epcglobal:cbv:bizstep:commissioning",
        "https://ref.gs1.org/cbv/BizStep-commissioning",
        "https://ns.gs1.org/cbv/BizStep-commissioning",
        "cbv:BizStep-commissioning",
        "other:BizStep-commissioning",
        "URN:EPCGLOBAL:CBV:BIZSTEP:commissioning",
    ],
)
def test_every_spelling_of_a_business_step_gives_the_same_short_word(spelling):
    assert short(spelling) == "commissioning"


def test_dispositions_transaction_source_and_error_words_are_shortened_too():
    assert short("urn:epcglobal:cbv:disp:in_transit") == "in_transit"
    assert short("https://ref.gs1.org/cbv/BTT-po") == "po"
    assert short("urn:epcglobal:cbv:sdt:owning_party") == "owning_party"
    assert short("cbv:ER-incorrect_data") == "incorrect_data"


def test_words_of_other_vocabularies_stay_as_they_are():
    for word in ("https://example.org/steps/polishing", "cbv:my_own_party", "urn:example:bizstep:x", ""):
        assert short(word) == word


def test_an_event_type_is_known_bare_as_a_curie_and_as_an_iri():
    assert event_type("ObjectEvent") == "ObjectEvent"
    assert event_type("epcis:AggregationEvent") == "AggregationEvent"
    assert event_type("https://ref.gs1.org/epcis/AssociationEvent") == "AssociationEvent"
    assert event_type(["example:Thing", "ObjectEvent"]) == "ObjectEvent"
    assert event_type("ObjectEvents") is None
    assert event_type(7) is None
