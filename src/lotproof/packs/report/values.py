"""Everything that the report of a pack says, as values. The renderers take nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.causes.check import Problem
from lotproof.causes.model import Graph
from lotproof.control.kpis.judge import Judged
from lotproof.control.similar import Likeness
from lotproof.control.trends import Event, Trend
from lotproof.intake.receipt import Receipt
from lotproof.packs.fault_tree import Sealed
from lotproof.quality.case import Case
from lotproof.quality.worksheets import Sheet
from lotproof.rules.corrections import Correction, Declaration
from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.lineup import Lineup
from lotproof.rules.numbers import Statement
from lotproof.rules.reconcile import LotBalance
from lotproof.rules.search import Search


@dataclass(frozen=True)
class Dossier:
    """The life of one pack or container, for section 26."""

    item: str
    """Text form."""
    lot: str
    """Home lot."""
    why: str
    """Why it is here: codes of the findings that name it, or "control, drawn at random"."""
    steps: Sequence[Mapping[str, Any]]
    """In order of time: {at, step, kind, source (name), sha256, position, container, device, actor, reason, note}; None where absent."""


@dataclass(frozen=True)
class Place:
    """One line of an original that a finding or dossier refers to."""

    name: str
    """Path of the original in the delivery."""
    position: int
    """Line or row number, or byte offset in an EPCIS document."""
    text: str
    """What stands there, as written, at most 500 characters."""


@dataclass(frozen=True)
class LotSummary:
    """Figures of one lot beside its equation."""

    lot: str
    """Lot."""
    gtin: str
    """GTIN-14."""
    order_no: str
    """Order, '' where none is known."""
    product: str
    """Description from the order master."""
    planned: int | None
    """Planned quantity."""
    first: str | None
    """First time of any observation, UTC."""
    last: str | None
    """Last time."""
    containers: Mapping[str, int]
    """Level (case, pallet, container) to number of containers recorded; keys sorted."""
    camera: Mapping[str, int]
    """reads, passed, failed, no_reads, below_limit (grade < 1.5)."""
    grades: Sequence[tuple[str, int]]
    """Histogram of the lowest grade of each read: ("0.0-0.9", n), … five classes of ISO/IEC 15415 letters F D C B A."""
    transforms: Mapping[str, int]
    """Transform needed to read an identifier -> observations."""


@dataclass(frozen=True)
class Control:
    """What watches the process, for section 19."""

    judged: Sequence[Judged]
    """Every KPI with its points, chart and alarms."""
    budget: Mapping[str, Any]
    """False alarms to expect of the charts (`control.kpis.budget`)."""
    selections: Sequence[Mapping[str, Any]]
    """Samples selected in the workspace, as their ledger entries have them."""
    evaluations: Sequence[Mapping[str, Any]]
    """What was found of them."""
    entry: int
    """Ledger index of the entry that holds the digest of data/kpis.json."""


@dataclass(frozen=True)
class Recurrence:
    """A finding code of this pack that an earlier run found in another lot."""

    code: str
    """Finding code."""
    lot: str
    """The earlier lot."""
    count: int
    """How many items or rows then."""
    time: str
    """When it was found, UTC."""
    entry: int
    """Ledger index of the entry that holds the count."""


@dataclass(frozen=True)
class History:
    """What was there before, for section 14."""

    runs: int
    """Earlier runs of the workspace."""
    again: Sequence[Recurrence]
    """Findings of the same codes in other lots."""
    alerts: Sequence[Event]
    """Alerts in all deliveries."""
    deviations: Sequence[Event]
    """Deviations in all registers."""
    trends: Sequence[Trend]
    """Alerts and deviations over time, where there are any."""
    similar: Mapping[str, Sequence[Likeness]]
    """Lot -> earlier cases like it, the most alike first."""
    compared: int
    """Earlier cases that were compared."""


@dataclass(frozen=True)
class Why:
    """What people made of the causes, for section 15."""

    graph: Graph
    """The claims with their evidence."""
    problems: Sequence[Problem]
    """What keeps them from standing."""
    entry: int
    """Ledger index of the entry that holds the digest of data/causes.json."""


@dataclass(frozen=True)
class ReportValues:
    """The report."""

    pack: str
    """Pack identifier."""
    created: str
    """UTC, `YYYY-MM-DDTHH:MM:SSZ`."""
    version: str
    """Version of Lotproof."""
    rule_set: str
    """Version of the rule set."""
    actor: str
    """Who built the pack."""
    origin: str
    """Name of the log."""
    vkey: str
    """Public key of the log."""
    zone: str | None
    """Zone given for times that carry none."""
    receipts: Sequence[Receipt]
    """Sources with their receipts, by name."""
    raw: Mapping[str, str]
    """Name of a source -> path of its original below data/, e.g. raw/line/export.csv."""
    findings: Sequence[Finding]
    """Findings, the gravest first, each with its proofs."""
    diagnosis: Sequence[Hypothesis]
    """Failure modes that fit, the best first."""
    suspects: Sequence[Lineup]
    """Ranked suspects of each kind of failure, by lot."""
    scope: Sequence[Search]
    """Searches for how far the findings reach."""
    lists: Mapping[str, str]
    """Statement id -> path of the list behind it, below data/."""
    balances: Sequence[LotBalance]
    """Lot equations."""
    lots: Sequence[LotSummary]
    """Figures of the lots, by lot."""
    statements: Sequence[Statement]
    """Every number that the report may state, with the ledger entry that holds it."""
    dossiers: Sequence[Dossier]
    """Serial dossiers."""
    places: Sequence[Place]
    """Lines of originals that are referred to, by name and position."""
    audit: Sequence[Mapping[str, Any]]
    """Audit trail: {index, time, actor, kind, stream, what}."""
    class_lists: Mapping[str, Mapping[str, str]]
    """Lot -> class of the equation -> path of its CSV (item, source, position) below data/."""
    corrections: Sequence[Correction] = ()
    """Changes between two deliveries of the same facts."""
    declarations: Sequence[Declaration] = ()
    """Events declared errors."""
    signatures: Sequence[Mapping[str, Any]] = ()
    """Electronic signatures: {index, stream, record, printed_name, meaning, time_utc, tz, passkey, status}."""
    control: Control | None = None
    """KPIs, charts, samples and alarms; None where none were counted."""
    why: Why | None = None
    """What people made of the causes; None where no file was given."""
    history: History | None = None
    """What was there before; None where nobody looked."""
    cases: Sequence[Case] = ()
    """Incidents of the desk that speak of these lots, or of none, by number."""
    waived: Sequence[tuple[str, str, str]] = ()
    """What an approver waived: incident or lot, item, why."""
    worksheets: Sequence[tuple[str, Sheet]] = ()
    """Worksheets for authorities and partners with the number of their incident."""
    root: str = ""
    """Root of the ledger as the pack is sealed with it, hex; empty where a report is made without a ledger."""
    fault_tree: Sealed | None = None
    """The fault tree given to the build."""
