"""Settings of a site that bear on its evidence: they live in the ledger alone, so that each change is an entry with its reason.

An `audit` entry of the stream `settings` has the body `{"type":"settings", "before": {...}, "after": {...}, "why"}`. What holds for an
entry is what the last such entry before it says. A verifier decides by limits of its own, and says where the site's differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from lotproof.ledger.entry import Entry
from lotproof.ledger.gaps import EVERY
from lotproof.ledger.late import LATE_AFTER
from lotproof.ledger.sandwich import TOLERANCE

STREAM, TYPE = "settings", "settings"
"""Stream and type of the entries."""

_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_LIMIT = 10 * 366 * 86_400


class SettingsError(ValueError):
    """A setting that cannot be; the message is a sentence."""


@dataclass(frozen=True)
class EvidenceSettings:
    """What a site has set."""

    late_after: int = LATE_AFTER
    """Seconds between event and entry after which the entry counts as late."""
    clock_tolerance: int = TOLERANCE
    """Seconds by which the clock of the site may differ from that of a timestamp authority."""
    anchor_every: int = EVERY
    """Seconds after which the next anchor is due."""
    lock_after: int = 5
    """Failed attempts to sign after which a person is locked."""


def checked(values: Mapping[str, Any]) -> EvidenceSettings:
    """Give the settings of `values`, by default the usual ones; raises SettingsError."""
    known = {one.name for one in fields(EvidenceSettings)}
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f'There is no setting "{name}"; there are {", ".join(sorted(known))}.')
        if type(value) is not int or not 1 <= value <= _LIMIT:
            raise SettingsError(f"The setting {name} is {value!r}; write a whole number from 1 to {_LIMIT}.")
    return EvidenceSettings(**values)


def settings_body(before: EvidenceSettings, after: EvidenceSettings, why: str) -> dict[str, Any]:
    """Give the body of the entry that changes the settings."""
    return {"type": TYPE, "before": asdict(before), "after": asdict(after), "why": why}


@dataclass
class SettingsHistory:
    """Follows the entries of a log in order."""

    current: EvidenceSettings = EvidenceSettings()
    """What holds for the next entry."""
    index: int | None = None
    """Entry that set it; None where nothing was ever set."""

    def add(self, index: int, entry: Entry) -> None:
        """Take the next entry; a change that cannot be read changes nothing."""
        body: Any = entry.body
        if entry.kind != "audit" or entry.stream != STREAM or not isinstance(body, dict) or body.get("type") != TYPE:
            return
        after = body.get("after")
        try:
            self.current, self.index = checked(after if isinstance(after, dict) else {}), index
        except SettingsError:
            return


def read_span(text: str) -> int:
    """Read a span of time such as 90s, 5min, 48h or 2d as seconds; raises SettingsError."""
    found = re.fullmatch(r"([1-9][0-9]{0,8})(s|min|h|d)", text.strip(), re.ASCII)
    if not found:
        raise SettingsError(f'"{text[:40]}" is no span of time; write a number with s, min, h or d, such as 90s, 5min, 48h or 2d.')
    return int(found[1]) * _UNITS[found[2]]
