"""The plan of a verification session: what is scanned, how many, and what the count will show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.spellings import find_items
from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling.find import for_max_rate, wrong_in_lot

LOT, LIST, CASE = SCOPES = ("a lot", "a list", "the content of a case or pallet")
PACKS, *_ = NOUNS = ("packs", "bundles", "cases", "pallets")
STOCK, HELD, SHIPPED, ANY = EXPECTED = ("on site, not on hold", "on site, on hold", "shipped", "anything that has not ended")
CONFIDENCES = ("90 %", "95 %", "99 %")
LARGEST = 10_000_000
"""Units of the largest population."""


@dataclass(frozen=True)
class Plan:
    """What was planned when the session was opened."""

    scope: str
    """One of SCOPES."""
    about: str
    """The lot, the name of the list, or the text form of the case."""
    listed: frozenset[str]
    """Text forms of the units of the list; empty for other scopes."""
    noun: str
    """What is scanned: packs, bundles, cases, pallets."""
    expected: str
    """State in which a unit is right, one of EXPECTED."""
    size: int
    """Units that there are."""
    confidence: float
    """Confidence of the statement, as a share."""
    tolerated: float
    """Largest share of wrong units that the statement may leave open; 0 asks for every unit."""
    accept: int
    """Most wrong units of the sample at which the result is “accepted”."""

    @property
    def sample(self) -> int:
        """Units to scan: the smallest number that keeps the confidence; hypergeometric, exact."""
        return _sample(self.size, self.tolerated, self.confidence, self.accept)

    @property
    def sentence(self) -> str:
        """What the sample stands for."""
        if not self.tolerated:
            return f"All {self.size:,} {self.noun} are scanned."
        allowed = "none" if not self.accept else f"no more than {self.accept}"
        sample, bad = f"{self.sample:,} of {self.size:,} {self.noun}, drawn at random", wrong_in_lot(self.size, self.tolerated)
        shows = f"with {100 * self.confidence:g} % confidence fewer than {bad:,} of all are ({100 * self.tolerated:g} %)"
        return f"{sample}: if {allowed} of them is wrong, then {shows}."


@lru_cache(256)
def _sample(size: int, tolerated: float, confidence: float, accept: int) -> int:
    return for_max_rate(size, tolerated, confidence, accept) if tolerated else size


def plan_of(body: Mapping[str, Any]) -> Plan:
    """The plan that an opening entry holds; ValueError with a sentence for what can be no plan."""
    listed = _listed(tuple(body.get("listed") or ()))
    size = int(body.get("size") or len(listed))
    confidence, tolerated = _percent(body["confidence"]), _percent(body["tolerated"])
    accept = int(body.get("accept") or 0)
    plan = Plan(body["scope"], _about(body), listed, body["level"], body["expected"], size, confidence, tolerated, accept)
    if body["scope"] == LIST and not listed:
        raise ValueError("A list is verified against its units: enter them, one a line.")
    if not 1 <= size <= LARGEST or size < len(listed):
        raise ValueError(f"How many {plan.noun} are there? Enter a number of 1 to {LARGEST:,} that is no smaller than the list.")
    try:
        if plan.sample > size:
            raise ValueError(f"{size:,} {plan.noun} are too few for this plan; scan all of them: a tolerated share of 0.")
    except MethodProblem as problem:
        raise ValueError(f"{problem} For all, enter a tolerated share of 0.") from None
    return plan


def _about(body: Mapping[str, Any]) -> str:
    if body["scope"] != CASE:
        return str(body["about"])
    item = _item(body["about"])
    if not item.startswith("(00)"):
        raise ValueError(f"{body['about']} is no SSCC; scan the label of the case or pallet whose content is verified.")
    return item


@lru_cache(64)
def _listed(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_item(text) for text in texts)


def _item(text: str) -> str:
    try:
        return find_items(text).text
    except UnreadableIdentifier as error:
        raise ValueError(f"{error}") from None


def _percent(text: str) -> float:
    """A share of 0 up to, not including, 1, from a text in per cent."""
    try:
        share = Decimal(text.replace("%", "").replace(",", ".").strip()) / 100
    except InvalidOperation:
        raise ValueError(f"“{text[:20]}” is no percentage; write 1 or 0.5.") from None
    if not 0 <= share < 1:
        raise ValueError(f"“{text[:20]}” is no share between 0 and 100 %.")
    return float(share)
