"""Two paths, one result: the bulk and the tolerant path on drawn documents, whole and damaged, in XML and JSON."""

import json

from epcis_documents import as_xml, json_document, object_event, reading, sgtin, xml_document
from hypothesis import given, settings
from hypothesis import strategies as st

import lotproof.epcis.json_read as json_read
import lotproof.epcis.xml_read as xml_read

WORDS = st.text(st.sampled_from("abz019-_.:/ éü&<\"'"), min_size=1, max_size=12).map(str.strip).filter(bool)
TIMES = st.sampled_from(["2031-05-01T07:00:00Z", "2031-05-01T07:00:00.123Z", "2031-05-01T09:00:01+02:00"])
EPCS = st.lists(st.integers(0, 99_999).map(sgtin), max_size=5)


@st.composite
def events(draw):
    """One event in the plain form of 2.0, with a random choice of members."""
    kind = draw(st.sampled_from(["ObjectEvent", "ObjectEvent", "AggregationEvent", "TransactionEvent"]))
    event = {"type": kind, "eventTime": draw(TIMES)}
    optional = {
        "recordTime": TIMES,
        "eventTimeZoneOffset": st.sampled_from(["+02:00", "-05:00"]),
        "eventID": st.integers(0, 999).map(lambda n: f"urn:uuid:{n}"),
        "action": st.sampled_from(["ADD", "OBSERVE", "DELETE"]),
        "bizStep": st.sampled_from(["commissioning", "urn:epcglobal:cbv:bizstep:packing", "cbv:BizStep-shipping"]) | WORDS,
        "disposition": st.sampled_from(["active", "urn:epcglobal:cbv:disp:in_transit"]),
        "readPoint": st.fixed_dictionaries({"id": WORDS}),
        "bizLocation": st.fixed_dictionaries({"id": WORDS}),
        "bizTransactionList": st.lists(st.fixed_dictionaries({"type": st.just("po"), "bizTransaction": WORDS}), min_size=1, max_size=2),
        "quantityList": st.lists(st.fixed_dictionaries({"epcClass": WORDS, "quantity": st.integers(0, 99)}), min_size=1, max_size=2),
        "ilmd": st.fixed_dictionaries({"cbvmda:lotNumber": WORDS}, optional={"cbvmda:itemExpirationDate": st.just("2033-01-31")}),
    }
    if kind == "AggregationEvent":
        optional |= {"parentID": WORDS, "childEPCs": EPCS}
    else:
        optional["epcList"] = EPCS
    return event | {key: draw(values) for key, values in optional.items() if draw(st.booleans())}


@st.composite
def documents(draw):
    """Events of few shapes, each repeated with other identifiers, in random order."""
    shapes = draw(st.lists(events(), min_size=1, max_size=4))
    chosen = draw(st.lists(st.sampled_from(range(len(shapes))), min_size=1, max_size=25))
    numbered = []
    for number, index in enumerate(chosen):
        event = dict(shapes[index])
        for key in ("epcList", "childEPCs"):
            if event.get(key):
                event[key] = [sgtin(f"{number}-{place}") for place in range(draw(st.integers(1, 4)))]
        numbered.append(event)
    return numbered


def rows(found, offsets=True):
    listed = [row if offsets else {key: value for key, value in row.items() if key != "offset"} for row in found.events]
    return listed, found.epcs, found.quantities, found.links, found.unreadable


def both_paths(data):
    """The result by the bulk path, after holding it against the tolerant path."""
    bulk, tolerant = reading(data), reading(data, bulk=False)
    assert rows(bulk) == rows(tolerant)
    return bulk


@settings(max_examples=120, deadline=None)
@given(documents(), st.booleans(), st.sampled_from(["", "\n  ", "\r\n\t"]), st.sampled_from([200, 5000, 1 << 16]))
def test_xml_and_json_of_the_same_events_give_the_same_rows_on_both_paths(drawn, flat, indent, size):
    xml_read.FIRST_READ, json_read.MIN_RUN = size, 64
    try:
        xml = both_paths(xml_document(*[as_xml(event, flat, indent) for event in drawn], version="2.0" if flat else "1.2"))
        found = both_paths(json_document(*drawn))
        spaced = both_paths(json.dumps(json.loads(json_document(*drawn)), indent=3, ensure_ascii=False).encode())
    finally:
        xml_read.FIRST_READ, json_read.MIN_RUN = 1 << 16, 4096
    assert xml.unreadable == found.unreadable == []
    assert len(found.events) == len(drawn)
    assert rows(xml, offsets=False) == rows(found, offsets=False) == rows(spaced, offsets=False)


PIECES = st.sampled_from(
    [b"", b"<", b">", b"&", b"&amp;", b"<!-- x -->", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"\r", b"\n", b" ", b"\0", b"\xff", b'"']
    + [
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"<epc>",
        b"</epc>",
        b"</ObjectEvent>",
        b"<ObjectEvent>",
        b"</EventList>",
        b"<x/>",
        b"null",
        b"<?x ",
    ]
    + ["é".encode(), b'"x:y": [1], ', b"<extension>", b"</extension>", b' a="b"', b"<x:y>z</x:y>"]
)
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), PIECES), min_size=1, max_size=4)


def damaged(data, damage):
    for place, length, piece in damage:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + length :]
    return data


@settings(max_examples=200, deadline=None)
@given(documents(), st.sampled_from(["", "\n  ", "\r\n\t"]), DAMAGE)
def test_both_paths_agree_on_damaged_xml(drawn, indent, damage):
    both_paths(damaged(xml_document(*[as_xml(event, False, indent) for event in drawn]), damage))


@settings(max_examples=200, deadline=None)
@given(documents(), DAMAGE)
def test_both_paths_agree_on_damaged_json(drawn, damage):
    json_read.MIN_RUN = 64
    try:
        data = b"{" + damaged(json_document(*drawn), damage)[1:]
        both_paths(data)
    finally:
        json_read.MIN_RUN = 4096


def test_both_paths_agree_where_a_list_breaks_its_rhythm():
    regular = [object_event(*map(sgtin, range(n % 3 + 1))) for n in range(40)]
    for odd in (
        object_event(sgtin(1)).replace("</epc></epcList>", "</epc> </epcList>"),
        object_event(sgtin(1), sgtin(2)).replace("</epc><epc>", "</epc>\n<epc>"),
        object_event(sgtin(1), " " + sgtin(2)),
        object_event(sgtin(1), "", sgtin(2)),
        object_event(),
        object_event("a b", "c\rd"),
        object_event("a\r\nb", time="x\r\ny"),
        object_event("a", time=""),
        object_event("a", time=" "),
        object_event("a", step="x" * 70_000),
        object_event("é\u0085\ufffd", step="\u2028"),
    ):
        assert len(both_paths(xml_document(*regular, odd, *regular)).events) in (80, 81)
