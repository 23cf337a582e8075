"""The JSON profile: what is written, what is refused, and that it is RFC 8785."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_shared import EVIDENCE

from lotproof.ledger import canonical

JCS = EVIDENCE / "jcs/testdata"


@pytest.mark.skipif(not JCS.exists(), reason="shared vectors are absent")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("arrays", None),
        ("french", "$ has the member name 'péché'; names are ASCII strings."),
        ("structures", "$.1.\n is the number 56.0; only integers are allowed."),
        ("unicode", "$.Unnormalized Unicode is not in Unicode NFC."),
        ("values", "$.numbers[0] is the number 333333333.33333329; only integers are allowed."),
        ("weird", "$ has the member name '€'; names are ASCII strings."),
    ],
)
def test_each_vector_of_rfc_8785_is_either_reproduced_or_outside_the_profile(name, sentence):
    data = (JCS / f"input/{name}.json").read_bytes()
    if sentence is None:
        assert canonical.dumps(canonical.loads(data)) == (JCS / f"output/{name}.json").read_bytes()
    else:
        with pytest.raises(canonical.CanonicalError) as caught:
            canonical.loads(data)
        assert str(caught.value).startswith(sentence)


@pytest.mark.skipif(not JCS.exists(), reason="shared vectors are absent")
def test_the_strings_and_literals_of_the_vectors_are_spelled_as_rfc_8785_says():
    for name, member in (("values", "string"), ("values", "literals")):
        value = json.loads((JCS / f"input/{name}.json").read_bytes())[member]
        assert canonical.dumps(value) in (JCS / f"output/{name}.json").read_bytes()


def test_members_are_sorted_and_nothing_is_between_them():
    value = {"b": [1, -2, True, None], "a": '€\n\x0f"\\/', "B": {}}
    assert canonical.dumps(value) == '{"B":{},"a":"€\\n\\u000f\\"\\\\/","b":[1,-2,true,null]}'.encode()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.MAX_INT, canonical.MAX_INT) | st.text(st.characters(codec="ascii")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
)


@given(VALUES)
def test_what_is_written_is_read_back_and_written_the_same(value):
    data = canonical.dumps(value)
    assert canonical.loads(data) == value
    assert canonical.dumps(canonical.loads(data)) == data


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_a_sentence(data):
    try:
        canonical.dumps(canonical.loads(data))
    except canonical.CanonicalError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"a": [0, {"b": 0.5}]}, "$.a[1].b is the number 0.5; only integers are allowed. Write a decimal as a string."),
        ({"n": 2**53}, "$.n is an integer beyond 9007199254740991; other readers would round it. Write it as a string."),
        ({"n": -(2**53)}, "$.n is an integer beyond 9007199254740991"),
        ({"é": 1}, "$ has the member name 'é'; names are ASCII strings. Rename it."),
        ({1: 1}, "$ has the member name 1; names are ASCII strings."),
        (["A\u030a"], "$[0] is not in Unicode NFC. Pass it through unicodedata.normalize('NFC', ...)."),
        (["\ud800"], "$[0] holds a lone surrogate, which is no character. Remove it."),
        ((1, 2), "$ is a tuple; the profile knows null, bool, int, str, list and dict. Convert it."),
        ({"when": b"x"}, "$.when is a bytes; the profile knows"),
        (float("nan"), "$ is the number nan; only integers"),
    ],
)
def test_a_value_outside_the_profile_is_refused_by_its_path(value, sentence):
    with pytest.raises(canonical.CanonicalError) as caught:
        canonical.dumps(value)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'{"a":{"b":1,"b":1}}', "$.a has the member 'b' twice; readers would disagree on which counts. Keep one."),
        (b"[1e2]", "$[0] is the number 1e2; only integers are allowed."),
        (b"[NaN]", "$[0] is NaN, which is not JSON. Write null or a string."),
        (b"[9007199254740992]", "$[0] is an integer beyond"),
        (b"[" + b"9" * 5000 + b"]", "$[0] is an integer beyond"),
        (b'"\xff"', "This is not UTF-8 text: byte 1 cannot be read."),
        (b"\xef\xbb\xbf{}", "The text begins with a byte order mark"),
        (b'{"a"', "This is not JSON: Expecting ':' delimiter at line 1, column 5."),
        (b"[" * 200_000, "$ is nested too deeply; the profile allows 64 levels."),
    ],
)
def test_a_text_outside_the_profile_is_refused_by_its_path(data, sentence):
    with pytest.raises(canonical.CanonicalError) as caught:
        canonical.loads(data)
    assert str(caught.value).startswith(sentence)


def test_sixty_four_levels_are_read_and_one_more_is_not():
    assert canonical.loads(b"[" * 65 + b"]" * 65) is not None
    with pytest.raises(canonical.CanonicalError, match="nested too deeply; the profile allows 64 levels"):
        canonical.loads(b"[" * 66 + b"]" * 66)
