"""Character set and length of serials and lots."""

import pytest

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.serial import CSET_82, check_serial, is_admissible, is_cset82, serial_notes


def test_the_set_has_82_different_characters_and_all_are_accepted():
    assert len(set(CSET_82)) == 82
    assert is_cset82(CSET_82)


@pytest.mark.parametrize("char", sorted({chr(n) for n in range(256)} - set(CSET_82)))
def test_any_other_character_is_not_in_the_set(char):
    assert not is_cset82(f"A{char}B")
    assert "not_cset82" in serial_notes(f"A{char}B")


def test_a_good_serial_is_returned_as_it_is():
    assert check_serial("00aB/1") == "00aB/1"
    assert serial_notes("00aB/1") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", '"" cannot be read: a serial number has at least one character.'),
        (
            "A" * 21,
            f'"{"A" * 21}" cannot be read: it has 21 characters and a serial number has at most 20; '
            "look for a lost separator.",
        ),
        ("AB~1", "\"AB~1\" cannot be read: character 3 ('~') is not in GS1 character set 82."),
        ("A\x1d1", "\"A\\x1d1\" cannot be read: character 2 ('\\x1d') is not in GS1 character set 82."),
    ],
)
def test_a_bad_serial_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(UnreadableIdentifier) as caught:
        check_serial(text)
    assert str(caught.value) == sentence


def test_serials_that_break_the_standard_can_be_kept_but_not_control_characters():
    assert is_admissible("é#" + "A" * 40)
    assert not is_admissible("")
    assert not is_admissible("A\x1dB")
    assert not is_admissible("A" * 101)
