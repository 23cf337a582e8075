"""Takes alerts in: the file becomes a source, each alert is matched and judged, new ones become signals. Nothing is sent to anybody."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import transaction

from lotproof.exchange.alerts import book, recognise
from lotproof.exchange.alerts.alert import Alert
from lotproof.exchange.alerts.bursts import Judged, identity, raised, sorted_into
from lotproof.exchange.alerts.codes import Settings, read_settings
from lotproof.exchange.alerts.judge import judge
from lotproof.exchange.alerts.lookup import matches
from lotproof.exchange.alerts.match import Match
from lotproof.exchange.alerts.messages import read_messages
from lotproof.exchange.alerts.sheets import KIND, read_sheet
from lotproof.intake.alert_message import REQUEST_FORM
from lotproof.intake.problem import SourceProblem
from lotproof.intake.receipt import Receipt
from lotproof.intake.text.encoding import encoding_of
from lotproof.ledger import store
from lotproof.quality.signal_shell import known as known_signals
from lotproof.quality.signal_shell import take_signals
from lotproof.quality.signals import Signal
from lotproof.workspace.place import Workspace, writing
from lotproof.workspace.sources import take_in

MESSAGE = "alert-message"
Progress = Callable[[str, int, int], None]


@dataclass
class Taking:
    """What became of some files."""

    judged: list[Judged] = field(default_factory=list)
    """New alerts with what is made of them."""
    signals: list[Signal] = field(default_factory=list)
    """Signals that are new or count more."""
    numbers: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Identity of a new alert -> number of its signal."""
    again: int = 0
    """Alerts that were taken before."""
    fine: int = 0
    """Answers that a pack is verified."""
    problems: list[str] = field(default_factory=list)
    """A sentence for each thing that could not be read."""

    @property
    def says(self) -> str:
        """What became of it, in a sentence."""
        classes = Counter(str(one.verdict.klass) for one in self.judged)
        parts = [f"{len(self.judged)} new alert{'s' if len(self.judged) != 1 else ''}"]
        parts += [f"{count} {name}" for name, count in sorted(classes.items())]
        numbers = sorted(set(self.numbers.values()))
        shown = ", ".join(numbers[:3]) + (f" and {len(numbers) - 3} more" if len(numbers) > 3 else "")
        told = ", ".join(parts) + (f"; {'signals' if len(numbers) > 1 else 'signal'} {shown}" if numbers else "")
        told += f"; {self.again} known already" if self.again else ""
        told += f"; {self.fine} answers say that the pack is verified" if self.fine else ""
        return told + (f"; {len(self.problems)} could not be read: {self.problems[0]}" if self.problems else ".")


def take_files(
    workspace: Workspace, paths: Sequence[Path], time: str, actor: str, zone: str | None = None,
    progress: Progress = lambda _what, _done, _of: None,
) -> Taking:  # fmt: skip
    """Take files of alerts in. SourceProblem where one of them is none, before anything is taken."""
    settings = read_settings(workspace.root)
    for path in paths:
        if not recognise.is_alerts(path, workspace.profiles):
            raise SourceProblem(
                f"{path} is no alert, answer or request that is known, so nothing was taken; docs/alerts.md shows the shapes, and "
                "lotproof profile suggest writes a mapping for a table of another one."
            )
    receipts: list[Receipt] = []
    with writing(workspace):
        for path in paths:
            receipts += take_in(workspace, path, zone, time, actor, progress, jobs=1)
    return take_receipts(workspace, receipts, settings, time, actor, progress)


def take_request(workspace: Workspace, form: Mapping[str, Any], time: str, actor: str) -> Taking:
    """Take a request that a person entered: it becomes a file of the form that requests have, then a source like any other."""
    told = {"form": REQUEST_FORM, **{name: value for name, value in form.items() if value}}
    name = "".join(c if c.isalnum() else "-" for c in f"request-{told.get('id') or time}")
    with tempfile.TemporaryDirectory(prefix="lotproof-request-") as folder:
        path = Path(folder) / f"{name[:80]}.json"
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
        found = read_messages(path.read_text(encoding="utf-8"), path.name, "0" * 64)
        if found.refused:
            raise SourceProblem(found.refused[0])
        return take_files(workspace, [path], time, actor)


def take_receipts(
    workspace: Workspace, receipts: Iterable[Receipt], settings: Settings, time: str, actor: str, progress: Progress
) -> Taking:
    """The alerts among sources that are in the workspace already; other sources are passed over."""
    taking = Taking()
    alerts = [alert for receipt in receipts for alert in _alerts(workspace, receipt, settings, taking)]
    fresh = _fresh(alerts, taking)
    judged = judged_now(workspace, fresh, progress)
    _write(judged, settings, time, actor, taking)
    return taking


def _alerts(workspace: Workspace, receipt: Receipt, settings: Settings, taking: Taking) -> list[Alert]:
    taking.problems += receipt.problems
    if receipt.quarantined:
        taking.problems.append(f"{receipt.name}: {receipt.quarantined} rows could not be read and are in quarantine.")
    if receipt.kind == KIND:
        found = read_sheet(workspace.lake, receipt, settings)
        if any(one.at_text and not one.at for one in found):
            told = "its times bear no zone, so bursts and clocks are counted from now; give one with --zone, or in a mapping profile."
            taking.problems.append(f"{receipt.name}: {told}")
        return found
    if receipt.kind != MESSAGE:
        return []
    path = workspace.lake.original(receipt.sha256)
    messages = read_messages(path.read_bytes().decode(encoding_of(path), errors="replace"), receipt.name, receipt.sha256)
    taking.fine += messages.fine
    taking.problems += messages.refused
    return messages.alerts


def _fresh(alerts: Sequence[Alert], taking: Taking) -> list[Alert]:
    """Those that were not taken before, each once."""
    before, seen = book.book().known, set()
    found = []
    for alert in alerts:
        if (one := identity(alert)) in before or one in seen:
            taking.again += 1
            continue
        seen.add(one)
        found.append(alert)
    return found


def judged_now(workspace: Workspace, alerts: Sequence[Alert], progress: Progress = lambda _what, _done, _of: None) -> list[Judged]:
    """Each alert with what the record as it is now says to it."""
    return [
        Judged(alert, judge(alert, match), _lot(alert, match))
        for alert, match in zip(alerts, matched(workspace, alerts, progress), strict=True)
    ]


def matched(workspace: Workspace, alerts: Sequence[Alert], progress: Progress = lambda _what, _done, _of: None) -> list[Match]:
    """Each alert's match, with how often its pack was alerted and where."""
    found = matches(workspace, alerts, progress) if alerts else []
    taken = book.book()
    every: dict[tuple[str, str], dict[tuple[str, str, str], str]] = {}
    for alert in [*(one.judged.alert for one in taken.taken), *alerts]:
        every.setdefault((alert.item, alert.code), {})[identity(alert)] = alert.market
    return [_counted(alert, match, every[alert.item, alert.code]) for alert, match in zip(alerts, found, strict=True)]


def _counted(alert: Alert, match: Match, of_pack: Mapping[tuple[str, str, str], str]) -> Match:
    if not alert.item:
        return match
    return replace(match, alerts=len(of_pack), markets=tuple(sorted({one for one in of_pack.values() if one})))


def _lot(alert: Alert, match: Match) -> str:
    known = match.own_lot or match.alert_lot
    return known.lot if known else alert.lot


def _write(judged: Sequence[Judged], settings: Settings, time: str, actor: str, taking: Taking) -> None:
    """Signals and the entries of their alerts, in one transaction; what somebody else took meanwhile is not taken twice."""
    with transaction.atomic():
        store.lock()
        before = book.book()
        taking.judged = [one for one in judged if identity(one.alert) not in before.known]
        taking.again += len(judged) - len(taking.judged)
        sorted_ = sorted_into(before.bursts, taking.judged, time, settings.burst_hours)
        taking.signals = take_signals([raised(burst, members, time) for burst, members in sorted_.values()], time, actor, full=False)
        numbers = {key: signal.number for key, signal in known_signals().items()}
        for key, (burst, members) in sorted_.items():
            book.write(numbers[key], burst, members, time, actor)
            taking.numbers |= {identity(one.alert): numbers[key] for one in members}
