"""What the record knows of the pack and the lot of an alert. Pure: `lookup` fills it, `judge` reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lotproof.exchange.alerts.alert import Shown
from lotproof.lake.resolve import rule_kind
from lotproof.rules.transitions import END_STEPS

HUB = "hub"
NEVER_PRODUCT = ("label_scrapped", "label_sampled", "invalidated", "returned_unused")
"""Steps after which a number is on no pack."""
_WORDS = {"sampled": "taken as a sample", "destroyed": "destroyed", "inactivated": "made inactive", "label_scrapped": "scrapped as a label",
          "label_sampled": "kept as a sample label", "invalidated": "made invalid before printing", "returned_unused": "returned unused",
          "rejected": "rejected by a camera"}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One thing that a source says of the pack, without who did it."""

    at: str
    """UTC with milliseconds, empty where the source has no time."""
    step: str
    """What happened (lake/schema.py)."""
    kind: str
    """Kind of the source as rules know it; every EPCIS document is the hub's."""
    name: str
    """Name of the file."""
    sha256: str
    """Digest of the file."""
    position: int
    """Line, row or byte offset in it."""
    item: str = ""
    """Text form that the row has."""
    lot: str = ""
    """Lot that the row states."""
    expiry: str = ""
    """Expiry that the row states, as written."""
    container: str = ""
    """Container that it went into."""
    result: str = ""
    """Result of a check or disposition."""

    def shows(self, says: str) -> Shown:
        """The row as what shows a sentence."""
        return Shown(says, self.name, self.sha256, self.position)


@dataclass(frozen=True)
class Message:
    """A message about a lot that was sent to the hub."""

    key: str
    sent: str
    acknowledged: str
    """When the hub answered, UTC; empty where it did not."""
    state: str
    name: str
    sha256: str
    position: int


@dataclass(frozen=True)
class LotRecord:
    """What the record knows of a lot."""

    lot: str
    """Its number as the record has it."""
    change: str = ""
    """What differs in the alert's spelling of it; empty where nothing does."""
    gtin: str = ""
    """GTIN by its order."""
    expiry: str = ""
    """Expiry by its order, as written."""
    product: str = ""
    """Description of the product."""
    made: int = 0
    """Packs commissioned by the line."""
    uploaded: int = 0
    """Packs commissioned in the hub's events."""
    shown: Shown | None = None
    """A row that knows the lot."""
    messages: tuple[Message, ...] = ()
    """Messages about it, the earliest first."""
    findings: tuple[tuple[str, str], ...] = ()
    """Code and sentence of the findings of the last run."""

    @property
    def told(self) -> Message | None:
        """The first message about it that was acknowledged."""
        return min((one for one in self.messages if one.acknowledged), key=lambda one: one.acknowledged, default=None)

    def told_after(self, moment: str) -> Message | None:
        """The first message that was acknowledged at or after a moment."""
        after = (one for one in self.messages if one.acknowledged and one.acknowledged >= moment[:19])
        return min(after, key=lambda one: one.acknowledged, default=None)


@dataclass(frozen=True)
class Match:
    """A pack and its lot as the record has them."""

    item: str = ""
    """The pack that is meant: as the alert has it, or as the record knows it; empty where the alert names none."""
    change: str = ""
    """What differs in the alert's spelling (exchange/alerts/spelled.py); empty where nothing does."""
    steps: tuple[Moment, ...] = ()
    """What sources say of the pack, in the order of time; none where nobody knows it."""
    above: tuple[Moment, ...] = ()
    """What they say of its containers; empty where that was not looked at."""
    alert_lot: LotRecord | None = None
    """The lot that the alert names, None where the record has no such lot."""
    own_lot: LotRecord | None = None
    """The lot of the pack by the record."""
    gtin_known: bool = False
    """Whether any source states the GTIN."""
    findings: tuple[dict[str, Any], ...] = ()
    """Findings of the last run on the pack: {code, severity, lot, item, note, source, position}."""
    near: tuple[str, ...] = ()
    """Known packs one slip of the pen away, where nobody knows this one."""
    state: dict[str, Any] | None = None
    """State of the pack by all that is told (workspace/states.py)."""
    alerts: int = 1
    """Alerts of this pack and code so far, with this one."""
    markets: tuple[str, ...] = ()
    """Markets that they were raised in."""

    @property
    def known(self) -> bool:
        """Whether a source knows the pack by its number."""
        return bool(self.steps)

    @property
    def uploaded(self) -> Moment | None:
        """Where the hub's events commission it."""
        return self.first(("commissioned",), hub=True)

    @property
    def made(self) -> Moment | None:
        """Where the line commissions it, or a camera accepts it."""
        return self.first(("commissioned",), hub=False) or self.first(("verified",), hub=False)

    @property
    def ended(self) -> Moment | None:
        """Where it ended as something that is not on sale. Rejected counts only where it was never commissioned."""
        end = self.first((*END_STEPS, *NEVER_PRODUCT))
        return end if end or self.first(("commissioned",)) else self.first(("rejected",))

    def first(self, steps: Iterable[str], hub: bool | None = None) -> Moment | None:
        """The first of its steps that is one of these; of the hub alone, of all others, or of any."""
        wanted = set(steps)
        return next((one for one in self.steps if one.step in wanted and hub in (None, one.kind == HUB)), None)

    def finding(self, *codes: str) -> dict[str, Any] | None:
        """The first finding of one of these codes on the pack."""
        return next((one for one in self.findings if one["code"] in codes), None)

    def stated(self, name: str) -> list[Moment]:
        """Rows that state the lot or the expiry, the hub's first, each value once a side."""
        rows = sorted((one for one in self.steps if getattr(one, name)), key=lambda one: one.kind != HUB)
        return list({(one.kind == HUB, getattr(one, name)): one for one in reversed(rows)}.values())[::-1]


def moment_of(step: Any) -> Moment:
    """A step of a life (workspace/trace.py) without actor, device and place."""
    told = step.details
    words = {name: str(told.get(name) or "") for name in ("lot", "expiry", "container", "result")}
    return Moment(step.at or "", step.step, rule_kind(step.kind), step.source, step.sha256, step.position, step.item, **words)


def word(step: str) -> str:
    """A step that ends a pack, in words."""
    return _WORDS.get(step, step)
