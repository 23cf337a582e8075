"""A session as far as it has come: its units, its scans, and the verdict so far. Pure: all of it follows from the entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lotproof.quality.case import Case
from lotproof.quality.verification.judge import RIGHT, VERDICTS, WRONG, Verdict
from lotproof.quality.verification.plan import Plan, plan_of
from lotproof.stats.sampling.confidence import Shown, shown

ACCEPTED, REJECTED, UNFINISHED = RESULTS = ("accepted", "not accepted", "unfinished")


@dataclass(frozen=True)
class Scan:
    """One scan of the record."""

    id: str
    """The device's own identifier of it."""
    at: str
    """When it was made, by the clock of the device, UTC."""
    entered: str
    """When it reached the record, by the clock of the server, UTC."""
    actor: str
    """Who scanned."""
    text: str
    """What came, GS as 0x1D."""
    item: str
    """Text form of what it names, empty where nothing could be read."""
    said: Verdict
    """What the record said then, apart from being scanned before."""
    sentence: str
    """The sentence that was shown."""
    again: str
    """When the same unit was scanned before; empty where it was not."""
    via: str
    """scanner, camera, photo or typed."""
    withdrawn: str = ""
    """Why it was withdrawn, empty where it stands."""

    @property
    def shown(self) -> Verdict:
        """The answer that was shown."""
        return VERDICTS["again"] if self.again else self.said


@dataclass(frozen=True)
class Session:
    """A verification session so far."""

    case: Case
    """The record."""

    @cached_property
    def plan(self) -> Plan:
        """What was planned."""
        return plan_of(self.case.opened.body)

    @cached_property
    def scans(self) -> tuple[Scan, ...]:
        """Every scan in order, withdrawn ones too."""
        return tuple(_scans(self.case))

    @cached_property
    def units(self) -> Mapping[str, Scan]:
        """Each unit that counts -> the first scan of it that stands; the first that is wrong where one is."""
        found: dict[str, Scan] = {}
        for one in self.scans:
            if not one.withdrawn and one.said.counts:
                known = found.setdefault(one.item or one.text, one)
                if one.said.counts == WRONG and known.said.counts == RIGHT:
                    found[one.item or one.text] = one
        return found

    @property
    def right(self) -> int:
        """Units that are as expected."""
        return sum(one.said.counts == RIGHT for one in self.units.values())

    @property
    def wrong(self) -> int:
        """Units that are not."""
        return sum(one.said.counts == WRONG for one in self.units.values())

    @property
    def counted(self) -> int:
        """Units looked at."""
        return len(self.units)

    @property
    def missing(self) -> tuple[str, ...]:
        """Units of a list that nobody has scanned."""
        return tuple(sorted(self.plan.listed - self.units.keys()))

    @property
    def result(self) -> str:
        """One of RESULTS: wrong units count at once, an acceptance needs the whole sample."""
        if self.wrong > self.plan.accept:
            return REJECTED
        return ACCEPTED if self.counted >= self.plan.sample else UNFINISHED

    @cached_property
    def statement(self) -> Shown | None:
        """What the count shows so far; None before the first unit."""
        # Units from elsewhere may make them more than there are; then the count is one of a process.
        size = self.plan.size if self.counted <= self.plan.size else None
        return shown(self.wrong, self.counted, size, self.plan.confidence, self.plan.noun) if self.counted else None

    @property
    def sentence(self) -> str:
        """The statement as it is signed."""
        return self.statement.sentence if self.statement else f"No {self.plan.noun} were scanned."


def _scans(case: Case) -> Iterator[Scan]:
    gone = {one.body["scan"]: one.body["why"] for one in case.all("scan-withdrawn")}
    for one in case.acts:
        for made in one.body["scans"] if one.name == "scans" else ():
            yield _scan(made, one.time, one.actor, one.withdrawn or gone.get(made["id"], ""))


def _scan(made: Mapping[str, Any], entered: str, actor: str, withdrawn: str) -> Scan:
    return Scan(
        made["id"], made["at"], entered, actor, made["text"], made.get("item", ""), VERDICTS[made["said"]], made["sentence"],
        made.get("again", ""), made["via"], withdrawn,
    )  # fmt: skip
