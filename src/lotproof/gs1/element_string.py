"""Element strings without brackets: what a scanner sends (GenSpecs sections 7.8.4 to 7.8.6).

Where a separator was lost, a text has more than one reading. All of them are found, longest value first, so that the
first is what a greedy reader sees: `21ABC10LOT` is serial `ABC10LOT`, and perhaps serial `ABC` of lot `LOT`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from lotproof.gs1.ai import ApplicationIdentifier, ai_at
from lotproof.gs1.checkdigit import has_valid_check_digit
from lotproof.gs1.dates import is_yymmdd
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.separators import GS
from lotproof.gs1.serial import is_admissible, serial_notes

Elements = dict[str, str]
"""Values by application identifier."""

Parse = tuple[Elements, tuple[str, ...]]
"""The elements of one reading and the names of what had to be tolerated."""

_End = tuple[int, tuple[str, ...]]
"""Where a value ends, and what that end has to tolerate."""

_LONGEST = 1000
"""Characters; beyond this a text is no label, and the walk (one level an element) would get too deep."""

_SWALLOWERS = frozenset({"10", "21"})
_CORE = frozenset({"00", "01", "10", "17", "21"})
_WIDE = _CORE | {"11", "15", "30", "37", "240", "241", "250", "400", "91", "92", "93"} | {f"71{n}" for n in range(8)}
_STEPS = 1000
"""Elements tried before the search stops; a real label needs a few dozen. Keeps hostile input from taking for ever."""


class _Effort(Enum):
    """How far a reading may bend the standard; the next is tried only when the one before found nothing."""

    CORE = _CORE
    """Serial and lot may have swallowed a GTIN, SSCC, lot, expiry or serial."""
    WIDE = _WIDE
    """Any variable value may have swallowed an identifier in use on medicine packs."""
    TOLERANT = frozenset[str]()
    """Serial and lot may be too long or hold characters outside set 82."""


def parse_element_string(body: str) -> list[Parse]:
    """Every reading of an element string, the greedy one first; GS as 0x1D, no symbology identifier.

    Raises UnreadableIdentifier with the reason found furthest into the text.
    """
    if len(body) > _LONGEST:
        raise UnreadableIdentifier(body, f"it has {len(body)} characters and an element string at most {_LONGEST}")
    search = _Search(body)
    for effort in _Effort:
        found = list(search.run(effort))
        if found:
            return found
    raise UnreadableIdentifier(body, search.reason)


def split_swallowed(code: str, value: str) -> list[Elements]:
    """The ways in which the value of AI `code` may hold a lot, expiry or serial whose separator was lost.

    Without the reading in which nothing was swallowed; longest first.
    """
    search = _Search(code + value)
    found = [elements for elements, _ in search.run(_Effort.CORE) if elements.get(code) != value]
    return [elements for elements in found if code in elements]


class _Search:
    """A depth-first walk over one text; remembers the reason of the failure furthest to the right."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.reason = "it holds no application identifier"
        self._furthest = -1
        self._steps = 0
        self._effort = _Effort.CORE

    def run(self, effort: _Effort) -> Iterator[Parse]:
        """The readings with this much effort."""
        self._effort, self._steps = effort, 0
        start = len(self.body) - len(self.body.lstrip(GS))
        if start < len(self.body):
            yield from self._walk(start, {}, ("leading_gs",) if start else (), False, frozenset())

    def _walk(
        self, at: int, seen: Elements, notes: tuple[str, ...], lost: bool, split: frozenset[str]
    ) -> Iterator[Parse]:
        """Readings from `at` on; `lost` when no separator stands in front although one is due.

        `split` are the identifiers that were cut out of a value: one that stands in the text anyway was not lost.
        """
        if at == len(self.body):
            yield seen, notes
            return
        self._steps += 1
        rule = ai_at(self.body, at)
        if self._steps > _STEPS:
            self._fail(len(self.body), "its separators are lost and it has too many possible readings")
            return
        if rule is None:
            self._fail(at, f"at character {at + 1} there is no application identifier ('{self.body[at : at + 4]}')")
            return
        for end, why in self._ends(rule, at + len(rule.code), seen):
            value = self.body[at + len(rule.code) : end]
            if seen.get(rule.code, value) != value:
                self._fail(at, f"({rule.code}) stands in it twice, as '{seen[rule.code]}' and as '{value}'")
            elif rule.code not in split and (not lost or _is_plausible(rule.code, value)):
                behind, separators = self._skip(end, rule)
                added = tuple(note for note in why + separators if note not in notes)
                cut = split | {rule.code} if lost else split
                yield from self._walk(behind, {**seen, rule.code: value}, notes + added, "gs_missing" in why, cut)

    def _ends(self, rule: ApplicationIdentifier, start: int, seen: Elements) -> Iterator[_End]:
        """Where the value may end, longest first, with what each end has to tolerate."""
        stop = self.body.find(GS, start)
        stop = len(self.body) if stop < 0 else stop
        if rule.predefined:
            stop = min(stop, start + rule.longest)
        value = self.body[start:stop]
        whole = rule.fits(value)
        if whole:
            yield stop, ()
        elif self._effort is _Effort.TOLERANT and rule.code in _SWALLOWERS and is_admissible(value):
            yield stop, serial_notes(value)
        else:
            self._fail(start, f"({rule.code}) holds '{value}', which is not {_wanted(rule)}")
        if not rule.predefined and (rule.code in _SWALLOWERS or not whole):
            yield from self._splits(rule, start, stop, seen)

    def _splits(self, rule: ApplicationIdentifier, start: int, stop: int, seen: Elements) -> Iterator[_End]:
        """Ends inside the value, in front of an identifier that may have lost its separator."""
        if self._effort is _Effort.CORE and rule.code not in _SWALLOWERS:
            return
        for end in range(min(stop - 3, start + rule.longest), start, -1):
            follower = ai_at(self.body, end)
            if follower is None or follower.code not in self._effort.value or follower.code in seen:
                continue
            if follower.code != rule.code and rule.fits(self.body[start:end]):
                yield end, ("gs_missing",)

    def _skip(self, end: int, rule: ApplicationIdentifier) -> tuple[int, tuple[str, ...]]:
        """Behind the separators at `end`, and what is odd about them."""
        behind = end
        while behind < len(self.body) and self.body[behind] == GS:
            behind += 1
        count = behind - end
        if count == 0:
            return behind, ()
        if behind == len(self.body):
            return behind, ("trailing_gs",)
        repeated = ("gs_repeated",) if count > 1 else ()
        return behind, ("gs_after_fixed", *repeated) if rule.predefined else repeated

    def _fail(self, at: int, reason: str) -> None:
        if at > self._furthest:
            self._furthest, self.reason = at, reason


def _is_plausible(code: str, value: str) -> bool:
    """Stricter for an element whose separator is missing: chance must not make one."""
    if code == "17":
        return is_yymmdd(value)
    return code not in {"00", "01"} or has_valid_check_digit(value)


_WORDS = {"N": "digits", "X": "characters of set 82", "Y": "characters of set 39", "Z": "base64url characters"}


def _wanted(rule: ApplicationIdentifier) -> str:
    """The specification in words: `1 to 20 characters of set 82`."""
    parts = [(part[0], part[1:].replace("..", " to ").replace(",", " or ")) for part in rule.spec.split()]
    return " and ".join(f"{count} {_WORDS[kind]}" for kind, count in parts if kind in _WORDS)
