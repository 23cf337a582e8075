"""What came in: one alert, answer or request about one pack, and what is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

YEARS = range(1990, 2200)
"""Years in which an alert can have been raised; a time outside them is a slip, and kept as text alone."""


class System(StrEnum):
    """Where something comes from."""

    EMVS = "emvs"
    """An export of a national system, the EU hub or an alert management system."""
    VRS = "vrs"
    """An answer of a verification service."""
    AUTHORITY = "authority"
    """A request of an authority."""
    PARTNER = "partner"
    """A request of a trading partner."""

    @property
    def origin(self) -> str:
        """The origin of the signal (quality/signals.py)."""
        return "authority" if self in (System.EMVS, System.AUTHORITY) else "partner"


class Class(StrEnum):
    """What it is, by the data test of its code (DOMAIN A.5). A person decides; this says where to look first."""

    TECHNICAL = "technical"
    """Data or equipment differ from the pack; the pack itself is explained."""
    PROCEDURAL = "procedural"
    """Somebody did a thing twice, or one that the state of the pack does not allow."""
    SUSPICIOUS = "suspicious"
    """Nothing in the record explains it: suspect until shown otherwise."""


class Side(StrEnum):
    """Whose fault it is likely to be."""

    UPLOAD = "our upload"
    DATA = "our data"
    END_USER = "end user's equipment or procedure"
    INTERMEDIARY = "intermediary"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Alert:
    """One alert, answer or request about one pack or lot. No member holds a person's name: those stay in the original."""

    system: System
    """Where it comes from."""
    id: str
    """Its identifier there; made of file and place where it has none."""
    code: str
    """Code of the hub (A3), failure reason of an answer, or what a request asks for."""
    written: str
    """The code as the source writes it."""
    gtin: str = ""
    """GTIN-14 as written; empty where none is stated."""
    serial: str = ""
    """Serial as written; empty where a lot alone is meant."""
    lot: str = ""
    """Lot as written."""
    expiry: str = ""
    """Expiry as written."""
    at: str = ""
    """When it was raised or came in, UTC as entries spell it; empty where the source has no time or no zone."""
    at_text: str = ""
    """The time as written."""
    market: str = ""
    """Market or country that it was raised in."""
    text: str = ""
    """What the source says."""
    who: str = ""
    """Organisation that asks, of requests."""
    clock: str = ""
    """Legal clock that begins with it; empty where none does."""
    source: str = ""
    """SHA-256 of the file."""
    name: str = ""
    """Name of the file."""
    position: int = 0
    """Line, row or entry in it."""

    @property
    def item(self) -> str:
        """Text form of the pack as the alert has it; empty where it names none."""
        head = f"(01){self.gtin}" if self.gtin else ""
        return f"{head}(21){self.serial}" if self.serial else ""

    @property
    def about(self) -> str:
        """What it speaks of, in words."""
        return self.item or (f"lot {self.lot}" if self.lot else f"GTIN {self.gtin}" if self.gtin else "nothing that is named")


@dataclass(frozen=True)
class Shown:
    """A sentence with what shows it."""

    says: str
    """The sentence."""
    source: str = ""
    """Name of the file that shows it; empty where the record as a whole does."""
    sha256: str = ""
    """Digest of that file."""
    position: int = 0
    """Line, row or byte offset in it."""


@dataclass(frozen=True)
class Verdict:
    """What the data test of an alert says."""

    klass: Class
    """What it is."""
    side: Side
    """Whose fault it is likely to be."""
    says: str
    """Why, in a sentence."""
    test: str
    """The test that was run."""
    shown: tuple[Shown, ...] = ()
    """What shows it."""
    whole_lot: bool = False
    """Whether the reason holds for the lot, so that its packs are one signal."""

    @property
    def in_words(self) -> str:
        """Class and side, as a sentence has them."""
        return f"{self.klass}, side unknown" if self.side is Side.UNKNOWN else f"{self.klass}, likely {self.side}"

    @property
    def severity(self) -> str:
        """How grave a signal of it is."""
        if self.klass is Class.SUSPICIOUS:
            return "critical"
        ours = self.side in (Side.UPLOAD, Side.DATA) or (self.klass is Class.TECHNICAL and self.side is not Side.END_USER)
        return "major" if ours else "minor"

    def as_json(self) -> dict[str, Any]:
        """For the ledger and for programs."""
        return {
            "class": str(self.klass),
            "side": str(self.side),
            "says": self.says,
            "test": self.test,
            "shown": [vars(one) for one in self.shown],
        }
