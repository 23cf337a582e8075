"""What a person means when they name what a partner is to be told of: a finding, a signal, an incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.exchange.partners.problem import PartnerError
from lotproof.quality.book import Book, book_of
from lotproof.quality.shell import load
from lotproof.quality.signal_shell import signal
from lotproof.workspace.outcomes import lots_found
from lotproof.workspace.place import Workspace


@dataclass(frozen=True)
class Subject:
    """What we tell of."""

    about: tuple[str, ...]
    """Findings as CODE:LOT; the number of the incident or signal first, where one was named."""
    findings: tuple[dict[str, Any], ...]
    """Those findings as the last run has them: {code, lot, gtin, count, sentence, ...}."""


def subject_of(workspace: Workspace, text: str) -> Subject:
    """What a person means: CODE:LOT, the number of a signal, or that of an incident."""
    asked = text.strip()
    if asked.upper().startswith("SIG-"):
        raised = signal(asked.upper()).raised
        if not raised.code:
            raise PartnerError(
                f"{asked.upper()} is a signal of origin {raised.origin} and no finding; write CODE:LOT, such as SN-01:B7-2231."
            )
        return _subject(workspace, (asked.upper(),), [raised.lot], {raised.code})
    if asked.upper().startswith(f"{Book.INCIDENT}-"):
        case = load(asked.upper())
        if book_of(case.number) is not Book.INCIDENT:
            raise PartnerError(f"{case.number} is no incident.")
        return _subject(workspace, (case.number,), list(case.lots), {str(code) for code in case.opened.body.get("codes") or ()})
    code, colon, lot = asked.partition(":")
    if not colon:
        raise PartnerError(
            f"“{asked[:60]}” names no finding; write CODE:LOT, such as SN-01:B7-2231, or the number of a signal or an incident."
        )
    return _subject(workspace, (), [lot.strip()], {code.strip().upper()})


def _subject(workspace: Workspace, begin: tuple[str, ...], lots: Sequence[str], codes: set[str]) -> Subject:
    found = lots_found(workspace, lots)
    findings = tuple(one for lot in lots for one in found.get(lot, {"findings": ()})["findings"] if one["code"] in codes)
    if not findings:
        what = f"{' and '.join(sorted(codes)) or 'any code'} in lot {', '.join(lots) or '(none)'}"
        raise PartnerError(f"The last run has no finding of {what}{' for ' + begin[0] if begin else ''}; lotproof check shows what it has.")
    return Subject((*begin, *(f"{one['code']}:{one['lot']}" for one in findings)), findings)
