"""Rows of the quality files and of the hub's log: uploads, stops, calibration, training, roster, deviations, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from lotproof.simulate.chance import choices
from lotproof.simulate.exports_line import Row
from lotproof.simulate.exports_stock import HOUR
from lotproof.simulate.hub import COMMISSION, hub_serial, is_late, messages, power_loss, shipped_at
from lotproof.simulate.line import MINUTE, World
from lotproof.simulate.run import GOOD, Run, Stop
from lotproof.simulate.tables import Form
from lotproof.simulate.times import write_date
from lotproof.simulate.words import Words, printed_as

EQUIPMENT = ("P1", "P2", "CAM-01", "CAM-02", "CPK-1", "PAL-1", "HS-4")
PROCEDURES = (("SOP-PACK-012", "5"), ("SOP-SER-003", "7"), ("SOP-WHS-021", "2"))
PAST = (
    ("Label roll changed late", "Line clearance step unclear", "Checklist revised"),
    ("Case label not readable", "Print head worn", "Head change interval shortened"),
    ("Pallet note missing", "Printer out of paper", "Stock of paper raised"),
    ("Numbers received after planned start", "Interface stopped", "Monitoring added"),
    ("Hand scanner battery empty", "Charger defective", "Charger replaced"),
)


@dataclass(frozen=True)
class Alert:
    """An alert raised when a shipped pack was verified."""

    at: int
    """Time of the verification."""
    code: str
    """EMVS hub code."""
    text: str
    """Its wording."""
    pack: int
    """Index of the pack."""
    run: Run
    """Its lot."""
    number: str
    """Alert id."""
    market: str
    """Country of the verification."""


def upload_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """Messages as L3 logged them. A message lost in the middle shows as a gap or as one without acknowledgement."""
    when = words.clock.writer(form.time)
    shows_timeout = choices(world.spec.seed, "upload").random() < 0.5
    known = {message.sequence for message in messages(world)}
    for message in messages(world, include_lost=True):
        run = message.run
        arrived = message.sequence in known
        dropped = not arrived and message.kind == COMMISSION and message.index in run.marks.lost
        if arrived or (dropped and shows_timeout):
            yield (str(message.sequence), run.order.lot, message.kind, when(message.sent),
                   when(message.sent + 18_000) if arrived else "", "Accepted" if arrived else "Timeout")  # fmt: skip


def downtime_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """Stops of the line and repairs."""
    when = words.clock.writer(form.time)
    ticket = choices(world.spec.seed, "tickets").randrange(700_000, 790_000)
    for stop in sorted((stop for run in world.runs for stop in all_stops(run)), key=lambda stop: stop.begin):
        ticket += 1
        number = f"WO{ticket}" if stop.kind in ("Maintenance", "Breakdown") else ""
        yield (when(stop.begin), when(stop.end), stop.equipment, stop.kind, stop.cause, number,
               words.operator_at(stop.begin))  # fmt: skip


def all_stops(run: Run) -> list[Stop]:
    """Stops of the line during the lot, and the power loss of the server that sent its messages."""
    if not run.marks.replayed:
        return list(run.stops)
    begin = power_loss(run)
    return [*run.stops, Stop(run.packs, begin, begin + 3 * MINUTE, "L3 server", "Breakdown", "Power loss, server restarted")]


def _day(world: World, words: Words) -> date:
    return words.clock.local(world.runs[0].started).date()


def calibration_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """Calibration of the equipment, all valid."""
    rng, today = choices(world.spec.seed, "calibration"), _day(world, words)
    for name in EQUIPMENT:
        done = today - timedelta(days=rng.randrange(20, 300))
        yield name, write_date(form.date, done), write_date(form.date, done + timedelta(days=365)), "pass"


def training_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """Who was trained on what and when, all current."""
    rng, today = choices(world.spec.seed, "training"), _day(world, words)
    plant = world.plant
    for person in (*plant.operators, *plant.warehouse, plant.auditor):
        for procedure, version in PROCEDURES:
            yield person, procedure, version, write_date(form.date, today - timedelta(days=rng.randrange(15, 330)))


def roster_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """Who worked on the line when."""
    when = words.clock.writer(form.time)
    edges = [world.runs[0].started, *words.shifts, world.runs[-1].ended]
    for begin, end in pairwise(edges):
        hour = words.clock.local(begin).hour
        shift = "Early" if 5 <= hour < 14 else "Late" if 14 <= hour < 22 else "Night"
        yield when(begin), when(end), shift, world.plant.line, words.operator_at(begin)


def deviation_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """Earlier deviations on the line, none about these lots."""
    rng, today = choices(world.spec.seed, "deviations"), _day(world, words)
    for title, cause, action in rng.sample(PAST, rng.randrange(3, 6)):
        opened = today - timedelta(days=rng.randrange(40, 500))
        lot = "".join(rng.choices("AEIOUWY", k=2)) + str(rng.randrange(10**4, 10**5))
        yield (f"DV-{opened.year}-{rng.randrange(100, 999)}", write_date(form.date, opened), world.plant.line, lot,
               title, cause, action, "Closed")  # fmt: skip


def alerts(world: World) -> list[Alert]:
    """Alerts that the faults imply: shipped packs that the hub does not know as they are printed."""
    found = []
    for run in world.runs:
        rng = choices(world.spec.seed, "alerts", run.order.lot)
        for code, text, packs in _alarming(run):
            for pack in sorted(rng.sample(packs, min(6, len(packs))), key=run.name):
                at = shipped_at(run) + rng.randrange(2 * HOUR, 20 * HOUR)
                found.append(Alert(at, code, text, pack, run, f"{rng.getrandbits(64):016X}", rng.choice(("DE", "NL", "SE"))))
    return sorted(found, key=lambda alert: (alert.at, alert.number))


def _alarming(run: Run) -> Iterator[tuple[str, str, list[int]]]:
    """Code and words of an alert, and the shipped packs that raise it when they are verified."""
    marks, wrong = run.marks, run.marks.mislabel
    end = int(run.bounds[run.shipped * run.order.per_pallet])
    packs = [p for p in range(end) if run.state[p] == GOOD and run.case[p] >= 0]
    if marks.never:
        yield "A2", "batch not found", packs
    if marks.transform:
        yield "A3", "serial unknown", [p for p in packs if hub_serial(run, run.name(p)) != run.name(p)]
    if marks.late_from is not None:
        code, text = ("A3", "serial unknown") if marks.late_from else ("A2", "batch not found")
        yield code, text, [p for p in packs if is_late(run, int(run.case[p]))]
    if wrong and wrong.place != "line" and not (marks.never or marks.transform):
        code, text = ("A68", "batch number mismatch") if wrong.lot else ("A52", "expiry date mismatch")
        yield code, text, [p for p in packs if p >= int(run.bounds[wrong.first])]


def alert_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """The alert system's export."""
    when = words.clock.writer(form.time)
    for alert in alerts(world):
        run = alert.run
        lot, expiry = printed_as(run, alert.pack >= run.wrong_from)
        yield (when(alert.at), alert.code, alert.text, alert.number, run.order.product.gtin, run.name(alert.pack), lot,
               expiry.strftime(form.expiry), alert.market, "New")  # fmt: skip
