"""What is right and wrong with a scanner, told from one scan of a test symbol: what came through, and what to change in the scanner.

The settings are named as the manuals of the common makers name them (Zebra: "Transmit AIM ID character", "GS1 parsing", "Keyboard
layout", "Function key mapping"; Honeywell: "AIM ID", "Control + ASCII mode", "Keyboard country"; Datalogic: "AIM ID", "Control character
emulation", "Country mode").
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from lotproof.gs1.separators import GS, GS1_SYMBOLOGIES, respell, split_symbology, trim
from lotproof.gs1.wedge import mended, variants

SILENT = "Put the cursor into the box and scan; if nothing comes, the scanner is no keyboard: set it to “HID keyboard” (USB keyboard)."
LONGEST = 400
"""Characters of a scan that are shown one by one."""


@dataclass(frozen=True)
class TestSymbol:
    """A symbol to scan."""

    name: str
    """Short name, part of its address."""
    title: str
    """What it is, for a person."""
    carrier: str
    """Data Matrix or Code 128."""
    brackets: str
    """Its content with brackets, as a writer of symbols takes it."""
    content: str
    """What a good scanner sends, without the symbology identifier."""
    identifier: str
    """The symbology identifier that it may send in front."""


TEST_SYMBOLS = (
    TestSymbol(
        "separators", "Data Matrix with two group separators", "DataMatrix", "(01)09521234543213(10)LOT-A1(21)SER-7(17)271231",
        f"010952123454321310LOT-A1{GS}21SER-7{GS}17271231", "]d2",
    ),
    TestSymbol(
        "letters", "Data Matrix with all that layouts confuse", "DataMatrix", "(01)09521234543213(21)yzYZaqAQwWmM-_/:;?=+(10)!\"%&'*,.<>",
        f"010952123454321321yzYZaqAQwWmM-_/:;?=+{GS}10!\"%&'*,.<>", "]d2",
    ),
    TestSymbol("case", "GS1-128 of a case", "Code128", "(00)395011015300000011", "00395011015300000011", "]C1"),
)  # fmt: skip
"""The GTIN is of the range that GS1 keeps for examples; the SSCC is no container of anybody."""


@dataclass(frozen=True)
class Sign:
    """One character that came through."""

    shown: str
    """How it is shown: itself, or a word for what cannot be seen."""
    code: str
    """Its code point, such as U+001D."""
    kind: str
    """separator, control, blank, foreign (outside ASCII) or plain."""


@dataclass(frozen=True)
class Remark:
    """One thing about the scanner."""

    good: bool
    """Whether it is as it should be."""
    told: str
    """What was seen."""
    change: str = ""
    """What to change, empty where it is good."""


def signs(text: str) -> list[Sign]:
    """The text character by character, the first LONGEST of them."""
    return [_sign(char) for char in text[:LONGEST]]


def _sign(char: str) -> Sign:
    code = f"U+{ord(char):04X}"
    if char == GS:
        return Sign("GS", code, "separator")
    if unicodedata.category(char).startswith("C"):
        return Sign(code, code, "control")
    if char.isspace():
        return Sign("space" if char == " " else code, code, "blank")
    return Sign(char, code, "plain" if char.isascii() else "foreign")


def remarks(text: str, keys: tuple[str, ...] = ()) -> list[Remark]:
    """What is right and what to change; ``keys`` are key strokes that a browser saw in place of a group separator, such as F8."""
    wanted = trim(text)
    if not wanted:
        return [Remark(False, "Nothing came through.", SILENT)]
    found = mended(wanted)
    test, damages = _meant(found.text, found.damages)
    return [*_keyboard(damages), *_identifier(found.text, test), *_separators(respelled := respell(found.text)[0], found.text, test, keys),
            *_whole(respelled, test, damages)]  # fmt: skip


def _body(text: str) -> str:
    return split_symbology(respell(text)[0])[1]


def _meant(text: str, damages: tuple[str, ...]) -> tuple[TestSymbol | None, tuple[str, ...]]:
    """The test symbol that was scanned; letters that are exchanged need no check digit to be seen in one whose content is known."""
    known = {one.content.replace(GS, ""): one for one in TEST_SYMBOLS}
    bare = _body(text).replace(GS, "")
    if bare in known:
        return known[bare], damages
    for one in variants(text):
        meant = _body(one.text).replace(GS, "")
        if meant in known:
            return known[meant], (*damages, *one.damages)
    return next((one for one in TEST_SYMBOLS if bare[:16] == one.content[:16] and bare[16:18] == one.content[16:18]), None), damages


def _keyboard(damages: tuple[str, ...]) -> Iterator[Remark]:
    for one in damages:
        if one == "caps":
            yield Remark(False, "Large and small letters are exchanged: Caps Lock is on.",
                         "Switch Caps Lock off, and set “Caps Lock override” in the scanner.")  # fmt: skip
        elif one == "shift":
            yield Remark(False, "Every key came with Shift: Shift Lock is on, or the scanner thinks that Caps Lock shifts digits too.",
                         "Switch Shift Lock off; set the keyboard type of the scanner to the one of this computer.")  # fmt: skip
        else:
            _, scanner, computer = one.split(":")
            told = f"The scanner types for a keyboard with the layout {scanner}, this computer has the layout {computer}."
            setting = f"Scan the setting “Keyboard layout (country): {computer}” in the scanner's manual"
            yield Remark(False, told, f"{setting}, or set the scanner to ALT codes.")
    if not damages:
        yield Remark(True, "No sign of a wrong keyboard layout or Caps Lock.")


def _identifier(text: str, test: TestSymbol | None) -> Iterator[Remark]:
    identifier, _ = split_symbology(text)
    if identifier in GS1_SYMBOLOGIES:
        yield Remark(True, f"The symbology identifier {identifier} came: the symbol is known to be a GS1 symbol.")
    elif identifier:
        wanted = f"{test.identifier} was due" if test else "it is none of a GS1 symbol"
        yield Remark(
            False,
            f"The symbology identifier {identifier} came; {wanted}.",
            "Scan a GS1 symbol, or let the scanner send the AIM ID unchanged.",
        )
    else:
        yield Remark(False, "No symbology identifier came; it works without, but then a lost separator is harder to notice.",
                     "Switch on “Transmit AIM ID” (]d2, ]C1, ]Q3).")  # fmt: skip


def _separators(text: str, raw: str, test: TestSymbol | None, keys: tuple[str, ...]) -> Iterator[Remark]:
    count = text.count(GS)
    due = test.content.count(GS) if test else None
    if due is not None and count < due:
        yield Remark(False, f"{due - count} of {due} group separators were lost.",
                     "Switch on sending of GS (0x1D, ASCII 29): “Control + ASCII mode”, “Function key mapping” or “GS1 separator”; "
                     "Ctrl+], F8 and ALT 029 are understood here, and so are printed marks such as ^] or <GS>.")  # fmt: skip
    elif keys:
        yield Remark(True, f"The group separator came as {' and '.join(dict.fromkeys(keys))}, and was understood.")
    elif count and raw.count(GS) < count:
        yield Remark(True, "The group separator came as printed characters, and was understood.")
    elif count:
        yield Remark(True, f"The group separator came through ({count} of them).")


def _whole(text: str, test: TestSymbol | None, damages: tuple[str, ...]) -> Iterator[Remark]:
    if test is None:
        yield Remark(True, "It is none of the symbols of this page; scan one of them for a full check.")
        return
    if split_symbology(text)[1].strip(GS) == test.content and not damages:
        yield Remark(True, f"Every character of “{test.title}” came through.")
    elif not damages and split_symbology(text)[1].replace(GS, "") != test.content.replace(GS, ""):
        yield Remark(False, f"Characters of “{test.title}” came through as others: look at the list below.",
                     "Set the scanner to the keyboard layout of this computer, or to ALT codes.")  # fmt: skip
