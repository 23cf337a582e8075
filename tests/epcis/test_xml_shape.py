import pytest
from epcis_documents import object_event, sgtin

from lotproof.epcis.xml_shape import learn

CONTEXT = ("EPCISDocument", "EPCISBody", "EventList")


def test_events_that_differ_in_their_texts_have_one_shape():
    one = learn(object_event(sgtin(1)).encode(), CONTEXT)
    other = learn(object_event(sgtin(2), sgtin(3), time="2032").encode(), CONTEXT)
    assert one is not None
    assert one == other
    assert one.start_tag == b"<ObjectEvent>"
    assert one.end_tag == b"</ObjectEvent>"
    assert one.tags == object_event().count("<")


def test_an_event_with_other_markup_or_in_another_place_has_another_shape():
    plain = learn(object_event(sgtin(1)).encode(), CONTEXT)
    assert learn(object_event(sgtin(1), more="<x/>").encode(), CONTEXT) != plain
    assert learn(object_event(sgtin(1)).replace("><", "> <").encode(), CONTEXT) != plain
    assert learn(object_event(sgtin(1)).encode(), (*CONTEXT, "extension")) != plain


@pytest.mark.parametrize(
    "event",
    [
        object_event("a&amp;b"),
        object_event("<![CDATA[a]]>"),
        object_event("a<!-- -->"),
        object_event(" a "),
        object_event("a", time=" 2031 "),
        object_event("<b/>"),
        object_event("a", more="<epcList><epc/></epcList>"),
        object_event("a", more='<epcList><epc x="1">b</epc></epcList>'),
        object_event("a", more='<sourceList><source type="x"/></sourceList>'),
        object_event("a", more='<sourceList><source type="x"></source></sourceList>'),
        object_event(
            "a",
            more="<errorDeclaration><correctiveEventIDs><correctiveEventID>x</correctiveEventID></correctiveEventIDs></errorDeclaration>",
        ),
        object_event("a", more="<x>" + "<y></y>" * 1000 + "</x>"),
    ],
)
def test_what_shapes_do_not_describe_is_not_learned(event):
    assert learn(event.encode(), CONTEXT) is None
