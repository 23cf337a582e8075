"""`read`: any spelling, one result; the quick path agrees with the careful one."""

import pickle
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lotproof.gs1.checkdigit import check_digit
from lotproof.gs1.item import Item
from lotproof.gs1.meanings import MEANINGS
from lotproof.gs1.reading import Reading, UnreadableIdentifier, read, read_carefully, read_quickly
from lotproof.gs1.serial import CSET_82

GS = "\x1d"
GTIN = "09521234543213"
SSCC = "395123456789012340"
WANTED = Item(GTIN, "ABC123")

SPELLINGS = [
    (f"01{GTIN}21ABC123", ()),
    (f"01{GTIN}21ABC123{GS}1726123110LOT", ()),
    (f"01{GTIN}1726123110LOT{GS}21ABC123", ()),
    (f"]d201{GTIN}21ABC123", ("symbology_id",)),
    (f"]C101{GTIN}21ABC123", ("symbology_id",)),
    (f"]Q301{GTIN}21ABC123", ("symbology_id",)),
    (f"]e001{GTIN}21ABC123", ("symbology_id",)),
    (f"]J101{GTIN}21ABC123", ("symbology_id",)),
    (f"]d101{GTIN}21ABC123", ("symbology_id", "symbology_not_gs1")),
    (f"]d2{GS}01{GTIN}21ABC123", ("symbology_id", "leading_gs")),
    (f"{GS}01{GTIN}21ABC123", ("leading_gs",)),
    (f"01{GTIN}{GS}21ABC123", ("gs_after_fixed",)),
    (f"01{GTIN}21ABC123<GS>10LOT", ("gs_respelled",)),
    (f"01{GTIN}21ABC123{{GS}}10LOT", ("gs_respelled",)),
    (f"01{GTIN}21ABC123^]10LOT", ("gs_respelled",)),
    (f"01{GTIN}21ABC123\\u001d10LOT", ("gs_respelled",)),
    (f"01{GTIN}21ABC123\\x1d10LOT", ("gs_respelled",)),
    (f"01{GTIN}21ABC123~110LOT", ("gs_respelled",)),
    (f"01{GTIN}21ABC123\\F10LOT", ("gs_respelled",)),
    (f"01{GTIN}21ABC123|10LOT", ("gs_respelled",)),
    (f"(01){GTIN}(21)ABC123", ("brackets",)),
    (f"]d2(01){GTIN}(21)ABC123", ("symbology_id", "brackets")),
    ("urn:epc:id:sgtin:9521234.054321.ABC123", ("urn",)),
    ("URN:epc:id:sgtin:9521234.054321.ABC123", ("urn",)),
    ("urn:epc:id:sgtin:09521234543213.0.ABC123", ("urn", "urn_nonstandard")),
    (f"https://id.gs1.org/01/{GTIN}/21/ABC123", ("digital_link",)),
    ("https://shop.example/p/gtin/9521234543213/ser/ABC123?17=261231", ("digital_link", "gtin_padded")),
    (f"{GTIN}.ABC123", ("plain",)),
    ("9521234543213|ABC123", ("plain", "gtin_padded")),
    (f" 01{GTIN}21ABC123\r\n", ("trimmed",)),
]


@pytest.mark.parametrize(("text", "transforms"), SPELLINGS)
def test_every_spelling_of_one_pack_is_the_same_item(text, transforms):
    reading = read(text)
    assert reading.item == WANTED
    assert reading.transforms == transforms
    assert reading.alternatives == ()


@pytest.mark.parametrize(
    ("text", "transforms"),
    [
        (f"00{SSCC}", ()),
        (f"]C100{SSCC}", ("symbology_id",)),
        (f"(00){SSCC}", ("brackets",)),
        (SSCC, ("plain",)),
        ("urn:epc:id:sscc:9512345.3678901234", ("urn",)),
        (f"urn:epc:id:sscc:00{SSCC}", ("urn", "urn_nonstandard")),
        (f"https://id.gs1.org/00/{SSCC}", ("digital_link",)),
    ],
)
def test_every_spelling_of_one_pallet_is_the_same_item(text, transforms):
    assert read(text) == Reading(None, None, SSCC, None, None, transforms)
    assert read(text).item == Item(sscc=SSCC)


def test_a_lost_separator_leaves_the_greedy_reading_and_its_alternatives():
    reading = read(f"01{GTIN}21ABC12310LOT")
    assert (reading.serial, reading.lot, reading.transforms) == ("ABC12310LOT", None, ())
    assert reading.alternatives == (Reading(GTIN, "ABC123", None, "LOT", None, ("gs_missing",)),)


def test_where_a_separator_must_be_lost_the_greedy_reading_says_so():
    reading = read(f"01{GTIN}211234567890121726123110LOT1")
    assert (reading.serial, reading.lot) == ("12345678901217261231", "LOT1")
    assert reading.transforms == ("gs_missing",)
    assert reading.alternatives == (Reading(GTIN, "123456789012", None, "LOT1", "261231", ("gs_missing",)),)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (f"01{GTIN[:-1]}421A", Reading(f"{GTIN[:-1]}4", "A", None, None, None, ("check_digit_wrong",))),
        (f"00{SSCC[:-1]}5", Reading(None, None, f"{SSCC[:-1]}5", None, None, ("check_digit_wrong",))),
        (f"01{GTIN}1731123121A", Reading(GTIN, "A", None, None, "311231", ())),
        (f"01{GTIN}1726133121A", Reading(GTIN, "A", None, None, "261331", ("expiry_not_a_date",))),
        (f"01{GTIN}21A#B", Reading(GTIN, "A#B", None, None, None, ("not_cset82",))),
        ("urn:epc:class:lgtin:9521234.054321.L", Reading(GTIN, None, None, "L", None, ("urn",))),
        ("urn:epc:idpat:sgtin:9521234.054321.*", Reading(GTIN, None, None, None, None, ("urn",))),
        ("]C11726123110LOT", Reading(None, None, None, "LOT", "261231", ("symbology_id",))),
        ("(21)ABC", Reading(None, "ABC", None, None, None, ("brackets",))),
        ("]E09521234543213", Reading(GTIN, None, None, None, None, ("symbology_id", "gtin_padded"))),
        (
            "]E09521234543213|]e021A\x1d10L",
            Reading(GTIN, "A", None, "L", None, ("symbology_id", "composite", "gtin_padded")),
        ),
    ],
)
def test_what_leaves_the_meaning_clear_is_kept_and_noted(text, reading):
    assert read(text) == reading


def test_the_item_of_a_reading_is_its_most_specific_name():
    assert Reading(GTIN, "A", SSCC, None, None, ()).item == Item(GTIN, "A")
    assert Reading(GTIN, None, SSCC, None, None, ()).item == Item(sscc=SSCC)
    assert Reading(GTIN, None, None, "L", None, ()).item == Item(GTIN)
    assert Reading(None, "A", None, "L", None, ()).item is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", '"" cannot be read: it is empty.'),
        (" \t", '" \\x09" cannot be read: it is empty.'),
        ("hello", "\"hello\" cannot be read: at character 1 there is no application identifier ('hell')."),
        ("10LOT", '"10LOT" cannot be read: it holds no GTIN (01) and no SSCC (00).'),
        ("(414)4012345000054", '"(414)4012345000054" cannot be read: it holds no GTIN, SSCC, serial, lot or expiry.'),
        ("9.52E+12", '"9.52E+12" cannot be read: a spreadsheet rounded it; export the column as text.'),
        ("9521234543214", '"9521234543214" cannot be read: the check digit of this GTIN is 4 and would have to be 3.'),
        (
            "9521234543214.A",
            '"9521234543214.A" cannot be read: the check digit of this GTIN is 4 and would have to be 3.',
        ),
        (SSCC[:-1] + "5", f'"{SSCC[:-1]}5" cannot be read: the check digit of this SSCC is 5 and would have to be 0.'),
        (
            "urn:epc:id:sgln:4012345.00.0",
            '"urn:epc:id:sgln:4012345.00.0" cannot be read: it is a place or party, not an item; read it with gs1.gln.',
        ),
        (
            "urn:epc:id:itip:4.0.1.2.9",
            '"urn:epc:id:itip:4.0.1.2.9" cannot be read: '
            "an EPC of kind id:itip names no serialised trade item or logistic unit.",
        ),
        (
            "[)>\x1e06\x1d9N1",
            '"[)>\\x1e06\\x1d9N1" cannot be read: it is an ISO/IEC 15434 message with data identifiers, not GS1 data.',
        ),
        ("]E0123", '"]E0123" cannot be read: a symbol ]E0 holds 13 digits and this has 3.'),
        (
            f" 01{GTIN}21A{GS}88B",
            f"\" 01{GTIN}21A\\x1d88B\" cannot be read: at character 21 there is no application identifier ('88B').",
        ),
        ("A" * 2049, f'"{"A" * 77}..." cannot be read: it is longer than 2048 characters.'),
    ],
)
def test_what_names_no_item_is_refused_with_one_sentence(text, sentence):
    with pytest.raises(UnreadableIdentifier) as caught:
        read(text)
    assert str(caught.value) == sentence


def test_the_error_survives_a_worker_process():
    error = pickle.loads(pickle.dumps(UnreadableIdentifier("x", "it is empty")))
    assert (error.text, error.reason, str(error)) == ("x", "it is empty", '"x" cannot be read: it is empty.')


VALUE = st.one_of(
    st.text(CSET_82, min_size=1, max_size=20),
    st.text("0127", min_size=1, max_size=20),
    st.text("A10<GS>2", min_size=1, max_size=20),
    st.sampled_from(
        ["A<GS>B", "AB10LOT", "A17261231", "a.bc/01/x", "A\\F", "é", "X" * 21, "", "A B", "A|B", "10", "00" + SSCC[:16]]
    ),
)
NUMBER = st.one_of(
    st.just(GTIN),
    st.text("0123456789", min_size=13, max_size=14).map(lambda d: d if len(d) == 14 else d + check_digit(d)),
)
EXPIRY = st.one_of(
    st.dates().map(lambda day: day.strftime("%y%m%d")),
    st.text("0123456789", min_size=6, max_size=6),
    st.sampled_from(["260200", "26123１"]),
)
FRONT = st.sampled_from(["", "", "", "]d2", "]C1", "]Q3", "]E0", "]d1", "\x1d", " ", "]d2\x1d"])
BACK = st.sampled_from(["", "", "", "\n", "\x1d", " "])
LABELS = [
    "01{g}21{s}", "01{g}21{s}\x1d17{e}10{l}", "01{g}21{s}\x1d10{l}\x1d17{e}", "01{g}17{e}10{l}\x1d21{s}",
    "01{g}17{e}21{s}\x1d10{l}", "01{g}17{e}21{s}", "01{g}21{s}17{e}10{l}", "00{c}", "00{c}21{s}", "{g}.{s}",
    "(01){g}(21){s}", "01{g}10{l}\x1d21{s}", "01{g}21{s}\x1d240{l}",
]  # fmt: skip


@st.composite
def labels(draw):
    """Texts in and around the shapes of the quick path."""
    number = draw(st.text("0123456789", min_size=17, max_size=17))
    values = {"g": draw(NUMBER), "s": draw(VALUE), "l": draw(VALUE), "e": draw(EXPIRY)}
    code = draw(st.sampled_from([number + check_digit(number), number + "0"]))
    return draw(FRONT) + draw(st.sampled_from(LABELS)).format(c=code, **values) + draw(BACK)


@st.composite
def urns(draw):
    """URNs with right and wrong splits, escapes and characters."""
    scheme = draw(st.sampled_from(["sgtin", "sgtin", "sscc", "lgtin"]))
    digits = draw(st.text("0123456789", min_size=11, max_size=20))
    cut = draw(st.integers(5, 14))
    serial = draw(VALUE)
    tail = "" if scheme == "sscc" else "." + draw(st.sampled_from([serial, quote(serial, safe="")]))
    kind = draw(st.sampled_from(["id", "id", "idpat", "class"]))
    return f"urn:epc:{kind}:{scheme}:{digits[:cut]}.{digits[cut:]}{tail}{draw(BACK)}"


GOOD_VALUE = st.one_of(st.text(CSET_82, min_size=1, max_size=20), st.text("0127A", min_size=1, max_size=20))
GOOD_URN_SERIAL = st.text([char for char in CSET_82 if char not in '"%&/<>?'], min_size=1, max_size=20)


@st.composite
def good_labels(draw):
    """Labels by the standard in the shapes of the quick path, with values that look like other elements."""
    body = draw(st.text("0123456789", min_size=13, max_size=13))
    values = {"g": body + check_digit(body), "s": draw(GOOD_VALUE), "l": draw(GOOD_VALUE)}
    day = draw(st.dates()).strftime("%y%m%d")
    return draw(st.sampled_from(["", "", "]d2"])) + draw(st.sampled_from(LABELS[:5])).format(e=day, **values)


@st.composite
def good_urns(draw):
    """SGTIN URNs by the standard, without escapes."""
    digits, cut = draw(st.text("0123456789", min_size=13, max_size=13)), draw(st.integers(6, 12))
    return f"urn:epc:id:sgtin:{digits[:cut]}.{digits[cut:]}.{draw(GOOD_URN_SERIAL)}"


@given(st.one_of(good_labels(), good_urns(), labels(), urns()))
@example(f"01{GTIN}21A<GS>10B")
@example(f"01{GTIN}21a.bc/01/x")
@example(f"01{GTIN}21AB17261231{GS}1726123110L")
@example(f"01{GTIN}1726123110AB21S{GS}21S")
@example(f"01{GTIN}21AB10L{GS}10L{GS}17261231")
@example("urn:epc:id:sscc:9512345.3678901234\n")
def test_the_quick_path_agrees_with_the_careful_path(text):
    quick = read_quickly(text)
    if quick is not None:
        assert quick == read_carefully(text)


@pytest.mark.parametrize(
    "text", [text for text, notes in SPELLINGS[:5]] + ["urn:epc:id:sgtin:9521234.054321.ABC123", f"00{SSCC}"]
)
def test_the_common_shapes_take_the_quick_path(text):
    assert read_quickly(text) is not None


@given(st.one_of(labels(), urns(), st.text(max_size=60)))
def test_any_text_is_read_or_refused_with_one_sentence(text):
    try:
        reading = read(text)
    except UnreadableIdentifier as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
        return
    said = (reading.gtin, reading.serial, reading.sscc, reading.lot, reading.expiry)
    assert any(said)
    assert set(reading.transforms) <= set(MEANINGS)
    assert len(set(reading.transforms)) == len(reading.transforms)
    for other in reading.alternatives:
        assert "gs_missing" in other.transforms
        assert (other.gtin, other.serial, other.sscc, other.lot, other.expiry) != said
        assert other.alternatives == ()
