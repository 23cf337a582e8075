"""The words and codes of one site's files: levels, flags, verdicts, element strings, who worked when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from lotproof.simulate.chance import choices
from lotproof.simulate.headers import MEANINGS, STATUS_WORDS
from lotproof.simulate.line import MINUTE, World
from lotproof.simulate.run import Run
from lotproof.simulate.times import Clock

SEPARATORS = ("\x1d", "<GS>", "{GS}", "^]")


@dataclass(frozen=True)
class Words:
    """Drawn once for a site."""

    status: tuple[str, ...]
    """Eight status words, in the sequence of MEANINGS."""
    levels: tuple[str, str, str]
    """Pack, case, pallet."""
    yes_no: tuple[str, str]
    """Partial case or not."""
    verdicts: tuple[str, str, str]
    """Camera: pass, fail, no read."""
    symbol: str
    """Sequence of application identifiers in the printed code: AI 21, 10 and 17 after 01."""
    minus_behind: bool
    """ERP quantities as 50- instead of -50."""
    shifts: tuple[int, ...]
    """Moments at which the operator changed."""
    crew: tuple[str, ...]
    """Operators in rotation."""
    clock: Clock
    """The plant's clock."""

    def operator_at(self, moment: int) -> str:
        """The operator on the line at this moment."""
        return self.crew[bisect_right(self.shifts, moment) % len(self.crew)]

    def notes(self) -> list[str]:
        """What README_export.txt says of these words."""
        status = [f"  {word} = {meaning}" for word, meaning in zip(self.status, MEANINGS, strict=True)]
        levels = ["  {} = pack, {} = case, {} = pallet".format(*self.levels)]
        partial = "  {} = partial case or pallet, {} = full".format(self.yes_no[0], self.yes_no[1] or "empty")
        verdicts = ["  {} = read and accepted, {} = read and refused, {} = no code read".format(*self.verdicts)]
        return ["Line status words:", *status, "", "Level words:", *levels, partial, "", "Camera words:", *verdicts]


def site_words(world: World) -> Words:
    """Draw the words of a site."""
    spec = world.spec
    rng = choices(spec.seed, "words")
    orders = ("21 17 10", "21 10 17") if "separator_lost" in spec.faults else ("21 17 10", "21 10 17", "17 10 21")
    begin, end = world.runs[0].started, world.runs[-1].ended
    step = rng.randrange(28, 75) * MINUTE
    words = Words(
        status=rng.choice(STATUS_WORDS),
        levels=rng.choice((("EA", "CSE", "PAL"), ("Unit", "Case", "Pallet"), ("Packung", "Karton", "Palette"))),
        yes_no=rng.choice((("Y", "N"), ("J", "N"), ("1", "0"))),
        verdicts=rng.choice((("PASS", "FAIL", "NOREAD"), ("OK", "NOK", "NO READ"), ("GUT", "SCHLECHT", "UNLESBAR"))),
        symbol=rng.choice(orders), minus_behind=rng.random() < 0.5, shifts=tuple(range(begin + step, end, step)),
        crew=world.plant.operators, clock=Clock(spec.zone),
    )  # fmt: skip
    return _rarer(words, choices(spec.seed, "more words"))


def _rarer(words: Words, rng: Random) -> Words:
    """Now and then words that fewer sites use."""
    if rng.random() < 0.25:
        words = replace(words, levels=rng.choice((("PK", "CTN", "PLT"), ("ST", "KAR", "PF"), ("Each", "Shipper", "PLT"))))
    if rng.random() < 0.25:
        german = ("Bestanden", "Nicht bestanden", "Keine Lesung")
        words = replace(words, verdicts=rng.choice((("Good", "Bad", "NoRead"), ("IO", "NIO", "NR"), german)))
    if rng.random() < 0.2:
        words = replace(words, yes_no=rng.choice((("X", ""), ("true", "false"), ("Ja", "Nein"))))
    return words


@dataclass(frozen=True)
class CodeStyle:
    """How one device writes element strings."""

    separator: str
    """One of SEPARATORS, or nothing where it was lost."""
    symbology: bool
    """Whether ]d2 stands before."""


def code_style(world: World, device: str) -> CodeStyle:
    """Draw the style of one device."""
    rng = choices(world.spec.seed, "codes", device)
    return CodeStyle(rng.choice(SEPARATORS), rng.random() < 0.5)


def element_string(words: Words, run: Run, style: CodeStyle, wrong: bool = False) -> Callable[[str], str]:
    """A function from serial number to element string for the packs of one lot (GS1 General Specifications 7.8).

    With `wrong` it gives the codes of packs whose lot or expiry was set up wrongly.
    """
    lot_number, day = printed_as(run, wrong)
    lot, expiry = "10" + lot_number, "17" + day.strftime("%y%m%d")
    begin = ("]d2" if style.symbology else "") + "01" + run.order.product.gtin
    gs = style.separator
    if words.symbol == "21 17 10":
        return lambda serial: f"{begin}21{serial}{gs}{expiry}{lot}"
    if words.symbol == "21 10 17":
        return lambda serial: f"{begin}21{serial}{gs}{lot}{gs}{expiry}"
    return lambda serial: f"{begin}{expiry}{lot}{gs}21{serial}"


def printed_as(run: Run, wrong: bool) -> tuple[str, date]:
    """Lot and expiry on the packs, those that were set up wrongly or the others."""
    fault = run.marks.mislabel
    if not wrong or fault is None:
        return run.order.lot, run.order.expiry
    return fault.lot or run.order.lot, fault.expiry or run.order.expiry
